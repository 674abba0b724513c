//! States of a host that sentences tell: vfio-pci has the card, the host is a virtual machine,
//! libvirt runs no hook.

#[cfg(test)]
mod tests;

use host_tree::Evidence;

use super::sentences::{self, Clause, Posts, Sentence};
use super::symptoms::is_of_host;
use crate::host::fact::Fact;
use crate::host::words::phrases::moods::{
    ATTEMPT, CASE, CONDITION, EXPECTED, GUESS, HOPE, MODAL, OTHERS, POSSIBLE, QUESTION, READER,
    REQUIRED,
};
use crate::host::words::phrases::situation::{
    CONSOLE_DARK, COUNTS, CREATED_DEVICES, CREATED_IN_GUEST, CREATES, CREATION_FAILS, CRITICAL,
    DISMOUNTED, GIVEN, GUEST_STOPPED, HARM, HELD, HOOKS_IDLE, HOST_DARK, HOST_IS_GUEST, HOST_STUCK,
    LOG, LOG_EMPTY, LOW, NOT_LISTED, OF_HOST_GRAPHICS, OF_LIBVIRT, ONE_DEVICE, OTHER_ACCESS, RETRY,
    RETURNED, SAME_TIME, SCRIPT_FAILS, SCRIPTS, SCRIPTS_OF_BOOT, SEVERAL_GUESTS, SHARING,
    STARTS_FINE, SUPPORTED, UNBOUND,
};
use crate::host::words::phrases::subject::READ;
use crate::host::words::phrases::topics::{ASSIGNED_DEVICES, THINGS};

/// A state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Situation {
    /// The processor or the board has an IOMMU.
    Supported,
    /// A driver of VFIO has the device.
    Held,
    /// A driver of VFIO does not get the device.
    Unbound,
    /// Virtual functions or mediated devices do not come into being.
    NotCreated,
    /// A script ends, or hangs, before its end.
    ScriptFails,
    /// The host is a virtual machine.
    HostIsGuest,
    /// libvirt runs no hook.
    HooksIdle,
    /// The log of the guest has no line.
    LogEmpty,
    /// The graphics of the host run with few pixels.
    LowResolution,
    /// The host has no picture, and a guest its graphics card.
    HostDark,
    /// The host or its PCI functions do not answer when the guest has stopped.
    StuckAfterGuest,
    /// The host's system refuses the device as one that it needs.
    Critical,
    /// The hypervisor's console shows nothing, and the guest is reachable by another way.
    ConsoleDark,
    /// The host's device is dismounted, for Hyper-V's guests.
    Dismounted,
    /// The host does not list a device that a guest has or had.
    GivenAway,
    /// One device is for several guests at the same time.
    Shared,
    /// The guest starts on another try.
    StartsOnRetry,
}

/// A state: how a clause tells it.
struct Row {
    situation: Situation,
    is_in: fn(&Clause, &Sentence) -> bool,
    /// Whether the words deny something themselves.
    denies: bool,
}

const fn row(situation: Situation, denies: bool, is_in: fn(&Clause, &Sentence) -> bool) -> Row {
    Row {
        situation,
        is_in,
        denies,
    }
}

