//! Facts of the trade about devices, and about what hosts and guests can do with them, that
//! sentences and listings name: `data/known-facts/`, a file a subject. A stanza is a finding. Its
//! keys, of which a blank line ends the last:
//!
//! | key | value |
//! | --- | --- |
//! | `code` | the finding's code |
//! | `verdict` | the finding's verdict |
//! | `scope` | where a name counts, see [`Scope`]; `card` if absent |
//! | `when` | state of the assignment, see [`When`]; `always` if absent |
//! | `vendor` | `intel`: not for a host whose graphics, or processor, are known as AMD's |
//! | `name` | phrases in lower case, with `\|` between them; `*` ends a word's start, `+` joins phrases of sentences near each other, and names with it are last |
//! | `with` | phrases of which the text has one |
//! | `unless` | phrases of which the text has none |
//! | `beside` | codes of findings, `*` for any end, or verdicts: without one of them there is no finding |
//! | `apart` | the same: beside one of them there is no finding |
//! | `title` | the finding's sentence |
//! | `fix` | the step, in the imperative |
//! | `fix-on` | `linux`: the step is for hosts with Linux alone |
//! | `meaning` | the cause, for `passthru explain` |
//! | `answers` | codes of questions, advice, messages and other facts that are needless beside the fact; a fault that a rule finds stays |
//! | `from` | the reference |
//! | `shown` | of a prerequisite: the states that make it needless, with blanks between them, see [`Shown`] |
//! | `stage` | of a prerequisite: the stages that fail without it, see [`Stage`] |
//!
//! The cases of a file are in the file beside it whose name ends in `.cases`, for the tests: `code`, for
//! each text with the finding `sample`, for each similar text without it `not`, `\n` for the end of a line.
//!
//! A phrase has words as sentences have them, with a blank for each mark: `iommu pt`, `etc/default/grub`.
//! Among the phrases, `@GROUP` is a group of words for one idea: `data/word-groups.txt`.
//!
//! A prerequisite of assignments has no name: its code ends in `-prerequisite`. The uses that need it
//! are in `data/uses/`, with `code`, `when`, `name`, `with`, `unless` and cases as above, and with the
//! codes of their prerequisites, the most decisive first, as `items`. The answer to a text with a use
//! lists those that the input does not show, as "to check".

use std::sync::{LazyLock, OnceLock};

use list_order::Order as _;

use crate::packed::unpacked;
use crate::split::split;
use crate::stanzas::{FIELD, stanzas, value};
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// Where a name of a row counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// In a sentence, and in the listing of a card in question.
    Card,
    /// Also in the listing of any function.
    Host,
    /// In a sentence, on a host with Hyper-V.
    HyperV,
    /// In a sentence of any text: the words alone are about assignment.
    Text,
}

/// State of the assignment for which a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    /// Any.
    Always,
    /// The text reports a failure.
    Failing,
    /// Any; and the words prove that a guest, or a container, has or had the device.
    Running,
    /// Nothing shows an IOMMU.
    WithoutIommu,
}

/// A state that the input shows, beside which a prerequisite is needless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Whether the IOMMU is enabled.
    Iommu,
    /// The kernel command line.
    CommandLine,
    /// A guest's configuration.
    Guest,
    /// Lines of the kernel's log.
    Log,
    /// A guest that has, or had, the device.
    Running,
    /// A guest that works with the device now.
    Working,
    /// A guest that works with the device now, and a text without another failure of it.
    InOrder,
    /// A guest that has its device, or that started and fails by itself: no picture, no driver, a device that it
    /// does not see.
    Started,
    /// A guest's configuration with which the hypervisor binds the device itself.
    BoundAtStart,
    /// A device that the guest does not list: its settings as a network port matter later.
    Absent,
    /// A listing in the guest that lacks the device: its driver and its reset matter later.
    Unlisted,
}

