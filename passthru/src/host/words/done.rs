//! Settings and changes that sentences report as done or tried: `I even added kvm hidden`.

use std::sync::LazyLock;

use super::named_phrases::{NamedPhrases, rows};
use super::sentences::{Clause, Posts, Sentence};
use crate::host::fact::Fact;
use crate::host::words::phrases::done::{DID, PLANS};
use crate::host::words::phrases::moods::{CASE, EXPECTED, HOPE, OTHERS, POSSIBLE, READER};
use crate::host::words::phrases::subject::READ;

/// Maximum number of names.
const MOST: usize = 8;

/// The most words of a sentence: the lines of a log without times are one.
const LONGEST: usize = 80;

/// The names, each with the first sentence that reports it.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<Fact<&'static NamedPhrases>> {
    static ROWS: LazyLock<Vec<NamedPhrases>> =
        LazyLock::new(|| rows(include_str!("../../../data/done.tsv")));
    let mut found: Vec<Fact<&'static NamedPhrases>> = Vec::new();
    for sentence in posts.sentences().filter(|sentence| is_report(sentence)) {
        // `other-config:pci is set`: two clauses, and one statement.
        let text = &sentence.whole.text;
        let is_inside = text.split(':').skip(1).any(|rest| !rest.starts_with(' '));
        let is_short = sentence.whole.words().len() <= SHORT;
        let whole = Some(&sentence.whole).filter(|_| is_inside && is_short);
        for clause in sentence
            .clauses
            .iter()
            .chain(whole)
            .filter(|clause| is_done(clause))
        {
            for row in ROWS.iter() {
                let is_known = found.iter().any(|known| known.value == row);
                let before = || clause.up_to(&row.phrases);
                let is_named = || before().is_some_and(|before| !before.is_negated());
                if !is_known && found.len() < MOST && is_named() {
                    found.push(Fact::new(row, sentence.shown.clone()));
                }
            }
        }
    }
    found
}

/// The most words of a sentence that is one statement.
const SHORT: usize = 8;

fn is_report(sentence: &Sentence) -> bool {
    let open = [&CASE, &EXPECTED, &HOPE, &POSSIBLE, &READER, &OTHERS, &READ];
    sentence.is_in_passthrough_text
        && !sentence.is_question
        && !sentence.is_title
        && !is_of_log(&sentence.shown.text)
        && sentence.whole.words().len() <= LONGEST
        && !sentence.whole.has_any(&open)
}

/// Whether the line is of a log without times: `secureboot: Secure boot enabled`.
fn is_of_log(line: &str) -> bool {
    let first = line.split(' ').next().unwrap_or_default();
    let name = first.strip_suffix(':').unwrap_or_default();
    line.starts_with("Linux version ")
        || !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

fn is_done(clause: &Clause) -> bool {
    clause.has(&DID) && !clause.has(&PLANS)
}

#[cfg(test)]
mod tests {
    use host_tree::CommandText;

    use super::*;

    fn found(text: &str) -> Vec<&'static str> {
        let text = CommandText {
            command: "t".to_owned(),
            text: format!("I pass the GPU through to a VM.\n\n{text}\n"),
        };
        let all = read(&Posts::read(&[text]));
        all.into_iter().map(|fact| fact.value.name).collect()
    }

    #[test]
    fn what_was_done_is_read() {
        for (text, names) in [
            (
                "I even added the kvm hidden property and tried to enable MSI, but error 43 persists.",
                &["the hidden hypervisor", "MSI"][..],
            ),
            ("分别采用两个romfile，开机黑屏。", &["the ROM file"]),
            (
                "- Enabled VT-d in the BIOS",
                &["the IOMMU in the firmware setup"],
            ),
            ("So I changed the VM to HVM mode.", &["HVM mode"]),
            ("Secure Boot ist deaktiviert.", &["Secure Boot"]),
            (
                "The other-config:pci is set.",
                &["the VM's other-config:pci"],
            ),
            ("I can ssh into it.", &["remote access"]),
            ("All memory of it is fully reserved.", &["reserved memory"]),
            ("The cores are pinned.", &["pinned processors"]),
        ] {
            assert_eq!(found(text), names, "{text}");
        }
    }

    #[test]
    fn plans_and_advice_are_not() {
        for text in [
            "Should I add kvm hidden?",
            "You have enabled VT-d, right?",
            "I have not tried a ROM file.",
            "Make sure VT-d is enabled.",
            "I want to try a ROM file that others used.",
            "The romfile is next.",
            "AMD-Vi: Interrupt remapping enabled",
            "I can't ssh into it.",
            "Should the cores be pinned?",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
