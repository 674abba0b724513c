//! Versions of Proxmox VE.

use core::fmt;

/// A version of Proxmox VE, as `pveversion` prints it after `pve-manager/`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PveVersion {
    major: u16,
    minor: u16,
}

impl PveVersion {
    /// `vendor-id`, `device-id` and their subsystem forms in `hostpciN`
    /// (qemu-server's change log of 7.2).
    pub(crate) const SEEN_IDS: Self = Self::new(7, 2);
    /// `affinity` (release notes of 7.3).
    pub(crate) const AFFINITY: Self = Self::new(7, 3);
    /// `mapping` in `hostpciN`, and `/etc/pve/mapping/pci.cfg` (release notes of
    /// 8.0).
    pub(crate) const MAPPINGS: Self = Self::new(8, 0);

    /// Version `major`.`minor`.
    #[must_use]
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }
}

impl fmt::Display for PveVersion {
    /// `8.4`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
