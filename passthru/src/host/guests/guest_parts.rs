//! Parts of a text that belong to a guest: by a line above a code block, by the command that
//! prints a guest's console, by a prompt, or by a line that only a virtual machine prints.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};
use list_order::Order as _;

use super::guest_prompts;
use super::guest_words::{ends_inside, is_guest_noun, is_inside, may_name_guest};
use crate::host::identity::system_markers::{is_of_guest, is_of_talos, is_talos_of_guest};
use crate::host::words::phrases::guest_parts::{
    HOSTS, OF_HOSTS, OTHER_HOSTS, OUTPUTS, TITLES, VISIBLE,
};
use crate::input::is_logged;
use crate::prompt::Prompt;

/// Commands that print the console of a guest: `kata-proxy` writes the sandbox's console to the
/// journal (Kata Containers 1, proxy/proxy.go, logger of the console).
const COMMANDS: [&str; 2] = ["journalctl -t kata-proxy", "virsh console "];

/// The longest line that is a title, in bytes.
const LONGEST: usize = 160;

fn is_title(line: &str) -> bool {
    if !may_name_guest(line) {
        return false;
    }
    let line = line.trim_end_matches([' ', '\t', '*', '_']);
    if is_heading(line) {
        return true;
    }
    if line.len() > LONGEST || !line.ends_with([':', '\u{ff1a}']) {
        return false;
    }
    // `It fails in the VM. On Proxmox:` is about the host.
    let line = last_sentence(line).to_lowercase();
    let first = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let starts = ["guest ", "guest:", "vm:"].iter();
    let names_guest = TITLES.iter().any(|words| line.contains(words))
        || starts.clone().any(|word| first.starts_with(word))
        || is_inside(&line);
    names_guest && !HOSTS.iter().any(|word| line.contains(word))
}

/// The last sentence of a paragraph, with the colon at its end.
fn last_sentence(line: &str) -> &str {
    let line = line.trim();
    let plain = line.trim_end_matches(['.', '!', '?', '。']);
    let ends = [". ", "! ", "? ", "。"];
    let start = ends
        .iter()
        .filter_map(|end| Some(plain.rfind(end)? + end.len()));
    plain
        .get(start.max().unwrap_or_default()..)
        .unwrap_or(plain)
}

/// The most words of a heading.
const MOST_OF_HEADING: usize = 5;

/// Whether the line has nothing but the place: `**Guest**`, `In the VM`, `Fwiw from guest vm`.
fn is_heading(line: &str) -> bool {
    if line.len() > 60 || line.contains(['`', '=', '$']) || is_logged(line) {
        return false;
    }
    let plain = line
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    let words = plain.split_ascii_whitespace().count();
    is_guest_noun(&plain) || (2..=MOST_OF_HEADING).contains(&words) && ends_inside(&plain)
}

/// The longest paragraph whose last sentence is looked at, in bytes.
const LONGEST_PARAGRAPH: usize = 2000;

/// Whether the last sentence of a paragraph names the output of a program inside a guest: `Looking
/// at lspci in the guest VM, I see that MSI is not enabled.`
fn is_remark(line: &str) -> bool {
    let line = line.trim();
    if line.len() > LONGEST_PARAGRAPH || !may_name_guest(line) || is_logged(line) {
        return false;
    }
    let last = last_sentence(line);
    let last = last.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| last.contains(word));
    let is_there = says(&VISIBLE) && !says(&["not ", "n't ", "no ", "never"]);
    let is_host = HOSTS.iter().any(|word| last.contains(word));
    last.contains(' ') && !is_host && (says(&OUTPUTS) || is_there) && is_inside(&last)
}

/// Host names and words of prompts that name a guest.
fn is_guest_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let number = name.trim_end_matches(|c: char| c.is_ascii_digit());
    matches!(
        number,
        "guest" | "vm" | "domu" | "guestvm" | "guest-" | "guest-vm"
    ) || name.ends_with("-guest")
        || name.starts_with("guest-") && !name.contains("host")
}

