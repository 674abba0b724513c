//! Settings of a description that a target does not support.

use super::feature::Feature;
use super::not_converted::{MANUALLY, NotConverted};
use crate::assigned::{DisplayRole, RomBar};
use crate::description::{
    Clock, CpuHiding, Description, EmulatedDisplay, Firmware, GuestSystem, KvmSignature,
    MemoryLock, NumaNodes, Pages, SecureBoot,
};

/// The hidden ROMs of functions that are not the first of their slots.
fn hidden_roms(vm: &Description) -> impl Iterator<Item = String> {
    let slots = vm.assigned.slots().iter();
    let all = slots.flat_map(|slot| slot.hidden_roms.iter());
    all.map(|address| format!("hidden ROM of {address}"))
}

impl Feature {
    /// The requested features of `vm` that are not in `supported`, the list of `target`.
    #[must_use]
    pub fn unsupported(vm: &Description, target: &str, supported: &[Self]) -> Vec<NotConverted> {
        let why = format!("{target} has no setting for it");
        Self::ALL
            .into_iter()
            .filter(|feature| !supported.contains(feature))
            .flat_map(|feature| {
                let requested = feature.requested(vm).into_iter();
                requested.map(move |what| (feature, what))
            })
            .map(|(feature, what)| {
                // These some targets have, and this crate does not write them.
                let why = match feature {
                    Self::System | Self::Pinning | Self::Clock => MANUALLY,
                    _ => &*why,
                };
                NotConverted::new(what, why).of(feature)
            })
            .collect()
    }

    /// The request, in words.
    fn requested(self, vm: &Description) -> Vec<String> {
        let slots = vm.assigned.slots().iter();
        let one = |requested: bool, what: String| if requested { vec![what] } else { Vec::new() };
        match self {
            // A description always has both: what of them was requested, its reader knows.
            Self::Name | Self::Machine => Vec::new(),
            // Other systems need no settings of their own.
            Self::System => one(
                vm.system == GuestSystem::Windows,
                "settings for a guest with Windows".to_owned(),
            ),
            Self::Pinning => vm
                .pinning
                .iter()
                .map(|pinning| format!("pinning to the host's processors {}", pinning.all()))
                .collect(),
            Self::Clock => one(
                vm.clock == Some(Clock::LocalTime),
                "a clock in local time".to_owned(),
            ),
            Self::Topology => vm
                .topology
                .iter()
                .map(|topology| format!("processors as {topology}"))
                .collect(),
            Self::NumaNodes => one(
                vm.topology
                    .is_some_and(|topology| topology.numa == NumaNodes::PerSocket),
                "a NUMA node for each socket".to_owned(),
            ),
            Self::AddressBits => vm.address_bits.iter().map(ToString::to_string).collect(),
            Self::RomFile => slots
                .filter_map(|slot| {
                    let file = slot.rom_file.as_ref()?;
                    Some(format!("ROM file {file} of {}", slot.slot()))
                })
                .collect(),
            Self::RomBar => slots
                .filter(|slot| slot.rom_bar == RomBar::Hidden)
                .map(|slot| format!("hidden ROM of {}", slot.slot()))
                .chain(hidden_roms(vm))
                .collect(),
            Self::PrimaryDisplay => slots
                .filter(|slot| slot.display == DisplayRole::Primary)
                .map(|slot| format!("{} as the first screen", slot.slot()))
                .collect(),
            Self::GuestSlot => slots
                .filter_map(|slot| {
                    let guest = slot.guest?;
                    let (bus, device) = (guest.bus(), guest.device());
                    Some(format!(
                        "{} as {bus:02x}:{device:02x} of the guest",
                        slot.slot()
                    ))
                })
                .collect(),
            Self::SeenIds => slots
                .filter(|slot| !slot.seen_ids.is_own())
                .map(|slot| format!("other IDs of {}", slot.slot()))
                .collect(),
            // UEFI is the default of a description.
            Self::Firmware => one(vm.firmware == Firmware::SeaBios, "BIOS".to_owned()),
            Self::SecureBoot => one(
                vm.firmware == Firmware::Ovmf(SecureBoot::On),
                "Secure Boot".to_owned(),
            ),
            Self::Hiding => {
                let CpuHiding {
                    kvm,
                    hyperv_vendor_id,
                } = &vm.hiding;
                let mut requested = one(
                    *kvm == KvmSignature::Hidden,
                    "hidden hypervisor signature".to_owned(),
                );
                requested.extend(
                    hyperv_vendor_id
                        .as_ref()
                        .map(|id| format!("Hyper-V vendor id {id}")),
                );
                requested
            }
            Self::Memory => vm
                .memory
                .size
                .iter()
                .map(|size| format!("memory of {size}"))
                .collect(),
            Self::Processors => vm
                .processors
                .iter()
                .map(|count| format!("{count} processors"))
                .collect(),
            Self::HugePages => one(vm.memory.pages != Pages::Ordinary, "huge pages".to_owned()),
            Self::MemoryLock => one(
                vm.memory.lock == MemoryLock::Locked,
                "locked memory".to_owned(),
            ),
            // A value derived from the BARs alone was not requested.
            Self::MmioWindow => vm
                .mmio
                .iter()
                .map(|window| format!("{} GiB for BARs above 4 GiB", window.gibibytes()))
                .collect(),
            Self::EmulatedDisplay => match vm.emulated_display {
                Some(EmulatedDisplay::None) => one(true, "no emulated graphics card".to_owned()),
                Some(card) => one(true, format!("the emulated card {card}")),
                None => Vec::new(),
            },
            Self::LookingGlass => vm
                .looking_glass
                .iter()
                .map(|size| format!("{} MiB for Looking Glass", size.mebibytes()))
                .collect(),
        }
    }
}
