//! The Device registers.

use super::latency::{AcceptableL0sLatency, AcceptableL1Latency};
use crate::config::field::{Field, code, flags, register};

code! {
    /// The size of a packet's payload, or of a read (PCI Express Base Specification
    /// 6.3, section 7.5.3.3).
    PayloadSize: u8 {
        /// 128 bytes.
        BYTES_128 = 0, "128 bytes";
        /// 256 bytes.
        BYTES_256 = 1, "256 bytes";
        /// 512 bytes.
        BYTES_512 = 2, "512 bytes";
        /// 1024 bytes.
        BYTES_1024 = 3, "1024 bytes";
        /// 2048 bytes.
        BYTES_2048 = 4, "2048 bytes";
        /// 4096 bytes.
        BYTES_4096 = 5, "4096 bytes";
    }
}

impl PayloadSize {
    /// The size in bytes; `None` where the code means nothing.
    #[must_use]
    pub const fn bytes(self) -> Option<u16> {
        match self.0 {
            0..=5 => Some(128 << self.0),
            _ => None,
        }
    }
}

/// How much power a slot gives: a value and its scale (PCI Express Base Specification
/// 6.3, section 7.5.3.9).
///
/// ```
/// use pci_core::config::conventional::express::SlotPowerLimit;
/// assert_eq!(SlotPowerLimit::new(75, 0).milliwatts(), Some(75_000));
/// assert_eq!(SlotPowerLimit::new(250, 1).milliwatts(), Some(25_000));
/// assert_eq!(SlotPowerLimit::new(0xf2, 0).milliwatts(), Some(300_000));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SlotPowerLimit {
    /// The value, in the unit of the scale. From 0xf0 on, with scale 0, it is a
    /// code.
    pub value: u8,
    /// 0 to 3: units of 1, 0.1, 0.01, 0.001 W.
    pub scale: u8,
}

impl SlotPowerLimit {
    /// The limit of this value and this scale, 0 to 3.
    #[must_use]
    pub const fn new(value: u8, scale: u8) -> Self {
        Self { value, scale }
    }

    /// The limit in milliwatts: 250 W at 0xf0 and 25 W more for each code up to
    /// 600 W at 0xfe. `None` at 0xff, which is more than 600 W, and where the scale
    /// means nothing.
    #[must_use]
    pub const fn milliwatts(self) -> Option<u32> {
        let value = self.value as u32;
        match (self.scale, self.value) {
            (0, 0xff) => None,
            (0, 0xf0..=0xfe) => Some(250_000 + 25_000 * (value - 0xf0)),
            (0, _) => Some(value * 1000),
            (1, _) => Some(value * 100),
            (2, _) => Some(value * 10),
            (3, _) => Some(value),
            _ => None,
        }
    }
}

impl Field for SlotPowerLimit {
    fn from_field(bits: u64) -> Self {
        let [value, scale, ..] = bits.to_le_bytes();
        Self { value, scale }
    }

    fn to_field(self) -> u64 {
        u64::from(u16::from_le_bytes([self.value, self.scale & 3]))
    }
}

flags! {
    /// The single bits of the Device Capabilities register (PCI Express Base
    /// Specification 6.3, section 7.5.3.3).
    DeviceCapabilityFlags: u32 {
        /// It can use tags of 8 bits (`ExtTag` in lspci).
        EXTENDED_TAG = 5;
        /// It has an attention button (`AttnBtn`); 0 since 1.1.
        ATTENTION_BUTTON = 12;
        /// It has an attention indicator (`AttnInd`); 0 since 1.1.
        ATTENTION_INDICATOR = 13;
        /// It has a power indicator (`PwrInd`); 0 since 1.1.
        POWER_INDICATOR = 14;
        /// It reports errors by its role (`RBE`); 1 since 1.1.
        ROLE_BASED_ERROR_REPORTING = 15;
        /// It can tell sub-classes of correctable errors.
        ERR_COR_SUBCLASS = 16;
        /// It takes payloads of the largest size whatever it is told.
        RX_MAX_PAYLOAD_SIZE_FIXED = 17;
        /// It has Function Level Reset (`FLReset`).
        #[doc(alias = "PCI_EXP_DEVCAP_FLR")]
        FUNCTION_LEVEL_RESET = 28;
        /// Requester and completer can have different payload sizes.
        MIXED_MAX_PAYLOAD_SIZE = 29;
        /// It can be part of a trusted execution environment (`TEE-IO`).
        TEE_IO = 30;
    }
}

