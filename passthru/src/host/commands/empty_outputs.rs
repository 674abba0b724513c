//! Commands that printed nothing: the searched thing is not there.

use std::ops::RangeInclusive;

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;
use crate::host::guests::guest_parts;
use crate::host::identity::stated_distribution::has_guest;
use crate::prompt::{Prompt, without_layout};

/// A command that printed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmptyOutput {
    /// The kernel log, searched for lines of the IOMMU.
    IommuMessages,
    /// The types of mediated devices.
    MediatedTypes,
    /// The loaded modules, searched for VFIO.
    VfioModules,
    /// The IOMMU groups.
    IommuGroups,
    /// The units of IOMMUs.
    IommuUnits,
    /// The functions that Xen's domains can have.
    XenAssignable,
}

/// A command, and what it printed.
struct Command<'a> {
    number: u32,
    line: &'a str,
    prompt: Prompt<'a>,
    answer: Answer<'a>,
}

/// What a command printed, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer<'a> {
    /// Nothing: another prompt of the same host follows at once.
    Empty,
    /// One line.
    Line(&'a str),
    /// More, or the output may be cut.
    Other,
}

/// Commands of the host with empty outputs, each once.
///
/// Of a list of commands without any output none is known to be empty: it may be a guide.
pub(in crate::host) fn read(
    texts: &[CommandText],
    of_guests: &[Vec<RangeInclusive<u32>>],
) -> Vec<Fact<EmptyOutput>> {
    let mut found: Vec<Fact<EmptyOutput>> = Vec::new();
    let all = texts.iter().map(|text| commands(&text.text));
    let all: Vec<Vec<Command<'_>>> = all.collect();
    // Shells of several machines: a shell without a name may be that of any, or of a guide.
    let mut hosts = all.iter().flatten().map(|command| command.prompt.host);
    let first = hosts.next();
    let is_one = hosts.all(|host| Some(host) == first)
        && (first.flatten().is_some()
            || !texts.iter().any(|text| text.text.lines().any(has_guest)));
    for (at, (text, commands)) in texts.iter().zip(&all).enumerate() {
        let is_empty = |command: &Command<'_>| command.answer == Answer::Empty;
        if commands.iter().all(is_empty) {
            continue;
        }
        let of_guests = of_guests.get(at).map(Vec::as_slice).unwrap_or_default();
        for (place, command) in commands.iter().enumerate() {
            let is_named = command.prompt.host.is_some();
            let searched =
                searched(command.prompt.command).filter(|_| is_named && is_empty(command));
            let is_last = || !commands.iter().skip(place).any(changes_boot);
            let listed = || listed(command).filter(|_| is_one && is_last());
            let Some(value) = searched.or_else(listed) else {
                continue;
            };
            let is_of_guest = guest_parts::has(of_guests, command.number);
            if !is_of_guest && found.iter().all(|known| known.value != value) {
                let evidence = Evidence::new(&*text.command, command.number, command.line.trim());
                found.push(Fact::new(value, evidence));
            }
        }
    }
    found
}

/// Whether the command makes the next boot another one.
fn changes_boot(command: &Command<'_>) -> bool {
    let words = [
        "reboot",
        "shutdown",
        "update-grub",
        "grub-mkconfig",
        "grub2-mkconfig",
        "proxmox-boot-tool",
    ];
    words
        .iter()
        .any(|word| command.prompt.command.contains(word))
}

/// The commands behind prompts. The output of the last one may be cut.
fn commands(text: &str) -> Vec<Command<'_>> {
    let mut found: Vec<Command<'_>> = Vec::new();
    let mut open: Option<Command<'_>> = None;
    for (number, line) in numbered_lines(text) {
        if line.trim_matches(['>', ' ', '\t']).is_empty() {
            continue;
        }
        let Some(prompt) = Prompt::read(line) else {
            if let Some(command) = &mut open {
                command.answer = match command.answer {
                    Answer::Empty => Answer::Line(line.trim()),
                    _ => Answer::Other,
                };
            }
            continue;
        };
        found.extend(open.take().map(|mut command| {
            if command.answer == Answer::Empty && command.prompt.host != prompt.host {
                command.answer = Answer::Other;
            }
            command
        }));
        open = Some(prompt)
            .filter(|prompt| !prompt.command.is_empty())
            .map(|prompt| Command {
                number,
                line,
                prompt,
                answer: Answer::Empty,
            });
    }
    found.extend(open.filter(|command| command.answer != Answer::Empty));
    found
}

/// The directory that the command shows as empty: `ls PATH`, `find PATH -type l`, or the count of
/// either.
fn listed(command: &Command<'_>) -> Option<EmptyOutput> {
    let mut parts = without_layout(command.prompt.command)
        .split('|')
        .map(str::trim);
    let mut words = parts.next()?.split_ascii_whitespace();
    let program = words.next()?;
    let (options, paths): (Vec<&str>, Vec<&str>) =
        words.partition(|word| word.starts_with('-') || *word == "l");
    let is_asked = match program {
        "ls" => !options.contains(&"l") && options.iter().all(|option| !option.contains('a')),
        "find" => options == ["-type", "l"],
        _ => false,
    };
    let [path] = paths.as_slice() else {
        return None;
    };
    let mut is_counted = false;
    for filter in parts {
        match filter.split(' ').next() {
            Some("sort") => {}
            Some("wc") if filter == "wc -l" => is_counted = true,
            _ => return None,
        }
    }
    let is_empty = match command.answer {
        Answer::Empty => !is_counted,
        Answer::Line("0") => is_counted,
        // The first line of `ls -l`.
        Answer::Line("total 0") => !is_counted && program == "ls",
        Answer::Line(_) | Answer::Other => false,
    };
    let listed = match path.trim_end_matches('/') {
        "/sys/kernel/iommu_groups" => EmptyOutput::IommuGroups,
        "/sys/class/iommu" => EmptyOutput::IommuUnits,
        _ => return None,
    };
    (is_asked && is_empty).then_some(listed)
}

fn searched(command: &str) -> Option<EmptyOutput> {
    let lower = command.to_ascii_lowercase();
    let mut parts = lower.split('|').map(str::trim);
    let program = parts.next()?;
    let filter = parts.next();
    if program == "mdevctl types" && filter.is_none() {
        return Some(EmptyOutput::MediatedTypes);
    }
    if program == "xl pci-assignable-list" && filter.is_none() {
        return Some(EmptyOutput::XenAssignable);
    }
    let filter = filter.filter(|filter| filter.contains("grep") && parts.next().is_none())?;
    if program == "lsmod" {
        let word = filter.split_ascii_whitespace().last()?;
        return (word.trim_matches(['"', '\'']) == "vfio").then_some(EmptyOutput::VfioModules);
    }
    // Words of a narrower search.
    let narrow = ["remap", "fault", "error", "enabled", "group", "0000:"];
    let is_log = program == "dmesg" || program.starts_with("dmesg -") || program == "journalctl -k";
    let is_wide = !narrow.iter().any(|word| filter.contains(word));
    let is_all =
        filter.contains("iommu") && (filter.contains("dmar") || !filter.contains("grep -e"));
    (is_log && is_wide && is_all).then_some(EmptyOutput::IommuMessages)
}

#[cfg(test)]
mod tests;
