//! CXL's link.

use super::capability::DvsecHeader;
use crate::config::field::flags;
use crate::config::registers::Registers;

flags! {
    /// The Flex Bus Port Capability register, at 0x0a (Compute Express Link Specification
    /// 3.1, section 8.2.1.3.1).
    #[doc(alias = "FBCap")]
    CxlFlexBusCapabilities: u16 {
        /// It can cache the processor's memory (`Cache` in lspci).
        CACHE = 0;
        /// It is PCI Express (`IO`).
        IO = 1;
        /// It has memory (`Mem`).
        MEM = 2;
        /// It knows flits of 68 bytes (`68BFlit`).
        FLIT_68B_AND_VH = 5;
        /// It can be several devices (`MltLogDev`).
        MULTI_LOGICAL_DEVICE = 6;
        /// It knows faster flits of 256 bytes (`256BFlit`).
        LATENCY_OPTIMIZED_256B_FLIT = 13;
        /// It knows port based routing (`PBRFlit`).
        PBR_FLIT = 14;
    }
}

flags! {
    /// The Flex Bus Port Control register, at 0x0c (Compute Express Link Specification
    /// 3.1, section 8.2.1.3.2).
    #[doc(alias = "FBCtl")]
    CxlFlexBusControl: u16 {
        /// It may cache (`Cache` in lspci).
        CACHE_ENABLE = 0;
        /// It is PCI Express (`IO`).
        IO_ENABLE = 1;
        /// Its memory is in use (`Mem`).
        MEM_ENABLE = 2;
        /// Synchronization headers are left out (`SynHdrByp`).
        SYNC_HEADER_BYPASS_ENABLE = 3;
        /// A shorter buffer is used (`DrftBuf`).
        DRIFT_BUFFER_ENABLE = 4;
        /// Flits of 68 bytes are used (`68BFlit`).
        FLIT_68B_AND_VH_ENABLE = 5;
        /// It is several devices (`MltLogDev`).
        MULTI_LOGICAL_DEVICE_ENABLE = 6;
        /// It does not train as a CXL 1.1 device (`RCD`).
        DISABLE_RCD_TRAINING = 7;
        /// There is a retimer (`Retimer1`).
        RETIMER_1_PRESENT = 8;
        /// There is a second retimer (`Retimer2`).
        RETIMER_2_PRESENT = 9;
        /// Faster flits of 256 bytes are used (`256BFlit`).
        LATENCY_OPTIMIZED_256B_FLIT_ENABLE = 13;
        /// Port based routing is used (`PBRFlit`).
        PBR_FLIT_ENABLE = 14;
    }
}

flags! {
    /// The Flex Bus Port Status register, at 0x0e (Compute Express Link Specification
    /// 3.1, section 8.2.1.3.3).
    #[doc(alias = "FBSta")]
    CxlFlexBusStatus: u16 {
        /// It caches (`Cache` in lspci).
        CACHE_ENABLED = 0;
        /// It is PCI Express (`IO`).
        IO_ENABLED = 1;
        /// Its memory is in use (`Mem`).
        MEM_ENABLED = 2;
        /// Synchronization headers are left out (`SynHdrByp`).
        SYNC_HEADER_BYPASS_ENABLED = 3;
        /// A shorter buffer is used (`DrftBuf`).
        DRIFT_BUFFER_ENABLED = 4;
        /// Flits of 68 bytes are used (`68BFlit`).
        FLIT_68B_AND_VH_ENABLED = 5;
        /// It is several devices (`MltLogDev`).
        MULTI_LOGICAL_DEVICE_ENABLED = 6;
        /// Faster flits of 256 bytes are used (`256BFlit`).
        LATENCY_OPTIMIZED_256B_FLIT_ENABLED = 13;
        /// Port based routing is used (`PBRFlit`).
        PBR_FLIT_ENABLED = 14;
    }
}

/// CXL's link (Compute Express Link Specification 3.1, section 8.2.1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CxlFlexBusPort {
    /// What it can, at 0x0a.
    pub capabilities: CxlFlexBusCapabilities,
    /// What it is told, at 0x0c.
    pub control: CxlFlexBusControl,
    /// What it does, at 0x0e.
    pub status: CxlFlexBusStatus,
    /// What the other end sent while training, at 0x10: from revision 1 on.
    pub received_modified_ts: Option<u32>,
    /// Capability 2, at 0x14: bit 0 for hints in empty flits; from revision 2 on.
    pub capabilities_2: Option<u32>,
    /// Control 2, at 0x18; from revision 2 on.
    pub control_2: Option<u32>,
    /// Status 2, at 0x1c; from revision 2 on.
    pub status_2: Option<u32>,
}

impl CxlFlexBusPort {
    pub(super) fn read(registers: Registers<'_>, header: DvsecHeader) -> Option<Self> {
        let from = |revision: u8, at: u16| {
            let there = header.revision >= revision && at + 4 <= header.length;
            there.then(|| registers.dword(at)).flatten()
        };
        Some(Self {
            capabilities: CxlFlexBusCapabilities::from_bits_retain(registers.word(0x0a)?),
            control: CxlFlexBusControl::from_bits_retain(registers.word(0x0c)?),
            status: CxlFlexBusStatus::from_bits_retain(registers.word(0x0e)?),
            received_modified_ts: from(1, 0x10),
            capabilities_2: from(2, 0x14),
            control_2: from(2, 0x18),
            status_2: from(2, 0x1c),
        })
    }
}
