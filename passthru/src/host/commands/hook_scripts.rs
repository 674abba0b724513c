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
    /// Whether no other line can reattach a function: a variable without a known value is not followed,
    /// and libvirt reattaches the functions of managed devices.
    pub(crate) is_complete: bool,
    /// Whether a command lists some of the functions alone, such as `lspci -s 01:00`.
    pub(crate) has_filtered_listing: bool,
    /// The first line that removes NVIDIA's modules, where no line names `nvidia_uvm`.
    pub(crate) without_uvm: Option<Evidence>,
    /// The first line that removes `nvidia` before a module that uses it.
    pub(crate) removed_in_use: Option<Evidence>,
    /// The first call of virsh in a script that starts no guest itself: a hook may not call it.
    pub(crate) virsh_call: Option<Fact<String>>,
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

/// Units of display managers. Those of short names, such as gdm, differ in one letter from other units,
/// and none of them from these.
const DISPLAY_MANAGERS: [&str; 5] = [
    "cosmic-greeter",
    "display-manager",
    "lightdm",
    "plasmalogin",
    "sddm",
];

/// Commands of virsh for functions.
const COMMANDS: [&str; 3] = ["nodedev-detach", "nodedev-reattach", "nodedev-reset"];

/// An older name of the first (virsh(1)).
const OLDER: &str = "nodedev-dettach";

/// The scripts of the texts.
pub(in crate::host) fn read(texts: &[CommandText]) -> HookScripts {
    let mut found = HookScripts {
        is_complete: true,
        ..HookScripts::default()
    };
    for text in texts {
        let is_script = |line: &str| detaches(line) || line.contains("nodedev-reattach");
        if text.text.contains("virsh") && text.text.lines().any(is_script) {
            add(text, &mut found);
        }
        found.virsh_call = found.virsh_call.take().or_else(|| virsh_call(text));
        found.has_filtered_listing |= text.text.lines().any(is_filtered_listing);
        let marks = ["managed='yes'", "managed=\"yes\"", "/rescan"];
        found.is_complete &= !marks.iter().any(|mark| text.text.contains(mark));
    }
    found
}

/// Whether the line lists some functions alone: by `-s`, by `-d`, or by words that are not of cards.
fn is_filtered_listing(line: &str) -> bool {
    let Some((_, arguments)) = line.split_once("lspci") else {
        return false;
    };
    let mut options = arguments
        .split_ascii_whitespace()
        .take_while(|word| word.starts_with('-'));
    let lower = arguments.to_ascii_lowercase();
    let cards = ["vga", "nvidia", "amd", "radeon", "display", "3d"];
    let is_of_cards = || cards.iter().any(|word| lower.contains(word));
    options.any(|option| option.contains(['s', 'd'])) || lower.contains("grep") && !is_of_cards()
}

/// The words of a command at the start of a line, without the path of its program, and without the
/// connection of virsh.
fn command(line: &str) -> Vec<&str> {
    let line = line.trim_start_matches(['>', ' ', '\t', '|', '`', '+']);
    let words = line.split_ascii_whitespace();
    let words = words.skip_while(|word| matches!(*word, "sudo" | "then" | "else" | "do" | "exec"));
    let mut words: Vec<&str> = words.collect();
    if let Some(program) = words.first_mut() {
        *program = program.rsplit('/').next().unwrap_or(program);
    }
    if let ["virsh", "-c" | "--connect", _, ..] = words.as_slice() {
        words.drain(1..3);
    }
    words
}

/// Whether a line detaches a function, by a name of the command that may be misspelled.
fn detaches(line: &str) -> bool {
    match command(line).as_slice() {
        ["virsh", typed, _, ..] => {
            ["nodedev-detach", OLDER].contains(typed)
                || is_slip(typed.as_bytes(), b"nodedev-detach")
        }
        _ => false,
    }
}

fn reattaches(line: &str) -> bool {
    matches!(
        command(line).as_slice(),
        ["virsh", "nodedev-reattach", _, ..]
    )
}

/// The first call of virsh in a text with a script, unless a line of it starts a guest.
fn virsh_call(text: &CommandText) -> Option<Fact<String>> {
    let is_script = |line: &str| line.trim_start_matches(['`', ' ']).starts_with("#!/");
    let starts_guest =
        |line: &str| matches!(command(line).as_slice(), ["virsh", "start" | "create", ..]);
    let mut lines = text.text.lines();
    if !text.text.lines().any(is_script) || lines.any(starts_guest) {
        return None;
    }
    numbered_lines(&text.text).find_map(|(number, line)| match command(line).as_slice() {
        ["virsh", name, ..] if line.len() <= LONGEST_LINE && is_slug(name) => {
            let evidence = Evidence::new(&*text.command, number, line.trim());
            Some(Fact::new(format!("virsh {name}"), evidence))
        }
        _ => None,
    })
}

