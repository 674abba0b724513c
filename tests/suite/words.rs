//! Sentences and names for users keep to the words of `docs/glossary.md`.
//!
//! The page's "Not" columns and its table of phrases are forbidden in each sentence of the
//! template for translators, in codes, fields of documents and C functions.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use passthru::{doctor, settings};

use crate::api;
use crate::command::top;
use crate::texts::sentences;

/// The groups of names that are checked.
const NAMES: &[fn() -> Vec<String>] = &[codes, properties, symbols, rust_items, python_items];

/// The codes of all findings and of a ROM's verification.
fn codes() -> Vec<String> {
    let rules = doctor::rules().map(|rule| rule.code);
    let settings = settings::judged().map(|(_, judgement)| judgement.code);
    let messages = passthru::messages::all().map(|message| message.code);
    let all = rules.chain(settings).chain(messages).map(str::to_owned);
    all.chain(rows("vbios/data/findings.tsv", 0)).collect()
}

/// The fields of all JSON documents.
fn properties() -> Vec<String> {
    fn collect(schema: &serde_json::Value, names: &mut BTreeSet<String>) {
        match schema {
            serde_json::Value::Object(members) => {
                let properties = members.get("properties").and_then(|all| all.as_object());
                names.extend(properties.into_iter().flat_map(|all| all.keys().cloned()));
                members.values().for_each(|member| collect(member, names));
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
            _ => {}
        }
    }
    let text = fs::read_to_string(top().join("docs/documents.schema.json")).unwrap();
    let mut names = BTreeSet::new();
    collect(&serde_json::from_str(&text).unwrap(), &mut names);
    assert!(names.len() > 200, "{}", names.len());
    names.into_iter().collect()
}

/// The functions of the C library.
fn symbols() -> Vec<String> {
    let names = rows("ffi/tests/abi/symbols.txt", 0);
    assert!(names.len() > 90, "{}", names.len());
    names
}

/// The public types, functions, fields and variants of the Rust crates.
fn rust_items() -> Vec<String> {
    let mut names = BTreeSet::new();
    for line in api::crates().iter().flat_map(|(_, text)| text.lines()) {
        let path = api::path(line).unwrap_or_default();
        names.extend(path.rsplit("::").next().map(str::to_owned));
    }
    assert!(names.len() > 3000, "{}", names.len());
    names.into_iter().collect()
}

/// The public classes, functions and fields of the Python package.
fn python_items() -> Vec<String> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(top().join("python/python/passthru")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "py") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for line in text.lines() {
            let item = line.trim_start();
            let indent = line.len() - item.len();
            let is_name = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
            let field = item.split_once(": ").map(|(name, _)| name);
            let item = item
                .strip_prefix("class ")
                .or_else(|| item.strip_prefix("def "))
                .or_else(|| field.filter(|name| indent == 4 && is_name(name)));
            let end = |c: char| !(c.is_alphanumeric() || c == '_');
            let name = item.and_then(|item| item.split(end).next()).unwrap_or("_");
            if !name.starts_with('_') && (indent == 0 || indent == 4) {
                names.insert(name.to_owned());
            }
        }
    }
    assert!(names.len() > 300, "{}", names.len());
    names.into_iter().collect()
}

