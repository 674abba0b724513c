//! The files that boot menus are written from (limine-entry-tool, NixOS), and the
//! firmware's own entries: a change done twice is done once, and any bytes are read.

use hostconf::boot::change::OptionsChange;
use hostconf::boot::efi_variables::{load_option, without_identities};
use hostconf::boot::limine_entry_tool::Defaults;
use hostconf::boot::nixos::Module;

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let _ = load_option(data);
    let _ = without_identities(data);
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let change = OptionsChange {
        put: vec![
            "iommu=pt".parse().unwrap(),
            "vfio-pci.ids=10de:2d04".parse().unwrap(),
        ],
        remove: vec!["amd_iommu=on".parse().unwrap()],
        ..OptionsChange::default()
    };
    let mut file = Defaults::parse(text);
    assert_eq!(file.to_string(), text);
    if file.change(&change).is_ok() {
        let once = file.to_string();
        assert!(file.change(&change).is_ok());
        assert_eq!(file.to_string(), once);
    }
    let mut module = Module::parse(text);
    assert_eq!(module.to_string(), text);
    if module.change(&change).is_ok() {
        let once = module.to_string();
        assert!(module.change(&change).is_ok());
        assert_eq!(module.to_string(), once);
    }
    if module.import().is_ok() {
        let once = module.to_string();
        assert!(module.import().is_ok());
        assert_eq!(module.to_string(), once);
    }
}
