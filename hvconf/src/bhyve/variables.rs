//! bhyve's variables of a guest, `pci.0.5.0.device=passthru`: a file for `bhyve -k`
//! (bhyve_config(5)).

use core::num::NonZeroU16;
use std::collections::BTreeMap;

use host_tree::lines;
use pci_core::Address;
use pci_core::notation::PassthruDevice;

use super::sizes::{memory, topology};
use crate::assigned::GuestSlot;
use crate::description::{Firmware, MemoryLock, SecureBoot};
use crate::emitted::{Found, NotConverted, ReadBack};
use crate::error::{Cause, Error};

/// The variables of a guest; of several with one name the last counts.
///
/// ```
/// use hvconf::bhyve::Variables;
/// let text = "pci.0.5.0.device=passthru\npci.0.5.0.bus=2\npci.0.5.0.slot=0\npci.0.5.0.func=1\n";
/// let functions: Vec<String> = Variables::parse(text)
///     .functions()
///     .map(|(function, _)| function.to_string())
///     .collect();
/// assert_eq!(functions, ["0000:02:00.1"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variables<'a> {
    /// Name, value and line.
    lines: Vec<(&'a str, &'a str, u32)>,
}

/// The variables of one function of the guest.
#[derive(Debug, Default)]
struct Passed<'a> {
    line: u32,
    is_passthru: bool,
    numbers: [Option<&'a str>; 3],
    rom: Option<&'a str>,
}

/// A function's place in the guest: bus, slot and function.
type Place = [u8; 3];

impl<'a> Variables<'a> {
    /// Reads any text: lines of another form are left out.
    #[must_use]
    pub fn parse(text: &'a str) -> Self {
        let lines = lines::spans(text).filter_map(|(number, _, line)| {
            let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let (name, value) = line.split_once('=')?;
            let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            let is_variable = !name.is_empty() && name.chars().all(is_name);
            is_variable.then_some((name, value, number))
        });
        Self {
            lines: lines.collect(),
        }
    }

    /// The host's functions that the guest has, each with the line of its `device`, from 1.
    pub fn functions(&self) -> impl Iterator<Item = (Address, u32)> {
        let passed = self.passed().into_values();
        passed.filter_map(|passed| Some((passed.address()?, passed.line)))
    }

    /// The functions of the guest that are the host's.
    fn passed(&self) -> BTreeMap<Place, Passed<'a>> {
        let mut all: BTreeMap<Place, Passed<'a>> = BTreeMap::new();
        for (name, value, line) in &self.lines {
            let Some((place, part)) = place(name) else {
                continue;
            };
            let passed = all.entry(place).or_default();
            match part {
                "device" => {
                    passed.is_passthru = *value == "passthru";
                    passed.line = *line;
                }
                "bus" => passed.numbers[0] = Some(value),
                "slot" => passed.numbers[1] = Some(value),
                "func" => passed.numbers[2] = Some(value),
                "rom" => passed.rom = Some(value),
                _ => {}
            }
        }
        all.retain(|_, passed| passed.is_passthru);
        all
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        let mut lines = self.lines.iter().rev();
        lines.find(|line| line.0 == name).map(|line| line.1)
    }
}

impl Passed<'_> {
    fn address(&self) -> Option<Address> {
        let [Some(bus), Some(slot), Some(function)] = self.numbers else {
            return None;
        };
        let device: PassthruDevice = format!("{bus}/{slot}/{function}").parse().ok()?;
        Some(device.address())
    }
}

/// The place and the rest of the name of `pci.0.5.0.device`.
fn place(name: &str) -> Option<(Place, &str)> {
    let mut parts = name.strip_prefix("pci.")?.splitn(4, '.');
    let mut number = || parts.next()?.parse().ok();
    let place = [number()?, number()?, number()?];
    Some((place, parts.next()?))
}

