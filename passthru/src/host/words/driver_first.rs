//! Sentences that say that another driver has the device for a guest before vfio-pci: `nouveau is
//! loaded instead of vfio-pci`, `lspci always lists xhci_hcd`, `the login screen is on the monitor
//! of the card for the guest`.

#[cfg(test)]
mod tests;

use super::sentences::{self, Clause, Posts, Sentence};
use super::solved::{self, Solved};
use crate::host::fact::Fact;
use crate::host::settings::Settings;
use crate::host::words::phrases::bound::DRIVERS;
use crate::host::words::phrases::driver_first::{
    CLAIMS, DESKTOP, EARLIER, FAILS, FILLERS, FOR_GUEST, INSTEAD, LASTS, LISTS, OF_CARD, OF_DRIVER,
    ON_MONITOR, REASON, VFIO, WAY,
};
use crate::host::words::phrases::moods::{
    CASE, CONDITION, EXPECTED, FORMER, GUESS, HOPE, OTHERS, PAST, READER, REQUIRED, TIME,
};

/// A driver that has the device first; none where the sentence names none.
pub(crate) type DriverFirst = Option<&'static str>;

/// The most words between the word of a lasting state and the driver.
const REACH: usize = 8;

/// Sentences before and behind a sentence that name VFIO for it.
const NEAR: usize = 3;

/// The first sentence that says so; a sentence that names the driver counts before others.
pub(in crate::host) fn read(
    posts: &Posts<'_>,
    solved: &[Solved],
    settings: &Settings,
) -> Option<Fact<DriverFirst>> {
    let mut shown: Option<Fact<DriverFirst>> = None;
    for (_, sentences) in posts.texts() {
        for (at, sentence) in sentences.iter().enumerate() {
            let is_over = || solved::is_over(solved, &sentence.shown);
            if !sentence.is_in_passthrough_text || is_over() {
                continue;
            }
            let near = sentences.get(at.saturating_sub(NEAR)..=(at + 1).min(sentences.len() - 1));
            let is_of_vfio = || near.into_iter().flatten().any(|one| one.whole.has(&VFIO));
            let named = ordered(sentence).or_else(|| lasting(sentence).filter(|_| is_of_vfio()));
            if let Some(driver) = named {
                return Some(Fact::new(Some(driver), sentence.shown.clone()));
            }
            if shown.is_none() && shows_desktop(sentence) {
                shown = Some(Fact::new(None, sentence.shown.clone()));
            }
        }
    }
    // The host's picture on a card that nothing reserves is no failure.
    let is_reserved = || {
        let mut sentences = posts.sentences();
        let names_ids = |text: &str| text.contains("vfio-pci.ids") || text.contains("vfio_pci.ids");
        sentences.any(|sentence| names_ids(&sentence.whole.text))
            || settings.module_option("vfio-pci", "ids").next().is_some()
    };
    shown.filter(|_| is_reserved())
}

/// Whether the clause is about another case, or is a guess or advice.
fn is_of_other(clause: &Clause) -> bool {
    let open = [
        &CASE, &CONDITION, &EXPECTED, &GUESS, &HOPE, &OTHERS, &READER, &REQUIRED,
    ];
    clause.has_any(&open)
}

/// A driver of the host that people keep from a device.
fn driver(word: &str) -> Option<&'static str> {
    let others = ["vfio-pci", "pciback", "pci-stub", "ice", "xe"];
    let mut drivers = DRIVERS.iter().copied();
    let name = word.trim_end_matches("'s");
    drivers.find(|driver| *driver == name && !others.contains(driver))
}

/// One of two names of a clause.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Vfio,
    Host(&'static str),
}

fn name(word: &str) -> Option<Name> {
    if VFIO.contains(&word) {
        return Some(Name::Vfio);
    }
    driver(word).map(Name::Host)
}

