//! Settings and changes that sentences report as done or tried: `I even added kvm hidden`.

use std::sync::LazyLock;

use super::named_phrases::{NamedPhrases, rows};
use super::sentences::{Clause, Posts, Sentence, clause};
use crate::host::fact::Fact;
use crate::host::words::phrases::done::{DID, NOT_DONE, PLANS};
use crate::host::words::phrases::moods::{CASE, EXPECTED, HOPE, OTHERS, POSSIBLE, READER};
use crate::host::words::phrases::subject::READ;
use crate::input::is_logged;

/// Words for the place of a file.
const FOLDERS: &[&str] = &[
    "folder",
    "folders",
    "directory",
    "ordner",
    "verzeichnis",
    "dossier",
    "carpeta",
    "文件夹",
    "目录",
];

/// Maximum number of names.
const MOST: usize = 8;

/// The most words of a sentence: the lines of a log without times are one.
const LONGEST: usize = 80;

static ROWS: LazyLock<Vec<NamedPhrases>> =
    LazyLock::new(|| rows(include_str!("../../../data/done.tsv")));

/// Whether a line is about the setting with the name.
pub(crate) fn is_about(setting: &str, line: &str) -> bool {
    let mut rows = ROWS.iter().filter(|row| row.name == setting);
    rows.any(|row| row.is_in(&line.to_lowercase()))
}

/// The names, each with the first sentence that reports it.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<Fact<&'static NamedPhrases>> {
    let mut found: Vec<Fact<&'static NamedPhrases>> = Vec::new();
    for sentence in posts.sentences().filter(|sentence| is_report(sentence)) {
        // `MSI does not seem to be active`, after an attempt.
        for clause in sentence.clauses.iter().filter(|one| one.has(&NOT_DONE)) {
            found.retain(|known| !clause.has(&*known.value.phrases));
        }
        // `other-config:pci is set`: two clauses, and one statement.
        let text = &sentence.whole.text;
        let is_inside = text.split(':').skip(1).any(|rest| !rest.starts_with(' '));
        let is_short = sentence.whole.words().len() <= SHORT;
        let whole = Some(&sentence.whole).filter(|_| is_inside && is_short);
        // A line of a file that the sentence goes on from: its settings have findings of their own.
        let line = clause(&sentence.shown.text.to_lowercase());
        let is_set =
            |row: &NamedPhrases| is_assignment(&sentence.shown.text) && line.has(&*row.phrases);
        for clause in sentence
            .clauses
            .iter()
            .chain(whole)
            .filter(|clause| is_done(clause))
        {
            for row in ROWS.iter().filter(|row| !is_set(row)) {
                // `Vbios folder already exists`
                let is_place = row.name == "the ROM file" && clause.has(FOLDERS);
                if is_place {
                    continue;
                }
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
        && !is_logged(sentence.shown.text.trim())
        && !is_of_registers(&sentence.shown.text)
        && sentence.whole.words().len() <= LONGEST
        && !sentence.whole.has_any(&open)
}

/// Whether the line assigns a variable of a file: `GRUB_CMDLINE_LINUX="…"`.
fn is_assignment(line: &str) -> bool {
    let name = line.trim_start().split_once('=').map(|(name, _)| name);
    name.is_some_and(|name| {
        let is_part = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        !name.is_empty() && name.bytes().all(is_part)
    })
}

/// Whether the line is of a log without times: `secureboot: Secure boot enabled`.
fn is_of_log(line: &str) -> bool {
    let first = line.split(' ').next().unwrap_or_default();
    let name = first.strip_suffix(':').unwrap_or_default();
    line.starts_with("Linux version ")
        || !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// Whether the line is one of the registers that lspci prints: with a label such as `LnkCtl:`, or with
/// two flags such as `CommClk+`.
fn is_of_registers(line: &str) -> bool {
    const LABELS: [&str; 14] = [
        "Lnk",
        "Dev",
        "Slt",
        "Root",
        "L1Sub",
        "ACS",
        "ARI",
        "UE",
        "CE",
        "AtomicOps",
        "Status:",
        "Control:",
        "Flags:",
        "Capabilities:",
    ];
    let line = line.trim_start();
    let first = line.split(' ').next().unwrap_or_default();
    let has_label = first.ends_with(':') && LABELS.iter().any(|label| first.starts_with(label));
    let is_flag = |word: &&str| {
        let name = word.trim_end_matches([',', ';']);
        let name = name.strip_suffix(['+', '-']).unwrap_or_default();
        name.len() > 2
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    has_label || line.split_whitespace().filter(is_flag).count() > 1
}

fn is_done(clause: &Clause) -> bool {
    clause.has(&DID) && !clause.has(&PLANS) && !clause.has(&NOT_DONE)
}

#[cfg(test)]
mod tests;
