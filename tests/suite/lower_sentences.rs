//! Sentences of the crates without a catalog: their errors, reasons and notes reach the screen,
//! where the catalogs of `passthru` recognize them by their pattern.
//!
//! Each text of several words in these sources is such a sentence, or is in `not_translated.txt`:
//! scripts, words of other programs, cells of tables in the documentation.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use crate::command::top;
use crate::texts::{literal, without_tests};

/// The crates. Most texts of pci-core are lspci's, so only its errors count.
const CRATES: [&str; 7] = [
    "host-tree",
    "shell-text",
    "hostconf",
    "hvconf",
    "iommu",
    "vbios",
    PCI_CORE,
];

const PCI_CORE: &str = "pci-core";

/// The texts that are not sentences for people.
const NOT_TRANSLATED: &str = include_str!("not_translated.txt");

/// The string literals of a source with the code before each, without those of comments.
fn literals(source: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        let before = source[..at].chars().next_back();
        let is_raw = rest.starts_with("r\"") || rest.starts_with("r#");
        let is_word = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
        at += if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if is_raw && !is_word {
            let hashes = rest[1..].chars().take_while(|c| *c == '#').count();
            let open = 2 + hashes;
            let end = format!("\"{}", "#".repeat(hashes));
            open + rest[open..].find(&end).unwrap() + end.len()
        } else if c == '\'' {
            let mut inner = rest[1..].chars();
            match (inner.next(), inner.next()) {
                (Some('\\'), _) => 3 + rest[3..].find('\'').unwrap() + 1,
                (Some(c), Some('\'')) => c.len_utf8() + 2,
                _ => 1,
            }
        } else if c == '"' {
            let (text, after) = literal(rest).unwrap();
            found.push((&source[..at], text));
            rest.len() - after.len()
        } else {
            c.len_utf8()
        };
    }
    found
}

/// The pattern of a format string, with named placeholders as a catalog has them: `{0:#x}` is
/// `{value}`.
fn pattern(format: &str) -> String {
    let (mut pattern, mut rest, mut values) = (String::new(), format, 0);
    while let Some(at) = rest.find(['{', '}']) {
        pattern.push_str(&rest[..at]);
        rest = &rest[at..];
        let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
        let inner = rest.strip_prefix('{').and_then(|rest| rest.split_once('}'));
        let name = inner.map(|(inner, _)| inner.split_once(':').map_or(inner, |(name, _)| name));
        if rest.starts_with("{{") || rest.starts_with("}}") {
            pattern.push_str(&rest[..2]);
            rest = &rest[2..];
        } else if let Some(name) = name.filter(|name| name.chars().all(is_name)) {
            if name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit()) {
                // A name that the format has not.
                let name = loop {
                    values += 1;
                    let number = Some(values).filter(|number| *number > 1);
                    let number = number.map(|number| number.to_string());
                    let name = format!("value{}", number.unwrap_or_default());
                    if !format.contains(&format!("{{{name}")) {
                        break name;
                    }
                };
                pattern.push_str(&format!("{{{name}}}"));
            } else {
                pattern.push_str(&format!("{{{}}}", name.to_lowercase()));
            }
            rest = inner.unwrap().1;
        } else {
            pattern.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    pattern + rest
}

/// Whether a pattern has two words, so that it may be a sentence.
fn has_words(pattern: &str) -> bool {
    let mut words = pattern.to_owned();
    while let Some((before, after)) = words.split_once('{') {
        let after = after.split_once('}').map_or("", |(_, after)| after);
        words = format!("{before} {after}");
    }
    let is_word = |word: &&str| {
        let word = word.strip_suffix([',', ';', ':', '.']).unwrap_or(word);
        let is_letter = |c: char| c.is_ascii_lowercase() || c == '\'' || c == '-';
        word.starts_with(|c: char| c.is_ascii_lowercase()) && word.chars().all(is_letter)
    };
    !pattern.trim_matches('\n').contains('\n')
        && words.split_whitespace().filter(is_word).count() >= 2
}

/// Whether the code before a text makes it an error, or the expectation of one.
fn is_error(before: &str) -> bool {
    before.trim_end().ends_with("#[error(")
}

fn is_expectation(before: &str) -> bool {
    let ends = ["expected:", "expected =", "expected(", "error(rest,"];
    ends.iter().any(|end| before.trim_end().ends_with(end))
}

/// The patterns of all texts that may be sentences, with a place of each.
fn candidates() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for name in CRATES {
        for file in testkit::files_below(top().join(name).join("src"), ".rs").unwrap() {
            let place = file.strip_prefix(top()).unwrap().display().to_string();
            if place.ends_with("tests.rs") || place.contains("/tests/") {
                continue;
            }
            let source = fs::read_to_string(&file).unwrap();
            for (before, text) in literals(without_tests(&source)) {
                let is_wanted = name != PCI_CORE || is_error(before) || is_expectation(before);
                let pattern = pattern(&text);
                if is_wanted && (is_error(before) || has_words(&pattern)) {
                    found.entry(pattern).or_insert_with(|| place.clone());
                }
            }
        }
    }
    found
}

/// The patterns of `not_translated.txt`; `\n` is a line end.
fn not_translated() -> BTreeSet<String> {
    let lines = NOT_TRANSLATED
        .lines()
        .filter(|line| !line.starts_with("#:"));
    lines.map(|line| line.replace("\\n", "\n")).collect()
}

/// The sentences, with a place of each.
pub(crate) fn sentences() -> BTreeMap<String, String> {
    let mut all = candidates();
    for text in not_translated() {
        all.remove(&text);
    }
    all
}

#[test]
fn texts_that_are_not_translated_are_in_the_sources() {
    let all = candidates();
    assert!(all.len() > 1000, "{}", all.len());
    let gone: Vec<String> = not_translated()
        .into_iter()
        .filter(|text| !all.contains_key(text))
        .collect();
    assert!(gone.is_empty(), "no source has {gone:#?}");
}

#[test]
fn patterns_have_named_placeholders() {
    for (format, expected) in [
        ("{0} and {1:?}", "{value} and {value2}"),
        ("{} of {:#x}", "{value} of {value2}"),
        ("{found:?} at {MAX}", "{found} at {max}"),
        ("{{a}} {", "{{a}} {"),
        ("{} is {value:?}", "{value2} is {value}"),
    ] {
        assert_eq!(pattern(format), expected);
    }
    let source = "f('\"', r#\"a b \"#); // \"c d\"\nf(\"e \\\n   f\", '\\'', 'static \"g\")";
    let found: Vec<String> = literals(source).into_iter().map(|(_, text)| text).collect();
    assert_eq!(found, ["e f", "g"]);
}
