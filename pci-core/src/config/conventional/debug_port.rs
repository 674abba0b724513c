//! The debug port of a USB 2.0 controller.

use crate::config::capability_id::CapabilityId;
use crate::config::field::register;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

register! {
    /// The debug port: a serial line over USB that works without drivers (Enhanced
    /// Host Controller Interface Specification for Universal Serial Bus 1.0, appendix C).
    /// A kernel can write its first messages there. Only USB 2.0 controllers have it; what is
    /// here says where its registers are.
    ///
    /// ```
    /// use pci_core::config::{ConfigSpace, ConventionalStructure, conventional::DebugPort};
    /// let bytes = [0x0a, 0x00, 0xa0, 0x20];
    /// let port = DebugPort::read(ConfigSpace::new(&bytes), 0).unwrap();
    /// assert_eq!((port.bar, port.offset), (1, 0xa0));
    /// ```
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
