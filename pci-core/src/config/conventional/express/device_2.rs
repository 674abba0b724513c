//! The Device 2 registers.

use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;

code! {
    /// Whether a port takes hints on where data will be used (`TPHComp` in lspci).
    TphCompleter: u8 {
        /// It does not.
        NONE = 0, "none";
        /// It takes hints.
        TPH = 1, "TPH";
        /// It takes extended hints too.
        EXTENDED_TPH = 3, "extended TPH";
    }
}

code! {
    /// How the function can be told that the system sleeps (`OBFF` in lspci).
    ObffSupport: u8 {
        /// It cannot.
        NONE = 0, "none";
        /// By a message.
        MESSAGE = 1, "message";
        /// By WAKE#.
        WAKE = 2, "WAKE#";
        /// By either.
        MESSAGE_AND_WAKE = 3, "message and WAKE#";
    }
}

code! {
    /// How the function is told that the system sleeps (`OBFF` in lspci).
    ObffEnable: u8 {
        /// It is not.
        DISABLED = 0, "disabled";
        /// By a message, variation A.
        MESSAGE_A = 1, "message A";
        /// By a message, variation B.
        MESSAGE_B = 2, "message B";
        /// By WAKE#.
        WAKE = 3, "WAKE#";
    }
}

code! {
    /// How the function can be told to take less power (`EmergencyPowerReduction` in
    /// lspci).
    EmergencyPowerReduction: u8 {
        /// It cannot.
        NONE = 0, "none";
        /// In a way of its own.
        DEVICE_SPECIFIC = 1, "device specific";
        /// In the way of its form factor, or in one of its own.
        FORM_FACTOR_OR_DEVICE_SPECIFIC = 2, "form factor or device specific";
    }
}

flags! {
    /// The single bits of the Device Capabilities 2 register (PCI Express Base
    /// Specification 6.3, section 7.5.3.15).
    DeviceCapability2Flags: u32 {
        /// Waiting for answers can be unlimited (`TimeoutDis` in lspci).
        COMPLETION_TIMEOUT_DISABLE = 4;
        /// The port can forward to more than 8 functions of one device (`ARIFwd`).
        ARI_FORWARDING = 5;
        /// The port can forward atomic operations (`AtomicOpsCap: Routing`).
        ATOMIC_OP_ROUTING = 6;
        /// It completes atomic operations of 32 bits (`AtomicOpsCap: 32bit`).
        ATOMIC_OP_COMPLETER_32 = 7;
        /// It completes atomic operations of 64 bits (`AtomicOpsCap: 64bit`).
        ATOMIC_OP_COMPLETER_64 = 8;
        /// It completes compare and swap of 128 bits (`AtomicOpsCap: 128bitCAS`).
        CAS_COMPLETER_128 = 9;
        /// It never lets writes between its devices pass each other
        /// (`NROPrPrP`).
        NO_RO_ENABLED_PR_PR_PASSING = 10;
        /// It can tell how long it can wait (`LTR`).
        LTR = 11;
        /// It takes tags of 10 bits (`10BitTagComp`).
        TAG_10_BIT_COMPLETER = 16;
        /// It can use tags of 10 bits (`10BitTagReq`).
        TAG_10_BIT_REQUESTER = 17;
        /// It knows the extended format of packets (`ExtFmt`).
        EXTENDED_FMT_FIELD = 20;
        /// It takes packets with end-to-end prefixes (`EETLPPrefix`).
        END_END_TLP_PREFIX = 21;
        /// It must be initialized after it took less power
        /// (`EmergencyPowerReductionInit`).
        EMERGENCY_POWER_REDUCTION_INITIALIZATION = 26;
        /// It completes deferrable memory writes.
        DMWR_COMPLETER = 28;
        /// It sends messages when a function is ready (`FRS`).
        FRS = 31;
    }
}

