//! Facts of the trade about devices, and about what hosts and guests can do with them, that
//! sentences and listings name: `data/known-facts/`, a file a subject. A stanza is a finding. Its
//! keys, of which a blank line ends the last:
//!
//! | key | value |
//! | --- | --- |
//! | `code` | the finding's code; `-prerequisites` at its end is for a list of what a use needs, which the answer shows as "to check" |
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
//! | `sample` | a text with the finding, `\n` for the end of a line; read by tests alone |
//! | `not` | a similar text without it; read by tests alone |
//!
//! A phrase has words as sentences have them, with a blank for each mark: `iommu pt`, `etc/default/grub`.
//! Among the phrases, `@GROUP` is a group of words for one idea: `data/word-groups.txt`.

use std::sync::LazyLock;

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

/// A list of phrases with `|` between them, of which the groups of words are written out when they
/// are looked at: most rows are about subjects that a text does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Phrases(&'static str);

impl Phrases {
    /// The phrases, with those of groups.
    pub(crate) fn iter(self) -> impl Iterator<Item = &'static str> {
        let items = split(self.0, b'|').filter(|item| !item.is_empty());
        items.flat_map(|item| {
            let (alone, of_group) = match item.strip_prefix('@') {
                Some(group) => (None, words(group)),
                None => (Some(item), ""),
            };
            let of_group = split(of_group, b'|').filter(|word| !word.is_empty());
            alone.into_iter().chain(of_group)
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
}

impl KnownFact {
    /// The names that count in a listing: short ones are also parts of others.
    pub(crate) fn listed_names(&self) -> impl Iterator<Item = &'static str> {
        let names = self.names.iter().map(|name| name.trim_end_matches('*'));
        names.filter(|name| name.len() > 4)
    }

    /// The text of `passthru explain`.
    pub(crate) fn explanation(&self) -> Text {
        let (title, meaning) = (Text::of_table(self.title), Text::of_table(self.meaning));
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

/// All facts.
pub(crate) fn all() -> &'static [KnownFact] {
    static FACTS: LazyLock<Vec<KnownFact>> =
        LazyLock::new(|| split(text(), b'\n').filter_map(fact).collect());
    &FACTS
}

/// Whether the code is that of a list of prerequisites of a use: it answers no question.
pub(crate) fn is_prerequisites(code: &str) -> bool {
    code.ends_with("-prerequisites")
}

/// Whether a report with findings of these codes and verdicts has the finding of this code.
pub(crate) fn is_beside(code: &str, others: &[(&str, Verdict)]) -> bool {
    let row = all().iter().find(|row| row.code == code);
    let is_in = |item: &str| {
        let mut others = others.iter();
        others.any(|(code, verdict)| match item.strip_suffix('*') {
            Some(start) => code.starts_with(start),
            None => *code == item || verdict.word() == item,
        })
    };
    row.is_none_or(|row| {
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
        verdict: Verdict::from_word(next())?,
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
        title: given(next())?,
        remedy: given(next()),
        is_fix_of_linux: match next() {
            "" => false,
            "linux" => true,
            _ => return None,
        },
        meaning: given(next())?,
        answers: Codes(next()),
        source: given(next())?,
    })
}

#[cfg(test)]
mod tests {
    use testkit::known_facts;

    use super::*;

    #[test]
    fn every_fact_is_read() {
        let codes: Vec<String> = known_facts().map(|fact| fact.code).collect();
        let read: Vec<&str> = all().iter().map(|fact| fact.code).collect();
        assert_eq!(read, codes);
        for fact in all() {
            let has_name = !fact.names.is_empty() || fact.combined.iter().next().is_some();
            assert!(has_name && fact.meaning.len() > 40, "{}", fact.code);
            let phrases = [fact.names, fact.with, fact.unless];
            let combined = fact.combined.iter().flat_map(Combination::parts);
            let phrases = phrases.into_iter().chain(combined);
            for phrase in phrases.flat_map(Phrases::iter).chain(fact.answers.iter()) {
                assert!(is_plain(phrase), "{}: {phrase:?}", fact.code);
            }
        }
    }

    /// In real posts fewer than half of the facts applied to the host.
    #[test]
    fn words_alone_prove_no_fault() {
        let proven = ["kubevirt-memory-overcommitted", "libvirt-x-vga"];
        for fact in all() {
            let is_fault = matches!(fact.verdict, Verdict::Blocker | Verdict::Fix);
            assert_eq!(is_fault, proven.contains(&fact.code), "{}", fact.code);
        }
    }

    fn is_plain(phrase: &str) -> bool {
        !phrase.is_empty() && phrase.to_lowercase() == *phrase
    }

    /// `a + b | c` has the two names `a + b` and `c`: a phrase behind a combination reads as a part
    /// of it.
    #[test]
    fn combinations_are_the_last_names() {
        for fact in known_facts() {
            let items = fact.name.split('|');
            let behind: Vec<&str> = items.skip_while(|item| !item.contains(" + ")).collect();
            let is_combined = behind.iter().all(|item| item.contains(" + "));
            assert!(is_combined, "{}", fact.name);
        }
    }

    #[test]
    fn every_group_is_known_and_used() {
        let items = text().split(['|', '+', char::from(FIELD)]);
        let used: Vec<&str> = items.filter_map(|item| item.strip_prefix('@')).collect();
        for group in &used {
            assert!(!words(group).is_empty(), "{group} is no group");
        }
        for (group, words) in word_groups() {
            assert!(used.contains(group), "{group} is of no fact");
            assert!(words.contains('|'), "{group}");
            for word in words.split('|') {
                assert!(
                    is_plain(word) && !word.starts_with('@'),
                    "{group}: {word:?}"
                );
            }
        }
    }
}
