//! The maker of the host's processor that a text names: in a field of a report, or in sentences.

use host_tree::{CommandText, Evidence, numbered_lines};

use super::processor::Processor;
use crate::host::fact::Fact;
use crate::host::named;
use crate::host::words::sentences::LONGEST_TEXT;

/// Words of a line about another machine, about any machine, or about a guest's processor.
const OTHERS: [&str; 28] = [
    "if ",
    "when ",
    "for ",
    "previous",
    "old ",
    "older ",
    "another",
    "other ",
    "friend",
    "future",
    "upgrad",
    "planning",
    "buy",
    "instead",
    "switch",
    "moved",
    "replaced",
    "used to",
    "<model",
    "-cpu ",
    "cputype",
    "cpu_model",
    "cpu model=",
    "/dev/disk/",
    "microcode",
    " or ",
    ".bin",
    ".rom",
];

/// The maker that all lines name: none where they differ.
pub(in crate::host) fn read(texts: &[CommandText]) -> Option<Fact<Processor>> {
    let mut found: Option<Fact<Processor>> = None;
    let posts = texts.iter().filter(|text| text.text.len() <= LONGEST_TEXT);
    for text in posts {
        for (number, line) in numbered_lines(&text.text) {
            for (maker, _) in sentences(line).flat_map(in_sentence) {
                match &found {
                    Some(fact) if fact.value != maker => return None,
                    Some(_) => {}
                    None => {
                        let evidence = Evidence::new(&*text.command, number, line.trim());
                        found = Some(Fact::new(maker, evidence));
                    }
                }
            }
        }
    }
    found
}

/// The sentences of a line: another one may be about another machine.
pub(super) fn sentences(line: &str) -> impl Iterator<Item = &str> {
    line.split(". ")
}

/// The makers of the host's processor in a sentence, each with the model if it names one.
pub(super) fn in_sentence(sentence: &str) -> Vec<(Processor, Option<String>)> {
    let found = named::processors(sentence);
    if found.is_empty() {
        return found;
    }
    let lower = sentence.to_ascii_lowercase();
    let is_other = OTHERS.iter().any(|word| lower.contains(word));
    if is_other { Vec::new() } else { found }
}

#[cfg(test)]
mod tests;