/// All states, in the order of [`Situation`].
const ROWS: [Row; 12] = [
    row(Situation::Supported, false, |clause, _| {
        clause.has(&SUPPORTED)
    }),
    row(Situation::Held, false, |clause, _| {
        // `The whole group is taken by vfio-pci, which crashes the host`: the harm.
        clause.has(&HELD) && !clause.has(&HARM)
    }),
    row(Situation::HostIsGuest, false, |clause, _| {
        clause.has(&HOST_IS_GUEST)
    }),
    row(Situation::HooksIdle, true, |clause, _| {
        clause.has(&HOOKS_IDLE)
    }),
    row(Situation::LogEmpty, false, |clause, sentence| {
        let has = |words: &[&str]| words.iter().any(|word| sentence.whole.text.contains(word));
        clause.has(&LOG_EMPTY) && has(&LOG) && has(&OF_LIBVIRT)
    }),
    row(Situation::LowResolution, true, |clause, _| {
        clause.has(&LOW) && clause.has(&OF_HOST_GRAPHICS) && !clause.names_guest()
    }),
    row(Situation::HostDark, true, |clause, sentence| {
        let gives = [
            "took", "gave", "given", "passed", "passing", "assigned", "pass", "直通",
        ];
        let both = [&sentence.whole, &sentence.before];
        let is_given = |clause: &&&Clause| clause.has(&gives) && clause.has(&ASSIGNED_DEVICES);
        let is_host = is_of_host(clause) || clause.has(&["esx", "host"]);
        clause.has(&HOST_DARK) && is_host && both.iter().any(|clause| is_given(&clause))
    }),
    row(Situation::StuckAfterGuest, true, |clause, _| {
        clause.has(&HOST_STUCK)
    }),
    row(Situation::Critical, false, |clause, sentence| {
        let is_named = |clause: &Clause| clause.has(&THINGS) || clause.has(&["device"]);
        clause.has(&CRITICAL) && clause.has(&COUNTS) && is_named(&sentence.whole)
    }),
    row(Situation::Dismounted, false, |clause, sentence| {
        clause.has(&DISMOUNTED) && !sentence.whole.has(&RETURNED)
    }),
    row(Situation::GivenAway, true, |clause, sentence| {
        let both = [&sentence.whole, &sentence.before];
        let is_given = |one: &&Clause| one.has(&GIVEN);
        clause.has(&NOT_LISTED) && both.iter().any(is_given) && !clause.names_guest()
    }),
    row(Situation::ConsoleDark, true, |clause, sentence| {
        let both = [&sentence.whole, &sentence.before];
        let has = |phrases: &[&str]| both.iter().any(|clause| clause.has(phrases));
        clause.has(&CONSOLE_DARK) && has(&OTHER_ACCESS) && has(&ASSIGNED_DEVICES)
    }),
];

/// The states that the texts tell, the first sentence for each.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<Fact<Situation>> {
    let mut found: Vec<Fact<Situation>> = Vec::new();
    for sentence in posts.sentences() {
        let stated = stated(sentence);
        for row in &ROWS {
            let is_known = found.iter().any(|known| known.value == row.situation);
            let mut clauses = stated.iter().filter(|one| is_said(one, row));
            if !is_known && clauses.any(|clause| (row.is_in)(clause, sentence)) {
                found.push(Fact::new(row.situation, sentence.shown.clone()));
            }
        }
    }
    // A question is about it as often as a statement.
    let shared = posts.sentences().find(|sentence| shares_device(sentence));
    found.extend(shared.map(|one| Fact::new(Situation::Shared, one.shown.clone())));
    // A title, or a question, is about the device in question.
    let unbound = posts.sentences().find(|sentence| is_unbound(sentence));
    found.extend(unbound.map(|one| Fact::new(Situation::Unbound, one.shown.clone())));
    let created = posts.sentences().find(|sentence| creates_nothing(sentence));
    found.extend(created.map(|one| Fact::new(Situation::NotCreated, one.shown.clone())));
    let script = posts.sentences().find(|sentence| script_fails(sentence));
    found.extend(script.map(|one| Fact::new(Situation::ScriptFails, one.shown.clone())));
    let retried = posts.sentences().find(|sentence| starts_on_retry(sentence));
    found.extend(retried.map(|one| Fact::new(Situation::StartsOnRetry, one.shown.clone())));
    if !stops_guest(posts) {
        found.retain(|fact| fact.value != Situation::StuckAfterGuest);
    }
    found
}

/// The line that tells the state.
pub(crate) fn shown(situation: &[Fact<Situation>], state: Situation) -> Option<&Evidence> {
    let mut found = situation.iter().filter(|fact| fact.value == state);
    found.next().map(|fact| &fact.evidence)
}

/// Whether a sentence, or a title, names the stop of a guest as the time of the failure.
fn stops_guest(posts: &Posts<'_>) -> bool {
    let mut sentences = posts.sentences();
    sentences.any(|sentence| sentence.whole.has(&GUEST_STOPPED))
}

/// Whether the sentence is about one device for several guests at the same time: `Can more than one
/// VM use the iGPU at the same time?`
fn shares_device(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    sentence.is_in_passthrough_text
        && whole.has(&SEVERAL_GUESTS)
        && whole.has(&SAME_TIME)
        && whole.has(&ONE_DEVICE)
        && !whole.has(&SHARING)
}

