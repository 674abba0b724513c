//! Latency Tolerance Reporting: how long a function can wait.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::register;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

register! {
    /// A latency: a value and its scale (PCI Express Base Specification 6.3, section
    /// 7.8.2.2).
    MaxLatency: u16 {
        /// The value, in the unit of the scale.
        value: u16 = 9:0,
        /// 0 to 5: units of 1, 32, 1024, 32768, 1048576, 33554432 ns.
        scale: u8 = 12:10,
        ; /// The bits that are in no field.
        reserved: u16
    }
}

impl MaxLatency {
    /// The latency in nanoseconds; `None` where the scale means nothing.
    ///
    /// ```
    /// use pci_core::config::extended::MaxLatency;
    /// assert_eq!(MaxLatency::from_bits(0x1003).nanoseconds(), Some(3 << 20));
    /// assert_eq!(MaxLatency::from_bits(0x1c01).nanoseconds(), None);
    /// ```
    #[must_use]
    pub const fn nanoseconds(self) -> Option<u64> {
        match self.scale {
            0..=5 => Some((self.value as u64) << (5 * self.scale)),
            _ => None,
        }
    }
}

/// Latency Tolerance Reporting (PCI Express Base Specification 6.3, sections 6.18 and
/// 7.8.2): the longest times the function may say that it can wait for memory. With it the
/// platform knows how deep it may sleep. The firmware sets it.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::LatencyToleranceReporting};
/// let bytes = [0x18, 0x00, 0x01, 0x00, 0x03, 0x10, 0x03, 0x10];
/// let ltr = LatencyToleranceReporting::read(ConfigSpace::new(&bytes), 0).unwrap();
/// // 3 units of 1048576 ns: about 3 ms.
/// assert_eq!(ltr.max_snoop_latency.nanoseconds(), Some(3_145_728));
/// ```
#[doc(alias = "LTR")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LatencyToleranceReporting {
    /// For requests that caches must be asked for, at 0x04.
    pub max_snoop_latency: MaxLatency,
    /// For others, at 0x06.
    pub max_no_snoop_latency: MaxLatency,
}

impl ExtendedStructure for LatencyToleranceReporting {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::LATENCY_TOLERANCE_REPORTING;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            max_snoop_latency: MaxLatency::from_bits(registers.word(4)?),
            max_no_snoop_latency: MaxLatency::from_bits(registers.word(6)?),
        })
    }
}