register! {
    /// The Device Capabilities 2 register, at 0x24.
    #[doc(alias = "DevCap2")]
    #[doc(alias = "PCI_EXP_DEVCAP2")]
    DeviceCapabilities2: u32 {
        /// Which ranges of timeouts can be chosen: a bit each for A (50 µs to
        /// 10 ms), B (10 to 250 ms), C (250 ms to 4 s), D (4 to 64 s).
        completion_timeout_ranges: u8 = 3:0,
        /// Whether it takes hints on where data will be used.
        tph_completer: TphCompleter = 13:12,
        /// Lightweight notification: 1 for lines of 64 bytes, 2 for 128 bytes;
        /// withdrawn.
        ln_system_cls: u8 = 15:14,
        /// How it can be told that the system sleeps.
        obff: ObffSupport = 19:18,
        /// How many end-to-end prefixes a packet can have: 1 to 3, and 0 for 4.
        max_end_end_tlp_prefixes: u8 = 23:22,
        /// How it can be told to take less power.
        emergency_power_reduction: EmergencyPowerReduction = 25:24,
        /// How long a deferrable memory write can be: 0 for 64 bytes, 1 for 128
        /// bytes.
        dmwr_lengths: u8 = 30:29,
        ; /// The single bits.
        flags: DeviceCapability2Flags
    }
}

flags! {
    /// The single bits of the Device Control 2 register (PCI Express Base
    /// Specification 6.3, section 7.5.3.16).
    DeviceControl2Flags: u16 {
        /// It waits for answers without limit (`TimeoutDis` in lspci).
        COMPLETION_TIMEOUT_DISABLE = 4;
        /// The port forwards to more than 8 functions of one device (`ARIFwd`).
        ARI_FORWARDING = 5;
        /// It may send atomic operations (`AtomicOpsCtl: ReqEn`).
        ATOMIC_OP_REQUESTER = 6;
        /// The port does not forward atomic operations (`EgressBlck`).
        ATOMIC_OP_EGRESS_BLOCKING = 7;
        /// Its requests may be ordered by id.
        IDO_REQUEST = 8;
        /// Its answers may be ordered by id.
        IDO_COMPLETION = 9;
        /// It may tell how long it can wait (`LTR`).
        LTR = 10;
        /// It is told to take less power.
        EMERGENCY_POWER_REDUCTION_REQUEST = 11;
        /// It may use tags of 10 bits (`10BitTagReq`).
        TAG_10_BIT_REQUESTER = 12;
        /// The port does not forward packets with end-to-end prefixes
        /// (`EETLPPrefixBlk`).
        END_END_TLP_PREFIX_BLOCKING = 15;
    }
}

register! {
    /// The Device Control 2 register, at 0x28.
    #[doc(alias = "DevCtl2")]
    #[doc(alias = "PCI_EXP_DEVCTL2")]
    DeviceControl2: u16 {
        /// How long it waits for answers, as a code: 0 is 50 µs to 50 ms, 1 and 2
        /// are of range A, 5 and 6 of B, 9 and 10 of C, 13 and 14 of D.
        completion_timeout: u8 = 3:0,
        /// How it is told that the system sleeps.
        obff: ObffEnable = 14:13,
        ; /// The single bits.
        flags: DeviceControl2Flags
    }
}

/// The Device 2 registers, from 0x24 on: what came with version 2 of the structure, such
/// as timeouts, atomic operations, and forwarding to more than 8 functions (ARI). The
/// Device Status 2 register has no bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Device2 {
    /// What it can, at 0x24.
    pub capabilities: DeviceCapabilities2,
    /// What it is told, at 0x28.
    pub control: DeviceControl2,
}

impl Device2 {
    /// Reads the part of the PCI Express structure that has these `registers`.
    pub(super) fn read(registers: Registers<'_>) -> Option<Self> {
        Some(Self {
            capabilities: DeviceCapabilities2::from_bits(registers.dword(0x24)?),
            control: DeviceControl2::from_bits(registers.word(0x28)?),
        })
    }
}
