//! Whether a part of a machine is what it was.

use hvconf::assigned::{AssignedSlot, DisplayRole, RomBar};
use hvconf::convert::{Format, Source, describe};
use hvconf::description::{
    AddressBits, Clock, Description, EmulatedDisplay, Firmware, GuestSystem, NumaNodes, Pages,
    SecureBoot,
};
use hvconf::emitted::{Emitted, Feature};

/// Whether `vm` has something of its own there.
pub(crate) fn is_asked(part: Feature, vm: &Description) -> bool {
    let slots = || vm.assigned.slots().iter();
    match part {
        Feature::Name => vm.name.as_str() != "guest",
        Feature::System => vm.system == GuestSystem::Windows,
        Feature::Machine | Feature::Firmware => true,
        Feature::RomFile => slots().any(|slot| slot.rom_file.is_some()),
        Feature::RomBar => {
            slots().any(|slot| slot.rom_bar == RomBar::Hidden || !slot.hidden_roms.is_empty())
        }
        Feature::PrimaryDisplay => vm.has_primary_display(),
        Feature::GuestSlot => slots().any(|slot| slot.guest.is_some()),
        Feature::SeenIds => slots().any(|slot| !slot.seen_ids.is_own()),
        Feature::SecureBoot => vm.firmware == Firmware::Ovmf(SecureBoot::On),
        Feature::Hiding => {
            vm.hiding != Description::new(vm.name.clone(), vm.assigned.clone()).hiding
        }
        Feature::Topology => vm.topology.is_some(),
        Feature::NumaNodes => numa(vm) == NumaNodes::PerSocket,
        Feature::AddressBits => vm.address_bits.is_some(),
        Feature::Memory => vm.memory.size.is_some(),
        Feature::Processors => vm.processors.is_some(),
        Feature::Pinning => vm.pinning.is_some(),
        Feature::Clock => vm.clock == Some(Clock::LocalTime),
        Feature::HugePages => vm.memory.pages != Pages::Ordinary,
        Feature::MemoryLock => vm.memory.lock == hvconf::description::MemoryLock::Locked,
        Feature::MmioWindow => vm.mmio.is_some(),
        Feature::EmulatedDisplay => vm.emulated_display.is_some(),
        Feature::LookingGlass => vm.looking_glass.is_some(),
        _ => unreachable!("a part that is not known here"),
    }
}

/// Whether a target must not set the feature without a request: the guest would see a change.
pub(crate) fn must_be_requested(part: Feature) -> bool {
    matches!(
        part,
        Feature::RomFile
            | Feature::RomBar
            | Feature::PrimaryDisplay
            | Feature::SeenIds
            | Feature::Hiding
            | Feature::HugePages
            | Feature::LookingGlass
    )
}

fn numa(vm: &Description) -> NumaNodes {
    vm.topology.map_or(NumaNodes::One, |topology| topology.numa)
}

/// Whether a part of two machines is the same.
pub(crate) fn is_same(part: Feature, one: &Description, other: &Description) -> bool {
    let each = |of: fn(&AssignedSlot) -> String| {
        let all = |vm: &Description| {
            let slots = vm.assigned.slots().iter();
            let mut all: Vec<String> = slots
                .map(|slot| format!("{} {}", slot.slot(), of(slot)))
                .collect();
            all.sort();
            all
        };
        all(one) == all(other)
    };
    let layout = |vm: &Description| {
        let topology = vm.topology?;
        Some((topology.sockets(), topology.cores(), topology.threads()))
    };
    match part {
        Feature::Name => one.name == other.name,
        Feature::System => one.system == other.system,
        Feature::Machine => one.machine == other.machine,
        Feature::Firmware => {
            matches!(one.firmware, Firmware::Ovmf(_)) == matches!(other.firmware, Firmware::Ovmf(_))
        }
        Feature::SecureBoot => is_asked(part, one) == is_asked(part, other),
        Feature::RomFile => {
            each(|slot| format!("{:?}", slot.rom_file.as_ref().map(ToString::to_string)))
        }
        Feature::RomBar => each(|slot| format!("{:?} {:?}", slot.rom_bar, slot.hidden_roms)),
        Feature::PrimaryDisplay => each(|slot| format!("{:?}", slot.display)),
        Feature::GuestSlot => each(|slot| format!("{:?}", slot.guest)),
        Feature::SeenIds => each(|slot| format!("{:?}", slot.seen_ids)),
        Feature::Hiding => one.hiding == other.hiding,
        Feature::Topology => layout(one) == layout(other),
        Feature::NumaNodes => numa(one) == numa(other),
        Feature::AddressBits => one.address_bits == other.address_bits,
        Feature::Memory => one.memory.size == other.memory.size,
        Feature::Processors => one.processors == other.processors,
        Feature::Pinning => one.pinning == other.pinning,
        Feature::Clock => one.clock == other.clock,
        Feature::HugePages => one.memory.pages == other.memory.pages,
        Feature::MemoryLock => one.memory.lock == other.memory.lock,
        Feature::MmioWindow => one.mmio == other.mmio,
        Feature::EmulatedDisplay => one.emulated_display == other.emulated_display,
        Feature::LookingGlass => one.looking_glass == other.looking_glass,
        _ => unreachable!("a part that is not known here"),
    }
}

