//! The number of a virtual machine.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error};

/// Number of a Proxmox VE guest: 100 to 999999999, by the API's format `pve-vmid`
/// (`PVE::JSONSchema`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VmId(u32);

impl VmId {
    /// The guest `number`; `None` out of 100 to 999999999.
    #[must_use]
    pub const fn new(number: u32) -> Option<Self> {
        match number {
            100..=999_999_999 => Some(Self(number)),
            _ => None,
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }

    /// The path of the guest's configuration on a node (`qm.conf(5)`).
    #[must_use]
    pub fn config_path(self) -> String {
        format!("/etc/pve/qemu-server/{self}.conf")
    }
}

impl fmt::Display for VmId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for VmId {
    type Err = Error;

    /// Decimal digits without sign and leading zero.
    fn from_str(text: &str) -> Result<Self, Error> {
        if text.starts_with(['+', '0']) {
            return Err(Cause::VmId.into());
        }
        let number = text.parse().map_err(|_| Cause::VmId)?;
        Ok(Self::new(number).ok_or(Cause::VmId)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn range_and_spelling() {
        for text in ["99", "1000000000", "+105", "0105", "", "1e3", "105 "] {
            assert_eq!(text.parse::<VmId>(), Err(Cause::VmId.into()), "{text}");
        }
        let id: VmId = "105".parse().unwrap();
        assert_eq!(id.config_path(), "/etc/pve/qemu-server/105.conf");
    }
}
