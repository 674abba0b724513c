//! The width of a guest's physical addresses: it bounds the window for large BARs.

use crate::description::AddressBits;

/// The bits of a guest's physical addresses, and the line that decides them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressWidth {
    /// The bits.
    pub bits: AddressBits,
    /// The line of the configuration, from 1; `None` where a line is missing and the hypervisor's
    /// default is in effect.
    pub line: Option<u32>,
}

/// The bits in QEMU of a processor model other than `host` and `max` (target/i386/cpu.c,
/// `x86_cpu_realizefn`: `TCG_PHYS_ADDR_BITS`, with KVM too).
pub(crate) const OF_MODELS: AddressBits = AddressBits::Of(40);