/// Whether the sentence says that a driver of VFIO does not get the device: `Can't get vfio to bind to the USB
/// controller`.
fn is_unbound(sentence: &Sentence) -> bool {
    is_own(sentence, |clause| {
        clause.has(&UNBOUND) && clause.has(&["vfio*"])
    })
}

/// Whether virtual functions or mediated devices do not come into being: `I can't create a VF`.
fn creates_nothing(sentence: &Sentence) -> bool {
    is_own(sentence, |clause| {
        let fails = || clause.is_negated() || clause.has(&CREATION_FAILS);
        let is_of_guest = || clause.has(&CREATED_IN_GUEST);
        clause.has(&CREATES) && clause.has(&CREATED_DEVICES) && fails() && !is_of_guest()
    })
}

/// Whether a script does not get to its end: `start.sh hangs after the line that unbinds the framebuffer`.
fn script_fails(sentence: &Sentence) -> bool {
    is_own(sentence, |clause| {
        // `Stuck at "Starting dracut pre-udev hook..."`: the host's own start.
        clause.has(&SCRIPTS) && clause.has(&SCRIPT_FAILS) && !clause.has(&SCRIPTS_OF_BOOT)
    })
}

/// Whether a clause of the sentence, or of a title or a question, is about the writer's own device.
fn is_own(sentence: &Sentence, is: impl Fn(&Clause) -> bool) -> bool {
    let open = [
        &CASE, &CONDITION, &EXPECTED, &POSSIBLE, &GUESS, &HOPE, &READER, &OTHERS, &REQUIRED,
    ];
    sentence.is_in_passthrough_text
        && !sentence.whole.has_any(&open)
        && sentence.clauses.iter().any(is)
}

/// Whether the guest starts when its start is repeated: `If I repeat the command, it starts fine`.
fn starts_on_retry(sentence: &Sentence) -> bool {
    let whole = &sentence.whole;
    let open = [&EXPECTED, &POSSIBLE, &GUESS, &HOPE, &READER, &OTHERS];
    let starts = ["qvm-start", "virsh start", "qm start", "xl create"];
    let is_about_guest = sentence.is_in_passthrough_text
        || starts.iter().any(|command| whole.text.contains(command));
    let is_usable = is_about_guest && !sentence.is_question && !sentence.is_title;
    let mut clauses = sentence.clauses.iter();
    is_usable
        && whole.has(&RETRY)
        && !whole.has_any(&open)
        && clauses.any(|clause| clause.has(&STARTS_FINE) && !clause.is_negated())
}

/// The clauses that are statements of the writer.
fn stated(sentence: &Sentence) -> &[Clause] {
    let open = [
        &CASE, &QUESTION, &EXPECTED, &POSSIBLE, &GUESS, &HOPE, &READER, &OTHERS,
    ];
    let is_hearsay = || sentence.whole.has(&READ);
    if !sentence.is_in_passthrough_text || sentence.is_title || is_hearsay() {
        return &[];
    }
    // In Chinese a question may follow a statement: `主机是虚拟机，有影响吗？`
    if sentence.is_question && sentence.whole.is_without_blanks() {
        let last = sentence
            .clauses
            .iter()
            .rposition(|clause| !clause.has_any(&open));
        return sentence
            .clauses
            .get(..last.map_or(0, |at| at + 1))
            .unwrap_or_default();
    }
    // What somebody could not do is the past.
    // `It is bound to vfio-pci, so it looks like I did all right`: the guess is about another part.
    let able = ["could not", "couldn't", "so it looks like"];
    let is_open = if sentence.whole.has(&able) {
        let text = able
            .iter()
            .fold(sentence.whole.text.clone(), |text, words| {
                text.replace(words, " ")
            });
        sentences::clause(&text).has_any(&open)
    } else {
        sentence.whole.has_any(&open)
    };
    if sentence.is_question || is_open {
        return &[];
    }
    &sentence.clauses
}

fn is_said(clause: &Clause, row: &Row) -> bool {
    let is_open = clause.has_any(&[&CONDITION, &REQUIRED, &ATTEMPT])
        || !row.denies && (clause.is_negated() || clause.has(&MODAL));
    !is_open
}
