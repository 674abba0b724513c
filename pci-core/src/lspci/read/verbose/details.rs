//! Facts of `lspci -v`.

use alloc::vec::Vec;

use host_tree::Located;

use super::capability::{CapabilitiesEnd, ListedCapability};
use super::interrupt::Interrupt;
use super::region::Region;
use super::registers::Registers;
use super::window::BridgeWindow;
use crate::config::{ConventionalStructure, ExtendedCapabilityId, ExtendedStructure};
use crate::lspci::structures::CapabilityKind;
use crate::sysfs::{BarSizes, SysfsResizableBar};

/// Facts of `lspci -v` beyond class and IDs.
///
/// The registers are decoded by the structures of [`config`](crate::config), as from bytes:
///
/// ```
/// use pci_core::config::conventional::Express;
/// use pci_core::lspci;
/// let listing = lspci::parse(
///     "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
///      \tCapabilities: [60] Express (v2) Legacy Endpoint, IntMsgNum 0\n\
///      \t\tDevCap:\tMaxPayload 256 bytes, PhantFunc 0, Latency L0s unlimited, L1 <64us\n\
///      \t\t\tExtTag+ AttnBtn- AttnInd- PwrInd- RBE+ FLReset+ SlotPowerLimit 75W TEE-IO-\n\
///      \t\tLnkCap:\tPort #0, Speed 32GT/s, Width x8, ASPM L1, Exit Latency L1 <64us\n\
///      \t\tLnkSta:\tSpeed 2.5GT/s (downgraded), Width x8\n",
/// );
/// let details = listing.records[0].details.as_ref().unwrap();
/// assert_eq!(details.capabilities[0].value.offset, 0x60);
/// let express = details.capability::<Express>().unwrap();
/// assert!(express.value.has_function_level_reset());
/// let link = express.value.link();
/// assert_eq!(link.max_speed.found().unwrap().to_string(), "32.0 GT/s");
/// assert_eq!(link.current_speed.found().unwrap().to_string(), "2.5 GT/s");
/// assert_eq!(link.current_width.found(), Some(8));
/// // Bits in the text are known, omitted ones are not.
/// assert!(express.known.has_function_level_reset());
/// assert_eq!(details.registers.bits(0x68, 0, 16), None);
/// // The same by offset: bit 28 of the register at offset 4.
/// assert_eq!(details.registers.bit(0x64, 28), Some(true));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Details {
    /// Interrupt pin and IRQ.
    pub interrupt: Option<Located<Interrupt>>,
    /// BAR regions of the function.
    pub regions: Vec<Located<Region>>,
    /// Expansion ROM.
    pub expansion_rom: Option<Located<Region>>,
    /// Bridge windows.
    pub windows: Vec<Located<BridgeWindow>>,
    /// VF BAR regions of a physical function (SR-IOV).
    pub virtual_function_regions: Vec<Located<Region>>,
    /// Capability structures, in the order of the text.
    pub capabilities: Vec<Located<ListedCapability>>,
    /// Why the text lists no more of them, if stated.
    pub capabilities_end: Option<Located<CapabilitiesEnd>>,
    /// Register bits in the lines.
    pub registers: Registers,
}

/// A structure of which some bits are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Partial<T> {
    /// The structure, with zeros for unknown bits.
    pub value: T,
    /// Mask of the known bits; the first 32, which determine the layout, are those of `value`.
    pub known: T,
    /// Offset of the structure.
    pub offset: u16,
}

impl Details {
    /// The first structure of this kind in the first 256 bytes, as far as the text shows it; `None`
    /// if the text lists none.
    #[must_use]
    pub fn capability<T: ConventionalStructure>(&self) -> Option<Partial<T>> {
        let offset = self.find(CapabilityKind::Conventional(T::ID))?;
        self.partial(offset, T::read)
    }

    /// The first extended structure of this kind, as far as the text shows it; `None` if the text
    /// lists none.
    #[must_use]
    pub fn extended_capability<T: ExtendedStructure>(&self) -> Option<Partial<T>> {
        let offset = self.find(CapabilityKind::Extended(T::ID))?;
        self.partial(offset, T::read)
    }

    /// Offset of the first structure of this kind, if the text lists one.
    #[must_use]
    pub fn find(&self, kind: CapabilityKind) -> Option<u16> {
        self.capabilities
            .iter()
            .find(|listed| listed.value.kind == Some(kind))
            .map(|listed| listed.value.offset)
    }

    /// The BARs of the Resizable BAR capability with their supported sizes, as far as the text
    /// shows both: `-vv` since pciutils 3.7.
    ///
    /// ```
    /// use pci_core::lspci;
    /// let listing = lspci::parse(
    ///     "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
    ///      \tCapabilities: [bb0 v1] Physical Resizable BAR\n\
    ///      \t\tBAR 0: current size: 16MB, supported: 16MB\n\
    ///      \t\tBAR 1: current size: 256MB, supported: 64MB 128MB 256MB\n",
    /// );
    /// let bars = listing.records[0].details.as_ref().unwrap().resizable_bars();
    /// assert_eq!(bars[1].bar, 1);
    /// assert_eq!(bars[1].sizes.bytes().collect::<Vec<_>>(), [64 << 20, 128 << 20, 256 << 20]);
    /// ```
    #[must_use]
    pub fn resizable_bars(&self) -> Vec<SysfsResizableBar> {
        let kind = CapabilityKind::Extended(ExtendedCapabilityId::RESIZABLE_BAR);
        let Some(offset) = self.find(kind) else {
            return Vec::new();
        };
        let bar = |entry: u16| {
            let at = offset.checked_add(4 + 8 * entry)?;
            let bits = |register: u16, bit, width| {
                self.registers.bits(at.checked_add(register)?, bit, width)
            };
            let capability = bits(0, 4, 28)? << 4;
            let control = bits(4, 16, 16)? << 16;
            let [bar, ..] = bits(4, 0, 3)?.to_le_bytes();
            let sizes = BarSizes::from_registers(capability, control);
            Some(SysfsResizableBar { bar, sizes })
        };
        // As many as there are base address registers.
        (0..6).map_while(bar).collect()
    }

    fn partial<T>(
        &self,
        offset: u16,
        read: impl Fn(crate::config::ConfigSpace<'_>, u16) -> Option<T>,
    ) -> Option<Partial<T>> {
        let values = self.registers.values();
        let mut known = self.registers.known();
        known.set(offset, values.space().bytes(offset, 4)?);
        Some(Partial {
            value: read(values.space(), offset)?,
            known: read(known.space(), offset)?,
            offset,
        })
    }
}
