//! The debug port of a USB 2.0 controller.

use crate::config::capability_id::CapabilityId;
use crate::config::field::register;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

register! {
    /// The debug port: a serial line over USB that works without drivers (Enhanced
    /// Host Controller Interface Specification for Universal Serial Bus 1.0, section
    /// C.2).
    DebugPort: u16 {
        /// How many bytes its registers are behind the base address.
        offset: u16 = 12:0,
        /// In which base address register, from 1: 1 is the one at 0x10.
        bar: u8 = 15:13,
        ; /// The bits that are in no field: none.
        reserved: u16
    }
}

impl ConventionalStructure for DebugPort {
    const ID: CapabilityId = CapabilityId::DEBUG_PORT;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        registers.word(2).map(Self::from_bits)
    }
}
