//! A guest that fails, as a sentence describes it: `the VM hangs at boot with the card`.

#[cfg(test)]
mod tests;

use host_tree::Evidence;

use super::sentences::{self, Clause, Posts, Sentence};
use super::solved::{self, Solved};
use super::symptoms::{is_condition, is_of_host};
use crate::host::fact::Fact;
use crate::host::words::phrases::guest_failure::{
    ASSIGNMENT, ASSIGNMENT_FAILS, CRASHES, DENIALS, DEVICE, DEVICE_FAILS, DRIVER, FAILS, HANGS,
    LOADS, NOT_INSTALLED, NOT_SEEN, NOT_STARTED, OTHER_DEVICES, OTHER_SUBJECTS, OVER, PANICS,
    PRONOUNS, SEES, SLOW, STARTS, WORKS,
};
use crate::host::words::phrases::moods::{
    CASE, EXPECTED, HOPE, OTHERS, POSSIBLE, QUESTION, READER,
};

/// The state of a guest that fails, or of its device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GuestFailure {
    /// The guest does not start.
    NotStarted,
    /// The guest crashes or restarts.
    Crashes,
    /// The guest stops responding.
    Hangs,
    /// The guest does not see its device.
    DeviceNotSeen,
    /// A driver of the device fails.
    DriverFails,
    /// The guest has the device, with errors or without a link.
    DeviceFails,
    /// The assignment fails.
    AssignmentFails,
    /// The device is slow in the guest.
    Slow,
}

impl GuestFailure {
    /// Whether the guest has started, and its device fails there.
    pub(crate) fn is_inside(self) -> bool {
        matches!(
            self,
            Self::DeviceNotSeen | Self::DriverFails | Self::DeviceFails | Self::Slow
        )
    }
}

/// The failure of a guest that the texts describe and no sentence reports as solved: the first of a
/// guest or its device, otherwise of the assignment, otherwise the low performance.
pub(in crate::host) fn read(posts: &Posts<'_>, solved: &[Solved]) -> Option<Fact<GuestFailure>> {
    let open = posts.sentences().filter_map(|sentence| {
        let failure = of_sentence(sentence)?;
        let is_over = solved::is_over(solved, &sentence.shown);
        (!is_over).then(|| Fact::new(failure, sentence.shown.clone()))
    });
    let mut of_assignment = None;
    let mut of_speed = None;
    for found in open {
        match found.value {
            GuestFailure::AssignmentFails => of_assignment.get_or_insert(found),
            GuestFailure::Slow => of_speed.get_or_insert(found),
            _ => return Some(found),
        };
    }
    of_assignment.or(of_speed)
}

fn of_sentence(sentence: &Sentence) -> Option<GuestFailure> {
    let whole = &sentence.whole;
    let classes = [
        &CASE, &EXPECTED, &HOPE, &POSSIBLE, &READER, &OTHERS, &QUESTION, &OVER,
    ];
    let is_open = sentence.is_question || whole.has_any(&classes);
    if is_open || !sentence.is_in_passthrough_text {
        return None;
    }
    let clauses = sentence.clauses.iter();
    let clauses = clauses.filter(|clause| !is_condition(clause));
    let found = clauses.filter_map(|clause| of_clause(clause, sentence));
    // Slow is the least of several, and a guest that does not start sees no device.
    found.reduce(|first, next| match (first, next) {
        (GuestFailure::Slow, _) => next,
        (GuestFailure::DeviceNotSeen, GuestFailure::NotStarted) => next,
        _ => first,
    })
}

fn of_clause(clause: &Clause, sentence: &Sentence) -> Option<GuestFailure> {
    let words = clause.words();
    let is_of_other =
        is_of_host(clause) || clause.has(&OTHER_SUBJECTS) && !is_panic(clause, sentence);
    let is_of_guest = !is_of_other
        && (clause.names_guest()
            || names_guest_before(clause, sentence)
            || repeats_name(clause, &sentence.whole))
        || is_panic(clause, sentence);
    if is_of_guest && is_stated(clause, &words, &CRASHES) {
        return Some(GuestFailure::Crashes);
    }
    // `The resolution is stuck at 800x600.`
    let is_of_size = clause.has(&["resolution", "auflösung", "résolution", "分辨率"]);
    // `When I shut the VM down, I get stuck with no display.`
    let is_dark = clause.has(&["stuck with no*", "left with no*", "stuck without*"]);
    if is_of_guest && !is_of_size && !is_dark && is_stated(clause, &words, &HANGS) {
        return Some(GuestFailure::Hangs);
    }
    if is_of_guest && (clause.has(&NOT_STARTED) || is_denied(&words, &STARTS)) {
        return Some(GuestFailure::NotStarted);
    }
    let is_of_device = !is_of_other && clause.has(&DEVICE);
    let is_in_guest = is_of_guest || sentence.whole.names_guest() || sentence.before.names_guest();
    let is_unseen = || clause.has(&NOT_SEEN) || is_denied(&words, &SEES);
    if is_of_device && is_in_guest && (is_of_guest || !is_of_host(&sentence.whole)) && is_unseen() {
        return Some(GuestFailure::DeviceNotSeen);
    }
    // These drivers are on the host.
    let is_on_host = clause.has(&["vfio*", "pci-stub", "pciback", "bind", "new_id", "绑定"]);
    // `I did not install the virtio drivers.`
    let is_of_driver =
        !is_of_other && clause.has(&DRIVER) && !is_on_host && !clause.has(&NOT_INSTALLED);
    let fails = || clause.has(&FAILS) && !clause.is_negated() || is_denied(&words, &LOADS);
    if is_of_driver && is_in_guest && fails() {
        return Some(GuestFailure::DriverFails);
    }
    if is_of_device && is_in_guest && clause.has(&DEVICE_FAILS) {
        return Some(GuestFailure::DeviceFails);
    }
    let is_slow = || clause.has(&SLOW) && !clause.is_negated();
    if (is_of_guest || is_of_device && is_in_guest) && is_slow() {
        return Some(GuestFailure::Slow);
    }
    let is_of_other = clause.has(&OTHER_SUBJECTS) || sentence.whole.has(&OTHER_DEVICES);
    let is_of_assignment = !is_of_other && clause.has(&ASSIGNMENT);
    let fails = || clause.has(&ASSIGNMENT_FAILS) || is_denied(&words, &WORKS);
    (is_of_assignment && fails()).then_some(GuestFailure::AssignmentFails)
}