/// Whether a prompt is of a guest (`root@guest:~#`, `guest$ lspci`), or has one of the names of
/// `guests`; `None` where the line is no prompt that names a machine.
fn prompt(line: &str, guests: &BTreeSet<&str>) -> Option<bool> {
    let start = line.trim_start_matches([' ', '\t', '>', '(', '[']);
    let word = start
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .next()?;
    let after = start
        .get(word.len()..)?
        .trim_start_matches([')', ']', ' ', ':', '~']);
    let is_typed = after.starts_with(['$', '#', '%']) && after.get(1..2) == Some(" ");
    let is_machine = is_typed && matches!(word.to_ascii_lowercase().as_str(), "host" | "dom0");
    if is_typed && is_guest_name(word) {
        return Some(true);
    }
    if is_machine {
        return Some(false);
    }
    let host = Prompt::read(line)?.host?;
    Some(is_guest_name(host) || guests.contains(host))
}

/// Text of an IOMMU: a virtual machine with a virtual IOMMU may be a host itself.
const OF_IOMMU: [&str; 4] = [
    "iommu group",
    "DMAR: ",
    "AMD-Vi: Interrupt",
    "/iommu_groups/",
];

/// Hypervisors whose host is not Linux, in lower case.
const NOT_LINUX: [&str; 6] = ["esxi", "vsphere", "vcenter", "vmware", "hyper-v", "hyperv"];

/// The longest text whose sentences are looked at, in bytes: a post, and no log of a boot.
const LONGEST_POST: usize = 100_000;

/// The sentence that names a hypervisor whose host is not Linux, in a post with Linux' output: that
/// is of a guest.
fn other_hypervisor(text: &str) -> Option<(u32, &str)> {
    if text.len() > LONGEST_POST {
        return None;
    }
    let lower = text.to_lowercase();
    if !NOT_LINUX.iter().any(|name| lower.contains(name)) {
        return None;
    }
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.');
    let mut named = None;
    let mut is_linux = false;
    let mut is_passed = false;
    for (number, line) in numbered_lines(text) {
        let lower = line.to_lowercase();
        let is_printed = is_output(line) || line.starts_with(['\t', ' ']);
        is_linux |= line.trim_start().starts_with('[') && is_logged(line.trim_start())
            || line.contains("Kernel driver in use: ")
            || is_driver_line(line)
            || is_output(line) && !line.starts_with("0000:") && line.contains(']');
        is_passed |= ["passt", "pass t", "pass-t", "passed", "直通", "透传"]
            .iter()
            .any(|word| lower.contains(word));
        // `宿主机是esxi8.0`: Chinese has no blanks around a name, and names have numbers.
        let lower: String = lower
            .chars()
            .map(|c| if c.is_ascii() { c } else { ' ' })
            .collect();
        // An address on the network is no word of the text.
        let mut words = lower
            .split_ascii_whitespace()
            .filter(|word| !word.contains("://"))
            .flat_map(|word| word.split(|c| !is_word(c)))
            .map(|word| word.trim_end_matches(|c: char| c == '.' || c.is_ascii_digit()));
        if words
            .clone()
            .any(|word| OTHER_HOSTS.contains(&word) || word.starts_with("vfio"))
        {
            return None;
        }
        if named.is_none() && !is_printed && words.any(|word| NOT_LINUX.contains(&word)) {
            named = Some((number, line));
        }
    }
    named.filter(|_| is_linux && is_passed)
}

/// Whether a line is of a Linux driver, without a time: `ixgbevf 0000:03:00.0 eth1: …`.
fn is_driver_line(line: &str) -> bool {
    let mut words = line.split_ascii_whitespace();
    let (Some(driver), Some(address)) = (words.next(), words.next()) else {
        return false;
    };
    let is_name = driver
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte));
    let whole = address.trim_end_matches(':');
    is_name && whole.len() == 12 && whole.parse::<pci_core::Address>().is_ok()
}

/// The lines of each text that are of a guest.
pub(in crate::host) fn of_texts(texts: &[CommandText]) -> Vec<Vec<RangeInclusive<u32>>> {
    texts.iter().map(|text| parts(&text.text)).collect()
}

