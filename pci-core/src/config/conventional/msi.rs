//! MSI: interrupts as writes to memory.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

flags! {
    /// The single bits of the Message Control register of MSI.
    MsiFlags: u16 {
        /// MSI is in use, INTx is not (`Enable` in lspci).
        ENABLE = 0;
        /// The address has 64 bits (`64bit`).
        ADDRESS_64_BIT = 7;
        /// Single vectors can be masked (`Maskable`).
        PER_VECTOR_MASKING = 8;
        /// The data can have 32 bits.
        EXTENDED_MESSAGE_DATA_CAPABLE = 9;
        /// The data has 32 bits.
        EXTENDED_MESSAGE_DATA_ENABLE = 10;
    }
}

register! {
    /// The Message Control register of MSI, at 0x02.
    #[doc(alias = "PCI_MSI_FLAGS")]
    MsiControl: u16 {
        /// How many vectors the function wants, as a power of 2: 0 to 5.
        multiple_message_capable: u8 = 3:1,
        /// How many vectors it was given, as a power of 2: 0 to 5.
        multiple_message_enable: u8 = 6:4,
        ; /// The single bits.
        flags: MsiFlags
    }
}

/// The Mask Bits and Pending Bits registers of MSI: a bit for each vector.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct MsiMasking {
    /// The vectors that may not be sent.
    pub mask: u32,
    /// The vectors that were to be sent and wait.
    pub pending: u32,
}

/// Message Signaled Interrupts (PCI Local Bus Specification 3.0, section 6.8.1; PCI
/// Express Base Specification 6.3, section 7.7.1): the function interrupts by a write to
/// memory, not by a wire.
///
/// The driver's kernel sets it up: where to write, what, and how many vectors (a vector
/// is an interrupt of its own). On x86 the address is in `0xfeexxxxx`, where writes are
/// interrupts. That is why passthrough wants interrupt remapping: without it a function
/// could send any interrupt by writing there. A guest does not see what is in these
/// registers: the hypervisor shows it others.
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure, conventional::{Msi, MsiFlags}};
/// let bytes = [
///     0x05, 0x00, 0x81, 0x00, // control 0081: in use, address of 64 bits
///     0x98, 0x01, 0xe0, 0xfe, 0, 0, 0, 0, // the address
///     0x21, 0x40, 0, 0, // the data
/// ];
/// let msi = Msi::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(msi.control.flags.contains(MsiFlags::ENABLE));
/// assert_eq!((msi.address, msi.data), (0xfee0_0198, 0x4021));
/// // The function wants 1 << 0 = 1 vector.
/// assert_eq!(msi.control.multiple_message_capable, 0);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Msi {
    /// What it can and what is in use, at 0x02.
    pub control: MsiControl,
    /// Where it writes, at 0x04.
    pub address: u64,
    /// What it writes: at 0x08, or at 0x0c with an address of 64 bits. The vector's
    /// number goes into the low bits.
    pub data: u16,
    /// The upper half of what it writes, where that has 32 bits.
    pub extended_data: u16,
    /// Which vectors are masked and pending, behind the data, where vectors can be
    /// masked.
    pub masking: Option<MsiMasking>,
}

impl ConventionalStructure for Msi {
    const ID: CapabilityId = CapabilityId::MSI;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let control = MsiControl::from_bits(registers.word(2)?);
        let low = registers.dword(4)?;
        let (high, data) = if control.flags.contains(MsiFlags::ADDRESS_64_BIT) {
            (registers.dword(8)?, 0xc)
        } else {
            (0, 8)
        };
        let masking = if control.flags.contains(MsiFlags::PER_VECTOR_MASKING) {
            Some(MsiMasking {
                mask: registers.dword(data + 4)?,
                pending: registers.dword(data + 8)?,
            })
        } else {
            None
        };
        let extended = MsiFlags::EXTENDED_MESSAGE_DATA_CAPABLE;
        Some(Self {
            control,
            address: u64::from(low) | u64::from(high) << 32,
            data: registers.word(data)?,
            extended_data: if control.flags.contains(extended) {
                registers.word(data + 2)?
            } else {
                0
            },
            masking,
        })
    }
}