/// The sentence that says that a listing in a guest lacks the device: `lspci in the VM does not show the card`.
pub(in crate::host) fn unlisted(posts: &Posts<'_>) -> Option<Evidence> {
    const LISTINGS: [&str; 6] = [
        "lspci",
        "pciconf",
        "device manager",
        "geräte-manager",
        "gerätemanager",
        "设备管理器",
    ];
    const MISSING: [&str; 5] = [
        "没有",
        "shows nothing",
        "shows no",
        "lists no",
        "zeigt keine",
    ];
    let says = |clause: &Clause| {
        let is_missing =
            clause.has(&MISSING) || clause.has(&NOT_SEEN) || is_denied(&clause.words(), &SEES);
        clause.has(&LISTINGS) && clause.names_guest() && !is_of_host(clause) && is_missing
    };
    let mut all = posts.sentences();
    let found = all.find(|sentence| {
        let classes = [&CASE, &EXPECTED, &HOPE, &OTHERS, &READER];
        sentence.is_in_passthrough_text
            && !sentence.is_question
            && !sentence.whole.has_any(&classes)
            && sentence
                .clauses
                .iter()
                .any(|one| !is_condition(one) && says(one))
    });
    found.map(|sentence| sentence.shown.clone())
}

/// Whether a sentence says that something does not start.
pub(crate) fn denies_start(line: &str) -> bool {
    let plain = sentences::with_apostrophes(line.to_lowercase().replace('’', "'"));
    let clause = sentences::clause(&plain);
    clause.has(&NOT_STARTED) || is_denied(&clause.words(), &STARTS)
}

/// Whether the clause reports the panic of a guest's kernel, in a sentence about a guest alone.
fn is_panic(clause: &Clause, sentence: &Sentence) -> bool {
    clause.has(&PANICS) && sentence.whole.names_guest() && !is_of_host(&sentence.whole)
}

/// Whether the clause is about a guest of the words before it: `it hangs`.
fn names_guest_before(clause: &Clause, sentence: &Sentence) -> bool {
    // `The VM runs, but when its operator's pods restart, they fail.`
    clause.has(&PRONOUNS)
        && !is_of_host(&sentence.whole)
        && !sentence.whole.has(&["pod", "pods"])
        && (sentence.whole.names_guest() || sentence.before.names_guest())
}

/// Whether the clause repeats the name before the word for a guest: `if my hassos VM has the card, hassos
/// hangs`.
fn repeats_name(clause: &Clause, whole: &Clause) -> bool {
    // Shorter words are articles, and adjectives of participles are no names.
    const SHORTEST: usize = 4;
    let words = whole.words();
    let is_name =
        |word: &str| word.len() >= SHORTEST && !word.ends_with("ing") && !word.ends_with("ed");
    let pairs = words.windows(2).filter_map(|pair| match *pair {
        [name, "vm" | "guest" | "qube"] if is_name(name) => Some(name),
        _ => None,
    });
    let mut names = pairs.filter(|name| clause.has(*name));
    names.next().is_some() && !is_of_host(whole)
}

/// Whether one of the phrases is in the clause and not denied.
fn is_stated(clause: &Clause, words: &[&str], phrases: &[&str]) -> bool {
    let before = clause.up_to(phrases);
    before.is_some_and(|before| !before.is_negated()) && !words.contains(&"not")
}

/// The most words between a negation and its verb.
const NEAR: usize = 4;

/// Whether one of the verbs is denied: by a word close before it.
fn is_denied(words: &[&str], verbs: &[&str]) -> bool {
    let is_denial = |word: &&str| DENIALS.contains(word) || word.ends_with("n't");
    (0..words.len()).any(|at| {
        let rest = words.get(at..).unwrap_or_default();
        let is_verb = verbs.iter().any(|verb| {
            let mut rest = rest.iter();
            verb.split(' ').all(|part| {
                let word = rest.next().copied().unwrap_or_default();
                let start = part.strip_suffix('*');
                start.map_or(word == part, |start| word.starts_with(start))
            })
        });
        let near = words.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        is_verb && near.iter().any(is_denial)
    })
}
