//! The table of messages that the kernel, drivers and hypervisors print when
//! passthrough fails: `data/messages.tsv`.

use std::sync::LazyLock;

use iommu::fits;

use crate::finding::Verdict;

/// Who prints a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The kernel of the host, in its log.
    Kernel,
    /// The same; it counts only of a function that is to be passed through, since
    /// others print it without harm.
    Asked,
    /// A driver, in the log of the host or of a guest: its addresses may be a
    /// guest's.
    Driver,
    /// A hypervisor or another program.
    Program,
    /// Nobody in these words: people write them so when they ask.
    Explain,
}

/// How a message starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pattern {
    /// Who prints it.
    pub speaker: Speaker,
    /// The start of the message, behind what stands in front of it (`kvm: `), with
    /// `*` for any text.
    pub text: &'static str,
}

/// What to do about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    None,
    /// A command that tells more, with its words apart by one blank.
    Look(&'static str),
    /// A plan mends it.
    Plan,
    /// A step for a person.
    Manual {
        /// The step's stable name.
        step: &'static str,
        /// What to do.
        text: &'static str,
    },
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The finding's code.
    pub code: &'static str,
    /// What it means for the person who reads it.
    pub verdict: Verdict,
    /// How it starts; there is at least one.
    pub patterns: Vec<Pattern>,
    /// The finding's sentence.
    pub title: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// What to do about it.
    pub step: Step,
    /// A line that is one.
    pub sample: &'static str,
    /// A line that looks alike and is none.
    pub counter: &'static str,
    /// Where this is written, or who printed it.
    pub source: &'static str,
}

impl Message {
    /// What `passthru explain` says of it.
    #[must_use]
    pub fn explanation(&self) -> String {
        let todo = match self.step {
            Step::None => String::new(),
            Step::Look(command) => format!(" This tells more: {command}"),
            Step::Plan => " A plan mends it: passthru plan DEVICE".to_owned(),
            Step::Manual { text, .. } => format!(" What to do: {text}"),
        };
        format!("{}: {}. {}{todo}", self.code, self.title, self.meaning)
    }
}

/// All rows, in the order of the file: of two that fit a line, the first counts.
#[must_use]
pub fn all() -> &'static [Message] {
    static ROWS: LazyLock<Vec<Message>> = LazyLock::new(|| {
        let lines = include_str!("../data/messages.tsv").lines();
        lines.filter_map(row).collect()
    });
    &ROWS
}

fn row(line: &'static str) -> Option<Message> {
    if line.starts_with('#') {
        return None;
    }
    let mut columns = line.split('\t');
    let mut next = || columns.next();
    let code = next()?;
    let verdict = Verdict::from_word(next()?)?;
    let speaker = speaker(next()?)?;
    let patterns = next()?
        .split("||")
        .map(|text| match text.split_once(':') {
            Some((word, text)) if self::speaker(word).is_some() => Pattern {
                speaker: self::speaker(word).unwrap_or(speaker),
                text,
            },
            _ => Pattern { speaker, text },
        })
        .collect();
    Some(Message {
        code,
        verdict,
        patterns,
        title: next()?,
        meaning: next()?,
        step: match (next()?, next()?) {
            ("-", _) => Step::None,
            ("look", command) => Step::Look(command),
            ("plan", _) => Step::Plan,
            (step, text) => Step::Manual { step, text },
        },
        sample: next()?,
        counter: next()?,
        source: next()?,
    })
}

fn speaker(word: &str) -> Option<Speaker> {
    Some(match word {
        "kernel" => Speaker::Kernel,
        "asked" => Speaker::Asked,
        "driver" => Speaker::Driver,
        "program" => Speaker::Program,
        "explain" => Speaker::Explain,
        _ => return None,
    })
}

/// How many starts of a message one line can have: names and options of programs
/// stand in front of it, each with a colon.
const STARTS: usize = 16;

