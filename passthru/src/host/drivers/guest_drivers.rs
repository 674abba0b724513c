//! Drivers that have functions for guests.

pub(crate) use iommu::is_vfio_driver;

/// Whether the driver has functions for guests: the host has no use for these.
pub(crate) fn is_for_guests(driver: &str) -> bool {
    driver == "pci-stub" || is_assigned_by(driver)
}

/// Whether a hypervisor assigns functions that this driver has.
pub(crate) fn is_assigned_by(driver: &str) -> bool {
    is_vfio_driver(driver) || is_pciback(driver) || driver == "ppt"
}

/// Whether it is Xen's driver: `pciback` is the name that sysfs shows, `xen-pciback` that of the
/// module (Linux drivers/xen/xen-pciback/pci_stub.c).
pub(crate) fn is_pciback(driver: &str) -> bool {
    matches!(driver, "pciback" | "xen-pciback")
}