/// The driver of `nvidia instead of vfio-pci`, or of a question for the way to `vfio-pci instead of
/// nvidia`.
fn ordered(sentence: &Sentence) -> Option<&'static str> {
    if !sentence.whole.has(&VFIO) {
        return None;
    }
    sentence.clauses.iter().find_map(|clause| {
        let text = spaced(&clause.text);
        // Without the negation in `而不是`.
        let plain = sentences::clause(&text);
        let is_denied = plain.is_negated() || plain.has(&FAILS);
        let words: Vec<&str> = text.split_whitespace().collect();
        let (before, after, is_earlier) = around(&words)?;
        if is_of_other(clause) {
            return None;
        }
        match (before, after) {
            (Name::Host(driver), Name::Vfio) => {
                let is_stated = clause.has(&CLAIMS) || !is_earlier;
                let is_asked = sentence.is_question && !clause.has(&REASON);
                let is_former = !is_earlier && clause.has(&FORMER);
                (is_stated && !is_asked && !is_former && !is_denied).then_some(driver)
            }
            (Name::Vfio, Name::Host(driver)) => {
                let asks_way = sentence.is_question && clause.has(&WAY);
                let is_missed = is_denied && clause.has(&CLAIMS) && !clause.has(&TIME);
                (asks_way || is_missed).then_some(driver)
            }
            _ => None,
        }
    })
}

/// The names before and behind the words for an order, and whether the order is of time.
fn around(words: &[&str]) -> Option<(Name, Name, bool)> {
    let orders = INSTEAD.iter().map(|words| (*words, false));
    let orders = orders.chain(EARLIER.iter().map(|words| (*words, true)));
    for (order, is_earlier) in orders {
        let parts: Vec<&str> = order.split(' ').collect();
        let Some(at) = words.windows(parts.len()).position(|few| few == parts) else {
            continue;
        };
        let (before, rest) = words.split_at_checked(at)?;
        let mut behind = rest.iter().skip(parts.len());
        let after = behind
            .find(|word| !FILLERS.contains(*word))
            .and_then(|word| name(word));
        let before = before.iter().rev().find_map(|word| name(word));
        if let (Some(before), Some(after)) = (before, after) {
            return Some((before, after, is_earlier));
        }
    }
    None
}

/// The words in letters apart from signs of a script without blanks, whose order words are phrases.
fn spaced(text: &str) -> String {
    let wide = [("而不是", "instead of"), ("の代わりに", " ")];
    let mut text = text.to_owned();
    for (sign, words) in wide {
        text = text.replace(sign, &format!(" {words} "));
    }
    let mut spaced = String::with_capacity(text.len());
    let mut is_ascii = true;
    for c in text.chars() {
        let is_sign = !matches!(c, '-' | '_' | '\'') && !c.is_alphanumeric();
        let is_wide = c > '\u{2e7f}';
        if is_wide == is_ascii || is_sign {
            spaced.push(' ');
        }
        is_ascii = !is_wide;
        if !is_sign {
            spaced.push(c);
        }
    }
    spaced
}

/// The driver that a device still has: `it always lists xhci_hcd`.
fn lasting(sentence: &Sentence) -> Option<&'static str> {
    let both = [&sentence.whole, &sentence.before];
    sentence.clauses.iter().find_map(|clause| {
        let open = [&CONDITION, &FORMER, &PAST, &TIME];
        let is_claimed = clause.has(&CLAIMS)
            || clause.has(&LISTS)
            || both.iter().any(|clause| clause.has(&OF_DRIVER));
        if is_of_other(clause)
            || clause.has_any(&open)
            || clause.is_negated()
            || clause.names_guest()
            || !is_claimed
        {
            return None;
        }
        of_lasting_words(clause)
    })
}

fn of_lasting_words(clause: &Clause) -> Option<&'static str> {
    // Drivers that the host needs in most of such sentences: its own display and sound.
    const OF_HOST: [&str; 2] = ["i915", "snd_hda_intel"];
    let words = clause.words();
    let at = words.iter().position(|word| {
        let alone = LASTS.iter().any(|lasting| lasting == word);
        alone || driver(word).is_some() && clause.has(&LASTS)
    })?;
    let from = at.saturating_sub(REACH);
    let mut near = words.iter().skip(from).take(at - from + REACH);
    near.find_map(|word| driver(word))
        .filter(|found| !OF_HOST.contains(found))
}

/// Whether the host's picture is at the card for the guest.
fn shows_desktop(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    !sentence.is_question
        && whole.has(&DESKTOP)
        && whole.has(&ON_MONITOR)
        && whole.has(&FOR_GUEST)
        && !whole.is_negated()
        && whole.has(&OF_CARD)
        && !is_of_other(whole)
}