/// Reads the guest of a file of variables. Variables outside of the description are listed as not
/// converted.
///
/// # Errors
/// If a function has no bus, slot and function of the host, or nothing is assigned.
pub fn read_variables(text: &str) -> Result<ReadBack, Error> {
    let variables = Variables::parse(text);
    let mut found = Found::default();
    let passed = variables.passed();
    for ([bus, slot, function], passed) in &passed {
        let address = passed.address().ok_or_else(|| {
            let reason =
                format!("pci.{bus}.{slot}.{function}: expected .bus, .slot and .func of the host");
            Cause::Rejected { reason }.at(passed.line)
        })?;
        found.function(address);
        if let Some(place) = GuestSlot::new(*bus, *slot) {
            found.place(address, place);
        }
        if let Some(path) = passed.rom {
            found.rom(address, path);
        }
    }
    let mut vm = found.describe(variables.get("name"))?;
    let count = |text: &str| text.parse().ok().and_then(NonZeroU16::new);
    vm.processors = variables.get("cpus").and_then(count);
    let layout = ["sockets", "cores", "threads"].map(|name| variables.get(name));
    vm.topology = topology(layout, vm.processors);
    vm.memory.size = variables.get("memory.size").and_then(memory);
    if variables.get("memory.wired") == Some("true") {
        vm.memory.lock = MemoryLock::Locked;
    }
    let has_bootrom = ["bootrom", "lpc.bootrom"]
        .iter()
        .any(|name| variables.get(name).is_some());
    if has_bootrom {
        vm.firmware = Firmware::Ovmf(SecureBoot::Off);
    }
    for (name, value, line) in &variables.lines {
        let is_read = match *name {
            "name" | "bootrom" | "lpc.bootrom" => true,
            "cpus" => vm.processors.is_some(),
            "sockets" | "cores" | "threads" => vm.topology.is_some(),
            "memory.size" => vm.memory.size.is_some(),
            "memory.wired" => *value == "true",
            // bhyve's own bridges.
            _ => place(name).is_some_and(|(place, part)| {
                let is_passed = passed.contains_key(&place);
                let own = ["device", "bus", "slot", "func", "rom"];
                is_passed && own.contains(&part) || *value == "hostbridge" || *value == "lpc"
            }),
        };
        if !is_read {
            let lost = NotConverted::manual(format!("{name}={value}"));
            found.not_converted.push(lost.on_line(*line));
        }
    }
    Ok(ReadBack {
        description: vm,
        not_converted: found.not_converted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GUEST: &str = "\
name=desktop
cpus=4
memory.size=8G
memory.wired=true
bootrom=/usr/local/share/uefi-firmware/BHYVE_UEFI.fd
pci.0.0.0.device=hostbridge
pci.0.5.0.device=passthru
pci.0.5.0.bus=5
pci.0.5.0.slot=0
pci.0.5.0.func=0
pci.0.5.0.rom=/roms/vbios.rom
pci.0.5.1.device=passthru
pci.0.5.1.bus=5
pci.0.5.1.slot=0
pci.0.5.1.func=1
pci.0.6.0.device=virtio-net
";

    #[test]
    fn a_guest_of_variables_is_read() {
        let back = read_variables(GUEST).unwrap();
        let vm = back.description;
        let [slot] = vm.assigned.slots() else {
            panic!("{vm:?}")
        };
        assert_eq!(slot.functions().len(), 2);
        assert_eq!(slot.rom_file.as_ref().unwrap().to_string(), "vbios.rom");
        assert_eq!(vm.processors.unwrap().get(), 4);
        assert_eq!(vm.memory.size.unwrap().mebibytes(), 8192);
        assert_eq!(vm.memory.lock, MemoryLock::Locked);
        let lost: Vec<&str> = back
            .not_converted
            .iter()
            .map(|one| one.what.as_str())
            .collect();
        assert_eq!(lost, ["pci.0.6.0.device=virtio-net"]);
    }

    #[test]
    fn functions_need_their_numbers() {
        assert!(read_variables("pci.0.5.0.device=passthru\n").is_err());
        assert!(read_variables("pci.0.5.0.device=virtio-net\n").is_err());
        let text = GUEST.replace("pci.0.5.1.func=1", "pci.0.5.1.func=9");
        assert_eq!(Variables::parse(&text).functions().count(), 1);
    }
}