/// What `line` is, as one of `speakers` prints it: the message, and who does.
///
/// A message starts where the line does, or behind a colon and a blank: words in a
/// sentence that quote it are none.
#[must_use]
pub fn find(line: &str, speakers: &[Speaker]) -> Option<(&'static Message, Speaker)> {
    let line = copied(line);
    let mut found: Option<(usize, Speaker)> = None;
    let starts = line.match_indices(": ").map(|(at, _)| at + 2);
    for start in std::iter::once(0).chain(starts).take(STARTS) {
        let (before, text) = line.split_at_checked(start).unwrap_or(("", line));
        // Somebody quotes it in a sentence.
        if before.contains(['`', '“', '”', '「', '『']) {
            break;
        }
        let first = text.as_bytes().first().copied().unwrap_or_default();
        for (row, pattern) in beginning_with(first) {
            let is_first = found.is_none_or(|(known, _)| *row < known);
            if is_first && speakers.contains(&pattern.speaker) && fits(pattern.text, text) {
                found = Some((*row, pattern.speaker));
            }
        }
    }
    let (row, speaker) = found?;
    Some((all().get(row)?, speaker))
}

/// The line without the marks that Markdown puts around one that was copied: those of
/// a quotation, and of code where all of the line is.
fn copied(line: &str) -> &str {
    let line = line.trim().trim_start_matches("> ");
    let code = line
        .strip_prefix('`')
        .map(|code| code.trim_end_matches('`'));
    code.filter(|code| !code.contains('`')).unwrap_or(line)
}

/// The patterns that a text with this first byte can fit, each with its row.
fn beginning_with(byte: u8) -> &'static [(usize, Pattern)] {
    static BY_BYTE: LazyLock<Vec<Vec<(usize, Pattern)>>> = LazyLock::new(|| {
        let mut lists: Vec<Vec<(usize, Pattern)>> = vec![Vec::new(); 256];
        for (row, message) in all().iter().enumerate() {
            for pattern in &message.patterns {
                let first = pattern.text.bytes().next();
                for (byte, list) in lists.iter_mut().enumerate() {
                    if first == Some(b'*') || first.map(usize::from) == Some(byte) {
                        list.push((row, *pattern));
                    }
                }
            }
        }
        lists
    });
    BY_BYTE.get(usize::from(byte)).map_or(&[], Vec::as_slice)
}

/// The longest text that is looked at: an error message, not a log.
const LONGEST: usize = 4096;

/// What an error text, whole or in part, as somebody copied it, says: a row of this
/// table or of the log lines of `iommu`, its meaning and where that is written.
///
/// ```
/// let (meaning, _) = passthru::messages::explain("vfio 0000:01:00.0: group 1 is not viable").unwrap();
/// assert!(meaning.contains("IOMMU group"));
/// assert!(passthru::messages::explain("it does not work").is_none());
/// ```
#[must_use]
pub fn explain(text: &str) -> Option<(String, &'static str)> {
    let text: String = text.chars().take(LONGEST).collect();
    let message = all().iter().find(|message| {
        let mut patterns = message.patterns.iter();
        patterns.any(|pattern| is_about(&text, pattern.text))
    });
    if let Some(message) = message {
        return Some((message.explanation(), message.source));
    }
    let line = iommu::meanings()
        .iter()
        .find(|line| is_about(&text, line.pattern))?;
    Some((
        format!("A line of the kernel's log: {}.", line.text),
        line.source,
    ))
}

/// Whether `text` has the message of `pattern` in it, or is a good part of it.
fn is_about(text: &str, pattern: &str) -> bool {
    let text = text.to_lowercase();
    let pattern = pattern.to_lowercase();
    let mut starts = text.char_indices().map(|(at, _)| at);
    if pattern.trim_matches('*').len() >= 6
        && starts.any(|at| fits(&pattern, text.get(at..).unwrap_or_default()))
    {
        return true;
    }
    let words = |text: &str| -> Vec<String> {
        let around = |c: char| "\"'`.,!()“”。".contains(c);
        let words = text
            .split_whitespace()
            .map(|word| word.trim_matches(around).to_owned());
        words.filter(|word| !word.is_empty()).collect()
    };
    let (asked, known) = (words(&text), words(&pattern));
    let said: usize = asked.iter().map(String::len).sum();
    let letters = |word: &&String| word.bytes().all(|byte| !byte.is_ascii_digit());
    let whole: usize = known.iter().map(String::len).sum();
    let enough = asked.iter().filter(letters).count() >= 3 && said >= 12 && said * 2 >= whole;
    if !enough || asked.len() > known.len() {
        return false;
    }
    known.windows(asked.len()).any(|part| {
        let fits_word = |(asked, known): (&String, &String)| fits_whole(known, asked);
        asked.iter().zip(part).all(fits_word)
    })
}

