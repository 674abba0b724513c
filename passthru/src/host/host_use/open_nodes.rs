//! The processes that have the device file of a card open, as `fuser -v` and `lsof` list them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use super::kernel_names::KernelNames;
use super::process::{DeviceFileUser, Process};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::host::words::lines_with::{finder, lines_with};

/// As many processes are read.
const MOST: usize = 256;

/// The folders and beginnings of the device files of cards.
const NODES: [&str; 3] = ["/dev/nvidia", "/dev/dri/", "/dev/vfio/"];

/// The processes that have device files open.
#[derive(Debug, Default)]
pub(in crate::host) struct Users {
    /// Device files of cards in the input.
    pub(in crate::host) processes: Vec<Fact<Process>>,
    /// Other device files.
    pub(in crate::host) of_files: Vec<Fact<DeviceFileUser>>,
}

/// A process that has a device file open, as a line shows it.
struct Open<'a> {
    node: &'a str,
    pid: u32,
    name: &'a str,
}

/// The processes that use cards, with the function where the input shows whose the device file
/// is.
pub(in crate::host) fn users(
    texts: &[CommandText],
    names: &KernelNames,
    devices: &BTreeMap<Address, Device>,
) -> Users {
    let mut found = Users::default();
    let Some(words) = words() else { return found };
    for text in texts {
        if lines_with(words, &text.text).next().is_none() {
            continue;
        }
        let mut node = "";
        for (number, line) in numbered_lines(&text.text) {
            let line = bare(line);
            let Some(open) = of_lsof(line).or_else(|| of_fuser(line, node)) else {
                node = "";
                continue;
            };
            node = open.node;
            let function = names.card(open.node).map(|fact| fact.value);
            let function = function.or_else(|| only_card(open.node, devices));
            let evidence = || Evidence::new(&*text.command, number, line);
            let Some(address) = function else {
                let user = DeviceFileUser {
                    node: open.node.to_owned(),
                    pid: open.pid,
                    name: open.name.to_owned(),
                };
                let is_known = found.of_files.iter().any(|known| known.value == user);
                if found.of_files.len() < MOST && !is_known {
                    found.of_files.push(Fact::new(user, evidence()));
                }
                continue;
            };
            if !has_driver(devices, address, open.node) {
                continue;
            }
            let process = Process {
                address,
                pid: open.pid,
                name: open.name.to_owned(),
            };
            let is_known = |known: &Fact<Process>| {
                known.value.pid == process.pid && known.value.address == address
            };
            if found.processes.len() < MOST && !found.processes.iter().any(is_known) {
                found.processes.push(Fact::new(process, evidence()));
            }
        }
    }
    found
}

/// The numbers of the lines that show a process.
pub(crate) fn lines(text: &str) -> Vec<u32> {
    let mut found = Vec::new();
    if words().is_none_or(|words| lines_with(words, text).next().is_none()) {
        return found;
    }
    let mut node = "";
    for (number, line) in numbered_lines(text) {
        let line = bare(line);
        let open = of_lsof(line).or_else(|| of_fuser(line, node));
        let is_head = line
            .split_ascii_whitespace()
            .eq(["USER", "PID", "ACCESS", "COMMAND"]);
        node = open.as_ref().map_or("", |open| open.node);
        if is_head || open.is_some() {
            found.push(number);
        }
    }
    found
}

fn words() -> Option<&'static AhoCorasick> {
    static WORDS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(NODES));
    WORDS.as_ref()
}

fn bare(line: &str) -> &str {
    line.trim_start_matches(['>', ' ', '\t']).trim_end()
}

/// The one card that a device file can be of: `/dev/nvidia0` of the only display controller
/// that NVIDIA's driver has. The numbers of `/dev/dri` begin with any card.
fn only_card(node: &str, devices: &BTreeMap<Address, Device>) -> Option<Address> {
    let number = node.strip_prefix("/dev/nvidia")?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let mut cards = devices.values().filter(|device| {
        let is_display = device
            .class
            .as_ref()
            .is_some_and(|class| class.value.base == 0x03);
        is_display && device.driver.name() == Some("nvidia")
    });
    let first = cards.next().filter(|_| is_number)?;
    cards.next().is_none().then_some(first.address)
}

/// Whether the card has the driver of the device file still, as far as the input shows it.
fn has_driver(devices: &BTreeMap<Address, Device>, address: Address, node: &str) -> bool {
    let driver = devices
        .get(&address)
        .and_then(|device| device.driver.name());
    match driver {
        Some(driver) if is_for_guests(driver) => false,
        Some(driver) => node.starts_with("/dev/dri/") || driver == "nvidia",
        None => true,
    }
}

/// Whether the name is of a device file of one card.
fn is_of_card(node: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    node.strip_prefix("/dev/nvidia").is_some_and(is_number)
        || ["/dev/dri/card", "/dev/dri/renderD", "/dev/vfio/"]
            .iter()
            .any(|start| node.strip_prefix(start).is_some_and(is_number))
}

/// `Xorg 1234 root 17u CHR 195,0 0t0 613 /dev/nvidia0` of lsof: the type of a file that is
/// open is a number with its mode, `mem` is a file in memory (lsof(8), FD).
fn of_lsof(line: &str) -> Option<Open<'_>> {
    let node = line
        .split_ascii_whitespace()
        .next_back()
        .filter(|node| is_of_card(node))?;
    let mut words = line.split_ascii_whitespace();
    let (name, pid) = (words.next()?, words.next()?.parse().ok()?);
    let has_type = words.any(|word| word == "CHR");
    has_type.then_some(Open { node, pid, name })
}

/// `/dev/nvidia0:  root  1234 F...m Xorg` of `fuser -v`, the next lines without the file, and
/// `/dev/nvidia0:  1234m` of `fuser` (psmisc, src/fuser.c `print_matches`).
fn of_fuser<'a>(line: &'a str, node: &'a str) -> Option<Open<'a>> {
    let (node, rest) = match line.split_once(':') {
        Some((node, rest)) if is_of_card(node) => (node, rest),
        _ if !node.is_empty() => (node, line),
        _ => return None,
    };
    let words: Vec<&str> = rest.split_ascii_whitespace().take(5).collect();
    let is_access = |word: &str| word.len() == 5 && word.bytes().all(|b| b"cefFrmtE.".contains(&b));
    match words.as_slice() {
        [_, pid, access, name] if is_access(access) => {
            let pid = pid.parse().ok()?;
            Some(Open { node, pid, name })
        }
        [pid, ..] if rest.len() < line.len() => {
            let pid = pid.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            let pid = pid.parse().ok()?;
            Some(Open {
                node,
                pid,
                name: "",
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
