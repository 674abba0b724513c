//! Sentences that say that a guest runs with its device, or sees it: `The VM boots fine with the
//! card`, `lspci in the VM shows it`.

mod contrast;
mod elsewhere;
mod not_news;
mod runs;
mod seen;
#[cfg(test)]
mod tests;
mod without;
mod worked;

use crate::host::words::phrases::good_news::{CONTAINERS, LXC, MACHINE_PARTS, PCI, USB, WISHES};
use crate::host::words::phrases::good_news::{NO_LONGER, NOW_ON, USED_BEFORE};
use host_tree::Evidence;

use self::contrast::{Family, one_of_two_works, systems};
use self::elsewhere::{
    another_device_works, another_firmware_works, another_guest_works, another_mode_works,
    another_place_works, another_system_works, another_tool_works, is_of_other_kind,
    works_on_bare_metal,
};
use self::runs::says_it_runs;
use self::seen::says_it_is_seen;
use self::without::says_it_runs_without;
use self::worked::says_it_ran;
use super::sentences::{self, Clause, Posts, Sentence};
use super::{device_kind, subject};
use crate::host::words::phrases::Phrases;
use crate::host::words::phrases::moods::{
    ATTEMPT, CASE, CONCESSION, CONDITION, EXPECTED, FORMER, GUESS, HOPE, MODAL, OTHERS, POSSIBLE,
    PURPOSE, QUESTION, READER, REQUIRED,
};
use crate::host::words::phrases::not_news::{ELSEWHERE, TIMES};
use crate::host::words::phrases::topics::GUEST;

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
    /// The guest works with its device in another mode of Xen.
    OtherMode(Evidence),
    /// The assignment works with another program on this host.
    OtherTool(Evidence),
    /// The device works in another slot, board or computer.
    OtherPlace(Evidence),
    /// The device works with another firmware of the same board.
    OtherFirmware(Evidence),
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
        !matches!(
            self,
            Self::RunsWithout(_)
                | Self::BareMetal(_)
                | Self::OtherPlace(_)
                | Self::OtherFirmware(_)
        )
    }

    /// Whether the host assigns a device now, to whichever guest: with an enabled IOMMU.
    #[must_use]
    pub(crate) const fn needs_iommu(&self) -> bool {
        self.is_current()
            || matches!(
                self,
                Self::OtherGuest(_) | Self::OtherDevice(_) | Self::OtherTool(_)
            )
    }

    /// The line that says that another guest works, if it says so of all guests that it names: a line with
    /// a failure may name the guest that fails.
    pub(crate) fn working_guests(&self) -> Option<&Evidence> {
        const FAILURES: [&str; 16] = [
            "not", "n't", "but", "fail", "无法", "不", "没", "失败", "但", "nicht", "kein", "aber",
            "pas ", "mais", "не ", "no ",
        ];
        let Self::OtherGuest(shown) = self else {
            return None;
        };
        let text = shown.text.to_lowercase();
        let fails = FAILURES.iter().any(|word| text.contains(word));
        (!fails).then_some(shown)
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
            | Self::OtherMode(shown)
            | Self::OtherTool(shown)
            | Self::OtherPlace(shown)
            | Self::OtherFirmware(shown)
            | Self::BareMetal(shown) => shown,
        }
    }
}

