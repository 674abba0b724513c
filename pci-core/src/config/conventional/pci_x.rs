//! PCI-X: the faster parallel bus.

use crate::config::capability_id::CapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::header::HeaderType;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

flags! {
    /// The single bits of the PCI-X Command register.
    PciXCommandFlags: u16 {
        /// It goes on after a data parity error (`DPERE` in lspci).
        DATA_PARITY_ERROR_RECOVERY = 0;
        /// It may let transactions pass each other (`ERO`).
        RELAXED_ORDERING = 1;
    }
}

register! {
    /// The PCI-X Command register, at 0x02.
    #[doc(alias = "PCI_X_CMD")]
    PciXCommand: u16 {
        /// The most it may ask for in one read: 512 bytes, doubled as many times as
        /// this says (`RBC` in lspci).
        max_memory_read_byte_count: u8 = 3:2,
        /// How many reads it may have waiting, as a code for 1, 2, 3, 4, 8, 12, 16, 32
        /// (`OST`).
        max_outstanding_split_transactions: u8 = 6:4,
        ; /// The single bits.
        flags: PciXCommandFlags
    }
}

flags! {
    /// The single bits of the PCI-X Status register.
    PciXStatusFlags: u32 {
        /// Its bus is 64 bits wide (`64bit` in lspci).
        WIDTH_64_BIT = 16;
        /// It can run at 133 MHz (`133MHz`).
        CAPABLE_133_MHZ = 17;
        /// It threw an answer away (`SCD`).
        SPLIT_COMPLETION_DISCARDED = 18;
        /// It got an answer it had not asked for (`USC`).
        UNEXPECTED_SPLIT_COMPLETION = 19;
        /// It is a bridge of its own kind, not a simple device (`DC`).
        DEVICE_COMPLEXITY_BRIDGE = 20;
        /// It was answered with an error (`RSCEM`).
        RECEIVED_SPLIT_COMPLETION_ERROR_MESSAGE = 29;
        /// It can run at 266 MHz (`266MHz`).
        CAPABLE_266_MHZ = 30;
        /// It can run at 533 MHz (`533MHz`).
        CAPABLE_533_MHZ = 31;
    }
}

register! {
    /// The PCI-X Status register, at 0x04.
    #[doc(alias = "PCI_X_STATUS")]
    PciXStatus: u32 {
        /// The function's number.
        function: u8 = 2:0,
        /// The device's number.
        device: u8 = 7:3,
        /// The bus it is on.
        bus: u8 = 15:8,
        /// The most it was made to ask for in one read, as in the Command register
        /// (`DMMRBC` in lspci).
        designed_max_memory_read_byte_count: u8 = 22:21,
        /// How many reads it was made to have waiting, as in the Command register
        /// (`DMOST`).
        designed_max_outstanding_split_transactions: u8 = 25:23,
        /// How much it was made to have asked for altogether: 1 KiB, doubled as many
        /// times as this says (`DMCRS`).
        designed_max_cumulative_read_size: u8 = 28:26,
        ; /// The single bits.
        flags: PciXStatusFlags
    }
}

/// PCI-X of a device (PCI-X Protocol Addendum to the PCI Local Bus Specification 2.0a,
/// section 7.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PciXDevice {
    /// What it may do, at 0x02.
    pub command: PciXCommand,
    /// What it can and where it is, at 0x04.
    pub status: PciXStatus,
}

code! {
    /// How fast the secondary bus runs, and in which mode.
    SecondaryClockFrequency: u8 {
        /// As conventional PCI.
        CONVENTIONAL = 0, "conv";
        /// PCI-X at 66 MHz.
        MHZ_66 = 1, "66MHz";
        /// PCI-X at 100 MHz.
        MHZ_100 = 2, "100MHz";
        /// PCI-X at 133 MHz.
        MHZ_133 = 3, "133MHz";
    }
}

flags! {
    /// The single bits of the PCI-X Secondary Status register of a bridge.
    PciXSecondaryStatusFlags: u16 {
        /// The secondary bus is 64 bits wide (`64bit` in lspci).
        WIDTH_64_BIT = 0;
        /// It can run at 133 MHz (`133MHz`).
        CAPABLE_133_MHZ = 1;
        /// The bridge threw an answer away (`SCD`).
        SPLIT_COMPLETION_DISCARDED = 2;
        /// The bridge got an answer it had not asked for (`USC`).
        UNEXPECTED_SPLIT_COMPLETION = 3;
        /// The bridge had no room for answers (`SCO`).
        SPLIT_COMPLETION_OVERRUN = 4;
        /// The bridge held back a read for lack of room (`SRD`).
        SPLIT_REQUEST_DELAYED = 5;
    }
}

