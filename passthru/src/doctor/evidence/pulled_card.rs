//! Cards that were removed from their slot, and are in it again by a later line.

use host_tree::Evidence;

use crate::host::Host;
use crate::messages::Message;
use crate::verdict::Verdict;

/// The message that a card was removed.
pub(super) const REMOVED: &str = "hotplug-device-removed";

/// Lines behind a removal that belong to it.
const NEAR: u32 = 12;

/// The verdict on the message of a removal that later lines of the same slot supersede.
pub(super) fn superseded(host: &Host, message: &Message, lines: &[Evidence]) -> Option<Verdict> {
    let lines: Vec<&Evidence> = lines.iter().collect();
    (message.code == REMOVED)
        .then(|| of_lines(host, &lines))
        .flatten()
}

/// Whether the message follows from the removal of a card that is in its slot again: the removal may be
/// logged by the port alone.
pub(super) fn is_of_pulled_card(host: &Host, message: &Message, lines: &[Evidence]) -> bool {
    if !message.follows.contains(&REMOVED) {
        return false;
    }
    let logged = host.log_messages.iter();
    let removed = logged.filter(|logged| logged.message.code == REMOVED);
    let removed: Vec<&Evidence> = removed.map(|logged| &logged.evidence).collect();
    let is_near = |line: &Evidence| {
        removed.iter().any(|before| {
            let both = line.line.zip(before.line);
            line.source == before.source
                && both.is_some_and(|(line, before)| (before..=before + NEAR).contains(&line))
        })
    };
    lines.iter().any(is_near) && of_lines(host, &removed) == Some(Verdict::Harmless)
}

/// The verdict on removals, where a later line of each slot has a card there.
fn of_lines(host: &Host, removed: &[&Evidence]) -> Option<Verdict> {
    let logged = || host.log_messages.iter().map(|logged| &logged.evidence);
    let is_back = |removed: &&Evidence| {
        let own = slot(removed);
        own.is_some()
            && logged().any(|line| {
                line.source == removed.source
                    && line.line > removed.line
                    && slot(line) == own
                    && line.text.contains("Card present")
            })
    };
    if removed.is_empty() || !removed.iter().all(is_back) {
        return None;
    }
    // Without a button the link of a card that nobody pulled may have been lost for a moment.
    let slots: Vec<&str> = removed.iter().filter_map(|line| slot(line)).collect();
    let of_slots = || logged().filter(|line| slot(line).is_some_and(|slot| slots.contains(&slot)));
    let is_pressed = of_slots().any(|line| line.text.to_ascii_lowercase().contains("button"));
    let is_up = of_slots().any(|line| line.text.contains("Link Up"));
    Some(match is_pressed || !is_up {
        true => Verdict::Harmless,
        false => Verdict::Check,
    })
}

/// The slot of a line: `14` of `pciehp: Slot(14): Link Down`.
fn slot(line: &Evidence) -> Option<&str> {
    let (_, rest) = line.text.split_once("Slot(")?;
    Some(rest.split_once(')')?.0)
}