/// The good news of the texts, the first of each kind.
pub(in crate::host) fn read(posts: &Posts<'_>) -> Vec<GoodNews> {
    let of_guests = posts
        .texts()
        .filter(|(_, sentences)| !is_of_containers(sentences));
    let current: Vec<&Sentence> = of_guests
        .flat_map(|(_, sentences)| still_so(sentences))
        .filter(|one| is_current(one) && !is_in_container(one) && !is_of_usb(one))
        .collect();
    let own = subject::read(posts).hypervisor;
    let own = own.as_ref().map(|own| own.value);
    let system = |one: &Sentence| another_system_works(one, own);
    let titles = posts.texts().filter_map(|(_, sentences)| sentences.first());
    let titled: Vec<Family> = titles.flat_map(|one| systems(&one.whole)).collect();
    let guest = |one: &Sentence| another_guest_works(one) || one_of_two_works(one, &titled);
    let tool = |one: &Sentence| another_tool_works(one, own);
    let find = |is: &dyn Fn(&Sentence) -> bool, news: fn(Evidence) -> GoodNews| {
        let found = current.iter().find(|sentence| is(sentence));
        found.map(|one| news(one.shown.clone()))
    };
    let is_about_others = |one: &Sentence| {
        guest(one)
            || another_device_works(one)
            || system(one)
            || tool(one)
            || another_mode_works(one)
            || another_place_works(one)
            || another_firmware_works(one)
            || works_on_bare_metal(one)
    };
    let runs = find(
        &|one| says_it_runs(one) && !is_about_others(one),
        GoodNews::Runs,
    );
    let seen = find(&says_it_is_seen, GoodNews::Seen);
    let mut all = posts.sentences();
    let ran = all
        .find(|sentence| says_it_ran(sentence) && !is_in_container(sentence))
        .map(|one| GoodNews::Ran(one.shown.clone()));
    let kind = device_kind::read(posts);
    let other_guest = find(
        &|one| guest(one) && !is_of_other_kind(one, kind),
        GoodNews::OtherGuest,
    );
    let other_device = find(
        &|one| another_device_works(one) || guest(one) && is_of_other_kind(one, kind),
        GoodNews::OtherDevice,
    );
    // The current state says more.
    let ran = ran.or_else(|| {
        let mut texts = posts.texts();
        let over = texts.find_map(|(_, sentences)| {
            let pairs = sentences.iter().zip(sentences.iter().skip(1));
            let mut over = pairs.filter(|(one, next)| is_over(one, next));
            over.find(|(one, _)| is_current(one) && says_it_runs(one))
        });
        over.map(|(one, _)| GoodNews::Ran(one.shown.clone()))
    });
    let ran = ran.filter(|_| runs.is_none() && seen.is_none());
    let mut all = posts.sentences();
    let place = all
        .find(|sentence| another_place_works(sentence))
        .map(|one| GoodNews::OtherPlace(one.shown.clone()));
    [
        runs,
        seen,
        ran,
        find(&says_it_runs_without, GoodNews::RunsWithout),
        other_guest,
        other_device,
        find(&system, GoodNews::OtherSystem),
        find(&another_mode_works, GoodNews::OtherMode),
        find(&tool, GoodNews::OtherTool),
        place,
        find(&another_firmware_works, GoodNews::OtherFirmware),
        find(&works_on_bare_metal, GoodNews::BareMetal),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The sentences without those that the next one ends.
fn still_so(sentences: &[Sentence]) -> impl Iterator<Item = &Sentence> {
    let next = sentences.iter().skip(1).map(Some).chain([None]);
    let both = sentences.iter().zip(next);
    both.filter(|(one, next)| !next.is_some_and(|next| is_over(one, next)))
        .map(|(one, _)| one)
}

/// Whether the sentence is about the time before the next one: `I've used the card without a problem. And
/// now the guest no longer boots.`
fn is_over(one: &Sentence, next: &Sentence) -> bool {
    const JOINED: [&str; 12] = [
        "and", "but", "then", "so", "und", "aber", "et", "mais", "y", "pero", "а", "но",
    ];
    let words = next.whole.words();
    let mut words = words.iter().skip_while(|word| JOINED.contains(word));
    let is_turn = words.next().is_some_and(|word| NOW_ON.contains(word))
        || next.whole.is_without_blanks()
            && NOW_ON.iter().any(|word| next.whole.text.starts_with(word));
    is_turn && one.whole.has(&USED_BEFORE) && next.whole.has(&NO_LONGER)
}

/// Whether a text is about containers alone, which use devices without an IOMMU.
fn is_of_containers(sentences: &[Sentence]) -> bool {
    let has = |phrases: &[&Phrases]| sentences.iter().any(|one| one.whole.has_any(phrases));
    let names_guest = || sentences.iter().any(|one| one.whole.names_guest());
    has(&[&CONTAINERS]) && !has(&[&MACHINE_PARTS]) && !names_guest()
}

/// Whether the sentence, or else the one before it, ends with a container: `moved from a VM to an
/// LXC container. All is fine`.
fn is_in_container(sentence: &Sentence) -> bool {
    let last = |clause: &Clause| {
        let words = clause.words();
        let mut words = words.iter().rev();
        let named = words.find(|word| GUEST.contains(word) || LXC.contains(word));
        named.map(|word| LXC.contains(word))
    };
    let here = last(&sentence.whole);
    here.or_else(|| last(&sentence.before)) == Some(true)
}

/// Whether the sentence is about a USB device, which QEMU hands over without an IOMMU.
fn is_of_usb(sentence: &Sentence) -> bool {
    let is_pci = sentence.whole.has(&PCI) || sentence.before.has(&PCI);
    sentence.whole.has(&USB) && !is_pci
}

/// Whether the sentence is neither a case, a guess, a wish nor about others.
fn is_stated(sentence: &Sentence) -> bool {
    static OPEN: [&Phrases; 8] = [
        &CASE, &QUESTION, &EXPECTED, &POSSIBLE, &GUESS, &HOPE, &READER, &OTHERS,
    ];
    // `It works, and I would like to use the other one.`
    let whole = &sentence.whole;
    if !whole.has(&WISHES) {
        return !whole.has_any(&OPEN);
    }
    let text = WISHES
        .iter()
        .fold(whole.text.clone(), |text, wish| text.replace(wish, " "));
    !sentences::clause(&text).has_any(&OPEN)
}

/// Whether a word of the past is about the statement: a remark at the end is not, as in `the guest
/// sees the card (before any driver is installed)`.
fn is_former(sentence: &Sentence) -> bool {
    if sentence.whole.is_without_blanks() {
        return sentence.whole.has(&FORMER);
    }
    let clauses = &sentence.clauses;
    let is_empty = |clause: &Clause| clause.words().is_empty();
    let last = clauses.iter().rposition(|clause| !is_empty(clause));
    let mut numbered = clauses.iter().enumerate();
    numbered.any(|(at, clause)| (at == 0 || Some(at) != last) && clause.has(&FORMER))
}

/// Whether the sentence is about the current state of the writer's host.
fn is_current(sentence: &Sentence) -> bool {
    if sentence.is_title {
        return false;
    }
    let is_open = |clause: &Clause| {
        let classes = [
            &CASE, &QUESTION, &FORMER, &EXPECTED, &POSSIBLE, &GUESS, &HOPE, &READER, &OTHERS,
        ];
        clause.has_any(&classes) || clause.has(&TIMES)
    };
    // In Chinese a question may follow statements in the same sentence: `…都正常，怎么办？`
    if sentence.is_question && sentence.whole.is_without_blanks() {
        let stated = sentence.clauses.split_last().map(|(_, stated)| stated);
        return stated.is_some_and(|stated| !stated.is_empty() && !stated.iter().any(is_open));
    }
    !sentence.is_question
        && is_stated(sentence)
        && !is_former(sentence)
        // `I got it worked out.`
        && (!sentence.whole.has(&TIMES) || sentence.whole.has(&["worked out"]))
}

/// Whether the clause is a negation, a condition, a request, or about something else.
fn is_open_clause(clause: &Clause) -> bool {
    clause.is_negated()
        || clause.has_any(&[
            &CONDITION,
            &REQUIRED,
            &MODAL,
            &ATTEMPT,
            &PURPOSE,
            &CONCESSION,
            &GUESS,
            &POSSIBLE,
            &ELSEWHERE,
        ])
}
