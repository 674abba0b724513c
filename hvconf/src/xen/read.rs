//! An `xl.cfg` read back as a description.

use core::num::NonZeroU16;

use super::pci_entry::{PciEntry, PciTarget, RdmPolicy};
use super::xl_cfg::XlConfig;
use super::xl_value::XlValue;
use crate::assigned::GuestSlot;
use crate::description::{
    Clock, Description, EmulatedDisplay, Firmware, GuestSystem, HostCpus, MemorySize, Pinning,
    SecureBoot,
};
use crate::emitted::{Found, NotConverted, ReadBack};
use crate::error::{Cause, Error};

/// Reads the functions that the configuration assigns. Settings outside of the description, such as
/// disks and networks, are listed as not converted.
///
/// # Errors
/// If `xl` rejects the file, or it assigns nothing.
pub fn read(config: &XlConfig) -> Result<ReadBack, Error> {
    if let Some(fault) = config.faults().first() {
        return Err(Cause::Rejected {
            reason: fault.to_string(),
        }
        .at(fault.line));
    }
    let mut found = Found::default();
    if let (None, Some(one)) = (config.list("pci"), config.of("pci").first()) {
        let not_converted =
            NotConverted::new("pci", "xl warns that it is not a list, and assigns nothing");
        found.not_converted.push(not_converted.on_line(one.line));
    }
    for item in config.list("pci").unwrap_or_default() {
        let XlValue::Text(text) = &item.value else {
            return Err(Cause::Rejected {
                reason: "expected a text in pci".to_owned(),
            }
            .at(item.line));
        };
        let entry: PciEntry = text.parse().map_err(|error| {
            Cause::Rejected {
                reason: format!("{error}"),
            }
            .at(item.line)
        })?;
        match &entry.target {
            PciTarget::Function(address) => found.function(*address),
            PciTarget::AllOf(slot) => {
                // The file does not list them.
                if let Some(first) = slot.function(0) {
                    found.whole_slot(first);
                }
            }
            PciTarget::Named(name) => {
                let why = "dom0 lists the function with the name: xl pci-assignable-list -n";
                let not_converted = NotConverted::new(format!("name={name}"), why);
                found.not_converted.push(not_converted.on_line(item.line));
            }
        }
        found.not_converted.extend(options(&entry, item.line));
        let place = entry
            .guest_slot
            .and_then(|device| GuestSlot::new(0, device));
        if let (Some(place), Some(address)) = (place, address_of(&entry)) {
            found.place(address, place);
        }
    }
    let mut description = found.describe(config.text("name").as_deref())?;

    let firmware = config.text("firmware").or_else(|| config.text("bios"));
    description.firmware = match firmware.as_deref() {
        Some("ovmf" | "uefi") => Firmware::Ovmf(SecureBoot::Off),
        _ => Firmware::SeaBios,
    };
    description.memory.size = number(config, "memory").and_then(MemorySize::from_mebibytes);
    description.processors = number(config, "vcpus")
        .and_then(|count| u16::try_from(count).ok())
        .and_then(NonZeroU16::new);
    description.pinning = pinning(config, description.processors);
    let is_on = |key: &str| number(config, key).is_some_and(|number| number > 0);
    if is_on("viridian") {
        description.system = GuestSystem::Windows;
    }
    description.clock = Some(if is_on("localtime") {
        Clock::LocalTime
    } else {
        Clock::Utc
    });
    description.emulated_display = config.text("vga").and_then(|vga| match &*vga {
        "none" => Some(EmulatedDisplay::None),
        "stdvga" => Some(EmulatedDisplay::Vga),
        "qxl" => Some(EmulatedDisplay::Qxl),
        _ => None,
    });
    found.not_converted.extend(others(config, &description));
    Ok(ReadBack {
        description,
        not_converted: found.not_converted,
    })
}

/// `cpus`: a text for all processors, or a list with a text or number for each (xl.cfg(5)).
fn pinning(config: &XlConfig, processors: Option<NonZeroU16>) -> Option<Pinning> {
    let Some(items) = config.list("cpus") else {
        return HostCpus::from_list(&config.text("cpus")?).map(Pinning::Together);
    };
    if items.len() != usize::from(processors?.get()) {
        return None;
    }
    Pinning::each(processors, |number| {
        match &items.get(usize::from(number))?.value {
            XlValue::Text(text) | XlValue::Number(text) => HostCpus::from_list(text),
            XlValue::List(_) => None,
        }
    })
}

/// The keys that are not part of the description, or whose values it does not support.
fn others(config: &XlConfig, vm: &Description) -> Vec<NotConverted> {
    let mut not_converted = Vec::new();
    for statement in config.statements() {
        let key = statement.key.as_str();
        // Of several statements of one key the last one counts, which it was read from.
        let text = config.text(key).unwrap_or_default();
        let is_memory = || number(config, key).and_then(MemorySize::from_mebibytes);
        let taken = match key {
            "name" | "pci" => true,
            "type" | "builder" => text == "hvm",
            "firmware" | "bios" => matches!(&*text, "ovmf" | "uefi" | "seabios"),
            "memory" => vm.memory.size.is_some(),
            "maxmem" => is_memory().is_some() && is_memory() == vm.memory.size,
            "vcpus" => vm.processors.is_some(),
            "cpus" => vm.pinning.is_some(),
            "viridian" | "localtime" => matches!(number(config, key), Some(0 | 1)),
            "vga" => vm.emulated_display.is_some(),
            _ => false,
        };
        let known = |one: &NotConverted| one.what == key;
        if !taken && !not_converted.iter().any(known) {
            not_converted.push(NotConverted::manual(key).on_line(statement.line));
        }
    }
    not_converted
}

fn address_of(entry: &PciEntry) -> Option<pci_core::Address> {
    match &entry.target {
        PciTarget::Function(address) => Some(*address),
        PciTarget::AllOf(slot) => slot.function(0),
        PciTarget::Named(_) => None,
    }
}

/// The options of an entry that only Xen knows.
fn options(entry: &PciEntry, line: u32) -> Vec<NotConverted> {
    let set = [
        ("permissive=1", entry.permissive),
        ("msitranslate=1", entry.msitranslate),
        ("power_mgmt=1", entry.power_mgmt),
        ("seize=1", entry.seize),
        (
            "rdm_policy=relaxed",
            entry.rdm_policy == Some(RdmPolicy::Relaxed),
        ),
    ];
    set.into_iter()
        .filter(|(_, set)| *set)
        .map(|(what, _)| NotConverted::new(what, "only Xen has it").on_line(line))
        .collect()
}

/// A number, as C's `strtoul` with base 0 reads it.
fn number(config: &XlConfig, key: &str) -> Option<u32> {
    let text = config.text(key)?;
    if let Some(digits) = text.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).ok();
    }
    match text.strip_prefix('0').filter(|digits| !digits.is_empty()) {
        Some(digits) => u32::from_str_radix(digits, 8).ok(),
        None => text.parse().ok(),
    }
}
