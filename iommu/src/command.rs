//! Commands that print the kernel log, as typed, and their filters.

/// A command that prints the kernel log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogCommand<'a> {
    /// Line of the text, from 1; `None` if the caller named the command and the text does not show
    /// it.
    pub line: Option<u32>,
    /// The command line as typed.
    pub text: &'a str,
    /// Whether the command may omit lines.
    pub filtered: bool,
    /// For each `grep` in the command, the words of which a printed line contains at least one.
    pub words: Vec<Vec<&'a str>>,
}

impl<'a> LogCommand<'a> {
    /// Parses `command`; `None` if it does not print the kernel log.
    pub(crate) fn read(command: &'a str, line: Option<u32>) -> Option<Self> {
        let command = command.trim();
        let mut parts = split(command, '|').into_iter().map(words);
        let mut first = parts.next()?;
        if first.first() == Some(&"sudo") {
            first.remove(0);
        }
        let rest: Vec<Vec<&str>> = parts.collect();
        let program = *first.first()?;
        let is_talos = program == "talosctl" && first.contains(&"dmesg");
        let prints = is_talos
            || matches!(program, "dmesg" | "journalctl")
            || first.iter().any(|word| is_log_file(word));
        if !prints {
            return None;
        }
        // `dmesg -l err` and `journalctl -g word` filter without a pipe.
        let own_filter = first.iter().any(|word| {
            let short = word.starts_with('-') && !word.starts_with("--");
            let options: &[char] = match program {
                "dmesg" => &['l', 'f'],
                // It has no filter.
                "talosctl" => &[],
                _ => &['g', 'u', 'p'],
            };
            (short && word.contains(options))
                || [
                    "--level",
                    "--facility",
                    "--grep",
                    "--unit",
                    "--priority",
                    "--since",
                ]
                .iter()
                .any(|option| word.starts_with(option))
        });
        let passes =
            |part: &Vec<&str>| matches!(part.first(), Some(&("cat" | "less" | "more" | "tee")));
        let filtered = own_filter || is_grep(&first) || !rest.iter().all(passes);
        let greps = std::iter::once(&first).chain(&rest);
        Some(Self {
            line,
            text: command,
            filtered,
            words: greps
                .filter(|part| is_grep(part))
                .map(|part| pattern(part))
                .collect(),
        })
    }
}

/// Whether `word` names a file with the kernel log (syslog, boot log).
fn is_log_file(word: &str) -> bool {
    ["dmesg", "kern.log", "messages", "syslog", "boot.log"]
        .iter()
        .any(|name| {
            word.strip_prefix("/var/log/")
                .is_some_and(|file| file.starts_with(name))
        })
}

fn is_grep(part: &[&str]) -> bool {
    matches!(
        part.first(),
        Some(&("grep" | "egrep" | "fgrep" | "rg" | "zgrep"))
    )
}

/// The alternatives of a `grep` command's patterns.
fn pattern<'a>(part: &[&'a str]) -> Vec<&'a str> {
    let arguments = part.get(1..).unwrap_or_default();
    let mut patterns: Vec<&str> = Vec::new();
    let mut after_e = false;
    for word in arguments {
        if after_e {
            patterns.push(word);
        }
        after_e = word.starts_with('-') && !word.starts_with("--") && word.ends_with('e');
    }
    if patterns.is_empty() {
        // `-A 3`: the number is the option's value.
        let is_option = |word: &str| word.starts_with('-') || word.parse::<u32>().is_ok();
        patterns.extend(arguments.iter().find(|word| !is_option(word)));
    }
    patterns
        .iter()
        .flat_map(|pattern| pattern.split('|'))
        .map(|word| word.trim_end_matches('\\'))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Splits `text` at each unquoted `mark`.
fn split(text: &str, mark: char) -> Vec<&str> {
    let mut quote = None;
    text.split(move |letter: char| {
        match quote {
            Some(open) if letter == open => quote = None,
            None if letter == '\'' || letter == '"' => quote = Some(letter),
            _ => {}
        }
        quote.is_none() && letter == mark
    })
    .collect()
}

