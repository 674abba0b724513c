//! Commands echoed in a paste.

use alloc::string::String;
use core::ops::Range;

use super::address_anchor::anchors;
use super::label::labels;
use crate::Address;

/// A command that precedes its output in a text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct EchoedCommand {
    /// Line number, from 1; 0 for the command passed to
    /// [`parse_output`](crate::lspci::parse_output).
    pub line: u32,
    /// Span of the command in the text, in bytes; empty if it is not there.
    pub span: Range<usize>,
    /// The command without the prompt: `lspci -nn | grep NVIDIA`.
    pub text: String,
}

impl EchoedCommand {
    /// A command that is not in the text.
    pub(super) fn known(command: &str) -> Self {
        Self {
            line: 0,
            span: 0..0,
            text: command.into(),
        }
    }

    /// Whether the output was piped through a program that may omit or reorder lines, such as
    /// `grep`, but not `cat`, `tee` or pagers.
    #[must_use]
    pub(crate) fn filters(&self) -> bool {
        pipeline(&self.text)
            .skip(1)
            .any(|stage| !matches!(program(stage), "" | "cat" | "tee" | "less" | "more"))
    }

    /// Whether it runs `lspci`.
    #[must_use]
    pub fn is_lspci(&self) -> bool {
        let first = pipeline(&self.text).next().unwrap_or_default();
        program(first).rsplit('/').next() == Some("lspci")
    }

    /// Whether it is an `lspci` that prints the lines below a record's first line, with drivers and
    /// modules: `-k` or `-v`, except for the tree of `-t`.
    #[must_use]
    pub(crate) fn shows_drivers(&self) -> bool {
        self.is_lspci() && (self.has_flag('k') || self.has_flag('v')) && !self.has_flag('t')
    }

    /// Whether it is an `lspci -v`, which prints programming interfaces.
    #[must_use]
    pub fn is_verbose(&self) -> bool {
        self.is_lspci() && self.has_flag('v')
    }

    /// The function selected by `lspci -s`, if it is one.
    #[must_use]
    pub(crate) fn selected(&self) -> Option<Address> {
        self.is_lspci()
            .then(|| options(&self.text).find(|(letter, _)| *letter == 's'))?
            .and_then(|(_, value)| value.parse().ok())
    }

    fn has_flag(&self, flag: char) -> bool {
        options(&self.text).any(|(letter, _)| letter == flag)
    }
}

/// The stages of a pipeline; a quoted `|` is not a separator.
fn pipeline(command: &str) -> impl Iterator<Item = &str> {
    let mut quote = None;
    command.split(move |letter| {
        match quote {
            Some(open) if open == letter => quote = None,
            Some(_) => {}
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None => return letter == '|',
        }
        false
    })
}

fn program(stage: &str) -> &str {
    let mut words = stage.split_whitespace();
    let word = words.next().unwrap_or_default();
    if word == "sudo" {
        words.next().unwrap_or_default()
    } else {
        word
    }
}

/// The option letters of an `lspci` with their values, if any (lspci(8)).
fn options(command: &str) -> impl Iterator<Item = (char, &str)> {
    let stage = pipeline(command).next().unwrap_or_default();
    let mut words = stage
        .split_whitespace()
        .take_while(|word| !word.starts_with('#'));
    let mut cluster = "";
    core::iter::from_fn(move || {
        loop {
            let mut letters = cluster.chars();
            let Some(letter) = letters.next() else {
                cluster = words.next()?.strip_prefix('-').unwrap_or_default();
                continue;
            };
            cluster = letters.as_str();
            if !"sdipOAFH".contains(letter) {
                return Some((letter, ""));
            }
            let value = if cluster.is_empty() {
                words.next().unwrap_or_default()
            } else {
                cluster
            };
            cluster = "";
            return Some((letter, value));
        }
    })
}

/// The offsets of the command in a text, if any: after a shell prompt, or an `lspci` alone.
pub(super) fn find(text: &str) -> Option<(usize, usize)> {
    let start = begin(text)?;
    let rest = text.get(start..)?;
    let lead = rest.len() - rest.trim_start().len();
    let end = text.trim_end().len();
    (start + lead < end).then_some((start + lead, end))
}

fn begin(text: &str) -> Option<usize> {
    let trimmed = text.trim_start();
    let indent = text.len() - trimmed.len();
    if let Some(end) = prompt(trimmed) {
        let rest = trimmed.get(end..)?;
        return is_command(rest).then_some(indent + end);
    }
    if is_lspci_line(trimmed) {
        return Some(indent);
    }
    // A prompt within a line that lost its line breaks.
    text.match_indices("lspci").find_map(|(at, _)| {
        let before = text.get(..at)?;
        let from = before.strip_suffix("sudo ").unwrap_or(before);
        let shown = from.ends_with("$ ") || from.ends_with("# ");
        (shown && is_lspci_line(text.get(at..)?)).then_some(from.len())
    })
}

