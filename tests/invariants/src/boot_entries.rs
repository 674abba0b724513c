//! Files of boot menus, kernelstub's JSON and GRUB's environment block come back
//! as they were, and a change done twice is done once.

use hostconf::boot::bls;
use hostconf::boot::change::OptionsChange;
use hostconf::boot::entries::{EntryFile, Format};
use hostconf::boot::grubenv::GrubEnv;
use hostconf::boot::kernelstub::Configuration;

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
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
    for format in [
        Format::BootLoaderSpecification,
        Format::Syslinux,
        Format::Limine,
        Format::LimineCfg,
        Format::RefindLinux,
        Format::Refind,
    ] {
        let mut file = EntryFile::parse(format, text);
        assert_eq!(file.to_string(), text);
        if file.change(&change).is_ok() {
            let once = file.to_string();
            assert!(file.change(&change).is_ok());
            assert_eq!(file.to_string(), once);
        }
    }
    let mut file = Configuration::parse(text);
    if file.change(&change).is_ok() {
        let once = file.to_string();
        assert!(file.change(&change).is_ok());
        assert_eq!(file.to_string(), once);
    }
    assert!(bls::fields(text).count() <= text.lines().count());
    if let Ok(mut block) = GrubEnv::parse(text) {
        if block.set("kernelopts", "a b").is_ok() {
            assert_eq!(block.get("kernelopts").as_deref(), Some("a b"));
            assert_eq!(block.to_string().len(), text.len());
        }
    }
}
