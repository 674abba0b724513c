use std::collections::BTreeSet;

use testkit::message_samples;

use super::*;
use crate::messages::matches;

#[test]
fn every_stanza_is_read() {
    let tables = message_samples();
    assert_eq!(tables.len(), all().count());
    for (table, message) in tables.iter().zip(all()) {
        assert_eq!(table.code, message.code);
        let patterns: Vec<&str> = message.lines.iter().map(|line| line.pattern).collect();
        assert_eq!(table.patterns, patterns, "{}", message.code);
        let sources: Vec<&str> = message.lines.iter().map(Line::source).collect();
        assert_eq!(table.sources.len(), sources.len(), "{}", message.code);
        for (whole, shown) in table.sources.iter().zip(&sources) {
            // The build leaves out the function behind the file.
            let is_same = whole == shown || whole.starts_with(&format!("{shown} "));
            assert!(is_same && !shown.is_empty(), "{whole}: {shown}");
        }
    }
}

#[test]
fn codes_and_patterns_are_there_once() {
    let mut codes = BTreeSet::new();
    let mut patterns = BTreeSet::new();
    for message in all() {
        assert!(codes.insert(message.code), "{}", message.code);
        for line in &message.lines {
            assert!(patterns.insert(line.pattern), "{}", line.pattern);
        }
        assert!(!message.title.ends_with('.'), "{}", message.code);
        assert!(message.meaning.len() > 20, "{}", message.code);
        let is_fine = matches!(message.verdict, Verdict::Harmless | Verdict::Ok);
        assert!(
            is_fine
                || message.fix != Fix::None
                || message.verdict == Verdict::Impossible
                || message.verdict == Verdict::NoEffect
                || message.verdict == Verdict::Unknown,
            "{}",
            message.code
        );
    }
}

#[test]
fn what_is_known_without_the_messages_is_of_them() {
    assert!(all().all(|message| has_code(message.code)) && !has_code("no-such-code"));
    let mut told: Vec<_> = consequences().collect();
    let of_one = |message: &'static Message| {
        let causes = message.follows.iter();
        causes.map(|cause| (*cause, message.code))
    };
    let mut found: Vec<_> = all().flat_map(of_one).collect();
    told.sort_unstable();
    found.sort_unstable();
    assert_eq!(told, found);
    let lines = all().flat_map(|message| &message.lines);
    for (number, known) in lines.enumerate() {
        assert_eq!(
            line(number).map(|(_, pattern)| pattern),
            Some(known.pattern)
        );
    }
}

#[test]
fn messages_name_other_messages() {
    let codes: BTreeSet<&str> = all().map(|message| message.code).collect();
    let mut findings = crate::doctor::codes();
    findings.retain(|code| !codes.contains(code));
    for message in all() {
        let is_other = |code: &&&str| !findings.contains(*code);
        // A known fact, or a rule, may be the cause.
        let follows = message.follows.iter().filter(is_other);
        let others = follows.chain(&message.disputed_by);
        for other in others.filter(|other| **other != "*") {
            assert!(codes.contains(other), "{}: {other}", message.code);
            assert_ne!(*other, message.code);
        }
    }
}

#[test]
fn each_sample_is_its_message() {
    let mut others = Vec::new();
    for message in message_samples() {
        for sample in &message.samples {
            for form in forms(sample) {
                let found = matches(&form);
                let codes: Vec<&str> = found.iter().map(|found| found.message.code).collect();
                if !codes.contains(&message.code.as_str()) {
                    others.push(format!("{}: {form}: {codes:?}", message.code));
                }
            }
        }
        for counter in &message.counters {
            let found = matches(counter);
            let is_other = found.iter().all(|found| found.message.code != message.code);
            assert!(is_other, "{counter}");
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}

/// The line alone, after prefixes, and inside a sentence.
fn forms(sample: &str) -> [String; 5] {
    [
        sample.to_owned(),
        format!("[   12.345678] {sample}"),
        format!("Nov 21 10:11:12 pve kernel: {sample}"),
        format!("> {sample}"),
        format!("When I start the guest I get \"{sample}\" and nothing else happens."),
    ]
}
