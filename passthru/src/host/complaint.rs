//! The sentence of a post that tells of a failure.

use host_tree::{CommandText, Evidence, numbered_lines};

use super::prose::is_sentence;

/// Words for a failure, in lower case, of the languages in which people write.
const WORDS: [&str; 40] = [
    "not work",
    "n't work",
    "stops working",
    "stopped working",
    "won't start",
    "not start",
    "n't start",
    "won't boot",
    "not boot",
    "fails",
    "failed",
    "failure",
    "failing",
    "broken",
    "unable",
    "cannot",
    "can't",
    "can not",
    "error",
    "crash",
    "hangs",
    "hang ",
    "freez",
    "stuck",
    "black screen",
    "no signal",
    "no output",
    "no display",
    "funktioniert nicht",
    "geht nicht",
    "startet nicht",
    "fehler",
    "ne fonctionne",
    "ne démarre",
    "не работает",
    "не запускается",
    "失败",
    "报错",
    "无法",
    "動かない",
];

/// Small words of the languages that write blanks.
const SMALL: [&str; 40] = [
    "i", "my", "me", "it", "the", "a", "and", "but", "when", "after", "this", "that", "is", "are",
    "with", "ich", "und", "die", "der", "das", "es", "ist", "aber", "je", "le", "la", "et", "mais",
    "ma", "mon", "est", "не", "и", "я", "при", "el", "no", "y", "se", "mi",
];

/// So much of the sentence is shown, in characters.
const SHOWN: usize = 200;

/// The first sentence of the texts that tells of a failure.
pub(super) fn read(texts: &[CommandText]) -> Option<Evidence> {
    texts.iter().find_map(|text| {
        let mut lines = numbered_lines(&text.text);
        let (number, line) = lines.find(|(_, line)| is_complaint(line))?;
        let shown: String = line.trim().chars().take(SHOWN).collect();
        Some(Evidence::new(&*text.command, number, shown))
    })
}

fn is_complaint(line: &str) -> bool {
    // A condition tells what may happen, as guides do.
    let start = line.trim_start_matches(['>', '#', '*', '-', ' ', '\t']);
    let is_condition = [
        "if ",
        "in case ",
        "when ",
        "falls ",
        "wenn ",
        "si ",
        "如果",
        "если ",
    ]
    .iter()
    .any(|word| start.to_lowercase().starts_with(word));
    // A program's message has few of the words that make a sentence.
    let is_prose = || {
        let lower = line.to_lowercase();
        let words = lower.split(|c: char| !c.is_alphanumeric());
        let small = words.filter(|word| SMALL.contains(word)).count();
        // The title of a post is short.
        let is_title = line.starts_with("# ") && line.split(' ').count() >= 5;
        small >= 2 || is_title || line.chars().filter(|c| *c as u32 >= 0x3000).count() >= 6
    };
    if !is_sentence(line) || is_condition || !is_prose() {
        return false;
    }
    let line = line.to_lowercase().replace('’', "'");
    WORDS.iter().any(|word| line.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_of_a_failure_is_found() {
        for line in [
            "The guest starts, and the monitor stays a black screen.",
            "> After the update it doesn’t work any more",
            "Die VM startet nicht, obwohl alles eingerichtet ist",
            "按教程配置以后虚拟机启动报错, 求助",
            "# Cannot start a guest with a card of mine",
        ] {
            assert!(is_complaint(line), "{line}");
        }
        for line in [
            "If the guest fails to start, look at the log.",
            "GPU passthrough works well on this machine",
            "I have tried all of it, and nothing changed.",
            "[    1.000000] pci 0000:01:00.0: BAR 1: failed to assign [mem size 0x1000]",
            "error: failed",
            "",
        ] {
            assert!(!is_complaint(line), "{line}");
        }
    }
}
