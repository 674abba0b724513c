//! A description as `xl.cfg`, and the commands that make its functions assignable.

use pci_core::Address;

use super::pci_entry::{PciEntry, PciTarget};
use super::xl_cfg::{XlConfig, XlKey, XlText};
use crate::assigned::{AssignedSlot, Coverage};
use crate::description::{Clock, Description, EmulatedDisplay, Firmware, GuestSystem, Pinning};
use crate::emitted::{
    Emitted, EmittedCommand, EmittedFile, Feature, Line, ManualStep, NotConverted, Versions,
};
use crate::error::{Cause, Error};

/// Its name in errors.
pub(super) const TARGET: &str = "Xen";

/// The last domain that libxl's `libxl_device_pci` can have: 16 bits
/// (`xlu_pci_parse_spec_string` refuses more; measured with Xen 4.17).
const LAST_DOMAIN: u32 = 0xffff;

/// The entries of `pci` for a slot: one for all of it, or one for each function.
///
/// # Errors
/// When the domain is above ffff, as downstream of an Intel VMD.
pub fn entries(slot: &AssignedSlot) -> Result<Vec<PciEntry>, Error> {
    if slot.slot().domain() > LAST_DOMAIN {
        return Err(Cause::Unsupported {
            target: TARGET,
            what: format!("the domain of {}", slot.slot()),
        }
        .into());
    }
    let targets: Vec<PciTarget> = if slot.coverage == Coverage::WholeSlot {
        vec![PciTarget::AllOf(slot.slot())]
    } else {
        let functions = slot.functions().iter();
        functions
            .map(|function| PciTarget::Function(function.address))
            .collect()
    };
    // With one entry a slot; several functions of one slot in several entries get a
    // slot each.
    let guest_slot = slot
        .guest
        .filter(|_| targets.len() == 1)
        .map(|guest| guest.device());
    Ok(targets
        .into_iter()
        .map(|target| PciEntry {
            guest_slot: guest_slot.filter(|slot| *slot != 0),
            ..PciEntry::new(target)
        })
        .collect())
}

/// An `xl.cfg` for the description, without disks and network, and the commands
/// for dom0.
///
/// ```
/// use hvconf::description::Description;
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let functions = ["01:00.0", "01:00.1"]
///     .iter()
///     .map(|text| text.parse().map(AssignedFunction::at))
///     .collect::<Result<_, _>>()?;
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(functions, Coverage::WholeSlot)?])?;
/// let emitted = hvconf::xen::emit(&Description::new("win11".parse()?, assigned))?;
/// assert!(emitted.files[0].to_string().contains("pci = [ \"0000:01:00.*\" ]\n"));
/// assert_eq!(emitted.commands[0].argv, ["xl", "pci-assignable-add", "0000:01:00.0"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When Xen cannot express a domain.
pub fn emit(vm: &Description) -> Result<Emitted, Error> {
    let mut file = EmittedFile::new(format!("/etc/xen/{}.cfg", vm.name));
    let mut say = |key: XlKey, value: &str, why: &str, versions: Option<Versions>| {
        let mut line = Line::new(format!("{key} = \"{value}\""), why);
        line.versions = versions;
        file.push(line);
    };
    say(XlKey::Name, vm.name.as_str(), "the guest's name", None);
    say(
        XlKey::Type,
        "hvm",
        "a PVH guest supports no PCI function, and a PV guest runs no card's firmware",
        Some(Versions::from("Xen", "4.10")),
    );
    let firmware = match vm.firmware {
        Firmware::SeaBios => "seabios",
        Firmware::Ovmf(_) => "ovmf",
    };
    say(
        XlKey::Firmware,
        firmware,
        "the card's ROM has to have an image for it",
        Some(Versions::from("Xen", "4.10")),
    );
    if let Some(size) = vm.memory.size {
        let size = size.mebibytes().to_string();
        let why = "a guest with functions gets all of its memory at the start: more in maxmem \
                   than in memory is refused";
        say(XlKey::Memory, &size, why, None);
        say(XlKey::MaxMem, &size, why, None);
    }
    if let Some(count) = vm.processors {
        say(
            XlKey::Vcpus,
            &count.to_string(),
            "the guest's processors",
            None,
        );
    }
    if let Some(Pinning::Together(cpus)) = &vm.pinning {
        let why = "the host's processors that the guest runs on";
        say(XlKey::Cpus, &cpus.to_string(), why, None);
    }
    if vm.system == GuestSystem::Windows {
        say(
            XlKey::Viridian,
            "1",
            "Windows runs better on Hyper-V's interface",
            None,
        );
    }
    if vm.clock == Some(Clock::LocalTime) {
        say(
            XlKey::LocalTime,
            "1",
            "a clock in local time, as Windows expects",
            None,
        );
    }
    let display = vm.emulated_display.map(|display| match display {
        EmulatedDisplay::None => "none",
        EmulatedDisplay::Vga | EmulatedDisplay::Virtio => "stdvga",
        EmulatedDisplay::Qxl => "qxl",
    });
    if let Some(display) = display {
        let why = "the emulated graphics card beside the assigned ones";
        say(XlKey::Vga, display, why, None);
    }
    if let Some(Pinning::Each(sets)) = &vm.pinning {
        let list: Vec<String> = sets.iter().map(|cpus| format!("\"{cpus}\"")).collect();
        file.push(Line::new(
            format!("{} = [ {} ]", XlKey::Cpus, list.join(", ")),
            "the host's processors that each of its processors runs on",
        ));
    }
    let mut all = Vec::new();
    for slot in vm.assigned.slots() {
        all.extend(entries(slot)?);
    }
    let list: Vec<String> = all.iter().map(|entry| format!("\"{entry}\"")).collect();
    file.push(Line::new(
        format!("{} = [ {} ]", XlKey::Pci, list.join(", ")),
        "the functions; a text instead of a list is accepted with a warning, and assigns nothing",
    ));

    let addresses: Vec<Address> = vm.assigned.functions().map(|one| one.address).collect();
    let mut not_converted = Feature::unsupported(
        vm,
        TARGET,
        &[
            Feature::GuestSlot,
            Feature::Firmware,
            Feature::Memory,
            Feature::Processors,
            Feature::Pinning,
            Feature::System,
            Feature::Clock,
            Feature::EmulatedDisplay,
        ],
    );
    not_converted.extend(split_slots(vm));
    if vm.emulated_display == Some(EmulatedDisplay::Virtio) {
        let why = "Xen emulates a standard VGA card in its place";
        not_converted.push(
            NotConverted::new("the emulated card virtio-gpu", why).of(Feature::EmulatedDisplay),
        );
    }
    Ok(Emitted {
        files: vec![file],
        commands: assignable(&addresses),
        steps: steps(vm),
        not_converted,
    })
}

