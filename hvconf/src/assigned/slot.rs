//! The slots whose functions are assigned to a guest.

use list_order::Order as _;
use pci_core::{Address, ClassCode, DeviceId, Slot, VendorId};

use super::function::AssignedFunction;
use super::rom_file::RomFile;
use crate::error::{Cause, Error};

/// Whether the list covers the entire slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// All functions of the slot: a format that can name the slot does so.
    WholeSlot,
    /// Just the listed ones: each is named.
    ListedFunctions,
}

/// Whether the guest shows its screen on the slot's display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DisplayRole {
    /// The guest's first screen: the emulated graphics card is removed.
    Primary,
    /// Beside an emulated one, or no display at all.
    Other,
}

/// Whether the guest sees the expansion ROM, the card's or a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RomBar {
    /// It does.
    Visible,
    /// It does not: neither the guest's firmware nor its driver can read it.
    Hidden,
}

/// The slot in the guest: the bus is the number that the hypervisor's configuration uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GuestSlot {
    bus: u8,
    device: u8,
}

impl GuestSlot {
    /// The slot of `device` (0 to 31) on `bus`; `None` above 31.
    #[must_use]
    pub const fn new(bus: u8, device: u8) -> Option<Self> {
        if device > 31 {
            return None;
        }
        Some(Self { bus, device })
    }

    /// The bus.
    #[must_use]
    pub const fn bus(self) -> u8 {
        self.bus
    }

    /// The device, 0 to 31.
    #[must_use]
    pub const fn device(self) -> u8 {
        self.device
    }
}

/// IDs that the guest sees on a slot's first function; `None` is the function's. Drivers choose
/// by them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SeenIds {
    /// The vendor id.
    pub vendor: Option<VendorId>,
    /// The device id.
    pub device: Option<DeviceId>,
    /// The subsystem vendor id.
    pub subsystem_vendor: Option<VendorId>,
    /// The subsystem id.
    pub subsystem_device: Option<DeviceId>,
}

impl SeenIds {
    /// Whether the guest sees the function's own IDs.
    #[must_use]
    pub fn is_own(self) -> bool {
        self == Self::default()
    }

    /// The properties of QEMU's `vfio-pci` that set them.
    pub(crate) fn properties(self) -> impl Iterator<Item = (&'static str, u16)> {
        [
            ("x-pci-vendor-id", self.vendor.map(|id| id.0)),
            ("x-pci-device-id", self.device.map(|id| id.0)),
            ("x-pci-sub-vendor-id", self.subsystem_vendor.map(|id| id.0)),
            ("x-pci-sub-device-id", self.subsystem_device.map(|id| id.0)),
        ]
        .into_iter()
        .filter_map(|(name, id)| Some((name, id?)))
    }
}

/// The functions of one slot that are assigned together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedSlot {
    slot: Slot,
    functions: Vec<AssignedFunction>,
    /// Whether the functions cover the entire slot.
    pub coverage: Coverage,
    /// Whether this is the guest's first screen.
    pub display: DisplayRole,
    /// A file that replaces the card's expansion ROM.
    pub rom_file: Option<RomFile>,
    /// Whether the guest sees an expansion ROM.
    pub rom_bar: RomBar,
    /// The functions but the first whose ROM the guest does not see.
    pub hidden_roms: Vec<Address>,
    /// The slot in the guest; `None` leaves that to the hypervisor.
    pub guest: Option<GuestSlot>,
    /// Ids that the guest sees on the first function.
    pub seen_ids: SeenIds,
}

/// Sorts the functions by their addresses.
fn by_address(functions: &mut [AssignedFunction]) {
    functions.order_by_key(|function| function.address);
}

impl AssignedSlot {
    /// The slot of `functions`, in order of function number; no first screen, no
    /// ROM file.
    ///
    /// # Errors
    /// Without a function, if one is listed twice, two are of different slots, or one is a bridge:
    /// bridges stay on the host (`Documentation/driver-api/vfio.rst`, "VFIO Usage Example").
    pub fn new(mut functions: Vec<AssignedFunction>, coverage: Coverage) -> Result<Self, Error> {
        by_address(&mut functions);
        let slot = functions.first().ok_or(Cause::NoFunction)?.address.slot();
        let mut before = None;
        for function in &functions {
            let address = function.address;
            if address.slot() != slot {
                return Err(Cause::OtherSlot { slot, address }.into());
            }
            if before.replace(address) == Some(address) {
                return Err(Cause::Twice(address).into());
            }
            if function.class.is_some_and(ClassCode::is_bridge) {
                return Err(Cause::Bridge(address).into());
            }
        }
        Ok(Self {
            slot,
            functions,
            coverage,
            display: DisplayRole::Other,
            rom_file: None,
            rom_bar: RomBar::Visible,
            hidden_roms: Vec::new(),
            guest: None,
            seen_ids: SeenIds::default(),
        })
    }