/// Whether `word` is `pattern` to its end.
fn fits_whole(pattern: &str, word: &str) -> bool {
    match pattern.rsplit_once('*') {
        None => pattern == word,
        Some((_, end)) => fits(pattern, word) && word.ends_with(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Speaker; 4] = [
        Speaker::Kernel,
        Speaker::Asked,
        Speaker::Driver,
        Speaker::Program,
    ];

    #[test]
    fn every_row_is_read() {
        let text = include_str!("../data/messages.tsv");
        let rows = text.lines().filter(|line| !line.starts_with('#'));
        for line in rows.clone() {
            assert!(row(line).is_some(), "{line}");
            assert_eq!(line.split('\t').count(), 11, "{line}");
            assert!(line.split('\t').all(|column| !column.is_empty()), "{line}");
        }
        assert_eq!(all().len(), rows.count());
        for message in all() {
            assert!(
                message.meaning.len() > 40 && message.source.len() > 10,
                "{}",
                message.code
            );
            assert!(!message.title.ends_with('.'), "{}", message.code);
            let is_fine = matches!(message.verdict, Verdict::Harmless | Verdict::Ok);
            assert!(is_fine || message.step != Step::None, "{}", message.code);
            for pattern in &message.patterns {
                let literal = pattern.text.replace('*', "");
                assert!(literal.chars().count() >= 4, "{}", pattern.text);
            }
        }
    }

    #[test]
    fn each_row_is_found_in_its_line_and_in_no_line_like_it() {
        for message in all() {
            let found = find(message.sample, &ALL).or_else(|| {
                // A log line has its stamp in front.
                let (_, said) = message.sample.split_once("] ")?;
                find(said, &ALL)
            });
            let code = found.map(|(found, _)| found.code);
            assert_eq!(code, Some(message.code), "{}", message.sample);
            let said = message
                .counter
                .split_once("] ")
                .map_or(message.counter, |(_, said)| said);
            for line in [message.counter, said] {
                assert_eq!(find(line, &ALL), None, "{}", message.counter);
            }
            let (told, _) = explain(message.sample).unwrap();
            assert!(told.starts_with(message.code), "{told}");
        }
    }

    #[test]
    fn a_part_of_a_message_is_enough() {
        let code = |text: &str| {
            let (told, _) = explain(text)?;
            told.split(':').next().map(str::to_owned)
        };
        for (text, wanted) in [
            ("group 1 is not viable", "group-not-viable"),
            ("group is not viable", "group-not-viable"),
            ("code 43", "guest-code-43"),
            ("代码 43", "guest-code-43"),
            ("No IOMMU detected", "hypervisor-without-iommu"),
            (
                "BAR 1: can't reserve [mem 0xc0000000-0xcfffffff]",
                "bar-not-reserved",
            ),
            (
                "внутренняя ошибка: vfio 0000:01:00.0: group 1 is not viable",
                "group-not-viable",
            ),
        ] {
            assert_eq!(code(text).as_deref(), Some(wanted), "{text}");
        }
        for text in [
            "",
            "error",
            "failed with error",
            "is not",
            "device",
            "*",
            "the device is",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
        let told = explain("x2apic: IRQ remapping doesn't support X2APIC mode")
            .unwrap()
            .0;
        assert!(told.contains("xAPIC"), "{told}");
    }

    #[test]
    fn words_in_a_sentence_are_no_message() {
        for text in [
            "You may see that group 1 is not viable.",
            "If it says \"BAR 1: can't reserve\" then the framebuffer is in the way",
        ] {
            assert_eq!(find(text, &[Speaker::Program]), None, "{text}");
        }
    }
}
