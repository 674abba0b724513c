//! Whether a part of a machine is what it was.

use hvconf::convert::{Format, Source, describe};
use hvconf::description::{
    AddressBits, Description, EmulatedDisplay, Firmware, GuestSystem, NumaNodes, Pages, SecureBoot,
};
use hvconf::emitted::{Emitted, Part};
use hvconf::passed::{DisplayRole, PassedSlot, RomBar};

/// Whether `vm` has something of its own there.
pub(crate) fn is_asked(part: Part, vm: &Description) -> bool {
    let slots = || vm.passed.slots().iter();
    match part {
        Part::Name => vm.name.as_str() != "guest",
        Part::System => vm.system != GuestSystem::Other,
        Part::Machine | Part::Firmware => true,
        Part::RomFile => slots().any(|slot| slot.rom_file.is_some()),
        Part::RomBar => slots().any(|slot| slot.rom_bar == RomBar::Hidden),
        Part::PrimaryDisplay => vm.has_primary_display(),
        Part::GuestSlot => slots().any(|slot| slot.guest.is_some()),
        Part::SeenIds => slots().any(|slot| !slot.seen_ids.is_own()),
        Part::SecureBoot => vm.firmware == Firmware::Ovmf(SecureBoot::On),
        Part::Hiding => vm.hiding != Description::new(vm.name.clone(), vm.passed.clone()).hiding,
        Part::Topology => vm.topology.is_some(),
        Part::NumaNodes => numa(vm) == NumaNodes::PerSocket,
        Part::AddressBits => vm.address_bits.is_some(),
        Part::Memory => vm.memory.size.is_some(),
        Part::Processors => vm.processors.is_some(),
        Part::HugePages => vm.memory.pages != Pages::Ordinary,
        Part::MemoryLock => vm.memory.lock == hvconf::description::MemoryLock::Locked,
        Part::MmioWindow => vm.mmio.is_some(),
        Part::EmulatedDisplay => vm.emulated_display.is_some(),
        Part::LookingGlass => vm.looking_glass.is_some(),
        _ => unreachable!("a part that is not known here"),
    }
}

/// Whether a target may not have it where nobody asked: it changes what the guest finds.
pub(crate) fn counts_where_unsaid(part: Part) -> bool {
    matches!(
        part,
        Part::RomFile
            | Part::RomBar
            | Part::PrimaryDisplay
            | Part::SeenIds
            | Part::Hiding
            | Part::HugePages
            | Part::LookingGlass
    )
}

fn numa(vm: &Description) -> NumaNodes {
    vm.topology.map_or(NumaNodes::One, |topology| topology.numa)
}

