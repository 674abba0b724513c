//! Commands that the input quotes: those whose output describes the host, and those that start a
//! guest or assign a function.

use host_tree::{CommandText, Evidence};
use iommu::KernelLog;

use crate::host::fact::Fact;
use crate::prompt::Prompt;

/// Subject of a command's output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub(crate) enum Quoted {
    /// The functions: `lspci`.
    Functions,
    /// The kernel's log: `dmesg`.
    Log,
    /// Whether the host can run guests: `virt-host-validate`.
    Validation,
    /// Whether a guest starts with its function: `virsh start`, `qm start` and others.
    Start,
}

/// Starts of commands.
const STARTS: [(&str, Quoted); 14] = [
    ("lspci", Quoted::Functions),
    ("dmesg", Quoted::Log),
    ("virt-host-validate", Quoted::Validation),
    ("virsh start ", Quoted::Start),
    ("qm start ", Quoted::Start),
    ("xl create ", Quoted::Start),
    ("xl pci-attach ", Quoted::Start),
    ("xe vm-start ", Quoted::Start),
    ("qvm-start ", Quoted::Start),
    ("lxc config device add ", Quoted::Start),
    ("incus config device add ", Quoted::Start),
    ("bhyve-ppt mode=attach ", Quoted::Start),
    ("vm start ", Quoted::Start),
    ("esxcli vm process ", Quoted::Start),
];

/// The longest line that is a command, in bytes.
const LONGEST: usize = 240;

/// The first command of each kind on a line alone; without those for the log if `logs` contain
/// lines of a log.
pub(in crate::host) fn read(texts: &[CommandText], logs: &[KernelLog<'_>]) -> Vec<Fact<Quoted>> {
    let has_log = logs.iter().any(|log| !log.lines.is_empty());
    let mut found: Vec<Fact<Quoted>> = Vec::new();
    for text in texts {
        for (number, line) in host_tree::numbered_lines(&text.text) {
            let Some(kind) = kind(line) else { continue };
            let is_answered = kind == Quoted::Log && has_log;
            if !is_answered && !found.iter().any(|known| known.value == kind) {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                found.push(Fact::new(kind, evidence));
            }
        }
    }
    found
}

fn kind(line: &str) -> Option<Quoted> {
    if line.len() > LONGEST {
        return None;
    }
    let command = bare(line);
    // A remark with the output, or the output itself behind an arrow.
    if [" # ", "→", " => ", "` -> "]
        .iter()
        .any(|mark| command.contains(mark))
    {
        return None;
    }
    STARTS.iter().find_map(|(start, kind)| {
        let rest = command.strip_prefix(start)?;
        let is_word = rest.is_empty() || start.ends_with(' ') || rest.starts_with([' ', '|']);
        // A sentence that begins with the name has words where a command has options.
        let is_command = *kind == Quoted::Start || is_bare_command(rest);
        (is_word && is_command).then_some(*kind)
    })
}

/// Whether only options or a filter follow the name.
fn is_bare_command(rest: &str) -> bool {
    let rest = rest.trim_start();
    // `lspci -k says that igb is bound`: the sentence states the output.
    let is_told = [" says ", " said ", " zeigt ", " sagt "];
    let is_told = is_told.iter().any(|verb| rest.contains(verb)) && !rest.ends_with(':');
    !is_told && (rest.is_empty() || rest.starts_with(['-', '|', '>']))
}

/// The command without a prompt, a list's number or mark, backticks and `sudo`.
fn bare(line: &str) -> &str {
    if let Some(prompt) = Prompt::read(line) {
        return prompt.command;
    }
    let line = line.trim().trim_matches('`');
    let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let line = number.strip_prefix(". ").unwrap_or(line);
    let line = line.trim_start_matches(['>', '-', '*', '+', '$', '#', ' ', '`']);
    line.strip_prefix("sudo ").unwrap_or(line)
}

#[cfg(test)]
mod tests;