impl Shown {
    /// The state with this word in the table.
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "iommu" => Self::Iommu,
            "command-line" => Self::CommandLine,
            "guest" => Self::Guest,
            "log" => Self::Log,
            "running" => Self::Running,
            "working" => Self::Working,
            "in-order" => Self::InOrder,
            "started" => Self::Started,
            "bound-at-start" => Self::BoundAtStart,
            "absent" => Self::Absent,
            "unlisted" => Self::Unlisted,
            _ => return None,
        })
    }
}

/// A stage of an assignment, in the order in which a guest passes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The host has an IOMMU, and needs nothing of the device itself.
    Host,
    /// The virtual functions, or the mediated devices, exist.
    Created,
    /// The driver for guests is bound to the device.
    Bound,
    /// The guest starts with the device; or a container, or a program, starts, and uses it.
    Started,
    /// The guest has the device, and a driver for it.
    Guest,
    /// The display of the guest's card has a picture.
    Picture,
    /// The guest has stopped, and the host has its card and its display back.
    Returned,
}

impl Stage {
    /// The stage with this word in the table.
    fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "host" => Self::Host,
            "created" => Self::Created,
            "bound" => Self::Bound,
            "started" => Self::Started,
            "guest" => Self::Guest,
            "picture" => Self::Picture,
            "returned" => Self::Returned,
            _ => return None,
        })
    }
}

/// A list of phrases with `|` between them, of which the groups of words are written out when they
/// are looked at: most rows are about subjects that a text does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phrases(&'static str);

impl Phrases {
    /// The phrases, and the groups of phrases by name, with `@`.
    pub(crate) fn items(self) -> impl Iterator<Item = &'static str> {
        split(self.0, b'|').filter(|item| !item.is_empty())
    }

    /// The phrases, with those of groups.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.items().flat_map(|item| {
            let (alone, of_group) = match item.strip_prefix('@') {
                Some(group) => (None, words(group)),
                None => (Some(item), ""),
            };
            alone.into_iter().chain(Phrases(of_group).items())
        })
    }

    /// Whether the list has no phrase.
    pub(crate) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

/// Lists of phrases, of which sentences near each other have one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Combination(&'static str);

impl Combination {
    /// The lists: a phrase, or a group of words, each.
    pub(crate) fn parts(self) -> impl Iterator<Item = Phrases> {
        split(self.0, b'+').map(Phrases)
    }
}

/// Combinations with `|` between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Combinations(&'static str);

impl Combinations {
    /// The combinations.
    pub(crate) fn iter(self) -> impl Iterator<Item = Combination> {
        let all = split(self.0, b'|').filter(|item| !item.is_empty());
        all.map(Combination)
    }
}

/// Codes or verdicts with blanks between them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Codes(&'static str);

impl Codes {
    /// The codes.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'static str> {
        self.0.split(' ').filter(|code| !code.is_empty())
    }

    /// Whether the list has no code.
    pub(crate) const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// Whether the list has the code.
    pub(crate) fn contains(self, code: &str) -> bool {
        self.iter().any(|own| own == code)
    }
}

/// A fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KnownFact {
    /// The finding's code.
    pub(crate) code: &'static str,
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// Where a name counts.
    pub(crate) scope: Scope,
    /// State of the assignment.
    pub(crate) when: When,
    /// Whether it is about Intel's graphics alone.
    pub(crate) is_of_intel: bool,
    /// Phrases that name the subject.
    pub(crate) names: Phrases,
    /// Combinations that name it.
    pub(crate) combined: Combinations,
    /// Phrases of which the text has one; none for any text.
    pub(crate) with: Phrases,
    /// Phrases of which the text has none.
    pub(crate) unless: Phrases,
    /// Codes or verdicts of findings of which the report has one; none for any report.
    pub(crate) beside: Codes,
    /// Codes or verdicts of findings of which the report has none.
    pub(crate) apart: Codes,
    /// The finding's sentence.
    pub(crate) title: &'static str,
    /// The step, in the imperative.
    pub(crate) remedy: Option<&'static str>,
    /// Whether the step is for hosts with Linux alone.
    pub(crate) is_fix_of_linux: bool,
    /// The cause.
    pub(crate) meaning: &'static str,
    /// Codes of questions and advice that are needless beside the fact.
    pub(crate) answers: Codes,
    /// The reference.
    pub(crate) source: &'static str,
    /// The states that make a prerequisite needless.
    shown: Codes,
    /// The stages that fail without a prerequisite.
    stages: Codes,
    /// The prerequisites of a use.
    pub(crate) items: Codes,
}

