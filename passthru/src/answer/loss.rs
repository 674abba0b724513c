//! The host's loss when a guest gets a card: ports, disks, or functions of the chipset.

use pci_core::ClassCode;

use crate::host::Device;
use crate::text::{Text, text};

/// Serial bus controllers: PCI Code and ID Assignment Specification 1.11, class 0Ch.
const SERIAL_BUS: u8 = 0x0c;
const USB: u8 = 0x03;
const SMBUS: u8 = 0x05;

/// Mass storage controllers, class 01h.
const STORAGE: u8 = 0x01;

/// Bridges, class 06h, and one to ISA or LPC.
const BRIDGE: u8 = 0x06;
const ISA: u8 = 0x01;

/// The sentence about the loss, if the card is of a class that the host usually needs.
pub(crate) fn of(devices: &[&Device]) -> Option<Text> {
    let classes = devices.iter().filter_map(|device| device.class.as_ref());
    let classes: Vec<ClassCode> = classes.map(|class| class.value).collect();
    let has = |base, sub| {
        let mut all = classes.iter();
        all.any(|class| class.base == base && class.sub == sub)
    };
    // A graphics card may have a USB controller, which is of its output.
    let is_display = classes.iter().any(|class| class.is_display());
    if has(SERIAL_BUS, SMBUS) || has(BRIDGE, ISA) {
        Some(text!(
            "the host needs such functions of its chipset: the loss can stop it"
        ))
    } else if has(SERIAL_BUS, USB) && !is_display {
        Some(text!(
            "all of its ports leave the host, with the keyboard and mouse on them"
        ))
    } else if classes.iter().any(|class| class.base == STORAGE) {
        Some(text!(
            "all of its disks leave the host, which must not have its system on one"
        ))
    } else {
        None
    }
}