const NAME_MACHINES: [Format; 3] = [Format::Proxmox, Format::Libvirt, Format::Qemu];

const NAME_FIRMWARE: [Format; 9] = [
    Format::Proxmox,
    Format::Libvirt,
    Format::Qemu,
    Format::Esxi,
    Format::Xen,
    Format::Bhyve,
    Format::Incus,
    Format::KubeVirt,
    Format::HyperV,
];

/// The emitted configuration of a target.
pub(crate) struct Written<'a> {
    target: Format,
    emitted: &'a Emitted,
    /// What our reader makes of it; `None` for formats that are not read.
    vm: Option<Description>,
    text: String,
}

impl<'a> Written<'a> {
    pub(crate) fn of(target: Format, emitted: &'a Emitted) -> Self {
        let text: Vec<String> = emitted.files.iter().map(ToString::to_string).collect();
        let vm = target.is_read().then(|| {
            let source = Source::of(&text[0]).unwrap_or_else(|| panic!("{target}: {}", text[0]));
            assert_eq!(source.format, target, "{}", text[0]);
            describe(&source).unwrap().description
        });
        Self {
            target,
            emitted,
            vm,
            text: text.concat(),
        }
    }

    /// Whether it has that part of `vm`.
    pub(crate) fn has(&self, part: Feature, vm: &Description) -> bool {
        let name = vm.name.as_str();
        match (self.target, part) {
            // The file, the flavor or the step is of that name.
            (_, Feature::Name) if !matches!(self.target, Format::Talos | Format::Unraid) => {
                let files = self.emitted.files.iter().map(|file| file.path.clone());
                let argv = self
                    .emitted
                    .commands
                    .iter()
                    .map(|command| command.argv.join(" "));
                let steps = self.emitted.steps.iter().map(|step| step.text.clone());
                files
                    .chain(argv)
                    .chain(steps)
                    .chain([self.text.clone()])
                    .any(|text| has_word(&text, name))
                    && self.target != Format::NixOs
                    || self
                        .emitted
                        .not_converted
                        .iter()
                        .any(|not_converted| not_converted.what == format!("guest {name}"))
            }
            // Where it has no place, what our reader says is made up.
            (target, Feature::Machine) if !NAME_MACHINES.contains(&target) => false,
            (target, Feature::Firmware) if !NAME_FIRMWARE.contains(&target) => false,
            // A volume that does not exist yet cannot be in the file.
            (Format::Proxmox, Feature::SecureBoot) if is_asked(part, vm) => {
                let mut steps = self.emitted.steps.iter();
                steps.any(|step| step.text.contains("pre-enrolled-keys=1"))
            }
            // An x-vga of Windows implies a vendor (`add_hyperv_enlightenments`).
            (Format::Proxmox, Feature::Hiding)
                if vm.system == GuestSystem::Windows
                    && vm.has_primary_display()
                    && vm.hiding.hyperv_vendor_id.is_none() =>
            {
                let back = self.vm.as_ref();
                back.is_some_and(|back| back.hiding.kvm == vm.hiding.kvm)
            }
            (Format::Nova, Feature::HugePages) => {
                is_asked(part, vm) == self.argv().contains("hw:mem_page_size=")
            }
            (Format::Nova, Feature::Topology) => {
                is_asked(part, vm) == self.argv().contains("hw:cpu_sockets=")
            }
            (Format::Nova, Feature::Hiding) => {
                vm.hiding.hyperv_vendor_id.is_none()
                    && is_asked(part, vm) == self.argv().contains("hide_hypervisor_id=true")
            }
            (Format::KubeVirt, _) => self.in_kubevirt(part, vm),
            // The target's default window is large enough.
            (_, Feature::MmioWindow) if self.has_default_window(vm) => true,
            (_, Feature::PrimaryDisplay) if self.only_screen() => true,
            // They emulate none by default.
            (
                Format::Bhyve | Format::CloudHypervisor | Format::Crosvm,
                Feature::EmulatedDisplay,
            ) if vm.emulated_display == Some(EmulatedDisplay::None) => true,
            (Format::HyperV, Feature::Memory) => self.has_step(&match vm.memory.size {
                Some(size) => format!("-MemoryStartupBytes {}MB;", size.mebibytes()),
                None => ";".to_owned(),
            }),
            (Format::HyperV, Feature::Processors) => self.has_step(&match vm.processors {
                Some(count) => format!("-Count {count}"),
                None => ";".to_owned(),
            }),
            (Format::HyperV, Feature::Firmware) => self.has_step(match vm.firmware {
                Firmware::SeaBios => "-Generation 1",
                Firmware::Ovmf(_) => "-Generation 2",
            }),
            (Format::HyperV, Feature::SecureBoot) => {
                is_asked(part, vm) == self.has_step("-EnableSecureBoot On")
            }
            // Its guests have its own interface.
            (Format::HyperV, Feature::System) => true,
            (Format::HyperV, Feature::MmioWindow) => {
                let window = vm.mmio.map(|window| format!("{}MB", window.mebibytes()));
                window.is_none_or(|window| self.text.contains(&window))
            }
            _ => match &self.vm {
                Some(back) => is_same(part, vm, back),
                None => !is_asked(part, vm),
            },
        }
    }

