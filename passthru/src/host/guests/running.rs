//! Functions of running guests, by the lists of `virsh`, `qm`, `incus` and `lxc`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use super::{Domain, ProxmoxVm, guest_parts, instances};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::prompt::Prompt;

/// Guests that run, and domains whose XML a command prints, by name or number.
#[derive(Default)]
struct Guests {
    running: BTreeMap<String, Evidence>,
    dumped: BTreeSet<String>,
}

/// The functions that are bound to a VFIO driver and that the configuration of a running guest names,
/// each with the line that lists the guest.
pub(in crate::host) fn functions(
    texts: &[CommandText],
    of_guests: &[Vec<RangeInclusive<u32>>],
    vms: &[ProxmoxVm],
    domains: &[Domain],
    devices: &BTreeMap<Address, Device>,
) -> Vec<Fact<Address>> {
    let of_instances = instances::functions(texts);
    if vms.is_empty() && domains.is_empty() && of_instances.is_empty() {
        return Vec::new();
    }
    let mut guests = Guests::default();
    for (at, text) in texts.iter().enumerate() {
        let of_guests = of_guests.get(at).map(Vec::as_slice).unwrap_or_default();
        guests.read(text, of_guests);
    }
    let mut named: BTreeMap<Address, &Evidence> = BTreeMap::new();
    for vm in vms {
        let number = vm.id.map(|id| id.to_string());
        let Some(shown) = number.and_then(|number| guests.running.get(&number)) else {
            continue;
        };
        for given in &vm.given {
            let functions = (0..8).filter_map(|function| given.slot().function(function));
            let functions = functions.filter(|address| given.covers(*address));
            named.extend(functions.map(|address| (address, shown)));
        }
    }
    for domain in domains {
        if let Some(shown) = guests.state_of(domain) {
            named.extend(domain.functions.iter().map(|address| (*address, shown)));
        }
    }
    for ((address, is_slot), shown) in &of_instances {
        let functions = (0..8).filter_map(|function| address.slot().function(function));
        let functions = functions.filter(|one| *is_slot || one == address);
        named.extend(functions.map(|one| (one, shown)));
    }
    let is_held = |address: &Address| {
        let device = devices.get(address);
        device.is_some_and(|device| device.driver.is_bound_to(is_vfio_driver))
    };
    let held = named.into_iter().filter(|(address, _)| is_held(address));
    held.map(|(address, shown)| Fact::new(address, shown.clone()))
        .collect()
}

impl Guests {
    fn read(&mut self, text: &CommandText, of_guests: &[RangeInclusive<u32>]) {
        if !text.text.contains("running") && !text.text.contains("dumpxml") {
            return;
        }
        let mut command = text.command.as_str();
        let mut is_table = false;
        for (number, line) in numbered_lines(&text.text) {
            if let Some(prompt) = Prompt::read(line) {
                command = prompt.command;
                is_table = false;
                self.dumped.extend(argument(command, ["virsh", "dumpxml"]));
                continue;
            }
            if guest_parts::has(of_guests, number) {
                continue;
            }
            let words: Vec<&str> = line.split_whitespace().take(8).collect();
            let running = match words.as_slice() {
                ["Id", "Name", "State"] | ["VMID", "NAME", "STATUS", ..] => {
                    is_table = true;
                    None
                }
                ["status:", "running"] => argument(command, ["qm", "status"]),
                [id, name, "running"] if is_table && is_number(id) => Some((*name).to_owned()),
                [id, _, "running", memory, ..] if is_table && is_number(memory) => {
                    Some((*id).to_owned())
                }
                _ => None,
            };
            if let Some(guest) = running {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                self.running.entry(guest).or_insert(evidence);
            }
        }
    }

    /// The line that lists the domain, whose XML may be without its name.
    fn state_of(&self, domain: &Domain) -> Option<&Evidence> {
        let named = || self.running.get(&domain.name);
        if !domain.is_unnamed() {
            return named();
        }
        let mut dumped = self.dumped.iter();
        let only = dumped.next().filter(|_| self.dumped.len() == 1)?;
        self.running.get(only)
    }
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The first argument of the command that is no option.
fn argument(command: &str, program: [&str; 2]) -> Option<String> {
    let mut words = command.split_whitespace();
    let starts = program.iter().all(|word| words.next() == Some(*word));
    let argument = words.find(|word| !word.starts_with('-'));
    argument.filter(|_| starts).map(str::to_owned)
}
