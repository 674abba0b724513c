//! Scripts that detach a GPU from the host before a guest's start, and reattach it after its end.

use std::collections::BTreeSet;

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use super::LONGEST_LINE;
use super::shell_variables::Variables;
use crate::host::fact::Fact;
use crate::host::words::addresses_in::addresses_in;

/// Facts of the scripts in pasted texts.
#[derive(Debug, Default)]
pub(crate) struct HookScripts {
    /// The functions that lines detach, each with the first such line.
    pub(crate) detached: Vec<Fact<Address>>,
    /// The functions that lines reattach.
    pub(crate) reattached: BTreeSet<Address>,
    /// Whether each of these lines has an address: a variable without a known value has none.
    pub(crate) is_complete: bool,
    /// The first line that removes NVIDIA's modules, where no line names `nvidia_uvm`.
    pub(crate) without_uvm: Option<Evidence>,
    /// Misspelled units of display managers and commands of virsh.
    pub(crate) misspelled: Vec<Fact<Misspelled>>,
}

/// A word that differs from a known one in one letter, or in the order of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Misspelled {
    /// The word as typed.
    pub(crate) typed: String,
    /// The likely word.
    pub(crate) likely: &'static str,
    /// Whether it is a command of virsh, whose commands are all known: a host may have any unit.
    pub(crate) is_of_virsh: bool,
}

/// Maximum number of functions, and of words.
const MOST: usize = 64;

/// Units of display managers.
const DISPLAY_MANAGERS: [&str; 17] = [
    "cosmic-greeter",
    "display-manager",
    "gdm",
    "gdm3",
    "greetd",
    "kdm",
    "lightdm",
    "ly",
    "lxdm",
    "mdm",
    "nodm",
    "plasmalogin",
    "sddm",
    "slim",
    "wdm",
    "xdm",
    "xlogin",
];

/// Commands of virsh for functions; `nodedev-dettach` is an older name of the first (virsh(1)).
const COMMANDS: [&str; 4] = [
    "nodedev-detach",
    "nodedev-dettach",
    "nodedev-reattach",
    "nodedev-reset",
];

/// The shortest name whose misspellings are known: with one letter exchanged, shorter ones are others.
const SHORTEST: usize = 4;

/// The scripts of the texts.
pub(in crate::host) fn read(texts: &[CommandText]) -> HookScripts {
    let mut found = HookScripts {
        is_complete: true,
        ..HookScripts::default()
    };
    for text in texts {
        let is_script = text.text.lines().any(detaches);
        if is_script {
            add(text, &mut found);
        }
    }
    found
}

/// The words of a command at the start of a line.
fn command(line: &str) -> Vec<&str> {
    let line = line.trim_start_matches(['>', ' ', '\t', '|', '`']);
    let words = line.split_ascii_whitespace();
    let words = words.skip_while(|word| matches!(*word, "sudo" | "then" | "else" | "do" | "exec"));
    words.collect()
}

/// Whether a line detaches a function, by a name of the command that may be misspelled.
fn detaches(line: &str) -> bool {
    match command(line).as_slice() {
        ["virsh", "nodedev-detach" | "nodedev-dettach", _, ..] => true,
        ["virsh", typed, _, ..] => is_slip(typed.as_bytes(), b"nodedev-detach"),
        _ => false,
    }
}

fn reattaches(line: &str) -> bool {
    matches!(
        command(line).as_slice(),
        ["virsh", "nodedev-reattach", _, ..]
    )
}

fn add(text: &CommandText, found: &mut HookScripts) {
    let variables = Variables::read(&text.text);
    let mut removes = None;
    let mut names_uvm = false;
    for (number, shown) in numbered_lines(&text.text) {
        if shown.len() > LONGEST_LINE {
            continue;
        }
        let evidence = || Evidence::new(&*text.command, number, shown.trim());
        names_uvm |= shown.contains("nvidia_uvm") || shown.contains("nvidia-uvm");
        if removes.is_none() && removes_nvidia(shown) {
            removes = Some(evidence());
        }
        if let Some(word) = misspelled(shown) {
            let is_known = |known: &Fact<Misspelled>| known.value.typed == word.typed;
            if found.misspelled.len() < MOST && !found.misspelled.iter().any(is_known) {
                found.misspelled.push(Fact::new(word, evidence()));
            }
        }
        let (is_detach, is_reattach) = (detaches(shown), reattaches(shown));
        if !is_detach && !is_reattach {
            continue;
        }
        let expanded = variables.expand(shown);
        let addresses: Vec<Address> = addresses_in(&expanded).collect();
        found.is_complete &= !addresses.is_empty();
        for address in addresses {
            if is_reattach {
                found.reattached.insert(address);
            } else if found.detached.len() < MOST
                && !found.detached.iter().any(|known| known.value == address)
            {
                found.detached.push(Fact::new(address, evidence()));
            }
        }
    }
    let without = removes.filter(|_| !names_uvm);
    found.without_uvm = found.without_uvm.take().or(without);
}

/// Whether a line removes a module of NVIDIA's driver: `modprobe -r nvidia_drm`.
fn removes_nvidia(line: &str) -> bool {
    let words = command(line);
    let (program, arguments) = words.split_first().unwrap_or((&"", &[]));
    let is_removal = match *program {
        "rmmod" => true,
        "modprobe" => arguments
            .iter()
            .any(|word| *word == "--remove" || word.starts_with("-r")),
        _ => false,
    };
    let is_nvidia = |word: &&str| {
        let word = word.trim_end_matches([';', '&', '`']).replace('-', "_");
        matches!(&*word, "nvidia" | "nvidia_drm" | "nvidia_modeset")
    };
    is_removal && arguments.iter().any(is_nvidia)
}

/// The misspelled unit that a line stops or starts, or its misspelled command of virsh.
fn misspelled(line: &str) -> Option<Misspelled> {
    let words = command(line);
    let (typed, known, is_of_virsh) = match words.as_slice() {
        ["systemctl", "stop" | "start" | "restart", typed, ..] => {
            (typed, &DISPLAY_MANAGERS[..], false)
        }
        ["virsh", typed, ..] => (typed, &COMMANDS[..], true),
        _ => return None,
    };
    let typed = typed.trim_end_matches([';', '&', '`']);
    let name = typed.strip_suffix(".service").unwrap_or(typed);
    if name.len() < SHORTEST || known.contains(&name) {
        return None;
    }
    let mut known = known.iter().filter(|known| known.len() >= SHORTEST);
    let likely = known.find(|known| is_slip(name.as_bytes(), known.as_bytes()))?;
    Some(Misspelled {
        typed: typed.to_owned(),
        likely,
        is_of_virsh,
    })
}

/// Whether one letter is exchanged, missing or too many, or two neighbors are.
fn is_slip(typed: &[u8], meant: &[u8]) -> bool {
    let same = |(one, other): &(&u8, &u8)| one == other;
    let start = typed.iter().zip(meant).take_while(same).count();
    let (typed, meant) = (typed.get(start..), meant.get(start..));
    let (typed, meant) = (typed.unwrap_or_default(), meant.unwrap_or_default());
    match (typed, meant) {
        ([first, second, rest @ ..], [one, other, end @ ..])
            if first == other && second == one && rest == end =>
        {
            true
        }
        ([_, rest @ ..], [_, end @ ..]) if rest == end => true,
        ([_, rest @ ..], end) if rest == end => true,
        (rest, [_, end @ ..]) => rest == end,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