    fn argv(&self) -> String {
        let commands = self.emitted.commands.iter();
        commands.map(|command| command.argv.join(" ")).collect()
    }

    fn has_step(&self, words: &str) -> bool {
        let mut steps = self.emitted.steps.iter();
        steps.any(|step| step.text.contains(words))
    }

    fn has_default_window(&self, vm: &Description) -> bool {
        let (Some(back), Some(window)) = (&self.vm, vm.mmio) else {
            return false;
        };
        let by_itself = match (self.target, back.firmware, back.machine.chipset) {
            (Format::Proxmox | Format::Qemu, Firmware::Ovmf(_), _)
            | (Format::Proxmox | Format::Qemu, _, hvconf::description::Chipset::Q35)
            | (Format::Libvirt, Firmware::Ovmf(_), _) => 32,
            (Format::Proxmox | Format::Qemu, ..) => 2,
            _ => return false,
        };
        back.mmio.is_none() && window.gibibytes() <= by_itself
    }

    /// Whether the guest has no screen but passed cards.
    fn only_screen(&self) -> bool {
        let has_none = |vm: &Description| vm.emulated_display == Some(EmulatedDisplay::None);
        match (self.target, &self.vm) {
            (Format::Esxi, Some(back)) => has_none(back),
            (Format::Libvirt | Format::Qemu, Some(back)) => {
                has_none(back) && back.firmware != Firmware::SeaBios
            }
            _ => false,
        }
    }

    fn in_kubevirt(&self, part: Feature, vm: &Description) -> bool {
        let has = |text: &str| self.text.contains(text);
        if !is_asked(part, vm) {
            return true;
        }
        match part {
            Feature::Firmware => match vm.firmware {
                Firmware::SeaBios => has("bios: {}"),
                Firmware::Ovmf(_) => has("efi:"),
            },
            Feature::SecureBoot => has("secureBoot: true"),
            Feature::Hiding => {
                let vendor = vm.hiding.hyperv_vendor_id.as_ref();
                has("hidden: true") && vendor.is_none_or(|id| has(&format!("\"{id}\"")))
            }
            Feature::Memory => {
                let size = vm
                    .memory
                    .size
                    .map(|size| format!("guest: \"{}Mi\"", size.mebibytes()));
                size.is_some_and(|size| has(&size))
            }
            Feature::Processors => {
                let count = vm.processors.map(|count| format!("cores: {count}\n"));
                count.is_some_and(|count| has(&count))
            }
            Feature::HugePages => match vm.memory.pages {
                Pages::Huge(size) => match size.mebibytes() {
                    Some(2) => has("pageSize: \"2Mi\""),
                    Some(_) => has("pageSize: \"1Gi\""),
                    None => false,
                },
                Pages::Ordinary => true,
            },
            Feature::EmulatedDisplay => {
                vm.emulated_display == Some(EmulatedDisplay::None)
                    && has("autoattachGraphicsDevice: false")
            }
            _ => false,
        }
    }
}

fn has_word(text: &str, word: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let parts: Vec<&str> = text.split(word).collect();
    parts.windows(2).any(|around| {
        let before = around[0].chars().next_back();
        let after = around[1].chars().next();
        !before.is_some_and(is_plain) && !after.is_some_and(is_plain)
    })
}

/// Words for address bits, as QEMU and its derivatives write them.
pub(crate) fn bits(bits: AddressBits) -> String {
    match bits {
        AddressBits::Host => "host".to_owned(),
        AddressBits::Of(bits) => bits.to_string(),
    }
}

/// Whether a slot is the first screen.
pub(crate) fn is_primary(slot: &AssignedSlot) -> bool {
    slot.display == DisplayRole::Primary
}
