//! Process Address Space ID: a device that works for several processes.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the PASID Capability register (PCI Express Base
    /// Specification 6.3, section 7.8.9.2).
    PasidCapabilityFlags: u16 {
        /// It can ask whether it may execute (`Exec` in lspci).
        #[doc(alias = "PCI_PASID_CAP_EXEC")]
        EXECUTE_PERMISSION = 1;
        /// It can work for a privileged process (`Priv`).
        #[doc(alias = "PCI_PASID_CAP_PRIV")]
        PRIVILEGED_MODE = 2;
        /// It can name the process in requests with translated addresses.
        TRANSLATED_REQUESTS_WITH_PASID = 3;
    }
}

register! {
    /// The PASID Capability register, at 0x04.
    #[doc(alias = "PASIDCap")]
    #[doc(alias = "PCI_PASID_CAP")]
    PasidCapabilities: u16 {
        /// How many bits a process's number can have: 0 to 20 (`Max PASID Width` in
        /// lspci).
        max_pasid_width: u8 = 12:8,
        ; /// The single bits.
        flags: PasidCapabilityFlags
    }
}

flags! {
    /// The PASID Control register, at 0x06 (PCI Express Base Specification 6.3,
    /// section 7.8.9.3).
    #[doc(alias = "PASIDCtl")]
    #[doc(alias = "PCI_PASID_CTRL")]
    PasidControl: u16 {
        /// It may name processes (`Enable` in lspci).
        ENABLE = 0;
        /// It may ask whether it may execute (`Exec`).
        EXECUTE_PERMISSION = 1;
        /// It may work for a privileged process (`Priv`).
        PRIVILEGED_MODE = 2;
        /// It may name the process in requests with translated addresses.
        TRANSLATED_REQUESTS_WITH_PASID = 3;
    }
}

/// Process Address Space ID (PCI Express Base Specification 6.3, sections 6.20 and
/// 7.8.9): requests name the process whose addresses they use, so that a function can
/// work for several at a time.
///
/// The IOMMU's driver switches it on where it is asked for. A function given to a guest
/// as a whole does not need it.
///
/// ```
/// use pci_core::config::extended::{Pasid, PasidControl};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// // Id 001b, capabilities 1406, control 0001.
/// let bytes = [0x1b, 0x00, 0x01, 0x00, 0x06, 0x14, 0x01, 0x00];
/// let pasid = Pasid::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(pasid.capabilities.max_pasid_width, 20);
/// assert!(pasid.control.contains(PasidControl::ENABLE));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Pasid {
    /// What it can, at 0x04.
    pub capabilities: PasidCapabilities,
    /// What is in use, at 0x06.
    pub control: PasidControl,
}

impl ExtendedStructure for Pasid {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::PASID;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: PasidCapabilities::from_bits(registers.word(4)?),
            control: PasidControl::from_bits_retain(registers.word(6)?),
        })
    }
}
