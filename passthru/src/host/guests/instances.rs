//! Functions of running virtual machines of Incus and LXD, by the outputs of their clients.
//!
//! Sources: Incus documentation, Type: pci, Type: gpu, incus list, incus info, incus config show; LXD
//! documentation, the same pages.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use crate::prompt::Prompt;

/// A function of an instance, and whether the device has its whole slot.
type Given = (Address, bool);

/// Instances by name.
#[derive(Debug, Default)]
struct Instances {
    running: BTreeMap<String, Evidence>,
    /// Running or not.
    listed: BTreeSet<String>,
    given: BTreeMap<String, Vec<Given>>,
}

/// The functions that the configurations of running virtual machines name, each with the line that
/// shows the state, and whether the device has the whole slot.
pub(super) fn functions(texts: &[CommandText]) -> Vec<(Given, Evidence)> {
    let mut instances = Instances::default();
    for text in texts {
        if text.text.contains("type: pci") || text.text.contains("type: gpu") {
            instances.configurations(text);
        }
        if text.text.contains("RUNNING") || text.text.contains("Status: Running") {
            instances.states(text);
        }
    }
    // Of one instance alone, running or not, the configuration may be without a name.
    if let (Some(given), true, Some(only)) = (
        instances.given.remove(""),
        instances.listed.len() == 1,
        instances.running.keys().next(),
    ) {
        let only = only.clone();
        instances.given.entry(only).or_insert(given);
    }
    let mut found = Vec::new();
    for (name, given) in &instances.given {
        if let Some(shown) = instances.running.get(name) {
            found.extend(given.iter().map(|one| (*one, shown.clone())));
        }
    }
    found
}

/// A device in YAML, as its lines are read.
#[derive(Default)]
struct Part {
    is_assigned: bool,
    is_shared: bool,
    is_graphics: bool,
    address: Option<Address>,
}

impl Instances {
    fn configurations(&mut self, text: &CommandText) {
        let mut name = of_show(&text.command).unwrap_or_default();
        let mut part = Part::default();
        for (_, line) in numbered_lines(&text.text) {
            if let Some(command) = typed(line) {
                self.add(&name, &std::mem::take(&mut part));
                name = of_show(command).unwrap_or_default();
                continue;
            }
            let Some((key, value)) = line.trim().split_once(':') else {
                self.add(&name, &std::mem::take(&mut part));
                continue;
            };
            let value = value.trim().trim_matches(['"', '\'']);
            match (key, value) {
                // The next device, or the end of the list.
                (_, "") => self.add(&name, &std::mem::take(&mut part)),
                ("name", own) if !line.starts_with(' ') => own.clone_into(&mut name),
                ("type", "pci") => part.is_assigned = true,
                ("type", "gpu") => (part.is_assigned, part.is_graphics) = (true, true),
                ("gputype", kind) => part.is_shared = kind != "physical",
                ("address" | "pci", place) => part.address = place.parse().ok(),
                _ => {}
            }
        }
        self.add(&name, &part);
    }

    fn add(&mut self, name: &str, part: &Part) {
        let address = part.address.filter(|_| part.is_assigned && !part.is_shared);
        if let Some(address) = address {
            let given = self.given.entry(name.to_owned()).or_default();
            given.push((address, part.is_graphics));
        }
    }

    fn states(&mut self, text: &CommandText) {
        let mut name = "";
        let mut state: Option<Evidence> = None;
        for (number, line) in numbered_lines(&text.text) {
            let shown = || Evidence::new(&*text.command, number, line.trim());
            let cells: Vec<&str> = line.split(['|', '│']).map(str::trim).collect();
            if let ["", instance, "RUNNING" | "STOPPED" | "FROZEN" | "ERROR", ..] = cells.as_slice()
            {
                self.listed.insert((*instance).to_owned());
            }
            if let ["", instance, "RUNNING", rest @ ..] = cells.as_slice()
                && rest.iter().any(|cell| cell.starts_with("VIRTUAL-MACHINE"))
            {
                self.running
                    .entry((*instance).to_owned())
                    .or_insert_with(shown);
            }
            match line.trim().split_once(": ") {
                Some(("Name", own)) => {
                    (name, state) = (own.trim(), None);
                    self.listed.insert(name.to_owned());
                }
                Some(("Status", "RUNNING" | "Running")) if !name.is_empty() => {
                    state = Some(shown())
                }
                Some(("Type", "virtual-machine")) => {
                    if let Some(state) = state.take() {
                        self.running.entry(name.to_owned()).or_insert(state);
                    }
                }
                _ => {}
            }
        }
    }
}

/// The command behind a prompt, also behind the `#` of root alone.
fn typed(line: &str) -> Option<&str> {
    let of_root = || {
        let command = line.trim().strip_prefix("# ")?;
        let mut starts = ["incus ", "lxc "].iter();
        starts
            .any(|start| command.starts_with(start))
            .then_some(command)
    };
    Prompt::read(line)
        .map(|prompt| prompt.command)
        .or_else(of_root)
}

/// The instance of `incus config show --expanded NAME`, `lxc config device show NAME`.
fn of_show(command: &str) -> Option<String> {
    let words = command.split_whitespace().filter(|word| *word != "sudo");
    let words: Vec<&str> = words.filter(|word| !word.starts_with('-')).collect();
    match words.as_slice() {
        ["incus" | "lxc", "config", "show", name, ..]
        | ["incus" | "lxc", "config", "device", "show", name, ..] => Some((*name).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
