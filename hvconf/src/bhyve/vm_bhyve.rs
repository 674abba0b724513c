//! vm-bhyve's configuration of a guest: `passthru0="1/0/0=6:0"`.
//!
//! It reads as vm-bhyve's own scripts do (`config::load`, `config::get` and
//! `vm::bhyve_device_passthru`): a line starts with a small letter, what follows a `#` is a
//! comment even within quotes, all `"` go, of two lines with one key the first counts, and
//! functions are read from `passthru0` up to the first number that has none.

use core::num::NonZeroU16;
use std::collections::{BTreeMap, BTreeSet};

use host_tree::lines;
use pci_core::notation::PassthruDevice;

use super::arguments::{Options, placed};
use super::emit::place;
use super::sizes::{memory, topology};
use crate::assigned::AssignedSlot;
use crate::description::{Clock, EmulatedDisplay, Firmware, MemoryLock, SecureBoot};
use crate::emitted::{Found, NotConverted, ReadBack};
use crate::error::{Cause, Error};

/// A guest's configuration, as vm-bhyve reads it.
struct Guest<'a> {
    /// Key, value and line of each line that says something, the first of each key.
    lines: Vec<(&'a str, String, u32)>,
}

impl<'a> Guest<'a> {
    fn parse(text: &'a str) -> Self {
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for (number, _, line) in lines::spans(text) {
            if !line.starts_with(|c: char| c.is_ascii_lowercase()) {
                continue;
            }
            let line = line.split('#').next().unwrap_or_default();
            let (key, value) = line
                .trim_end_matches(' ')
                .split_once('=')
                .unwrap_or((line, line));
            if seen.insert(key) {
                found.push((key, value.replace('"', ""), number));
            }
        }
        Self { lines: found }
    }

    fn get(&self, key: &str) -> Option<(&str, u32)> {
        let mut lines = self.lines.iter();
        let (_, value, line) = lines.find(|(one, ..)| *one == key)?;
        Some((value, *line))
    }

    /// Assigned functions with their lines, and the first free number.
    fn assigned(&self) -> (Vec<(&str, u32)>, u32) {
        // A machine's file has a few lines: each number is looked for once.
        let mut by_number: BTreeMap<u32, (&str, u32)> = BTreeMap::new();
        by_number.extend(self.lines.iter().filter_map(|(key, value, line)| {
            let digits = key.strip_prefix("passthru")?;
            let number: u32 = digits.parse().ok()?;
            (number.to_string() == digits).then_some((number, (value.as_str(), *line)))
        }));
        let mut entries = Vec::new();
        for number in 0u32.. {
            match by_number.get(&number) {
                Some((value, line)) if !value.is_empty() => entries.push((*value, *line)),
                _ => return (entries, number),
            }
        }
        (entries, u32::MAX)
    }
}

fn device(value: &str) -> Option<PassthruDevice> {
    value.split('=').next()?.trim().parse().ok()
}

/// Adds the functions to a guest's configuration. Entries of functions that are already assigned
/// are unchanged; the others get the first free numbers.
///
/// # Errors
/// When a function is not in domain 0, or the first number that is free has a line
/// without a value.
pub fn assign(text: &str, slots: &[AssignedSlot]) -> Result<String, Error> {
    let mut text = text.to_owned();
    for placed in place(slots)? {
        let guest = Guest::parse(&text);
        let (entries, next) = guest.assigned();
        if entries
            .iter()
            .any(|(value, _)| device(value) == Some(placed.device))
        {
            continue;
        }
        let key = format!("passthru{next}");
        if let Some((_, line)) = guest.get(&key) {
            return Err(Cause::NoValue.at(line).in_part(key));
        }
        // A slot that is requested, or where bhyve finds a free one.
        let asked = slots
            .iter()
            .find(|slot| slot.slot() == placed.device.address().slot() && slot.guest.is_some());
        let value = match asked {
            Some(_) => format!("{}={}:{}", placed.device, placed.slot, placed.function),
            None => placed.device.to_string(),
        };
        text = lines::with_line(&text, &format!("{key}=\"{value}\""));
    }
    Ok(text)
}

