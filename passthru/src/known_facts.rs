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
//! | `sample` | a text with the finding, `\n` for the end of a line; read by tests alone |
//! | `not` | a similar text without it; read by tests alone |
//!
//! A phrase has words as sentences have them, with a blank for each mark: `iommu pt`, `etc/default/grub`.
//! Among the phrases, `@GROUP` is a group of words for one idea: `data/word-groups.txt`.

use std::sync::LazyLock;

use crate::packed::unpacked;
use crate::stanzas::{Entry, stanzas, value};
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

/// Lists of phrases, of which sentences near each other have one of each.
pub(crate) type Combination = Vec<Vec<&'static str>>;

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub(crate) names: Vec<&'static str>,
    /// Combinations that name it.
    pub(crate) combined: Vec<Combination>,
    /// Phrases of which the text has one; none for any text.
    pub(crate) with: Vec<&'static str>,
    /// Phrases of which the text has none.
    pub(crate) unless: Vec<&'static str>,
    /// Codes or verdicts of findings of which the report has one; none for any report.
    pub(crate) beside: Vec<&'static str>,
    /// Codes or verdicts of findings of which the report has none.
    pub(crate) apart: Vec<&'static str>,
    /// The finding's sentence.
    pub(crate) title: &'static str,
    /// The step, in the imperative.
    pub(crate) remedy: Option<&'static str>,
    /// Whether the step is for hosts with Linux alone.
    pub(crate) is_fix_of_linux: bool,
    /// The cause.
    pub(crate) meaning: &'static str,
    /// Codes of questions and advice that are needless beside the fact.
    pub(crate) answers: Vec<&'static str>,
    /// The reference.
    pub(crate) source: &'static str,
}

impl KnownFact {
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
    static FACTS: LazyLock<Vec<KnownFact>> = LazyLock::new(|| {
        let all = stanzas(text()).into_iter();
        all.filter_map(|stanza| fact(&stanza)).collect()
    });
    &FACTS
}

/// Whether a report with findings of these codes and verdicts has the finding of this code.
pub(crate) fn is_beside(code: &str, others: &[(&str, Verdict)]) -> bool {
    let row = all().iter().find(|row| row.code == code);
    let is_in = |item: &&str| {
        let mut others = others.iter();
        others.any(|(code, verdict)| match item.strip_suffix('*') {
            Some(start) => code.starts_with(start),
            None => code == item || verdict.word() == *item,
        })
    };
    row.is_none_or(|row| {
        (row.beside.is_empty() || row.beside.iter().any(is_in)) && !row.apart.iter().any(is_in)
    })
}

/// The stanzas of all files.
fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/known-facts.deflate"));
        unpacked(packed)
    });
    &TEXT
}

/// The groups of words for one idea: `data/word-groups.txt`.
fn word_groups() -> &'static [(&'static str, Vec<&'static str>)] {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let packed = include_bytes!(concat!(env!("OUT_DIR"), "/word-groups.deflate"));
        unpacked(packed)
    });
    static GROUPS: LazyLock<Vec<(&str, Vec<&str>)>> = LazyLock::new(|| {
        let all = stanzas(&TEXT).into_iter();
        all.filter_map(|stanza| Some((value(&stanza, "group")?, items(value(&stanza, "words")?))))
            .collect()
    });
    &GROUPS
}