fn words(part: &str) -> Vec<&str> {
    split(part, ' ')
        .into_iter()
        .filter(|word| !word.is_empty())
        .map(|word| word.trim_matches(['\'', '"']))
        .collect()
}

/// A shell prompt and the command after it.
pub(crate) struct Prompted<'a> {
    /// The text before the prompt.
    pub(crate) before: &'a str,
    /// The command.
    pub(crate) command: &'a str,
}

/// The first prompt in `text` that starts the text or is followed by a command that prints a log.
/// After a lost line break, such a prompt follows a message.
pub(crate) fn prompt(text: &str) -> Option<Prompted<'_>> {
    // Fast path for most log lines.
    if !text.bytes().any(|byte| matches!(byte, b'$' | b'#')) {
        return None;
    }
    let indent = text.len() - text.trim_start().len();
    // The word before the mark, and whether text precedes it. Both are tracked incrementally: a
    // line may have a million marks.
    let mut word = 0;
    let mut shell = false;
    let mut sentence = false;
    for (at, letter) in text.match_indices([' ', '@', '~', ']', '$', '#']) {
        match letter {
            " " => {
                sentence |= text.get(..at)?.ends_with(':');
                (word, shell) = (at + 1, false);
                continue;
            }
            // `root@pve:~#`, and `[root@pve ~]#`, which contains a space.
            "@" | "~" | "]" => {
                shell = true;
                continue;
            }
            _ => {}
        }
        let rest = text.get(at + 1..)?;
        let command = rest.trim_start();
        let prints_log = ["sudo dmesg", "dmesg", "sudo journalctl", "journalctl"]
            .iter()
            .any(|name| command.starts_with(name));
        let starts_text = at == indent || (shell && !sentence);
        if prints_log || (starts_text && rest.starts_with(' ')) {
            let before = text.get(..if shell { word } else { at })?;
            return Some(Prompted { before, command });
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_in_filtered_text() {
        let read = |text| LogCommand::read(text, None).map(|c| (c.filtered, c.words));
        assert_eq!(read("dmesg"), Some((false, vec![])));
        assert_eq!(read("sudo dmesg | less"), Some((false, vec![])));
        assert_eq!(
            read("dmesg | grep -E \"DMAR|IOMMU\""),
            Some((true, vec![vec!["DMAR", "IOMMU"]]))
        );
        assert_eq!(
            read("dmesg | grep -e DMAR -e IOMMU"),
            Some((true, vec![vec!["DMAR", "IOMMU"]]))
        );
        assert_eq!(
            read("sudo dmesg | grep iommu | grep 05:00.0"),
            Some((true, vec![vec!["iommu"], vec!["05:00.0"]]))
        );
        assert_eq!(
            read("grep 'iommu\\|vfio' /var/log/kern.log").unwrap().1,
            [["iommu", "vfio"]]
        );
        assert_eq!(read("dmesg | grep -i -A 3 vfio").unwrap().1, [["vfio"]]);
        assert!(read("dmesg | tail -20").unwrap().0);
        assert!(read("dmesg --level=err").unwrap().0);
        assert!(!read("journalctl -k -b").unwrap().0);
        assert_eq!(read("lspci -nn | grep NVIDIA"), None);
        assert_eq!(read(""), None);
    }

    #[test]
    fn prompts_at_the_start_and_after_a_message() {
        let found = |text| prompt(text).map(|p| (p.before, p.command));
        assert_eq!(
            found("root@pve:/etc# dmesg | grep x"),
            Some(("", "dmesg | grep x"))
        );
        assert_eq!(found("$ ls"), Some(("", "ls")));
        assert_eq!(found("# dmesg"), Some(("", "dmesg")));
        assert_eq!(
            found("Adding to iommu group 17$ sudo dmesg | grep 05"),
            Some(("Adding to iommu group 17", "sudo dmesg | grep 05"))
        );
        assert_eq!(
            found("Adding to iommu group 17 me@host:~$ dmesg"),
            Some(("Adding to iommu group 17 ", "dmesg"))
        );
        assert_eq!(
            found("perf/amd_iommu: Detected AMD IOMMU #0 (2 banks)"),
            None
        );
        assert_eq!(found("VFIO - version: 0.3   # a comment"), None);
    }
}