/// The lines of a text that are of a guest, in order.
pub(in crate::host) fn parts(text: &str) -> Vec<RangeInclusive<u32>> {
    if other_hypervisor(text).is_some() {
        return vec![1..=u32::MAX];
    }
    let mut found = announced(text);
    found.extend(marked(text));
    if found.len() > 1 {
        found.order_by_key(|part| *part.start());
        let mut merged: Vec<RangeInclusive<u32>> = Vec::new();
        for part in found {
            match merged.last_mut() {
                Some(last) if part.start() <= last.end() => {
                    *last = *last.start()..=*last.end().max(part.end());
                }
                _ => merged.push(part),
            }
        }
        found = merged;
    }
    found
}

/// The line that shows that the first part is a guest's: the title above it, or the marked line in
/// it.
fn shown(source: &str, text: &str, parts: &[RangeInclusive<u32>]) -> Option<Evidence> {
    if parts.is_empty() {
        return None;
    }
    let quoted = |(number, line): (u32, &str)| {
        let shown: String = line.trim().chars().take(LONGEST).collect();
        Evidence::new(source, number, shown)
    };
    if let Some(named) = other_hypervisor(text) {
        return Some(quoted(named));
    }
    // A description of the guest has sentences alone.
    let first = parts.iter().find(|part| has_output(text, part))?;
    let guests = guest_prompts::names(text);
    let within = numbered_lines(text)
        .filter(|(number, _)| first.contains(number))
        .find(|(_, line)| is_of_guest(line) || prompt(line, &guests) == Some(true));
    let above = numbered_lines(text)
        .take_while(|(number, _)| number < first.start())
        .filter(|(_, line)| is_title(line) || is_remark(line))
        .last();
    let start = || numbered_lines(text).find(|(number, _)| number == first.start());
    above.or(within).or_else(start).map(quoted)
}

/// [`shown`] of the first text that has a part, by the parts of each text.
pub(in crate::host) fn shown_in(
    texts: &[CommandText],
    parts: &[Vec<RangeInclusive<u32>>],
) -> Option<Evidence> {
    let mut texts = texts.iter().zip(parts);
    texts.find_map(|(text, parts)| shown(&text.command, &text.text, parts))
}

/// A block: the lines between fences, blank lines and prompts of other machines.
#[derive(Default)]
struct Block<'a> {
    first: u32,
    lines: Vec<&'a str>,
    is_marked: bool,
}

impl Block<'_> {
    /// The lines, if they are of a guest.
    fn of_guest(&self) -> Option<RangeInclusive<u32>> {
        let marks = || OF_HOSTS.iter().chain(&OF_IOMMU);
        let is_of_host = |line: &&str| marks().any(|mark| line.contains(mark));
        let more = u32::try_from(self.lines.len()).ok()?.checked_sub(1)?;
        let is_of_guest = self.is_marked && !self.lines.iter().any(is_of_host);
        is_of_guest.then(|| self.first..=self.first.saturating_add(more))
    }
}

/// The blocks with a line that only a virtual machine prints.
fn marked(text: &str) -> Vec<RangeInclusive<u32>> {
    let is_of_freebsd = ["@pci0:", "vmm_load", "pptdevs"]
        .iter()
        .any(|mark| text.contains(mark));
    let is_guest_talos = is_talos_of_guest(text);
    let guests = guest_prompts::names(text);
    let mut parts = Vec::new();
    let mut block = Block::default();
    let mut is_fenced = false;
    let mut end = |block: &mut Block<'_>| parts.extend(std::mem::take(block).of_guest());
    for (number, line) in numbered_lines(text) {
        let is_fence = line.trim_start().starts_with("```");
        is_fenced ^= is_fence;
        let prompt = prompt(line, &guests);
        if is_fence || prompt.is_some() || line.trim().is_empty() && !is_fenced {
            // A guest's prompts follow each other, without a fence or a blank line between them.
            if !(prompt == Some(true) && block.is_marked) {
                end(&mut block);
            }
            if is_fence || line.trim().is_empty() {
                continue;
            }
        }
        if block.lines.is_empty() {
            block.first = number;
        }
        block.lines.push(line);
        // FreeBSD's own log has no time stamps in brackets.
        block.is_marked = block.is_marked
            || prompt == Some(true)
            || is_of_guest(line)
            || is_guest_talos && is_of_talos(line)
            || is_of_freebsd && has_kernel_time(line);
    }
    end(&mut block);
    parts
}