/// The phrases of a list.
fn items(list: &'static str) -> Vec<&'static str> {
    list.split('|').map(str::trim).collect()
}

/// A phrase, or the words of a group, unless that is unknown.
fn words(item: &'static str) -> Option<Vec<&'static str>> {
    match item.strip_prefix('@') {
        Some(group) => {
            let known = word_groups().iter().find(|(name, _)| *name == group);
            known.map(|(_, words)| words.clone())
        }
        None => Some(vec![item]),
    }
}

/// The phrases of a list, each group with its words; none where a group is unknown.
fn phrases(list: &'static str) -> Option<Vec<&'static str>> {
    let all: Option<Vec<Vec<&str>>> = items(list).into_iter().map(words).collect();
    Some(all?.concat())
}

/// The phrases of a list of names, and the combinations in it.
fn names(list: &'static str) -> Option<(Vec<&'static str>, Vec<Combination>)> {
    let (mut alone, mut combined) = (Vec::new(), Vec::new());
    for item in items(list) {
        let parts: Option<Vec<Vec<&str>>> = item.split(" + ").map(words).collect();
        match <[Vec<&str>; 1]>::try_from(parts?) {
            Ok([words]) => alone.extend(words),
            Err(parts) => combined.push(parts),
        }
    }
    Some((alone, combined))
}

/// The fact of a stanza.
fn fact(stanza: &[Entry<'static>]) -> Option<KnownFact> {
    let one = |key: &str| value(stanza, key);
    let phrases = |key: &str| one(key).map_or(Some(Vec::new()), phrases);
    let codes = |key: &str| one(key).map_or_else(Vec::new, |text| text.split(' ').collect());
    let (names, combined) = names(one("name")?)?;
    Some(KnownFact {
        code: one("code")?,
        verdict: Verdict::from_word(one("verdict")?)?,
        scope: match one("scope") {
            None => Scope::Card,
            Some("host") => Scope::Host,
            Some("hyper-v") => Scope::HyperV,
            Some("text") => Scope::Text,
            Some(_) => return None,
        },
        when: match one("when") {
            None => When::Always,
            Some("failing") => When::Failing,
            Some("running") => When::Running,
            Some("without-iommu") => When::WithoutIommu,
            Some(_) => return None,
        },
        is_of_intel: match one("vendor") {
            None => false,
            Some("intel") => true,
            Some(_) => return None,
        },
        names,
        combined,
        with: phrases("with")?,
        unless: phrases("unless")?,
        beside: codes("beside"),
        apart: codes("apart"),
        title: one("title")?,
        remedy: one("fix"),
        is_fix_of_linux: match one("fix-on") {
            None => false,
            Some("linux") => true,
            Some(_) => return None,
        },
        meaning: one("meaning")?,
        answers: codes("answers"),
        source: one("from")?,
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
            let has_name = !fact.names.is_empty() || !fact.combined.is_empty();
            assert!(has_name && fact.meaning.len() > 40, "{}", fact.code);
            let phrases = [&fact.names, &fact.with, &fact.unless, &fact.answers];
            let combined = fact.combined.iter().flatten();
            for phrase in phrases.into_iter().chain(combined).flatten() {
                assert!(is_plain(phrase), "{}: {phrase:?}", fact.code);
            }
        }
    }

    fn is_plain(phrase: &str) -> bool {
        !phrase.is_empty() && phrase.to_lowercase() == *phrase
    }

    /// `a + b | c` has the two names `a + b` and `c`: a phrase behind a combination reads as a part
    /// of it.
    #[test]
    fn combinations_are_the_last_names() {
        let stanzas = stanzas(text()).into_iter();
        for list in stanzas.filter_map(|stanza| value(&stanza, "name")) {
            let items = items(list).into_iter();
            let behind: Vec<&str> = items.skip_while(|item| !item.contains(" + ")).collect();
            let is_combined = behind.iter().all(|item| item.contains(" + "));
            assert!(is_combined, "{list}");
        }
    }

    #[test]
    fn every_group_is_used() {
        let items = text().split([' ', '\n']);
        let used: Vec<&str> = items.filter_map(|item| item.strip_prefix('@')).collect();
        for (group, words) in word_groups() {
            assert!(used.contains(group), "{group} is of no fact");
            assert!(words.len() > 1, "{group}");
            for word in words {
                assert!(
                    is_plain(word) && !word.starts_with('@'),
                    "{group}: {word:?}"
                );
            }
        }
    }
}
