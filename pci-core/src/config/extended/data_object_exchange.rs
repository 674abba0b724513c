//! Data Object Exchange: a mailbox.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the DOE Capabilities register.
    DoeCapabilityFlags: u32 {
        /// It can interrupt (`IntSup` in lspci).
        #[doc(alias = "PCI_DOE_CAP_INT_SUP")]
        INTERRUPT_SUPPORT = 0;
        /// It can be told not to be listened to.
        ATTENTION_MECHANISM_SUPPORT = 12;
        /// It can send without being asked.
        ASYNC_MESSAGE_SUPPORT = 13;
    }
}

register! {
    /// The DOE Capabilities register, at 0x04 (PCI Express Base Specification 6.3,
    /// section 7.9.24.2).
    #[doc(alias = "DOECap")]
    DoeCapabilities: u32 {
        /// Which vector tells of it.
        interrupt_message: u16 = 11:1,
        ; /// The single bits.
        flags: DoeCapabilityFlags
    }
}

flags! {
    /// The DOE Control register, at 0x08 (PCI Express Base Specification 6.3, section
    /// 7.9.24.3).
    #[doc(alias = "DOECtl")]
    DoeControl: u32 {
        /// Writing 1 ends whatever is going on.
        ABORT = 0;
        /// It interrupts (`IntEn` in lspci).
        INTERRUPT_ENABLE = 1;
        /// It is not listened to.
        ATTENTION_NOT_NEEDED = 2;
        /// It may send without being asked.
        ASYNC_MESSAGE_ENABLE = 3;
        /// Writing 1 sends what is in the mailbox.
        GO = 31;
    }
}

flags! {
    /// The DOE Status register, at 0x0c (PCI Express Base Specification 6.3, section
    /// 7.9.24.4).
    #[doc(alias = "DOESta")]
    DoeStatus: u32 {
        /// It cannot take anything now (`Busy` in lspci).
        BUSY = 0;
        /// It interrupted (`IntSta`).
        INTERRUPT_STATUS = 1;
        /// It failed (`Error`).
        ERROR = 2;
        /// Something waits that was not asked for.
        ASYNC_MESSAGE_STATUS = 3;
        /// It is listening.
        AT_ATTENTION = 4;
        /// An answer waits (`ObjectReady`).
        DATA_OBJECT_READY = 31;
    }
}

/// Data Object Exchange (PCI Express Base Specification 6.3, sections 6.30 and 7.9.24): a
/// mailbox through which software and device pass each other messages of any length. By
/// it a device proves what it is (CMA), agrees on keys for encryption
/// ([IDE](super::IntegrityAndDataEncryption)), or tells of its memory (CXL).
///
/// ```
/// use pci_core::config::extended::{DataObjectExchange, DoeCapabilityFlags, DoeStatus};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x18];
/// bytes[..8].copy_from_slice(&[0x2e, 0x00, 0x01, 0x00, 0x01, 0x00, 0x00, 0x00]);
/// bytes[0x0c..0x10].copy_from_slice(&0x8000_0000_u32.to_le_bytes());
/// let doe = DataObjectExchange::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(doe.capabilities.flags.contains(DoeCapabilityFlags::INTERRUPT_SUPPORT));
/// assert!(doe.status.contains(DoeStatus::DATA_OBJECT_READY));
/// ```
#[doc(alias = "DOE")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DataObjectExchange {
    /// What it can, at 0x04.
    pub capabilities: DoeCapabilities,
    /// What it is told, at 0x08.
    pub control: DoeControl,
    /// What it does, at 0x0c.
    pub status: DoeStatus,
}

impl ExtendedStructure for DataObjectExchange {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::DATA_OBJECT_EXCHANGE;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: DoeCapabilities::from_bits(registers.dword(4)?),
            control: DoeControl::from_bits_retain(registers.dword(8)?),
            status: DoeStatus::from_bits_retain(registers.dword(0xc)?),
        })
    }
}
