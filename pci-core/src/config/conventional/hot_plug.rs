//! The standard hot-plug controller of a bridge.

use crate::config::capability_id::CapabilityId;
use crate::config::field::flags;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

flags! {
    /// What waits in the hot-plug controller, at 0x03.
    HotPlugPending: u8 {
        /// An event waits that asserts SERR#.
        CONTROLLER_SERR_PENDING = 6;
        /// An event waits that interrupts.
        CONTROLLER_INTERRUPT_PENDING = 7;
    }
}

/// The window to the Standard Hot-Plug Controller (PCI Standard Hot-Plug Controller
/// and Subsystem Specification 1.0): hot-plug of conventional PCI. QEMU's `pci-bridge`
/// has one. Slots of PCI Express have theirs in [`Slot`](super::express::Slot).
///
/// The controller's registers are not in configuration space: software writes into
/// [`dword_select`](Self::dword_select) which it wants, and finds it in
/// [`dword_data`](Self::dword_data).
///
/// ```
/// use pci_core::config::conventional::{HotPlugController, HotPlugPending};
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// let bytes = [0x0c, 0x00, 0x02, 0x80, 0x1f, 0x00, 0x00, 0x00];
/// let hot_plug = HotPlugController::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!((hot_plug.dword_select, hot_plug.dword_data), (2, 0x1f));
/// assert!(hot_plug.pending.contains(HotPlugPending::CONTROLLER_INTERRUPT_PENDING));
/// ```
#[doc(alias = "SHPC")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct HotPlugController {
    /// Which 4 bytes of its registers are shown, at 0x02.
    pub dword_select: u8,
    /// What waits, at 0x03.
    pub pending: HotPlugPending,
    /// What is shown, at 0x04.
    pub dword_data: u32,
}

impl ConventionalStructure for HotPlugController {
    const ID: CapabilityId = CapabilityId::PCI_HOT_PLUG;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            dword_select: registers.byte(2)?,
            pending: HotPlugPending::from_bits_retain(registers.byte(3)?),
            dword_data: registers.dword(4)?,
        })
    }
}