register! {
    /// The Device Capabilities register, at 0x04.
    #[doc(alias = "DevCap")]
    #[doc(alias = "PCI_EXP_DEVCAP")]
    DeviceCapabilities: u32 {
        /// The largest payload it can take.
        max_payload_size: PayloadSize = 2:0,
        /// How many bits of the function number it may use as tags (`PhantFunc` in
        /// lspci).
        phantom_functions: u8 = 4:3,
        /// How long it can wait for the link to leave `L0s`.
        acceptable_l0s_latency: AcceptableL0sLatency = 8:6,
        /// How long it can wait for the link to leave L1.
        acceptable_l1_latency: AcceptableL1Latency = 11:9,
        /// How much power its slot told it that it may take.
        captured_slot_power_limit: SlotPowerLimit = 27:18,
        ; /// The single bits.
        flags: DeviceCapabilityFlags
    }
}

flags! {
    /// The single bits of the Device Control register (PCI Express Base
    /// Specification 6.3, section 7.5.3.4).
    DeviceControlFlags: u16 {
        /// It reports correctable errors (`CorrErr` in lspci).
        CORRECTABLE_ERROR_REPORTING = 0;
        /// It reports uncorrectable errors that are not fatal (`NonFatalErr`).
        NON_FATAL_ERROR_REPORTING = 1;
        /// It reports fatal errors (`FatalErr`).
        FATAL_ERROR_REPORTING = 2;
        /// It reports requests that it does not support (`UnsupReq`).
        UNSUPPORTED_REQUEST_REPORTING = 3;
        /// It may let requests pass each other (`RlxdOrd`).
        RELAXED_ORDERING = 4;
        /// It may use tags of 8 bits (`ExtTag`).
        EXTENDED_TAG = 8;
        /// It may use phantom functions (`PhantFunc`).
        PHANTOM_FUNCTIONS = 9;
        /// It may draw auxiliary power whatever wakes it (`AuxPwr`).
        AUX_POWER_PM = 10;
        /// It may send requests that caches need not be asked for (`NoSnoop`).
        NO_SNOOP = 11;
        /// In a bridge to PCI: it answers requests to devices that are not ready
        /// with a retry (`BrConfRtry`). In an endpoint with Function Level Reset:
        /// writing 1 resets it (`FLReset`).
        #[doc(alias = "PCI_EXP_DEVCTL_BCR_FLR")]
        BRIDGE_CONFIGURATION_RETRY_OR_INITIATE_FLR = 15;
    }
}

register! {
    /// The Device Control register, at 0x08.
    #[doc(alias = "DevCtl")]
    #[doc(alias = "PCI_EXP_DEVCTL")]
    DeviceControl: u16 {
        /// The largest payload it may send.
        max_payload_size: PayloadSize = 7:5,
        /// The most it may ask for in one read (`MaxReadReq` in lspci).
        max_read_request_size: PayloadSize = 14:12,
        ; /// The single bits.
        flags: DeviceControlFlags
    }
}

flags! {
    /// The Device Status register, at 0x0a (PCI Express Base Specification 6.3,
    /// section 7.5.3.5).
    #[doc(alias = "DevSta")]
    #[doc(alias = "PCI_EXP_DEVSTA")]
    DeviceStatus: u16 {
        /// A correctable error happened (`CorrErr` in lspci).
        CORRECTABLE_ERROR_DETECTED = 0;
        /// An uncorrectable error that is not fatal happened (`NonFatalErr`).
        NON_FATAL_ERROR_DETECTED = 1;
        /// A fatal error happened (`FatalErr`).
        FATAL_ERROR_DETECTED = 2;
        /// It got a request that it does not support (`UnsupReq`).
        UNSUPPORTED_REQUEST_DETECTED = 3;
        /// There is auxiliary power (`AuxPwr`).
        AUX_POWER_DETECTED = 4;
        /// It waits for answers to its own requests (`TransPend`). Before a Function
        /// Level Reset Linux waits for this to clear.
        TRANSACTIONS_PENDING = 5;
        /// It takes less power because it was told to.
        EMERGENCY_POWER_REDUCTION_DETECTED = 6;
    }
}
