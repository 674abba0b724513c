//! A guest that works beside a guest with another system, which fails: `it works in my Ubuntu VM, but not in
//! Windows`.

use super::super::sentences::{Clause, Sentence};
use super::elsewhere::{is_usable, names_device, works};
use crate::host::words::phrases::elsewhere::{BARE_METAL, FAILING, OF_HOST};
use crate::host::words::phrases::good_news::ASSIGNED;
use crate::host::words::phrases::topics::GUEST;

/// A system of guests, whatever its release.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Family {
    Windows,
    Macos,
    Linux,
    Bsd,
}

/// The systems that a clause names.
pub(super) fn systems(clause: &Clause) -> impl Iterator<Item = Family> {
    clause.each_word().filter_map(family)
}

fn family(word: &str) -> Option<Family> {
    const NAMES: [(&str, Family); 17] = [
        ("windows", Family::Windows),
        ("win7", Family::Windows),
        ("win10", Family::Windows),
        ("win11", Family::Windows),
        ("win", Family::Windows),
        ("macos", Family::Macos),
        ("osx", Family::Macos),
        ("hackintosh", Family::Macos),
        ("linux", Family::Linux),
        ("ubuntu", Family::Linux),
        ("debian", Family::Linux),
        ("fedora", Family::Linux),
        ("arch", Family::Linux),
        ("mint", Family::Linux),
        ("centos", Family::Linux),
        ("freebsd", Family::Bsd),
        ("openbsd", Family::Bsd),
    ];
    // `macos13`, `ubuntu22.04`
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let is = |(name, _): &&(&str, Family)| *name == word || *name == letters;
    NAMES.iter().find(is).map(|(_, family)| *family)
}

/// Whether the sentence says that a guest with one system works, where a guest with another one fails: in the
/// same sentence, or by the first sentence, which names the systems in `titled`.
pub(super) fn one_of_two_works(sentence: &Sentence, titled: &[Family]) -> bool {
    let is_of_device = |clause: &Clause| {
        const IT: [&str; 5] = ["it", "this", "same", "everything", "alles"];
        clause.has(&ASSIGNED) || clause.has(&IT) || names_device(clause)
    };
    // `My Linux VM works, but I cannot pass the GPU to Windows.`
    let is_about_device = |at: usize| sentence.clauses.iter().take(at + 1).any(is_of_device);
    is_usable(sentence)
        && !sentence.whole.has_any(&[&BARE_METAL, &OF_HOST])
        && sentence.clauses.iter().enumerate().any(|(at, clause)| {
            if !is_about_device(at) {
                return false;
            }
            let others = sentence.clauses.iter().enumerate();
            let mut others = others.filter(|(other, _)| *other != at);
            let mut working = working_systems(clause).into_iter();
            working.any(|works| {
                let is_other = |family: Family| family != works;
                let by_title = !titled.is_empty() && titled.iter().all(|one| is_other(*one));
                by_title || others.any(|(_, other)| fails(other) && systems(other).any(is_other))
            })
        })
}

/// The systems of guests that work, by the clause: `works in my Ubuntu VM`. A system without a guest
/// beside it may be that of the host.
fn working_systems(clause: &Clause) -> Vec<Family> {
    if !works(clause) {
        return Vec::new();
    }
    let words = clause.words();
    let is_guest = |at: usize| {
        let near = words.get(at.saturating_sub(NEAR)..words.len().min(at + NEAR + 1));
        let mut near = near.unwrap_or_default().iter();
        near.any(|word| GUEST.contains(word))
    };
    let is_receiver = clause.assigns_to_guest().is_some();
    let named = words.iter().enumerate();
    named
        .filter(|(at, _)| is_receiver || is_guest(*at))
        .filter_map(|(_, word)| family(word))
        .collect()
}

/// So many words are between a guest and its system at most.
const NEAR: usize = 2;

fn fails(clause: &Clause) -> bool {
    clause.is_negated() || clause.has(&FAILING)
}
