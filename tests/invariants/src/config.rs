//! Any bytes have a header, two finite lists, and structures; any text has a dump that reads
//! back.

use pci_core::config::conventional::Express;
use pci_core::config::extended::{AccessControlServices, ResizableBars};
use pci_core::config::{
    Capabilities, ConfigSpace, ConventionalStructure, ExtendedCapabilities, ExtendedStructure,
    Header, ResetMethods,
};
use pci_core::lspci;
use pci_core::lspci::dump;
use pci_core::lspci::dump::Extent;

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let space = ConfigSpace::new(data);
    let _ = Header::read(space);
    let _ = ResetMethods::read(space);
    let list = Capabilities::read(space);
    assert!(list.capabilities.len() <= 48);
    for capability in &list.capabilities {
        let at = capability.offset;
        let _ = Express::read(space, at);
    }
    let list = ExtendedCapabilities::read(space);
    assert!(list.capabilities.len() <= 960);
    for capability in list.capabilities.iter().take(32) {
        let at = capability.offset;
        let _ = AccessControlServices::read(space, at);
        let _ = ResizableBars::read(space, at);
    }
    assert!(lspci::decode(space).len() <= 48 + 960);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(functions) = dump::parse(text) else {
        return;
    };
    let again = dump::parse(&dump::to_string(&functions, Extent::Shown)).unwrap();
    assert_eq!(functions.len(), again.len());
    for (one, other) in functions.iter().zip(&again) {
        assert_eq!((one.address, &one.config), (other.address, &other.config));
    }
}
