//! Flit Logging: errors of flits, and of bits on each lane.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::extended::device_3::L0pLinkWidth;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

/// How many lanes have a counter.
const LANES: u16 = 16;

flags! {
    /// The single bits of the Flit Error Log 1 register.
    FlitErrorLog1Flags: u32 {
        /// An error was logged (`Valid` in lspci).
        VALID = 0;
        /// More errors wait to be read (`More entries`).
        MORE_ENTRIES = 13;
        /// The type of the flit meant nothing (`Unrecognized flit`).
        UNRECOGNIZED_FLIT = 14;
        /// Forward error correction could not help (`FEC uncorrectable`).
        FEC_UNCORRECTABLE = 15;
    }
}

register! {
    /// The Flit Error Log 1 register, at 0x04 (PCI Express Base Specification 6.3,
    /// section 7.7.8.2; the bits as lspci 3.15 shows them).
    FlitErrorLog1: u32 {
        /// How wide the link was.
        link_width: L0pLinkWidth = 3:1,
        /// How many flits after the last that was logged.
        flit_offset: u8 = 7:4,
        /// How many flits right behind it were in error.
        consecutive_errors: u8 = 12:8,
        /// The parity syndrome of ECC group 0.
        syndrome_parity_0: u8 = 23:16,
        /// The check syndrome of ECC group 0.
        syndrome_check_0: u8 = 31:24,
        ; /// The single bits.
        flags: FlitErrorLog1Flags
    }
}

register! {
    /// The Flit Error Log 2 register, at 0x08 (PCI Express Base Specification 6.3,
    /// section 7.7.8.3; the bits as lspci 3.15 shows them).
    FlitErrorLog2: u32 {
        /// The parity syndrome of ECC group 1.
        syndrome_parity_1: u8 = 7:0,
        /// The check syndrome of ECC group 1.
        syndrome_check_1: u8 = 15:8,
        /// The parity syndrome of ECC group 2.
        syndrome_parity_2: u8 = 23:16,
        /// The check syndrome of ECC group 2.
        syndrome_check_2: u8 = 31:24,
        ; /// No bits.
        reserved: u32
    }
}

flags! {
    /// The single bits of the Flit Error Counter Control register.
    FlitErrorCounterControlFlags: u16 {
        /// It counts.
        ENABLE = 0;
        /// It interrupts.
        INTERRUPT_ENABLE = 1;
    }
}

register! {
    /// The Flit Error Counter Control register, at 0x0c (PCI Express Base Specification
    /// 6.3, section 7.7.8.4; the bits as lspci 3.15 shows them).
    FlitErrorCounterControl: u16 {
        /// Which errors it counts, as a code.
        events_to_count: u8 = 3:2,
        /// At how many of them something is done.
        trigger_count: u8 = 11:4,
        ; /// The single bits.
        flags: FlitErrorCounterControlFlags
    }
}

register! {
    /// The Flit Error Counter Status register, at 0x0e (PCI Express Base Specification
    /// 6.3, section 7.7.8.5; the bits as lspci 3.15 shows them).
    FlitErrorCounterStatus: u16 {
        /// How wide the link was when counting began.
        link_width: L0pLinkWidth = 2:0,
        /// How many errors were counted.
        count: u8 = 15:8,
        ; /// The other bits. One of them says that it interrupted; lspci 3.15 takes bit 2
        /// for that, which is the width's.
        other: u16
    }
}

code! {
    /// Which errors the counters of the lanes count.
    FberGranularity: u8 {
        /// All.
        ALL = 0, "all";
        /// Those of even bits.
        EVEN = 1, "even";
        /// Those of odd bits.
        ODD = 2, "odd";
        /// Those in which the two differ.
        MISMATCH = 3, "mismatch";
    }
}

flags! {
    /// The single bits of the FBER Measurement Control register.
    FberMeasurementControlFlags: u32 {
        /// It counts (`En` in lspci).
        ENABLE = 0;
        /// Writing 1 begins from 0.
        CLEAR_COUNTERS = 1;
    }
}

register! {
    /// The FBER Measurement Control register, at 0x10 (PCI Express Base Specification
    /// 6.3, section 7.7.8.6; the bits as lspci 3.15 shows them).
    FberMeasurementControl: u32 {
        /// Which errors of a lane are counted.
        granularity: FberGranularity = 3:2,
        ; /// The single bits.
        flags: FberMeasurementControlFlags
    }
}

/// Flit Logging (PCI Express Base Specification 6.3, section 7.7.8): which flits (the
/// fixed-size units of a link at 64 GT/s) came damaged, and the first bit error rate
/// (FBER) of each lane. The hardware counts.
///
/// ```
/// use pci_core::config::extended::FlitLogging;
/// use pci_core::config::{ConfigSpace, ExtendedStructure as _};
/// let mut bytes = vec![0; 4096];
/// bytes[0x104] = 0x09; // Flit Error Log 1: valid, width code 4
/// bytes[0x11c..0x120].copy_from_slice(&[7, 0, 9, 0]);
/// let log = FlitLogging::read(ConfigSpace::new(&bytes), 0x100).unwrap();
/// assert_eq!(log.error_log_1.link_width.to_string(), "x16");
/// assert_eq!(log.lane_correctable[..2], [7, 9]);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FlitLogging {
    /// The error that was logged, at 0x04.
    pub error_log_1: FlitErrorLog1,
    /// More of it, at 0x08.
    pub error_log_2: FlitErrorLog2,
    /// What the counter of errors is told, at 0x0c.
    pub counter_control: FlitErrorCounterControl,
    /// What it counted, at 0x0e.
    pub counter_status: FlitErrorCounterStatus,
    /// What the measurement is told, at 0x10.
    pub measurement_control: FberMeasurementControl,
    /// How many flits it saw, at 0x14.
    pub flits: u32,
    /// How many of them were invalid, at 0x18.
    pub invalid_flits: u16,
    /// How many errors that could be corrected came on each of lanes 0 to 15, from 0x1c
    /// on.
    pub lane_correctable: [u16; LANES as usize],
}

impl ExtendedStructure for FlitLogging {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::FLIT_LOGGING;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let mut lane_correctable = [0; LANES as usize];
        for (lane, count) in (0..LANES).zip(&mut lane_correctable) {
            *count = registers.word(0x1c + 2 * lane)?;
        }
        Some(Self {
            error_log_1: FlitErrorLog1::from_bits(registers.dword(4)?),
            error_log_2: FlitErrorLog2::from_bits(registers.dword(8)?),
            counter_control: FlitErrorCounterControl::from_bits(registers.word(0xc)?),
            counter_status: FlitErrorCounterStatus::from_bits(registers.word(0xe)?),
            measurement_control: FberMeasurementControl::from_bits(registers.dword(0x10)?),
            flits: registers.dword(0x14)?,
            invalid_flits: registers.word(0x18)?,
            lane_correctable,
        })
    }
}