    /// The slot.
    #[must_use]
    pub const fn slot(&self) -> Slot {
        self.slot
    }

    /// Its functions, at least one, in order of function number.
    #[must_use]
    pub fn functions(&self) -> &[AssignedFunction] {
        &self.functions
    }

    /// The functions with their numbers in the guest: the host's own where function
    /// 0 is among them, else from 0 up, since a slot without function 0 is not
    /// looked at (PCI Local Bus Specification 3.0, section 3.2.2.3.4).
    pub(crate) fn guest_functions(&self) -> impl Iterator<Item = (u8, &AssignedFunction)> {
        let first = self.functions.first();
        let has_first = first.is_some_and(|function| function.address.function() == 0);
        (0..).zip(&self.functions).map(move |(order, function)| {
            let own = function.address.function();
            (if has_first { own } else { order }, function)
        })
    }

    /// The function that the ROM file belongs to: the display, or else the first.
    #[must_use]
    pub fn rom_function(&self) -> Option<Address> {
        self.functions
            .iter()
            .find(|function| function.is_display())
            .or_else(|| self.functions.first())
            .map(|function| function.address)
    }
}

/// The devices assigned to one guest.
///
/// ```
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let functions = vec![
///     AssignedFunction::at("01:00.0".parse()?),
///     AssignedFunction::at("01:00.1".parse()?),
/// ];
/// let mut card = AssignedSlot::new(functions, Coverage::WholeSlot)?;
/// card.rom_file = Some("vbios.rom".parse()?);
/// let assigned = AssignedDevices::new(vec![card])?;
/// assert_eq!(assigned.slots().len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedDevices {
    slots: Vec<AssignedSlot>,
}

impl AssignedDevices {
    /// The slots in the order in which the guest is to get them.
    ///
    /// # Errors
    /// Without a slot, if one is listed twice, or two are the first screen.
    pub fn new(slots: Vec<AssignedSlot>) -> Result<Self, Error> {
        if slots.is_empty() {
            return Err(Cause::NoFunction.into());
        }
        let mut order: Vec<&AssignedSlot> = slots.iter().collect();
        order.order_by_key(|assigned| assigned.slot);
        let mut before = None;
        for assigned in order {
            if before.replace(assigned.slot) == Some(assigned.slot) {
                return Err(Cause::SlotTwice(assigned.slot).into());
            }
        }
        let mut primary = slots
            .iter()
            .filter(|assigned| assigned.display == DisplayRole::Primary);
        if let (Some(first), Some(second)) = (primary.next(), primary.next()) {
            return Err(Cause::TwoPrimaryDisplays(first.slot, second.slot).into());
        }
        Ok(Self { slots })
    }

    /// The slots, at least one.
    #[must_use]
    pub fn slots(&self) -> &[AssignedSlot] {
        &self.slots
    }

    /// Completes the unknown facts of a function from `known`, and a slot that is assigned entirely
    /// with its functions in `known`.
    pub fn complete(&mut self, known: &[AssignedFunction]) {
        for slot in &mut self.slots {
            if slot.coverage != Coverage::WholeSlot {
                continue;
            }
            for one in known.iter().filter(|one| one.address.slot() == slot.slot) {
                let there = slot.functions.iter().any(|f| f.address == one.address);
                if !there && !one.class.is_some_and(ClassCode::is_bridge) {
                    slot.functions.push(*one);
                }
            }
            by_address(&mut slot.functions);
        }
        for function in self.slots.iter_mut().flat_map(|slot| &mut slot.functions) {
            let same = |known: &&AssignedFunction| known.address == function.address;
            let Some(known) = known.iter().find(same) else {
                continue;
            };
            function.id = function.id.or(known.id);
            function.subsystem = function.subsystem.or(known.subsystem);
            function.revision = function.revision.or(known.revision);
            function.class = function.class.or(known.class);
            function.iommu_group = function.iommu_group.or(known.iommu_group);
            function.sriov = function.sriov.or(known.sriov);
            function.bars = function.bars.or(known.bars);
        }
    }

