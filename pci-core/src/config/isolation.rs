//! Whether a function lets its neighbours be reached past the IOMMU.

use super::conventional::Express;
use super::conventional::express::DeviceType;
use super::extended::{AccessControlServices, AcsCapabilityFlags, AcsControlFlags};
use super::space::ConfigSpace;
use crate::tree::Lookup;

/// Whether a device has other functions beside the one in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Functions {
    /// It has this function alone.
    One,
    /// It has several.
    Several,
}

/// What access control does at a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Requests through it go up to the IOMMU, or there is nothing to keep apart: an
    /// endpoint that is alone in its device.
    Isolated,
    /// They do not: these controls could be turned on, and are off.
    ControlsOff(AcsControlFlags),
    /// They do not: there is no Access Control Services capability.
    NoAcs,
    /// They do not: what is on a parallel bus, and what leads to one, hears everything.
    SharedBus,
    /// The registers were not shown.
    NotShown,
}

impl Isolation {
    /// What the registers tell of a function, of a device with these `functions`: the
    /// rule of Linux (`pci_acs_enabled` in `drivers/pci/pci.c`), without its list of
    /// devices that keep apart though they do not say so. Controls that a function does
    /// not have are taken to be always on, but for egress control.
    ///
    /// ```
    /// use pci_core::config::{ConfigSpace, Functions, Isolation};
    /// use pci_core::config::extended::{AccessControlServices, AcsControlFlags};
    /// let mut bytes = vec![0; 4096];
    /// bytes[0x06] = 0x10;
    /// bytes[0x34] = 0x60;
    /// bytes[0x60..0x64].copy_from_slice(&[0x10, 0x00, 0x42, 0x00]); // root port
    /// let of = |bytes: &[u8]| Isolation::of(ConfigSpace::new(bytes), Functions::One);
    /// assert_eq!(of(&bytes), Isolation::NoAcs);
    /// bytes[0x100..0x108].copy_from_slice(&[0x0d, 0, 1, 0, 0x1f, 0, 0x1d, 0]);
    /// assert_eq!(of(&bytes), Isolation::Isolated);
    /// bytes[0x106] = 0x0d;
    /// assert_eq!(of(&bytes), Isolation::ControlsOff(AcsControlFlags::UPSTREAM_FORWARDING));
    /// assert_eq!(of(&bytes[..256]), Isolation::NotShown);
    /// ```
    #[must_use]
    pub fn of(space: ConfigSpace<'_>, functions: Functions) -> Self {
        let kind = match space.capability::<Express>() {
            Lookup::Found(express) => express.capabilities.device_type,
            Lookup::Absent => return Self::SharedBus,
            Lookup::NotShown | Lookup::Unreadable(_) => return Self::NotShown,
        };
        match kind {
            DeviceType::PCIE_BRIDGE
            | DeviceType::PCI_BRIDGE
            | DeviceType::ROOT_COMPLEX_EVENT_COLLECTOR => Self::SharedBus,
            DeviceType::ROOT_PORT | DeviceType::DOWNSTREAM_PORT => Self::controls(space),
            DeviceType::ENDPOINT
            | DeviceType::UPSTREAM_PORT
            | DeviceType::LEGACY_ENDPOINT
            | DeviceType::ROOT_COMPLEX_INTEGRATED_ENDPOINT
                if functions == Functions::Several =>
            {
                Self::controls(space)
            }
            _ => Self::Isolated,
        }
    }

    fn controls(space: ConfigSpace<'_>) -> Self {
        let acs = match space.extended_capability::<AccessControlServices>() {
            Lookup::Found(acs) => acs,
            Lookup::Absent => return Self::NoAcs,
            Lookup::NotShown | Lookup::Unreadable(_) => return Self::NotShown,
        };
        let there = acs.capabilities.flags | AcsCapabilityFlags::P2P_EGRESS_CONTROL;
        // The controls have the bits of the capabilities.
        let there = AcsControlFlags::from_bits_retain(there.bits());
        let off = AccessControlServices::ISOLATION
            .intersection(there)
            .difference(acs.control.flags);
        if off.is_empty() {
            Self::Isolated
        } else {
            Self::ControlsOff(off)
        }
    }
}