/// Reads the functions that a guest's configuration assigns by `passthruN` or `bhyve_options`.
/// Settings outside of the description are listed as not converted.
///
/// # Errors
/// If an entry is not a function, or nothing is assigned.
pub fn read(text: &str) -> Result<ReadBack, Error> {
    let guest = Guest::parse(text);
    let mut found = Found::default();
    let (entries, assigned) = guest.assigned();
    for (value, line) in entries {
        let refused = || {
            Cause::Rejected {
                reason: format!("expected bus/slot/function in decimal, found {value:?}"),
            }
            .at(line)
        };
        let device = device(value).ok_or_else(refused)?;
        found.function(device.address());
        if let Some((_, place)) = value.split_once('=') {
            placed(&mut found, device.address(), place);
        }
    }
    let value = |key: &str| guest.get(key).map(|(value, _)| value);
    let options = value("bhyve_options").unwrap_or_default();
    let words: Vec<&str> = options.split_ascii_whitespace().collect();
    let own = Options::read(&words, &mut found)?;
    let mut vm = found.describe(None)?;
    vm.firmware = match value("loader") {
        Some("uefi") | None => Firmware::Ovmf(SecureBoot::Off),
        Some(_) => Firmware::SeaBios,
    };
    vm.processors = value("cpu").and_then(|count| count.parse().ok().and_then(NonZeroU16::new));
    let layout = ["cpu_sockets", "cpu_cores", "cpu_threads"].map(value);
    vm.topology = topology(layout, vm.processors);
    vm.pinning = own.pinning(vm.processors, &mut found);
    vm.clock = Some(if value("utctime").is_none_or(is_yes) {
        Clock::Utc
    } else {
        Clock::LocalTime
    });
    if own.has_screen || value("graphics").is_some_and(is_yes) {
        vm.emulated_display = Some(EmulatedDisplay::Vga);
    }
    vm.memory.size = value("memory").and_then(memory);
    if own.is_wired || value("wired_memory").is_some_and(is_yes) {
        vm.memory.lock = MemoryLock::Locked;
    }
    for (key, text, line) in &guest.lines {
        let number = key.strip_prefix("passthru").and_then(|n| n.parse().ok());
        let taken = match *key {
            "loader" => matches!(&**text, "uefi" | "uefi-csm"),
            "cpu" => vm.processors.is_some(),
            "cpu_sockets" | "cpu_cores" | "cpu_threads" => vm.topology.is_some(),
            "memory" => vm.memory.size.is_some(),
            "wired_memory" | "graphics" => is_yes(text),
            "utctime" => true,
            // Parts that do not belong to a function are listed separately.
            "bhyve_options" => true,
            _ => number.is_some_and(|number: u32| number < assigned),
        };
        if !taken {
            let not_converted = NotConverted::manual(format!("{key}=\"{text}\""));
            found.not_converted.push(not_converted.on_line(*line));
        }
    }
    Ok(ReadBack {
        description: vm,
        not_converted: found.not_converted,
    })
}

/// vm-bhyve's `config::yesno`.
fn is_yes(text: &str) -> bool {
    matches!(
        &*text.to_ascii_lowercase(),
        "yes" | "y" | "on" | "true" | "1"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assigned::{AssignedDevices, AssignedFunction, Coverage};
    use crate::description::Description;

    #[test]
    fn a_configuration_gets_its_missing_settings() {
        let functions: Vec<AssignedFunction> = ["0a:00.0", "0a:00.1"]
            .iter()
            .map(|text| AssignedFunction::at(text.parse().unwrap()))
            .collect();
        let slot = AssignedSlot::new(functions, Coverage::ListedFunctions).unwrap();
        let before = "loader=\"uefi\"\ncpu=4\nmemory=8G\npassthru0=\"10/0/1\"\n";
        let slots = [slot];
        let after = assign(before, &slots).unwrap();
        assert_eq!(after, format!("{before}passthru1=\"10/0/0\"\n"));
        assert_eq!(assign(&after, &slots).unwrap(), after);
        let back = read(&after).unwrap().description;
        let [slot] = slots;
        assert_eq!(back.assigned, AssignedDevices::new(vec![slot]).unwrap());
        assert_eq!(back.memory.size.unwrap().mebibytes(), 8192);
        assert_eq!(back.processors.unwrap().get(), 4);

        let mut slots = back.assigned.slots().to_vec();
        slots[0].rom_file = Some("vbios.rom".parse().unwrap());
        slots[0].guest = crate::assigned::GuestSlot::new(0, 6);
        let assigned = AssignedDevices::new(slots).unwrap();
        let mut vm = Description::new("a".parse().unwrap(), assigned);
        vm.memory.lock = MemoryLock::Locked;
        let words = super::super::arguments(&vm).unwrap();
        assert_eq!(
            words.join(" "),
            "-S -s 6:0,passthru,10/0/0,rom=vbios.rom -s 6:1,passthru,10/0/1"
        );
        let text = super::super::emit(&vm).unwrap().files[0].to_string();
        let options =
            "bhyve_options=\"-s 6:0,passthru,10/0/0,rom=vbios.rom\"\nwired_memory=\"yes\"\n";
        assert!(text.contains(options), "{text}");
        for back in [super::super::read_arguments(&words), read(&text)] {
            let back = back.unwrap();
            assert_eq!(back.description.assigned, vm.assigned);
            assert_eq!(back.description.memory, vm.memory);
            assert_eq!(back.not_converted, []);
        }
        assert!(read("passthru0=\"0a:00.0\"\n").is_err());
    }
}