/// The length of the shell prompt at the start of `text`.
fn prompt(text: &str) -> Option<usize> {
    if text.starts_with("$ ") {
        return Some(2);
    }
    // A hash may begin a comment, and the other signs are those of prompts of two lines or of
    // themes of zsh.
    for sign in [
        "# ",
        "% ",
        "❯ ",
        "└% ",
        "└─# ",
        "└─$ ",
        "╰─$ ",
        "╰─# ",
        "╰─➤ ",
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            return is_lspci_line(rest.trim_start())
                .then_some(text.len() - rest.trim_start().len());
        }
    }
    // user@host:/path#, [user@host path]$, user@host ~ %, user@host ~>
    let host = text
        .bytes()
        .take(64)
        .position(|byte| byte == b'@')
        .filter(|at| *at > 0)?;
    let user = text.get(..host)?.trim_start_matches(['[', '(']);
    if user.is_empty()
        || !user
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    {
        return None;
    }
    let sign = text
        .bytes()
        .enumerate()
        .skip(host)
        .take(200)
        .find(|(_, byte)| matches!(byte, b'#' | b'$' | b'%' | b'>'))?
        .0;
    let end = sign + 1;
    match text.as_bytes().get(end) {
        None => Some(end),
        Some(b' ' | b'\t') => Some(end + 1),
        Some(_) => None,
    }
}

/// Whether the text after a prompt is a command rather than output, which starts with a capital or
/// a digit.
fn is_command(text: &str) -> bool {
    let text = text.trim_start();
    let word = text.split_whitespace().next().unwrap_or_default();
    text.starts_with(|first: char| first.is_ascii_lowercase() || "./~".contains(first))
        && !word.ends_with(':')
        && anchors(word).next().is_none()
        && labels(word).next().is_none()
}

fn is_lspci_line(text: &str) -> bool {
    let text = text.strip_prefix("sudo ").unwrap_or(text);
    text.strip_prefix("lspci").is_some_and(|rest| {
        let words = rest.trim_start();
        words.is_empty() || (words.len() < rest.len() && words.starts_with(['-', '|', '>']))
    })
}

/// `text` without a trailing root prompt, left by a lost line break before an echoed command.
pub(super) fn without_prompt(text: &str) -> &str {
    let trimmed = text.trim_end();
    if !trimmed.ends_with(['#', '$']) {
        return text;
    }
    // Far longer than host names and directories in real prompts.
    let from = trimmed.len().saturating_sub(100);
    let near = (from..trimmed.len()).find_map(|at| trimmed.get(at..));
    match near.and_then(|near| near.rfind("root@").map(|at| near.len() - at)) {
        Some(length) => text.get(..trimmed.len() - length).unwrap_or(text),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(text: &str) -> EchoedCommand {
        EchoedCommand::known(text)
    }

    #[test]
    fn commands_are_found_after_prompts() {
        for (text, wanted) in [
            (
                "root@pve:/etc/default# lspci -nn | grep NVIDIA",
                "lspci -nn | grep NVIDIA",
            ),
            ("[root@pve ~]# lspci", "lspci"),
            ("  $ sudo dmesg | grep iommu ", "sudo dmesg | grep iommu"),
            ("# lspci -k", "lspci -k"),
            ("sudo lspci -nnk", "sudo lspci -nnk"),
            ("(rev a1)root@pve:~# lspci -nn", "lspci -nn"),
            ("└% lspci -nn", "lspci -nn"),
            ("└─$ sudo lspci -k", "sudo lspci -k"),
            ("❯ lspci", "lspci"),
        ] {
            let (start, end) = find(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(text.get(start..end), Some(wanted));
        }
        for text in [
            "root@pve:~# ",
            "$ ",
            "# a comment",
            "lspci的输出简单分析",
            "lspci: Unable to load",
            "root@pve:~# \tKernel driver in use: x",
            "somebody@example.org wrote",
            "",
            "@# x",
            "use lspci to see",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }

    #[test]
    fn a_command_is_known_by_its_facts() {
        assert!(command("lspci -nn | grep NVIDIA").filters());
        assert!(!command("lspci -nn -d '10de:|x' | less").filters());
        assert!(!command("lspci -nnk").filters());
        assert!(command("lspci -nnk").shows_drivers());
        assert!(command("sudo lspci -vv -s 02:00.1 | grep driver").is_verbose());
        assert!(!command("lspci -nn -s 02:00.1 | grep -v x").is_verbose());
        assert!(!command("lspci -nn -d 10de:22eb # -k").shows_drivers());
        let selected = |text: &str| command(text).selected();
        assert_eq!(selected("lspci -nnks01:00.0"), "01:00.0".parse().ok());
        assert_eq!(selected("lspci -s 0000:01:00.1 -v"), "01:00.1".parse().ok());
        assert_eq!(selected("lspci -s 01:00"), None);
        assert_eq!(selected("dmesg -s 01:00.0"), None);
    }
}