    /// Forgets the sizes of the functions' BARs, where the hypervisor makes room for them
    /// automatically.
    pub fn forget_bars(&mut self) {
        for function in self.slots.iter_mut().flat_map(|slot| &mut slot.functions) {
            function.bars = None;
        }
    }

    /// Leaves it to the hypervisor where slots go in the guest of which the place is not
    /// one that `is_kept`; those slots, and the places that they had.
    pub(crate) fn keep_places(
        &mut self,
        mut is_kept: impl FnMut(GuestSlot) -> bool,
    ) -> Vec<(Slot, GuestSlot)> {
        let mut forgotten = Vec::new();
        for slot in &mut self.slots {
            if let Some(place) = slot.guest.filter(|place| !is_kept(*place)) {
                slot.guest = None;
                forgotten.push((slot.slot(), place));
            }
        }
        forgotten
    }

    /// The functions of all slots, slot by slot.
    pub fn functions(&self) -> impl Iterator<Item = &AssignedFunction> {
        self.slots.iter().flat_map(AssignedSlot::functions)
    }

    /// The slot that is the guest's first screen.
    #[must_use]
    pub(crate) fn primary_display(&self) -> Option<&AssignedSlot> {
        let mut slots = self.slots.iter();
        slots.find(|slot| slot.display == DisplayRole::Primary)
    }

    /// The size of the BARs above 4 GiB of all functions, in bytes; `None` if those of a function
    /// are unknown. Virtual functions have no BAR registers, so theirs are unknown, too.
    #[must_use]
    pub fn bytes_above_4g(&self) -> Option<u64> {
        let mut sum = 0u64;
        for function in self.functions() {
            sum = sum.saturating_add(function.bars?.bytes_above_4g());
        }
        Some(sum)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    fn function(text: &str) -> AssignedFunction {
        AssignedFunction::at(text.parse().unwrap())
    }

    #[test]
    fn a_slot_accepts_only_its_own_functions() {
        let new = |list: &[&str]| {
            let functions = list.iter().map(|text| function(text)).collect();
            AssignedSlot::new(functions, Coverage::ListedFunctions)
        };
        let slot = new(&["01:00.1", "01:00.0"]).unwrap();
        assert_eq!(slot.functions()[0].address.function(), 0);
        assert_eq!(slot.rom_function(), "01:00.0".parse().ok());
        assert_eq!(new(&[]).unwrap_err().kind(), ErrorKind::NoFunction);
        assert_eq!(
            new(&["01:00.0", "02:00.0"]).unwrap_err().kind(),
            ErrorKind::OtherSlot
        );
        assert_eq!(
            new(&["01:00.0", "01:00.0"]).unwrap_err().kind(),
            ErrorKind::Duplicate
        );
        let mut bridge = function("01:00.0");
        bridge.class = Some(ClassCode::new(6, 4, None));
        assert_eq!(
            AssignedSlot::new(vec![bridge], Coverage::WholeSlot)
                .unwrap_err()
                .kind(),
            ErrorKind::Bridge
        );
    }

    #[test]
    fn two_slots_are_different_and_one_is_the_screen() {
        let mut a = AssignedSlot::new(vec![function("01:00.0")], Coverage::WholeSlot).unwrap();
        let mut b = AssignedSlot::new(vec![function("02:00.0")], Coverage::WholeSlot).unwrap();
        assert_eq!(
            AssignedDevices::new(vec![a.clone(), b.clone(), a.clone()])
                .unwrap_err()
                .kind(),
            ErrorKind::Duplicate
        );
        a.display = DisplayRole::Primary;
        b.display = DisplayRole::Primary;
        assert_eq!(
            AssignedDevices::new(vec![a, b]).unwrap_err().kind(),
            ErrorKind::TwoPrimaryDisplays
        );
        assert_eq!(
            AssignedDevices::new(Vec::new()).unwrap_err().kind(),
            ErrorKind::NoFunction
        );
    }
}