impl KnownFact {
    /// The states beside which a prerequisite is needless.
    pub(crate) fn shown(&self) -> impl Iterator<Item = Shown> {
        self.shown.iter().filter_map(Shown::from_word)
    }

    /// The stages that fail without a prerequisite.
    pub(crate) fn stages(&self) -> impl Iterator<Item = Stage> {
        self.stages.iter().filter_map(Stage::from_word)
    }

    /// The names that count in a listing: short ones are also parts of others.
    pub(crate) fn listed_names(&self) -> impl Iterator<Item = &'static str> {
        let names = self.names.iter().map(|name| name.trim_end_matches('*'));
        names.filter(|name| name.len() > 4)
    }

    /// The title of the finding. That of a prerequisite is a condition, of which nothing shows whether it
    /// holds.
    pub(crate) fn title(&self) -> Text {
        let title = Text::of_table(self.title);
        if is_prerequisite(self.code) {
            text!("to check: {condition}", condition = title)
        } else {
            title
        }
    }

    /// The text of `passthru explain`.
    pub(crate) fn explanation(&self) -> Text {
        let (title, meaning) = (self.title(), Text::of_table(self.meaning));
        match self.remedy {
            Some(remedy) => text!(
                "{title}. {meaning} Fix: {remedy}.",
                title,
                meaning,
                remedy = Text::of_table(remedy)
            ),
            None => text!("{title}. {meaning}", title, meaning),
        }
    }
}

/// The records of all facts, and their facts, each read at its first use: a host without a text has a
/// few of them.
type Records = Vec<(&'static str, OnceLock<Option<KnownFact>>)>;

fn records() -> &'static Records {
    static RECORDS: LazyLock<Records> = LazyLock::new(|| {
        let records = split(text(), b'\n').filter(|record| !record.is_empty());
        records.map(|record| (record, OnceLock::new())).collect()
    });
    &RECORDS
}

/// The fact at a place among all of them.
pub(crate) fn at(place: usize) -> Option<&'static KnownFact> {
    let (record, read) = records().get(place)?;
    read.get_or_init(|| fact(record)).as_ref()
}

/// The fact with the code.
pub(crate) fn of_code(code: &str) -> Option<&'static KnownFact> {
    static PLACES: LazyLock<Vec<(&str, usize)>> = LazyLock::new(|| {
        let codes = records().iter().enumerate();
        let mut places: Vec<_> = codes
            .filter_map(|(at, (record, _))| Some((split(record, FIELD).next()?, at)))
            .collect();
        places.order();
        places
    });
    let found = PLACES.binary_search_by_key(&code, |(code, _)| code).ok()?;
    let (_, place) = PLACES.get(found)?;
    at(*place)
}

/// All facts, and all prerequisites.
pub(crate) fn all() -> impl Iterator<Item = &'static KnownFact> {
    (0..records().len()).filter_map(at)
}

/// The uses whose prerequisites are known.
pub(crate) fn uses() -> &'static [KnownFact] {
    static USES: LazyLock<Vec<KnownFact>> = LazyLock::new(|| {
        let rows = split(text_of_uses(), b'\n').filter_map(fact);
        rows.map(|row| KnownFact {
            scope: Scope::Text,
            ..row
        })
        .collect()
    });
    &USES
}