/// Whether the line has the time stamp of Linux' log: `[    5.589194] `.
fn has_kernel_time(line: &str) -> bool {
    let time = line.trim_start().strip_prefix('[');
    let time = time.and_then(|rest| rest.split_once("] "));
    time.is_some_and(|(time, _)| {
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ' ');
        time.contains('.') && time.chars().all(is_part)
    })
}

/// The blocks below a title, or behind a command that prints a guest's console.
fn announced(text: &str) -> Vec<RangeInclusive<u32>> {
    let mut parts = Vec::new();
    let mut state = State::Elsewhere;
    let mut is_fenced = false;
    let mut is_of_host = false;
    for (number, line) in numbered_lines(text) {
        let is_fence = line.trim_start().starts_with("```");
        let is_blank = line.trim().is_empty();
        is_fenced ^= is_fence;
        if COMMANDS.iter().any(|command| line.contains(command)) {
            is_of_host = false;
            state = State::Within {
                first: number,
                is_fenced,
            };
            continue;
        }
        if matches!(state, State::Within { .. }) && OF_HOSTS.iter().any(|mark| line.contains(mark))
        {
            is_of_host = true;
        }
        state = match state {
            _ if !is_fenced && is_title(line) => {
                is_of_host = false;
                State::Announced
            }
            State::Elsewhere if is_remark(line) => {
                is_of_host = false;
                State::Remarked
            }
            // Blank lines may precede it.
            State::Announced | State::Remarked if is_blank => state,
            // A remark is above output only if it follows at once.
            State::Remarked if !is_fence && !is_output(line) => {
                if is_remark(line) {
                    State::Remarked
                } else {
                    State::Elsewhere
                }
            }
            State::Announced | State::Remarked => State::Within {
                first: number,
                is_fenced,
            },
            State::Within { first, is_fenced } if is_fence || is_blank && !is_fenced => {
                if !is_of_host {
                    parts.push(first..=number);
                }
                State::Elsewhere
            }
            other => other,
        };
    }
    if let State::Within { first, .. } = state
        && !is_of_host
    {
        parts.push(first..=u32::MAX);
    }
    parts
}

/// Whether a part has output of a program: a line of it, or a code block.
fn has_output(text: &str, part: &RangeInclusive<u32>) -> bool {
    let before = part.start().saturating_sub(1);
    let lines = numbered_lines(text).filter(|(number, _)| *number >= before);
    let mut lines = lines.take_while(|(number, _)| number <= part.end());
    lines.any(|(number, line)| {
        line.trim_start().starts_with("```")
            || number > before
                && (is_output(line)
                    || is_of_guest(line)
                    || line.starts_with(['|', '+', '\t'])
                    || Prompt::read(line).is_some()
                    || prompt(line, &BTreeSet::new()).is_some())
    })
}

/// Whether the line is one of the kernel's log, or begins with an address.
fn is_output(line: &str) -> bool {
    let word = line.split_ascii_whitespace().next().unwrap_or_default();
    is_logged(line) || word.parse::<pci_core::Address>().is_ok()
}

/// Where the reader is.
#[derive(Clone, Copy)]
enum State {
    Elsewhere,
    /// A title was read.
    Announced,
    /// A sentence about a guest's output was read.
    Remarked,
    /// In a guest's block, which a fence ends or a blank line.
    Within {
        first: u32,
        is_fenced: bool,
    },
}

/// Whether a line is in one of the parts, which are in order.
pub(in crate::host) fn has(parts: &[RangeInclusive<u32>], line: u32) -> bool {
    let at = parts.partition_point(|part| *part.end() < line);
    parts.get(at).is_some_and(|part| part.contains(&line))
}

#[cfg(test)]
mod tests;
