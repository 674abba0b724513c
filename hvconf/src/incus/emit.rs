//! A description as commands, and as the document that `config edit` accepts.

use pci_core::Address;

use crate::assigned::{AssignedSlot, Coverage};
use crate::description::{Description, Firmware, HugePageSize, Pages, SecureBoot};
use crate::emitted::{
    Emitted, EmittedCommand, EmittedFile, Feature, Line, ManualStep, NotConverted,
};
use crate::error::{Cause, Error};
use crate::yaml::quoted;

/// One of the two programs, whose configurations are equal here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Program {
    /// Incus.
    Incus,
    /// LXD, from which Incus came.
    Lxd,
}

impl Program {
    /// The command.
    #[must_use]
    pub const fn command(self) -> &'static str {
        match self {
            Self::Incus => "incus",
            Self::Lxd => "lxc",
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Incus => "Incus",
            Self::Lxd => "LXD",
        }
    }
}

/// The name of a function among an instance's devices: `pci-0000-01-00-0`.
#[must_use]
pub fn device_name(address: Address) -> String {
    let name: String = address.to_string();
    format!("pci-{}", name.replace([':', '.'], "-"))
}

/// One device: its name, and its keys.
struct Device {
    name: String,
    keys: Vec<(&'static str, String)>,
    purpose: &'static str,
}

/// A display is a device `gpu`, which includes the other functions of its slot along where they
/// share its IOMMU group; all else as a device `pci` each (Incus documentation, "Type: gpu" and
/// "Type: pci").
fn devices(slot: &AssignedSlot) -> Vec<Device> {
    let gpu = slot.functions().iter().find(|one| one.is_display());
    if let (Some(gpu), Coverage::WholeSlot) = (gpu, slot.coverage) {
        return vec![Device {
            name: device_name(gpu.address),
            keys: vec![
                ("type", "gpu".to_owned()),
                ("gputype", "physical".to_owned()),
                ("pci", gpu.address.to_string()),
            ],
            purpose: "the card, with the functions of its slot that share its IOMMU group",
        }];
    }
    let functions = slot.functions().iter();
    functions
        .map(|function| Device {
            name: device_name(function.address),
            keys: vec![
                ("type", "pci".to_owned()),
                ("address", function.address.to_string()),
            ],
            purpose: "one function, as it is",
        })
        .collect()
}

/// The list of `limits.cpu` that pins each processor to one of the host: in ascending order, and
/// with a comma or a dash, since a number is how many there are.
fn pinned(vm: &Description) -> Option<String> {
    let pinning = vm.pinning.as_ref()?;
    let own = |number: u16| pinning.of_one(number.into())?.only();
    let numbers: Option<Vec<u16>> = (0..vm.processors?.get()).map(own).collect();
    let numbers = numbers?;
    let is_one_each = numbers.is_sorted_by(|a, b| a < b);
    let text = match numbers.as_slice() {
        [] => return None,
        [one] => format!("{one}-{one}"),
        _ => pinning.all().to_string(),
    };
    is_one_each.then_some(text)
}

/// The commands that assign the functions to an instance; the file is the same for `config edit`.
///
/// ```
/// use hvconf::description::Description;
/// use hvconf::incus::{self, Program};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let nic = AssignedFunction::at("05:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![nic], Coverage::WholeSlot)?])?;
/// let emitted = incus::emit(&Description::new("router".parse()?, assigned), Program::Incus)?;
/// assert_eq!(
///     emitted.commands[1].argv.join(" "),
///     "incus config device add router pci-0000-05-00-0 pci address=0000:05:00.0"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the name is not one of an instance: it may have no `.` and not start with a digit (Incus
/// documentation, "Instance properties").
pub fn emit(vm: &Description, program: Program) -> Result<Emitted, Error> {
    let name = vm.name.as_str();
    if name.contains('.') || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Cause::Unsupported {
            target: program.name(),
            what: format!("the name {name}: no dot, and a letter first"),
        }
        .into());
    }
    let mut config: Vec<(&str, String, &str)> = Vec::new();
    if vm.firmware == Firmware::SeaBios {
        config.push((
            "security.csm",
            "true".to_owned(),
            "the guest's firmware starts systems that know no UEFI",
        ));
    }
    if vm.firmware != Firmware::Ovmf(SecureBoot::On) {
        config.push((
            "security.secureboot",
            "false".to_owned(),
            "with Secure Boot, which is on by default, unsigned drivers of the card do not load",
        ));
    }
    if let Some(size) = vm.memory.size {
        let size = format!("{}MiB", size.mebibytes());
        config.push((
            "limits.memory",
            size,
            "all of it is pinned while functions are assigned",
        ));
    }
    if let Some(count) = vm.processors {
        let cpus = pinned(vm).unwrap_or_else(|| count.to_string());
        config.push(("limits.cpu", cpus, "the guest's processors"));
    }
    if vm.memory.pages != Pages::Ordinary {
        let why = "the guest's memory in the host's huge pages";
        config.push(("limits.memory.hugepages", "true".to_owned(), why));
    }
    let devices: Vec<Device> = vm.assigned.slots().iter().flat_map(devices).collect();

    let mut commands = Vec::new();
    let begin = |words: &[&str]| -> Vec<String> {
        let all = [program.command()].into_iter().chain(words.iter().copied());
        all.map(str::to_owned).collect()
    };
    for (key, value, why) in &config {
        let argv = begin(&["config", "set", name, &format!("{key}={value}")]);
        commands.push(EmittedCommand::new(argv, *why));
    }
    let mut file = EmittedFile::new(format!("{name}.yaml"));
    file.push(Line::new("config:", "the instance's own settings"));
    for (key, value, why) in &config {
        file.push(Line::new(format!("  {key}: {}", quoted(value)), *why));
    }
    if config.is_empty() {
        file.lines.clear();
    }
    file.push(Line::new(
        "devices:",
        "devices beside those of its profiles",
    ));
    for device in &devices {
        let mut argv = begin(&["config", "device", "add", name, &device.name]);
        file.push(Line::new(format!("  {}:", device.name), device.purpose));
        for (key, value) in &device.keys {
            if *key == "type" {
                argv.push(value.clone());
            } else {
                argv.push(format!("{key}={value}"));
            }
            let why = match *key {
                "type" => "what kind of device",
                "gputype" => "the whole card, not a part of it",
                _ => "which function; without quotes some readers parse it as a number",
            };
            file.push(Line::new(format!("    {key}: {}", quoted(value)), why));
        }
        let undo = format!(
            "{}; {} config device remove {name} {} removes it",
            device.purpose,
            program.command(),
            device.name
        );
        let remove = begin(&["config", "device", "remove", name, &device.name]);
        commands.push(EmittedCommand::new(argv, undo).undone_by(remove));
    }
    let mut not_converted = Feature::unsupported(
        vm,
        program.name(),
        &[
            Feature::Memory,
            Feature::Processors,
            Feature::HugePages,
            Feature::Firmware,
            Feature::SecureBoot,
            Feature::Pinning,
        ],
    );
    if let (Some(pinning), None) = (&vm.pinning, pinned(vm)) {
        let what = format!("pinning to the host's processors {}", pinning.all());
        let why = format!(
            "{} pins each processor to one, in ascending order",
            program.name()
        );
        not_converted.push(NotConverted::new(what, why).of(Feature::Pinning));
    }
    if let Pages::Huge(HugePageSize::Mebibytes2 | HugePageSize::Gibibyte1) = vm.memory.pages {
        let why = format!("{} uses those of the host's default size", program.name());
        not_converted
            .push(NotConverted::new("the size of the huge pages", why).of(Feature::HugePages));
    }
    Ok(Emitted {
        files: vec![file],
        commands,
        steps: vec![ManualStep {
            name: "stateful-migration",
            text: "migration.stateful must be off, the default: a guest with assigned functions \
                   cannot be migrated or suspended"
                .to_owned(),
        }],
        not_converted,
    })
}
