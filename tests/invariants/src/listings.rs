//! Any text has rows, or none.

use pci_core::listing::{
    dpdk_devbind, driverctl, esxi, hwinfo, inxi, lshw, lxd_resources, nodedev, nvidia_smi, pciconf,
    pvesh, sysfs_links, uevent, vm_passthru, windows, xl,
};

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let _ = pvesh::parse(text);
    let _ = nvidia_smi::parse(text);
    let _ = (nodedev::names(text), nodedev::parse(text));
    let _ = (esxi::pci_list(text), esxi::pcipassthru_list(text));
    let _ = esxi::lspci(text);
    let _ = (windows::parse(text), windows::survey(text));
    let _ = (lshw::parse(text), hwinfo::parse(text), pciconf::parse(text));
    let _ = (driverctl::parse(text), dpdk_devbind::parse(text));
    let _ = (xl::parse(text), sysfs_links::parse(text));
    let _ = (inxi::parse(text), uevent::parse(text));
    let _ = (vm_passthru::parse(text), lxd_resources::parse(text));
}
