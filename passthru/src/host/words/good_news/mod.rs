//! Sentences that say that a guest runs with its device, or sees it: `The VM boots fine with the
//! card`, `lspci in the VM shows it`.

mod elsewhere;
mod not_news;
mod runs;
mod seen;
#[cfg(test)]
mod tests;
mod without;
mod worked;

use host_tree::Evidence;

use self::elsewhere::{
    another_device_works, another_guest_works, another_system_works, works_on_bare_metal,
};
use self::not_news::TIMES;
use self::runs::says_it_runs;
use self::seen::says_it_is_seen;
use self::without::says_it_runs_without;
use self::worked::says_it_ran;
use super::sentences::{Clause, Posts, Sentence};
pub(super) use crate::host::words::phrases::good_news::ARRIVED;
use crate::host::words::phrases::moods::{
    ATTEMPT, CASE, CONCESSION, CONDITION, EXPECTED, FORMER, GUESS, HOPE, MODAL, OTHERS, POSSIBLE,
    PURPOSE, QUESTION, READER, REQUIRED,
};
use crate::host::words::phrases::not_news::ELSEWHERE;

/// Good news of a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum GoodNews {
    /// A guest runs with its device.
    Runs(Evidence),
    /// A guest sees its device.
    Seen(Evidence),
    /// A guest ran with its device at an earlier time.
    Ran(Evidence),
    /// The guest runs without the device.
    RunsWithout(Evidence),
    /// Another guest works with such a device.
    OtherGuest(Evidence),
    /// Another device is assigned and works.
    OtherDevice(Evidence),
    /// The same hardware works with another host system or tool.
    OtherSystem(Evidence),
    /// The device works without a hypervisor.
    BareMetal(Evidence),
}

impl GoodNews {
    /// Whether it is about the current state.
    #[must_use]
    pub(crate) const fn is_current(&self) -> bool {
        matches!(self, Self::Runs(_) | Self::Seen(_))
    }

    /// Whether the host assigned a device.
    #[must_use]
    pub(crate) const fn is_of_assignment(&self) -> bool {
        !matches!(self, Self::RunsWithout(_) | Self::BareMetal(_))
    }

    /// Whether the host assigns a device now, to whichever guest: with an enabled IOMMU.
    #[must_use]
    pub(crate) const fn needs_iommu(&self) -> bool {
        self.is_current() || matches!(self, Self::OtherGuest(_) | Self::OtherDevice(_))
    }

    /// The sentence.
    #[must_use]
    pub(crate) const fn shown(&self) -> &Evidence {
        match self {
            Self::Runs(shown)
            | Self::Seen(shown)
            | Self::Ran(shown)
            | Self::RunsWithout(shown)
            | Self::OtherGuest(shown)
            | Self::OtherDevice(shown)
            | Self::OtherSystem(shown)
            | Self::BareMetal(shown) => shown,
        }
    }
}

/// The good news of the texts, the first of each kind.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<GoodNews> {
    let current: Vec<&Sentence> = posts.sentences().filter(|one| is_current(one)).collect();
    let find = |is: fn(&Sentence) -> bool| current.iter().find(|sentence| is(sentence));
    let runs = find(|one| says_it_runs(one) && !is_about_others(one))
        .map(|one| GoodNews::Runs(one.shown.clone()));
    let seen = find(says_it_is_seen).map(|one| GoodNews::Seen(one.shown.clone()));
    let ran = posts
        .sentences()
        .find(|sentence| says_it_ran(sentence))
        .map(|one| GoodNews::Ran(one.shown.clone()));
    // The current state says more.
    let ran = ran.filter(|_| runs.is_none() && seen.is_none());
    let without = find(says_it_runs_without).map(|one| GoodNews::RunsWithout(one.shown.clone()));
    let guest = find(another_guest_works).map(|one| GoodNews::OtherGuest(one.shown.clone()));
    let device = find(another_device_works).map(|one| GoodNews::OtherDevice(one.shown.clone()));
    let current = runs.into_iter().chain(seen);
    let system = find(another_system_works).map(|one| GoodNews::OtherSystem(one.shown.clone()));
    let bare = find(works_on_bare_metal).map(|one| GoodNews::BareMetal(one.shown.clone()));
    let others = guest.into_iter().chain(device).chain(system).chain(bare);
    current.chain(ran).chain(without).chain(others).collect()
}

/// Whether the sentence is about another guest or another device.
fn is_about_others(sentence: &Sentence) -> bool {
    another_guest_works(sentence)
        || another_device_works(sentence)
        || another_system_works(sentence)
        || works_on_bare_metal(sentence)
}

/// Whether the sentence is about the current state of the writer's host.
fn is_current(sentence: &Sentence) -> bool {
    if sentence.is_title {
        return false;
    }
    let is_open = |clause: &Clause| {
        let classes = [
            CASE, QUESTION, FORMER, EXPECTED, POSSIBLE, GUESS, HOPE, READER, OTHERS, &TIMES,
        ];
        clause.has_any(&classes)
    };
    // In Chinese a question may follow statements in the same sentence: `…都正常，怎么办？`
    if sentence.is_question && sentence.whole.is_without_blanks() {
        let stated = sentence.clauses.split_last().map(|(_, stated)| stated);
        return stated.is_some_and(|stated| !stated.is_empty() && !stated.iter().any(is_open));
    }
    !sentence.is_question && !is_open(&sentence.whole)
}

/// Whether the clause is a negation, a condition, a request, or about something else.
fn is_open_clause(clause: &Clause) -> bool {
    clause.is_negated()
        || clause.has_any(&[
            CONDITION, REQUIRED, MODAL, ATTEMPT, PURPOSE, CONCESSION, GUESS, POSSIBLE, ELSEWHERE,
        ])
}
