//! Parts of a text that belong to a guest, by a line above a code block or by the command that
//! prints a guest's console.

use std::ops::RangeInclusive;

use host_tree::numbered_lines;

/// Words in a line above a block that assign the block to a guest.
const TITLES: [&str; 20] = [
    "in the guest",
    "in the vm",
    "inside the guest",
    "inside the vm",
    "inside the virtual machine",
    "inside vm",
    "from the guest",
    "from within the vm",
    "guest dmesg",
    "vm dmesg",
    "dmesg on guest",
    "dmesg of the guest",
    "dmesg of the vm",
    "guest log",
    "guest kernel log",
    "im gast",
    "in der vm",
    "虚拟机里",
    "虚拟机内",
    "虚拟机中",
];

/// Commands that print the console of a guest: `kata-proxy` writes the sandbox's console to the
/// journal (Kata Containers 1, proxy/proxy.go, logger of the console).
const COMMANDS: [&str; 2] = ["journalctl -t kata-proxy", "virsh console "];

/// The longest line that is a title, in bytes.
const LONGEST: usize = 160;

/// Lines that announce output of a guest: they end with a colon, name the guest and not the
/// host.
pub(in crate::host) fn titles(text: &str) -> Vec<u32> {
    let lines = numbered_lines(text).filter(|(_, line)| is_title(line));
    lines.map(|(number, _)| number).collect()
}

fn is_title(line: &str) -> bool {
    let line = line.trim_end_matches([' ', '\t', '*', '_']);
    if line.len() > LONGEST || !line.ends_with([':', '\u{ff1a}']) {
        return false;
    }
    let line = line.to_lowercase();
    let first = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    let starts = ["guest ", "guest:", "vm:"].iter();
    let names_guest = TITLES.iter().any(|words| line.contains(words))
        || starts.clone().any(|word| first.starts_with(word));
    names_guest && !line.contains("host")
}

/// The lines of the blocks that are of a guest.
pub(in crate::host) fn parts(text: &str) -> Vec<RangeInclusive<u32>> {
    let mut parts = Vec::new();
    let mut state = State::Elsewhere;
    let mut is_fenced = false;
    for (number, line) in numbered_lines(text) {
        let is_fence = line.trim_start().starts_with("```");
        let is_blank = line.trim().is_empty();
        is_fenced ^= is_fence;
        if COMMANDS.iter().any(|command| line.contains(command)) {
            state = State::Within {
                first: number,
                is_fenced,
            };
            continue;
        }
        state = match state {
            _ if is_title(line) => State::Announced,
            // Blank lines may precede it.
            State::Announced if is_blank => State::Announced,
            State::Announced => State::Within {
                first: number,
                is_fenced,
            },
            State::Within { first, is_fenced } if is_fence || is_blank && !is_fenced => {
                parts.push(first..=number);
                State::Elsewhere
            }
            other => other,
        };
    }
    if let State::Within { first, .. } = state {
        parts.push(first..=u32::MAX);
    }
    parts
}

/// Where the reader is.
#[derive(Clone, Copy)]
enum State {
    Elsewhere,
    /// A title was read.
    Announced,
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
mod tests {
    use super::*;

    #[test]
    fn a_block_below_a_title_is_of_the_guest() {
        let text = "dmesg:\n```\na\n```\n\n**Guest amdgpu:**\n\n```\nb\n\nc\n```\nd\n";
        assert_eq!(parts(text), [8..=12]);
        let found = parts(text);
        assert!(has(&found, 9) && !has(&found, 3) && !has(&found, 13));
        assert_eq!(parts("In the VM:\na\nb\n\nc\n"), [2..=4]);
        let console = "```\n# journalctl -t kata-proxy\n[ 1.0] x\n\n[ 2.0] y\n```\nz\n";
        assert_eq!(parts(console), [2..=6]);
        for none in [
            "The guest is fine\n```\na\n```\n",
            "In the VM it fails, here is the log of the host:\na\n",
            "dmesg:\na\n",
        ] {
            assert!(parts(none).is_empty(), "{none}");
        }
    }
}