/// Whether the code is that of a prerequisite of a use: it answers no question.
pub(crate) fn is_prerequisite(code: &str) -> bool {
    code.ends_with("-prerequisite")
}

/// Whether a report with findings of these codes and verdicts has the finding of this code.
pub(crate) fn is_beside(code: &str, others: &[(&str, Verdict)]) -> bool {
    let row = of_code(code);
    let is_in = |item: &str| {
        let mut others = others.iter();
        others.any(|(code, verdict)| match item.strip_suffix('*') {
            Some(start) => code.starts_with(start),
            None => *code == item || verdict.word() == item,
        })
    };
    row.is_none_or(|row| {
        // A proven fault is more than a list, and so is a failed start whose message the text can show.
        let faults = ["blocker", "impossible", "fix", "session-end-reported"];
        if is_prerequisite(code) && faults.into_iter().any(is_in) {
            return false;
        }
        (row.beside.is_empty() || row.beside.iter().any(is_in)) && !row.apart.iter().any(is_in)
    })
}

/// The records of all files.
fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/known-facts.deflate"));
        unpacked(packed)
    });
    &TEXT
}

/// The records of all uses.
fn text_of_uses() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/uses.deflate"));
        unpacked(packed)
    });
    &TEXT
}

/// The records of all files.
#[cfg(target_family = "wasm")]
pub(crate) fn tables() -> [&'static str; 2] {
    [text(), text_of_uses()]
}

/// The groups of words for one idea, by name.
pub(crate) fn groups() -> impl Iterator<Item = (&'static str, Phrases)> {
    let groups = word_groups().iter();
    groups.map(|(name, words)| (*name, Phrases(words)))
}

/// The groups of words for one idea: `data/word-groups.txt`.
fn word_groups() -> &'static [(&'static str, &'static str)] {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/word-groups.deflate"));
        unpacked(packed)
    });
    static GROUPS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
        let all = stanzas(&TEXT).into_iter();
        all.filter_map(|stanza| Some((value(&stanza, "group")?, value(&stanza, "words")?)))
            .collect()
    });
    &GROUPS
}

/// The words of a group; none of an unknown one, which the tests refuse.
fn words(group: &str) -> &'static str {
    let mut groups = word_groups().iter();
    let known = groups.find(|(name, _)| *name == group);
    known.map_or("", |(_, words)| words)
}

/// The fact of a record, the values of whose keys the build has written in this order, empty if
/// absent.
fn fact(record: &'static str) -> Option<KnownFact> {
    let mut values = split(record, FIELD);
    let mut next = || values.next().unwrap_or_default();
    let given = |value: &'static str| (!value.is_empty()).then_some(value);
    Some(KnownFact {
        code: given(next())?,
        verdict: match next() {
            "" => Verdict::Unknown,
            word => Verdict::from_word(word)?,
        },
        scope: match next() {
            "" => Scope::Card,
            "host" => Scope::Host,
            "hyper-v" => Scope::HyperV,
            "text" => Scope::Text,
            _ => return None,
        },
        when: match next() {
            "" => When::Always,
            "failing" => When::Failing,
            "running" => When::Running,
            "without-iommu" => When::WithoutIommu,
            _ => return None,
        },
        is_of_intel: match next() {
            "" => false,
            "intel" => true,
            _ => return None,
        },
        names: Phrases(next()),
        combined: Combinations(next()),
        with: Phrases(next()),
        unless: Phrases(next()),
        beside: Codes(next()),
        apart: Codes(next()),
        title: next(),
        remedy: given(next()),
        is_fix_of_linux: match next() {
            "" => false,
            "linux" => true,
            _ => return None,
        },
        meaning: next(),
        answers: Codes(next()),
        source: next(),
        shown: Codes(next()),
        stages: Codes(next()),
        items: Codes(next()),
    })
}

#[cfg(test)]
mod tests;