register! {
    /// The PCI-X Secondary Status register of a bridge, at 0x02.
    PciXSecondaryStatus: u16 {
        /// How fast the secondary bus runs (`Freq` in lspci).
        secondary_clock_frequency: SecondaryClockFrequency = 8:6,
        ; /// The single bits.
        flags: PciXSecondaryStatusFlags
    }
}

flags! {
    /// The single bits of the PCI-X Bridge Status register: as in
    /// [`PciXSecondaryStatusFlags`], on the primary bus.
    PciXBridgeStatusFlags: u32 {
        /// `64bit` in lspci.
        WIDTH_64_BIT = 16;
        /// `133MHz`.
        CAPABLE_133_MHZ = 17;
        /// `SCD`.
        SPLIT_COMPLETION_DISCARDED = 18;
        /// `USC`.
        UNEXPECTED_SPLIT_COMPLETION = 19;
        /// `SCO`.
        SPLIT_COMPLETION_OVERRUN = 20;
        /// `SRD`.
        SPLIT_REQUEST_DELAYED = 21;
    }
}

register! {
    /// The PCI-X Bridge Status register, at 0x04.
    PciXBridgeStatus: u32 {
        /// The function's number.
        function: u8 = 2:0,
        /// The device's number.
        device: u8 = 7:3,
        /// The bus it is on.
        bus: u8 = 15:8,
        ; /// The single bits.
        flags: PciXBridgeStatusFlags
    }
}

register! {
    /// How many answers a bridge can keep, and may ask for, in one direction.
    SplitTransactionControl: u32 {
        /// How many pieces of 128 bytes it can keep (`Capacity` in lspci).
        capacity: u16 = 15:0,
        /// How many it may ask for (`CommitmentLimit`).
        commitment_limit: u16 = 31:16,
        ; /// The bits that are in no field: none.
        reserved: u32
    }
}

/// PCI-X of a bridge (PCI-X Protocol Addendum to the PCI Local Bus Specification 2.0a,
/// the chapter on bridges).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct PciXBridge {
    /// What happened on the secondary bus, at 0x02.
    pub secondary_status: PciXSecondaryStatus,
    /// What happened on the primary bus, at 0x04.
    pub status: PciXBridgeStatus,
    /// Answers on their way up, at 0x08.
    pub upstream: SplitTransactionControl,
    /// Answers on their way down, at 0x0c.
    pub downstream: SplitTransactionControl,
}

/// PCI-X: the faster parallel bus of servers before PCI Express (PCI-X Protocol Addendum
/// to the PCI Local Bus Specification 2.0a). The structure depends on the header type:
/// section 7.2 has that of a device, the chapter on bridges theirs.
///
/// Firmware and kernel set how much a function may ask for at a time. For passthrough:
/// what is behind a bridge to PCI-X or PCI can reach its neighbours past the IOMMU, so
/// all of it is in one group.
///
/// ```
/// use pci_core::config::conventional::{PciX, PciXStatusFlags};
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// let mut bytes = [0; 256]; // header type 0 at 0x0e: a device
/// bytes[0x40..0x44].copy_from_slice(&[0x07, 0x00, 0x22, 0x00]);
/// bytes[0x44..0x48].copy_from_slice(&0x0003_0110_u32.to_le_bytes());
/// let Some(PciX::Device(pci_x)) = PciX::read(ConfigSpace::new(&bytes), 0x40) else {
///     panic!("a device")
/// };
/// // It is 01:02.0, on a bus of 64 bits, and can run at 133 MHz.
/// assert_eq!((pci_x.status.bus, pci_x.status.device), (1, 2));
/// assert!(pci_x.status.flags.contains(PciXStatusFlags::WIDTH_64_BIT));
/// assert!(pci_x.status.flags.contains(PciXStatusFlags::CAPABLE_133_MHZ));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum PciX {
    /// Of a device.
    Device(PciXDevice),
    /// Of a PCI-to-PCI bridge.
    Bridge(PciXBridge),
}

impl ConventionalStructure for PciX {
    const ID: CapabilityId = CapabilityId::PCI_X;

    /// Of a function that is neither a device nor a PCI-to-PCI bridge the structure is
    /// not defined: it gives `None`.
    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        match HeaderType(space.byte(0x0e)?).layout() {
            HeaderType::DEVICE => Some(Self::Device(PciXDevice {
                command: PciXCommand::from_bits(registers.word(2)?),
                status: PciXStatus::from_bits(registers.dword(4)?),
            })),
            HeaderType::BRIDGE => Some(Self::Bridge(PciXBridge {
                secondary_status: PciXSecondaryStatus::from_bits(registers.word(2)?),
                status: PciXBridgeStatus::from_bits(registers.dword(4)?),
                upstream: SplitTransactionControl::from_bits(registers.dword(8)?),
                downstream: SplitTransactionControl::from_bits(registers.dword(0xc)?),
            })),
            _ => None,
        }
    }
}
