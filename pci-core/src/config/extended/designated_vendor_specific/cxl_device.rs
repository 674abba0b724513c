//! CXL of a device.

use super::capability::DvsecHeader;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;

flags! {
    /// The single bits of the CXL Capability register.
    CxlDeviceCapabilityFlags: u16 {
        /// It can cache the processor's memory (`Cache` in lspci).
        CACHE = 0;
        /// It is PCI Express (`IO`).
        IO = 1;
        /// It has memory (`Mem`).
        MEM = 2;
        /// Its memory is set up without software (`MemHWInit`).
        MEM_HWINIT_MODE = 3;
        /// It can pass trouble on (`Viral`).
        VIRAL = 14;
    }
}

register! {
    /// The CXL Capability register, at 0x0a (Compute Express Link Specification 3.1,
    /// section 8.1.3.1).
    #[doc(alias = "CXLCap")]
    CxlDeviceCapabilities: u16 {
        /// How many ranges of memory it has: 1 or 2.
        hdm_count: u8 = 5:4,
        ; /// The single bits.
        flags: CxlDeviceCapabilityFlags
    }
}

flags! {
    /// The single bits of the CXL Control register.
    CxlDeviceControlFlags: u16 {
        /// It may cache (`Cache` in lspci).
        CACHE_ENABLE = 0;
        /// It is PCI Express (`IO`).
        IO_ENABLE = 1;
        /// Its memory is in use (`Mem`).
        MEM_ENABLE = 2;
        /// It need not tell of clean lines it drops.
        CACHE_CLEAN_EVICTION = 11;
        /// It passes trouble on (`Viral`).
        VIRAL_ENABLE = 14;
    }
}

register! {
    /// The CXL Control register, at 0x0c (Compute Express Link Specification 3.1, section
    /// 8.1.3.2).
    #[doc(alias = "CXLCtl")]
    CxlDeviceControl: u16 {
        /// How much of its cache the processor keeps track of, as a power of 2 of the
        /// next field; 0 for nothing.
        cache_sf_coverage: u8 = 7:3,
        /// The unit of that, as a power of 2 from 4 KiB on.
        cache_sf_granularity: u8 = 10:8,
        ; /// The single bits.
        flags: CxlDeviceControlFlags
    }
}

flags! {
    /// The CXL Status register, at 0x0e (Compute Express Link Specification 3.1, section
    /// 8.1.3.3).
    #[doc(alias = "CXLSta")]
    CxlDeviceStatus: u16 {
        /// There was trouble (`Viral` in lspci).
        VIRAL = 14;
    }
}

flags! {
    /// The single bits of a Range Size Low register.
    CxlRangeSizeFlags: u32 {
        /// The size counts (`Valid` in lspci).
        MEMORY_INFO_VALID = 0;
        /// The memory can be used (`Active`).
        MEMORY_ACTIVE = 1;
    }
}

register! {
    /// A Range Size Low register (Compute Express Link Specification 3.1, section
    /// 8.1.3.8.2).
    CxlRangeSize: u32 {
        /// What kind of memory it is: 0 volatile, 1 not, 2 and 7 whatever the device
        /// says elsewhere.
        media_type: u8 = 4:2,
        /// What it is good for: 0 memory, 1 storage, 2 and 7 whatever the device says
        /// elsewhere.
        memory_class: u8 = 7:5,
        /// How it wants to be interleaved, as a code.
        desired_interleave: u8 = 12:8,
        /// How long it takes until it can be used, as a code.
        memory_active_timeout: u8 = 15:13,
        ; /// The single bits, and bits 31:28 of the size.
        flags: CxlRangeSizeFlags
    }
}

/// A range of a device's memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CxlRange {
    /// Its size in bytes: a multiple of 256 MiB.
    pub size: u64,
    /// What kind of memory it is.
    pub properties: CxlRangeSize,
    /// Its address.
    pub base: u64,
}

/// CXL of a device (Compute Express Link Specification 3.1, section 8.1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CxlDevice {
    /// What it can, at 0x0a.
    pub capabilities: CxlDeviceCapabilities,
    /// What is in use, at 0x0c.
    pub control: CxlDeviceControl,
    /// What happened, at 0x0e.
    pub status: CxlDeviceStatus,
    /// Control 2, at 0x10: bit 0 no caching, bit 1 write back and forget, bit 2 reset,
    /// bit 3 clear memory at reset.
    pub control_2: u16,
    /// Status 2, at 0x12: bit 0 the cache is empty, bit 1 the reset is done, bit 2 it
    /// failed, bit 15 power management is set up.
    pub status_2: u16,
    /// Capability 2, at 0x16: bits 3:0 the unit of the cache's size, 15:8 the size.
    pub capabilities_2: u16,
    /// The two ranges of memory, at 0x18 and 0x28.
    pub ranges: [CxlRange; 2],
    /// Capability 3, at 0x38, where the structure is long enough.
    pub capabilities_3: Option<u16>,
}

impl CxlDevice {
    pub(super) fn read(registers: Registers<'_>, header: DvsecHeader) -> Option<Self> {
        let range = |at: u16| {
            let low = registers.dword(at + 4)?;
            Some(CxlRange {
                size: u64::from(registers.dword(at)?) << 32 | u64::from(low & 0xf000_0000),
                properties: CxlRangeSize::from_bits(low),
                base: u64::from(registers.dword(at + 8)?) << 32
                    | u64::from(registers.dword(at + 0xc)? & 0xf000_0000),
            })
        };
        Some(Self {
            capabilities: CxlDeviceCapabilities::from_bits(registers.word(0x0a)?),
            control: CxlDeviceControl::from_bits(registers.word(0x0c)?),
            status: CxlDeviceStatus::from_bits_retain(registers.word(0x0e)?),
            control_2: registers.word(0x10)?,
            status_2: registers.word(0x12)?,
            capabilities_2: registers.word(0x16)?,
            ranges: [range(0x18)?, range(0x28)?],
            capabilities_3: if header.length >= 0x3a {
                registers.word(0x38)
            } else {
                None
            },
        })
    }
}