/// Whether a part of two machines is the same.
pub(crate) fn is_same(part: Part, one: &Description, other: &Description) -> bool {
    let each = |of: fn(&PassedSlot) -> String| {
        let all = |vm: &Description| {
            let slots = vm.passed.slots().iter();
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
        Part::Name => one.name == other.name,
        Part::System => one.system == other.system,
        Part::Machine => one.machine == other.machine,
        Part::Firmware => {
            matches!(one.firmware, Firmware::Ovmf(_)) == matches!(other.firmware, Firmware::Ovmf(_))
        }
        Part::SecureBoot => is_asked(part, one) == is_asked(part, other),
        Part::RomFile => each(|slot| format!("{:?}", slot.rom_file)),
        Part::RomBar => each(|slot| format!("{:?}", slot.rom_bar)),
        Part::PrimaryDisplay => each(|slot| format!("{:?}", slot.display)),
        Part::GuestSlot => each(|slot| format!("{:?}", slot.guest)),
        Part::SeenIds => each(|slot| format!("{:?}", slot.seen_ids)),
        Part::Hiding => one.hiding == other.hiding,
        Part::Topology => layout(one) == layout(other),
        Part::NumaNodes => numa(one) == numa(other),
        Part::AddressBits => one.address_bits == other.address_bits,
        Part::Memory => one.memory.size == other.memory.size,
        Part::Processors => one.processors == other.processors,
        Part::HugePages => one.memory.pages == other.memory.pages,
        Part::MemoryLock => one.memory.lock == other.memory.lock,
        Part::MmioWindow => one.mmio == other.mmio,
        Part::EmulatedDisplay => one.emulated_display == other.emulated_display,
        Part::LookingGlass => one.looking_glass == other.looking_glass,
        _ => unreachable!("a part that is not known here"),
    }
}

const NAME_MACHINES: [Format; 3] = [Format::Proxmox, Format::Libvirt, Format::Qemu];

const NAME_FIRMWARE: [Format; 8] = [
    Format::Proxmox,
    Format::Libvirt,
    Format::Qemu,
    Format::Esxi,
    Format::Xen,
    Format::Bhyve,
    Format::Incus,
    Format::KubeVirt,
];

/// What a target was told.
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
    pub(crate) fn has(&self, part: Part, vm: &Description) -> bool {
        let name = vm.name.as_str();
        match (self.target, part) {
            // The file, the flavor or the step is of that name.
            (_, Part::Name) if !matches!(self.target, Format::Talos | Format::Unraid) => {
                let said = self.emitted.files.iter().map(|file| file.path.clone());
                let argv = self
                    .emitted
                    .commands
                    .iter()
                    .map(|command| command.argv.join(" "));
                let steps = self.emitted.steps.iter().map(|step| step.text.clone());
                said.chain(argv)
                    .chain(steps)
                    .chain([self.text.clone()])
                    .any(|text| has_word(&text, name))
                    && self.target != Format::NixOs
                    || self
                        .emitted
                        .lost
                        .iter()
                        .any(|lost| lost.what == format!("guest {name}"))
            }
            // Where it has no place, what our reader says is made up.
            (target, Part::Machine) if !NAME_MACHINES.contains(&target) => false,
            (target, Part::Firmware) if !NAME_FIRMWARE.contains(&target) => false,
            // A volume that does not exist yet cannot be in the file.
            (Format::Proxmox, Part::SecureBoot) if is_asked(part, vm) => {
                let mut steps = self.emitted.steps.iter();
                steps.any(|step| step.text.contains("pre-enrolled-keys=1"))
            }
            (Format::Nova, Part::HugePages) => {
                is_asked(part, vm) == self.argv().contains("hw:mem_page_size=")
            }
            (Format::Nova, Part::Topology) => {
                is_asked(part, vm) == self.argv().contains("hw:cpu_sockets=")
            }
            (Format::Nova, Part::Hiding) => {
                vm.hiding.hyperv_vendor_id.is_none()
                    && is_asked(part, vm) == self.argv().contains("hide_hypervisor_id=true")
            }
            (Format::KubeVirt, _) => self.in_kubevirt(part, vm),
            // The room that it gives by itself is enough.
            (_, Part::MmioWindow) if self.gives_window(vm) => true,
            (_, Part::PrimaryDisplay) if self.only_screen() => true,
            // They emulate none by themselves.
            (Format::Bhyve | Format::CloudHypervisor | Format::Crosvm, Part::EmulatedDisplay)
                if vm.emulated_display == Some(EmulatedDisplay::None) =>
            {
                true
            }
            (Format::HyperV, Part::MmioWindow) => {
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

    fn gives_window(&self, vm: &Description) -> bool {
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

    fn in_kubevirt(&self, part: Part, vm: &Description) -> bool {
        let has = |text: &str| self.text.contains(text);
        if !is_asked(part, vm) {
            return true;
        }
        match part {
            Part::Firmware => match vm.firmware {
                Firmware::SeaBios => has("bios: {}"),
                Firmware::Ovmf(_) => has("efi:"),
            },
            Part::SecureBoot => has("secureBoot: true"),
            Part::Hiding => {
                let vendor = vm.hiding.hyperv_vendor_id.as_ref();
                has("hidden: true") && vendor.is_none_or(|id| has(&format!("\"{id}\"")))
            }
            Part::Memory => {
                let size = vm
                    .memory
                    .size
                    .map(|size| format!("guest: \"{}Mi\"", size.mebibytes()));
                size.is_some_and(|size| has(&size))
            }
            Part::Processors => {
                let count = vm.processors.map(|count| format!("cores: {count}\n"));
                count.is_some_and(|count| has(&count))
            }
            Part::HugePages => match vm.memory.pages {
                Pages::Huge(size) => match size.mebibytes() {
                    Some(2) => has("pageSize: \"2Mi\""),
                    Some(_) => has("pageSize: \"1Gi\""),
                    None => false,
                },
                Pages::Ordinary => true,
            },
            Part::EmulatedDisplay => {
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

/// Words for address bits, as QEMU and its kin write them.
pub(crate) fn bits(bits: AddressBits) -> String {
    match bits {
        AddressBits::Host => "host".to_owned(),
        AddressBits::Of(bits) => bits.to_string(),
    }
}

/// Whether a slot is the first screen.
pub(crate) fn is_primary(slot: &PassedSlot) -> bool {
    slot.display == DisplayRole::Primary
}