/// The words of a name in any case.
fn words_of_name(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if matches!(c, '-' | '_') || c.is_uppercase() && was_lower {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// A column of a table of tab-separated values.
fn rows(path: &str, column: usize) -> Vec<String> {
    let text = fs::read_to_string(top().join(path)).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.split('\t').nth(column).unwrap().to_owned())
        .collect()
}

/// All sentences with one of their places.
fn all_sentences() -> Vec<(String, String)> {
    let mut all = Vec::new();
    for ((one, other), places) in sentences() {
        let place = places.into_iter().next().unwrap();
        all.extend(other.map(|other| (place.clone(), other)));
        all.push((place, one));
    }
    all
}

/// Words that do not come back, one after the other, each with its spellings; `*` is any.
struct Phrase {
    words: Vec<Vec<String>>,
    text: String,
    better: String,
}

impl Phrase {
    fn new(text: &str, better: &str) -> Self {
        let words = text.split_whitespace();
        let spellings = |word: &str| word.split('/').map(str::to_owned).collect();
        Self {
            words: words.map(spellings).collect(),
            text: text.to_owned(),
            better: better.to_owned(),
        }
    }

    fn is_in(&self, words: &[String]) -> bool {
        let is_word = |(spellings, word): (&Vec<String>, &String)| {
            spellings
                .iter()
                .any(|spelling| spelling == "*" || spelling == word)
        };
        words
            .windows(self.words.len())
            .any(|window| self.words.iter().zip(window).all(is_word))
    }
}

/// The words of a sentence, without quotations of other programs and placeholders.
fn words(sentence: &str) -> Vec<String> {
    let mut own = String::new();
    let mut end = None;
    let mut characters = sentence.chars().peekable();
    while let Some(c) = characters.next() {
        let next = characters.peek().copied();
        match (end, c) {
            (Some(quote), _) if c == quote => {
                end = None;
                own.push_str(" \u{2026} ");
            }
            (Some(_), _) => {}
            (None, '"' | '`') => end = Some(c),
            (None, '{') => end = Some('}'),
            // A file's name: pci.ids.
            (None, '.') if next.is_some_and(char::is_alphanumeric) => own.push(c),
            (None, ',' | '.' | ';' | ':' | '(' | ')') => own.push_str(" \u{2026} "),
            (None, _) => own.push(c),
        }
    }
    let is_end = |c: char| !(c.is_alphanumeric() || "-_'=.\u{2026}".contains(c));
    let words = own.split(is_end).filter(|word| !word.is_empty());
    words.map(small).collect()
}

/// The word as it is written inside a sentence: `Takes` is `takes`, `IDs` stays.
fn small(word: &str) -> String {
    let mut rest = word.chars();
    rest.next();
    if rest.any(char::is_uppercase) {
        word.to_owned()
    } else {
        word.to_lowercase()
    }
}

/// The cells of the page's tables whose heads have `column`: the first one and that one.
fn cells(page: &str, column: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut at: Option<usize> = None;
    for line in page.lines() {
        let Some(row) = line.strip_prefix('|') else {
            at = None;
            continue;
        };
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        if let Some(at) = at {
            found.push((cells[0].to_owned(), cells[at].to_owned()));
        } else {
            at = cells.iter().position(|cell| *cell == column);
        }
    }
    found.retain(|(first, _)| !first.starts_with("---"));
    found
}

fn page() -> String {
    fs::read_to_string(top().join("docs/glossary.md")).unwrap()
}

/// The words of the "Not" columns, without those that are right in another sense.
fn single() -> Vec<Phrase> {
    let mut all = Vec::new();
    for (term, not) in cells(&page(), "Not") {
        let words = not.split(',').map(str::trim);
        for word in words.filter(|word| !word.is_empty() && !word.starts_with('*')) {
            all.push(Phrase::new(word, &term));
            if !word.contains(' ') && !word.ends_with('s') {
                all.push(Phrase::new(&format!("{word}s"), &term));
            }
        }
    }
    all
}

fn phrases() -> Vec<Phrase> {
    let rows = cells(&page(), "Better").into_iter();
    rows.map(|(phrase, better)| Phrase::new(&phrase, &better))
        .collect()
}

#[test]
fn sentences_have_the_glossary_s_words() {
    let forbidden: Vec<Phrase> = single().into_iter().chain(phrases()).collect();
    assert!(forbidden.len() > 60, "{}", forbidden.len());
    let mut wrong = BTreeSet::new();
    let mut checked = 0;
    for (place, sentence) in all_sentences() {
        checked += 1;
        let words = words(&sentence);
        for phrase in forbidden.iter().filter(|phrase| phrase.is_in(&words)) {
            let Phrase { text, better, .. } = phrase;
            wrong.insert(format!("{place}: `{text}`, better `{better}`: {sentence}"));
        }
    }
    assert!(checked > 3000, "{checked}");
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn names_have_the_glossary_s_words() {
    let forbidden = single();
    let mut wrong = Vec::new();
    for name in NAMES.iter().flat_map(|group| group()) {
        let words = words_of_name(&name);
        for phrase in forbidden.iter().filter(|phrase| phrase.is_in(&words)) {
            wrong.push(format!(
                "{name}: `{}`, better `{}`",
                phrase.text, phrase.better
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn phrases_are_found_as_the_page_writes_them() {
    let found = |phrase: &str, sentence: &str| Phrase::new(phrase, "").is_in(&words(sentence));
    assert!(found(
        "take/takes the * out",
        "it takes the option out of it"
    ));
    assert!(!found("take/takes the * out", "it takes the option, out"));
    assert!(!found("switched off", "the kernel logs \"switched off\""));
    assert!(!found("ids", "ids= of vfio-pci"));
}

/// British spellings and the American ones, as the kernel and PCI-SIG write them. A word that ends
/// in `-` stands for its forms in `e`, `ed`, `es`, `ing`, `er` and `ation`.
const BRITISH: &[(&str, &str)] = &[
    ("analyse", "analyze"),
    ("analysed", "analyzed"),
    ("artefact", "artifact"),
    ("artefacts", "artifacts"),
    ("behaviour", "behavior"),
    ("cancelled", "canceled"),
    ("catalogue", "catalog"),
    ("catalogues", "catalogs"),
    ("centre", "center"),
    ("centres", "centers"),
    ("colour", "color"),
    ("colours", "colors"),
    ("enrol", "enroll"),
    ("favour", "favor"),
    ("flavour", "flavor"),
    ("flavours", "flavors"),
    ("grey", "gray"),
    ("honour", "honor"),
    ("judgement", "judgment"),
    ("labelled", "labeled"),
    ("licence", "license"),
    ("licences", "licenses"),
    ("misspelt", "misspelled"),
    ("modelled", "modeled"),
    ("neighbour", "neighbor"),
    ("neighbours", "neighbors"),
    ("signalled", "signaled"),
    ("spelt", "spelled"),
    ("towards", "toward"),
    ("whilst", "while"),
    ("authoris-", "authoriz-"),
    ("customis-", "customiz-"),
    ("finalis-", "finaliz-"),
    ("initialis-", "initializ-"),
    ("minimis-", "minimiz-"),
    ("normalis-", "normaliz-"),
    ("optimis-", "optimiz-"),
    ("organis-", "organiz-"),
    ("recognis-", "recogniz-"),
    ("serialis-", "serializ-"),
    ("summaris-", "summariz-"),
    ("synchronis-", "synchroniz-"),
    ("virtualis-", "virtualiz-"),
];

/// Names and lines of other programs.
const OF_OTHERS: &[&str] = &["virtualisation.libvirtd", "Message Signalled Interrupts"];

/// The American spelling of a British word.
fn american(word: &str) -> Option<String> {
    BRITISH.iter().find_map(|(british, american)| {
        let Some(stem) = british.strip_suffix('-') else {
            return (word == *british).then(|| (*american).to_owned());
        };
        let end = word.strip_prefix(stem)?;
        let is_form = ["e", "ed", "es", "ing", "er", "ation"].contains(&end);
        is_form.then(|| american.replace('-', end))
    })
}

/// The words of a line of a source, also those in identifiers: `NoColour` is `no` and `colour`.
fn parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut was_small = false;
    for c in line.chars() {
        if !c.is_alphabetic() || c.is_uppercase() && was_small {
            parts.push(String::new());
        }
        if c.is_alphabetic() {
            parts.last_mut().unwrap().extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    parts
}

/// The documentation and the sources, with their comments and names, without tests and data.
fn written_files() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let is_page = |path: &PathBuf| path.extension().is_some_and(|end| end == "md");
    let docs = ["docs", "docs/tutorials", "docs/how-to", "docs/explanation"];
    let mut folders: Vec<PathBuf> = docs.iter().map(|folder| top().join(folder)).collect();
    folders.push(top());
    let mut sources = Vec::new();
    for entry in fs::read_dir(top()).unwrap() {
        let path = entry.unwrap().path();
        if path.join("src").is_dir() {
            sources.extend(testkit::files_below(path.join("src"), ".rs").unwrap());
            folders.push(path);
        }
    }
    for folder in folders {
        let entries = fs::read_dir(folder).unwrap();
        pages.extend(entries.map(|entry| entry.unwrap().path()).filter(is_page));
    }
    assert!(sources.len() > 500 && pages.len() > 20);
    pages.retain(|page| !page.ends_with("docs/glossary.md"));
    pages.extend(sources);
    pages
}

#[test]
fn spelling_is_american() {
    let mut wrong = Vec::new();
    let mut check = |place: &str, line: &str, words: &[String]| {
        if OF_OTHERS.iter().any(|name| line.contains(name)) {
            return;
        }
        for word in words {
            if let Some(better) = american(word) {
                wrong.push(format!("{place}: `{word}`, better `{better}`: {line}"));
            }
        }
    };
    for (place, sentence) in all_sentences() {
        check(&place, &sentence, &words(&sentence));
    }
    for name in NAMES.iter().flat_map(|group| group()) {
        check("a name", &name, &parts(&name));
    }
    for path in written_files() {
        let text = fs::read_to_string(&path).unwrap();
        let place = path.strip_prefix(top()).unwrap().display().to_string();
        for line in text.lines() {
            check(&place, line, &parts(line));
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(
        parts("NoColour of_licence"),
        ["no", "colour", "of", "licence"]
    );
    assert_eq!(american("recognises").as_deref(), Some("recognizes"));
}
