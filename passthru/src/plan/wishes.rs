//! What a guest's machine is to have beside the functions.

use hvconf::description::{CpuHiding, Description, LookingGlassSize, Pages};
use hvconf::guest::{LookingGlassMemory, UserName, looking_glass_host};
use hvconf::passed::{DisplayRole, PassedSlot, RomFile};

use super::drafts::Drafts;
use super::guest::Guest;
use super::hypervisors;
use super::request::PlanError;

/// What a guest's machine is to have beside the functions; by default nothing: what the
/// machine has stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// What the guest's processor does not tell of the hypervisor: for NVIDIA's drivers
    /// before 465.89 ([`hvconf::guest::code_43`]).
    pub hiding: CpuHiding,
    /// What backs the guest's memory.
    pub pages: Pages,
    /// The memory that Looking Glass takes pictures from.
    pub looking_glass: Option<LookingGlass>,
    /// A file with the graphics card's ROM, in the hypervisor's directory for them; without
    /// a graphics card it is of the first device.
    pub rom_file: Option<RomFile>,
    /// Whether the graphics card is the guest's first screen.
    pub screen: Screen,
}

/// The memory that Looking Glass takes pictures from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookingGlass {
    /// How much it is.
    pub size: LookingGlassSize,
    /// Who runs the client on the host; QEMU reaches it by the group kvm.
    pub user: UserName,
}

/// Where the guest's first picture is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// Where it is now.
    #[default]
    AsItIs,
    /// On the passed graphics card.
    OnTheCard,
}

impl Wishes {
    /// Puts into the slots what is of a device.
    pub(super) fn of_devices(&self, slots: &mut [PassedSlot]) {
        let is_display = |slot: &PassedSlot| {
            slot.functions()
                .iter()
                .any(|function| function.is_display())
        };
        let card = slots.iter().position(is_display);
        if let Some(slot) = slots.get_mut(card.unwrap_or_default()) {
            slot.rom_file.clone_from(&self.rom_file);
            if card.is_some() && self.screen == Screen::OnTheCard {
                slot.display = DisplayRole::Primary;
            }
        }
    }

    /// Puts into a machine what is of no device.
    pub(super) fn of_machine(&self, vm: &mut Description) {
        vm.hiding = self.hiding.clone();
        vm.memory.pages = self.pages;
        vm.looking_glass = self.looking_glass.as_ref().map(|one| one.size);
    }

    /// What is of the machine and not of a device.
    pub(super) fn has_machine(&self) -> bool {
        let devices_alone = Self {
            rom_file: self.rom_file.clone(),
            screen: self.screen,
            ..Self::default()
        };
        *self != devices_alone
    }

    /// What the host needs for Looking Glass under QEMU.
    pub(super) fn on_host(
        &self,
        guest: &mut Guest,
        drafts: &mut Drafts<'_>,
    ) -> Result<(), PlanError> {
        let Some(LookingGlass { size, user }) = &self.looking_glass else {
            return Ok(());
        };
        let emitted = looking_glass_host(LookingGlassMemory::File, *size, user);
        hypervisors::add(emitted, guest, drafts)
    }
}