/// Whether the word can be a command of virsh.
fn is_slug(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
}

fn add(text: &CommandText, found: &mut HookScripts) {
    let variables = Variables::read(&text.text);
    let mut removes = None;
    let mut names_uvm = false;
    let (mut in_use, mut too_early) = (None, None);
    for (number, shown) in numbered_lines(&text.text) {
        if shown.len() > LONGEST_LINE {
            continue;
        }
        let evidence = || Evidence::new(&*text.command, number, shown.trim());
        names_uvm |= names_removed_uvm(shown);
        if removes.is_none() && removes_nvidia(shown) {
            removes = Some(evidence());
        }
        // A trace, and another script, have an order of their own.
        if starts_script(shown) {
            in_use = None;
        }
        match removed(shown).as_slice() {
            [] => {}
            [first, ..] if *first == NVIDIA && in_use.is_none() => in_use = Some(evidence()),
            names if names.iter().any(|name| *name != NVIDIA) => {
                too_early = too_early.or(in_use.take());
            }
            _ => {}
        }
        for word in misspelled(shown) {
            let is_known = |known: &Fact<Misspelled>| known.value.typed == word.typed;
            if found.misspelled.len() < MOST && !found.misspelled.iter().any(is_known) {
                found.misspelled.push(Fact::new(word, evidence()));
            }
        }
        let (is_detach, is_reattach) = (detaches(shown), reattaches(shown));
        if !is_detach && !is_reattach {
            found.is_complete &= !shown.contains("nodedev-reattach");
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
    found.removed_in_use = found.removed_in_use.take().or(too_early);
}

/// Whether another script, or the output of one, may begin: at its first line, a fence, or a line of
/// prose.
fn starts_script(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("#!") || line.starts_with("```") || line.ends_with(':')
}

/// NVIDIA's module that the others use.
const NVIDIA: &str = "nvidia";

/// The modules of NVIDIA's driver that a line removes, in order.
fn removed(line: &str) -> Vec<&'static str> {
    const MODULES: [&str; 4] = [NVIDIA, "nvidia_drm", "nvidia_modeset", "nvidia_uvm"];
    let words = command(line);
    let name = |word: &&str| {
        let word = word.trim_end_matches([';', '&', '`']).replace('-', "_");
        MODULES.into_iter().find(|name| *name == word)
    };
    if is_removal(&words) {
        words.iter().filter_map(name).collect()
    } else {
        Vec::new()
    }
}

/// Whether a line removes modules.
fn is_removal(words: &[&str]) -> bool {
    let is_option = |word: &&str| *word == "--remove" || word.starts_with("-r");
    match words {
        ["rmmod", ..] => true,
        ["modprobe", arguments @ ..] => arguments.iter().any(is_option),
        _ => false,
    }
}

/// Whether a line removes a module of NVIDIA's driver: `modprobe -r nvidia_drm`.
fn removes_nvidia(line: &str) -> bool {
    removed(line).iter().any(|name| *name != "nvidia_uvm")
}

/// Whether a line names `nvidia_uvm` for another purpose than to load it: to remove it, also in a list
/// of a loop, or not to load it.
fn names_removed_uvm(line: &str) -> bool {
    let code = line.split('#').next().unwrap_or_default();
    let words = command(code);
    let loads = words.first() == Some(&"modprobe") && !is_removal(&words);
    !loads && (code.contains("nvidia_uvm") || code.contains("nvidia-uvm"))
}

/// The misspelled units that a line stops or starts, or its misspelled command of virsh.
fn misspelled(line: &str) -> Vec<Misspelled> {
    let words = command(line);
    let (typed, known, is_of_virsh) = match words.as_slice() {
        ["systemctl", "stop" | "start" | "restart", typed @ ..] => {
            (typed, &DISPLAY_MANAGERS[..], false)
        }
        ["virsh", typed, ..] => (std::slice::from_ref(typed), &COMMANDS[..], true),
        _ => return Vec::new(),
    };
    let word = |typed: &&str| {
        let typed = typed.trim_end_matches([';', '&', '`']);
        let name = typed.strip_suffix(".service").unwrap_or(typed);
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        if !name.bytes().all(is_name) || known.contains(&name) || name == OLDER {
            return None;
        }
        let is_likely = |known: &&&str| is_slip(name.as_bytes(), known.as_bytes());
        Some(Misspelled {
            typed: typed.to_owned(),
            likely: known.iter().find(is_likely)?,
            is_of_virsh,
        })
    };
    typed.iter().filter_map(word).collect()
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