/// Slots whose place in the guest `pci` cannot say.
fn split_slots(vm: &Description) -> impl Iterator<Item = NotConverted> {
    let slots = vm.assigned.slots().iter();
    let split = slots.filter(|slot| {
        slot.guest.is_some_and(|guest| {
            let whole = slot.coverage == Coverage::WholeSlot || slot.functions().len() == 1;
            !whole || guest.bus() != 0 || guest.device() == 0
        })
    });
    split.map(|slot| {
        let what = format!("place of {} in the guest", slot.slot());
        let why = "xl places whole slots, on bus 0 and not on slot 0";
        NotConverted::new(what, why).of(Feature::GuestSlot)
    })
}

fn steps(vm: &Description) -> Vec<ManualStep> {
    let mut steps = Vec::new();
    if vm.has_primary_display() {
        steps.push(ManualStep {
            name: "xen-first-screen",
            text: "the card shows a picture once the guest's driver runs: gfx_passthru makes only \
                   Intel graphics the guest's first screen"
                .to_owned(),
        });
    }
    steps.push(ManualStep {
        name: "xen-rdm",
        text: "where xl rejects a function for reserved device memory, add rdm_policy=relaxed to \
               its entry in pci: the guest then starts with a warning, and the function may fail"
            .to_owned(),
    });
    steps
}

/// `xl pci-assignable-add` for each: pciback is bound in place of the host driver, until the next
/// boot.
#[must_use]
pub fn assignable(functions: &[Address]) -> Vec<EmittedCommand> {
    let add = |address: &Address| {
        EmittedCommand::new(
            [
                "xl".to_owned(),
                "pci-assignable-add".to_owned(),
                address.to_string(),
            ],
            format!(
                "pciback binds the function until the next boot; xl pci-assignable-remove -r \
                 {address} releases it"
            ),
        )
        .undone_by([
            "xl".to_owned(),
            "pci-assignable-remove".to_owned(),
            "-r".to_owned(),
            address.to_string(),
        ])
    };
    functions.iter().map(add).collect()
}

/// Adds the assigned functions to the guest's `xl.cfg`. Existing entries are unchanged.
///
/// # Errors
/// When `xl` rejects the file, or Xen cannot express a domain.
pub fn assign(config: &XlConfig, slots: &[AssignedSlot]) -> Result<XlConfig, Error> {
    let mut config = config.clone();
    for slot in slots {
        let there = assigned_by(&config);
        let functions = slot.functions();
        let missing: Vec<&Address> = functions
            .iter()
            .map(|function| &function.address)
            .filter(|address| !there.iter().any(|entry| entry.passes(**address)))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let entries = if missing.len() == functions.len() {
            entries(slot)?
        } else {
            // Some are there: the others are added one by one.
            let one = |address: &&Address| PciEntry::new(PciTarget::Function(**address));
            missing.iter().map(one).collect()
        };
        for entry in entries {
            let text = XlText::new(&entry.to_string());
            let text = text.ok_or(Cause::Unsupported {
                target: TARGET,
                what: slot.slot().to_string(),
            })?;
            config.add_item(XlKey::Pci, &text)?;
        }
    }
    Ok(config)
}

fn assigned_by(config: &XlConfig) -> Vec<PciEntry> {
    let items = config.list("pci").unwrap_or_default();
    items
        .into_iter()
        .filter_map(|item| match &item.value {
            super::xl_value::XlValue::Text(text) => text.parse().ok(),
            _ => None,
        })
        .collect()
}
