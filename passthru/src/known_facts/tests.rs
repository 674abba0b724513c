use testkit::known_facts;

use super::*;

#[test]
fn every_fact_is_read() {
    let codes: Vec<String> = known_facts().map(|fact| fact.code).collect();
    let read: Vec<&str> = all().map(|fact| fact.code).collect();
    assert_eq!(read, codes);
    let of_uses: Vec<String> = testkit::uses().map(|fact| fact.code).collect();
    let read: Vec<&str> = uses().iter().map(|row| row.code).collect();
    assert_eq!(read, of_uses);
    let has_name =
        |fact: &KnownFact| !fact.names.is_empty() || fact.combined.iter().next().is_some();
    for fact in all() {
        assert_ne!(has_name(fact), is_prerequisite(fact.code), "{}", fact.code);
        let texts = [fact.title, fact.meaning, fact.source];
        assert!(texts.iter().all(|text| text.len() > 10), "{}", fact.code);
        assert!(fact.meaning.len() > 40, "{}", fact.code);
        let stages = fact.stages.iter().filter_map(Stage::from_word).count();
        assert_eq!(stages, fact.stages.iter().count(), "{}", fact.code);
        assert_eq!(stages > 0, is_prerequisite(fact.code), "{}", fact.code);
        let states = fact.shown.iter().map(Shown::from_word);
        assert!(
            states.into_iter().all(|state| state.is_some()),
            "{}",
            fact.code
        );
    }
    for fact in uses() {
        assert!(has_name(fact) && !fact.items.is_empty(), "{}", fact.code);
    }
    for fact in known_facts() {
        assert!(!fact.verdict.is_empty(), "{}", fact.code);
    }
    for fact in all().chain(uses()) {
        let phrases = [fact.names, fact.with, fact.unless];
        let combined = fact.combined.iter().flat_map(Combination::parts);
        let phrases = phrases.into_iter().chain(combined);
        for phrase in phrases.flat_map(Phrases::iter).chain(fact.answers.iter()) {
            assert!(is_plain(phrase), "{}: {phrase:?}", fact.code);
        }
    }
}

#[test]
fn each_prerequisite_is_of_a_use() {
    let items = || uses().iter().flat_map(|row| row.items.iter());
    for item in items() {
        assert!(all().any(|fact| fact.code == item), "{item}");
        assert!(is_prerequisite(item), "{item}");
    }
    for fact in all().filter(|fact| is_prerequisite(fact.code)) {
        assert!(items().any(|item| item == fact.code), "{}", fact.code);
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
    for fact in known_facts().chain(testkit::uses()) {
        let items = fact.name.split('|');
        let behind: Vec<&str> = items.skip_while(|item| !item.contains(" + ")).collect();
        let is_combined = behind.iter().all(|item| item.contains(" + "));
        assert!(is_combined, "{}", fact.name);
    }
}

#[test]
fn every_group_is_known_and_used() {
    let items = [text(), text_of_uses()].into_iter();
    let items = items.flat_map(|text| text.split(['|', '+', char::from(FIELD)]));
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
