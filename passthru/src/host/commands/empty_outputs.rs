//! Commands that printed nothing: the searched thing is not there.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;
use crate::prompt::Prompt;

/// A command that printed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EmptyOutput {
    /// The kernel log, searched for lines of the IOMMU.
    IommuMessages,
    /// The types of mediated devices.
    MediatedTypes,
    /// The loaded modules, searched for VFIO.
    VfioModules,
}

/// A command, and whether another prompt of the same host follows it at once.
struct Command<'a> {
    number: u32,
    line: &'a str,
    prompt: Prompt<'a>,
    is_empty: bool,
}

/// Commands with empty outputs, each once.
///
/// Of a list of commands without any output none is known to be empty: it may be a guide.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<EmptyOutput>> {
    let mut found: Vec<Fact<EmptyOutput>> = Vec::new();
    for text in texts {
        let commands = commands(&text.text);
        if commands.iter().all(|command| command.is_empty) {
            continue;
        }
        for command in commands.iter().filter(|command| command.is_empty) {
            let Some(value) = searched(command.prompt.command) else {
                continue;
            };
            if found.iter().all(|known| known.value != value) {
                let evidence = Evidence::new(&*text.command, command.number, command.line.trim());
                found.push(Fact::new(value, evidence));
            }
        }
    }
    found
}

/// The commands behind prompts that name a host, without the last one, whose output may be cut.
fn commands(text: &str) -> Vec<Command<'_>> {
    let mut found: Vec<Command<'_>> = Vec::new();
    let mut open: Option<(u32, &str, Prompt<'_>)> = None;
    for (number, line) in numbered_lines(text) {
        if line.trim_matches(['>', ' ', '\t']).is_empty() {
            continue;
        }
        let prompt = Prompt::read(line).filter(|prompt| prompt.host.is_some());
        if let Some((number, line, of)) = open.take() {
            found.push(Command {
                number,
                line,
                prompt: of,
                is_empty: prompt.is_some_and(|next| next.host == of.host),
            });
        }
        open = prompt
            .filter(|prompt| !prompt.command.is_empty())
            .map(|prompt| (number, line, prompt));
    }
    found
}

fn searched(command: &str) -> Option<EmptyOutput> {
    let lower = command.to_ascii_lowercase();
    let mut parts = lower.split('|').map(str::trim);
    let program = parts.next()?;
    let filter = parts.next();
    if program == "mdevctl types" && filter.is_none() {
        return Some(EmptyOutput::MediatedTypes);
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
