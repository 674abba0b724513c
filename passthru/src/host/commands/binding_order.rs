//! The order of the writes to sysfs that bind functions, in each text and each script of a boot.

use host_tree::{CommandText, Evidence, HostTree, numbered_lines};
use pci_core::{Address, PciId};

use super::LONGEST_LINE;
use super::sysfs_write::sysfs_write;
use crate::host::fact::Fact;
use crate::host::words::messages::new_id;

/// A write to sysfs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BindingWrite {
    /// An ID, to `new_id` of vfio-pci.
    NewId(PciId),
    /// The address of a function, to `driver/unbind` of the function.
    Unbind(Address),
    /// A write that binds the function, or one that may be any: with `None`.
    Bind(Option<Address>),
}

/// Maximum number of writes in a text.
const MOST: usize = 256;

/// Commands that bind functions without a write to sysfs of their own.
const BINDERS: [&str; 4] = [
    "nodedev-detach",
    "driverctl ",
    "dpdk-devbind",
    "vfio-pci-bind",
];

/// The writes of each text and each file that both add an ID and unbind a function.
pub(in crate::host) fn read(
    tree: &dyn HostTree,
    texts: &[CommandText],
    files: &[String],
) -> Vec<Vec<Fact<BindingWrite>>> {
    let texts = texts.iter();
    let mut all: Vec<_> = texts
        .map(|text| writes(&text.command, &text.text))
        .collect();
    for file in files {
        if let Some(text) = tree.read_text(file).found() {
            all.push(writes(file, &text));
        }
    }
    let is_pair = |writes: &Vec<Fact<BindingWrite>>| {
        let has = |wanted: fn(&BindingWrite) -> bool| writes.iter().any(|one| wanted(&one.value));
        has(|one| matches!(one, BindingWrite::NewId(_)))
            && has(|one| matches!(one, BindingWrite::Unbind(_)))
    };
    all.retain(is_pair);
    all
}

fn writes(source: &str, text: &str) -> Vec<Fact<BindingWrite>> {
    let mut found = Vec::new();
    if !text.contains("/new_id") {
        return found;
    }
    for (number, line) in numbered_lines(text).filter(|(_, line)| line.len() <= LONGEST_LINE) {
        let trimmed = line.trim_start();
        // A comment, also behind a prompt: `root@host:~# # echo …`.
        if trimmed.starts_with('#') || trimmed.contains("# #") {
            continue;
        }
        for command in trimmed.split([';', '&']) {
            if let Some(write) = write(command).filter(|_| found.len() < MOST) {
                found.push(Fact::new(write, Evidence::new(source, number, line.trim())));
            }
        }
    }
    found
}

fn write(command: &str) -> Option<BindingWrite> {
    if let Some(id) = new_id(command) {
        return Some(BindingWrite::NewId(id));
    }
    if BINDERS.iter().any(|binder| command.contains(binder)) {
        return Some(BindingWrite::Bind(None));
    }
    let (word, path) = sysfs_write(command)?;
    let address = || word.parse::<Address>().ok();
    match path.rsplit('/').next()? {
        "unbind" if path.ends_with("/driver/unbind") => address().map(BindingWrite::Unbind),
        "bind" | "drivers_probe" => Some(BindingWrite::Bind(address())),
        // The function is found again, and drivers probe it.
        "remove" | "rescan" | "new_id" => Some(BindingWrite::Bind(None)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
