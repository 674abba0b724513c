//! The catalogues translate only sentences that the sources and tables have; the template
//! for translators is made from these.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use passthru::messages::{self, Fix};
use passthru::text::{Catalogue, Language};
use passthru::{Verdict, doctor, settings};

use crate::command::{passthru, top};

/// A sentence; with a number, the one for any other number than 1, too.
pub(crate) type Sentence = (String, Option<String>);

fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
}

/// The string literal that `text` begins with after blanks, as Rust reads it, and the rest.
fn literal(text: &str) -> Option<(String, &str)> {
    let inner = text.trim_start().strip_prefix('"')?;
    let (mut value, mut rest) = (String::new(), inner);
    loop {
        let c = rest.chars().next()?;
        rest = &rest[c.len_utf8()..];
        match c {
            '"' => return Some((value, rest)),
            '\\' => {
                let escape = rest.chars().next()?;
                rest = &rest[escape.len_utf8()..];
                match escape {
                    '\n' => rest = rest.trim_start(),
                    'n' => value.push('\n'),
                    't' => value.push('\t'),
                    same @ ('"' | '\\') => value.push(same),
                    other => panic!("\\{other} in a sentence"),
                }
            }
            _ => value.push(c),
        }
    }
}

/// The sentences of `text!` and `plural!` in a source, without those of its tests.
fn of_source(source: &str) -> Vec<Sentence> {
    let source = source.split("#[cfg(test)]").next().unwrap();
    let code = |line: &&str| !line.trim_start().starts_with("//");
    let source: Vec<&str> = source.lines().filter(code).collect();
    let source = source.join("\n");
    let mut found = Vec::new();
    for (macro_name, is_plural) in [("text!(", false), ("plural!(", true)] {
        for (at, _) in source.match_indices(macro_name) {
            let before = source[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let mut rest = &source[at + macro_name.len()..];
            if is_plural {
                rest = &rest[rest.find('"').unwrap()..];
            }
            let (one, rest) = literal(rest).expect("a sentence in text!");
            let other = is_plural.then(|| {
                let rest = rest.trim_start().strip_prefix(',').unwrap();
                literal(rest).unwrap().0
            });
            found.push((one, other));
        }
    }
    found
}

/// Whether anything is to be translated: a letter outside of placeholders.
fn has_words(sentence: &str) -> bool {
    let mut depth = 0;
    sentence.chars().any(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0 && !c.is_whitespace() && c != '}'
    })
}

/// All sentences, with the places that say them.
pub(crate) fn sentences() -> BTreeMap<Sentence, BTreeSet<String>> {
    let mut all: BTreeMap<Sentence, BTreeSet<String>> = BTreeMap::new();
    let mut add = |place: &str, sentence: Sentence| {
        if has_words(&sentence.0) {
            all.entry(sentence).or_default().insert(place.to_owned());
        }
    };
    let mut files = Vec::new();
    rust_files(&top().join("passthru/src"), &mut files);
    for file in files {
        let place = file.strip_prefix(top()).unwrap().display().to_string();
        // The macros themselves.
        if place != "passthru/src/text/macros.rs" {
            for sentence in of_source(&fs::read_to_string(&file).unwrap()) {
                add(&place, sentence);
            }
        }
    }
    let one = |sentence: &str| (sentence.to_owned(), None);
    for rule in doctor::rules() {
        add(&format!("rule {}", rule.code), one(rule.meaning));
    }
    for setting in settings::all() {
        let place = "passthru/data/settings.tsv";
        add(place, one(setting.meaning));
        if let Some(cost) = setting.cost {
            add(place, one(cost));
        }
        if let Some(judgement) = &setting.judgement {
            add(place, one(judgement.title));
        }
    }
    let harmless = |row: &&iommu::Meaning| row.kind == iommu::LogLineKind::Harmless;
    for row in iommu::meanings().iter().filter(harmless) {
        add("iommu/data/log-lines.tsv", one(row.text));
    }
    for message in messages::all() {
        let place = format!("message {}", message.code);
        add(&place, one(message.title));
        add(&place, one(message.meaning));
        if let Fix::Step { text, .. } = message.fix {
            add(&place, one(text));
        }
    }
    for sentence in passthru::cli::help_texts() {
        add("passthru --help", one(&sentence));
    }
    let asked = fs::read_to_string(top().join("passthru/data/ask.tsv")).unwrap();
    for row in asked.lines().filter(|row| !row.starts_with('#')) {
        let topic = row.split('\t').nth(1).unwrap();
        add("passthru/data/ask.tsv", one(topic));
    }
    for verdict in Verdict::ALL {
        add("passthru/src/finding.rs", one(verdict.meaning()));
    }
    all
}

fn quoted(sentence: &str) -> String {
    let escaped = sentence.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", escaped.replace('\n', "\\n"))
}

fn template(sentences: &BTreeMap<Sentence, BTreeSet<String>>) -> String {
    let mut text = "# Sentences of passthru that can be translated.\n\
                    msgid \"\"\nmsgstr \"\"\n\
                    \"MIME-Version: 1.0\\n\"\n\
                    \"Content-Type: text/plain; charset=UTF-8\\n\"\n\
                    \"Content-Transfer-Encoding: 8bit\\n\"\n"
        .to_owned();
    for ((one, other), places) in sentences {
        text.push('\n');
        for place in places {
            writeln!(text, "#. {place}").unwrap();
        }
        writeln!(text, "msgid {}", quoted(one)).unwrap();
        match other {
            None => text.push_str("msgstr \"\"\n"),
            Some(other) => writeln!(
                text,
                "msgid_plural {}\nmsgstr[0] \"\"\nmsgstr[1] \"\"",
                quoted(other)
            )
            .unwrap(),
        }
    }
    text
}

/// The template for translators, in the build's folder: gettext's own reader accepts it where
/// it is installed.
#[test]
fn the_template_has_each_sentence() {
    let folder =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| top().join("target"), PathBuf::from);
    let path = folder.join("passthru.pot");
    fs::write(&path, template(&sentences())).unwrap();
    let po = Catalogue::read(
        Language::ChineseSimplified,
        &fs::read_to_string(&path).unwrap(),
    );
    assert_eq!(
        po.unwrap().sentences().count(),
        0,
        "the template translates nothing"
    );
    if testkit::program::installed(&["msgfmt"]) {
        let mut check = Command::new("msgfmt");
        check.args(["--check-format", "-o", "/dev/null"]).arg(&path);
        let checked = check.output().unwrap();
        assert!(checked.status.success(), "{checked:?}");
    }
}

#[test]
fn catalogues_translate_sentences_that_there_are() {
    let known: BTreeSet<String> = sentences().into_keys().map(|(one, _)| one).collect();
    for language in Language::ALL {
        let Some(po) = language.po() else { continue };
        let catalogue = Catalogue::read(language, po).unwrap();
        let mut gone: Vec<&str> = catalogue
            .sentences()
            .filter(|sentence| !known.contains(*sentence))
            .collect();
        gone.sort_unstable();
        assert!(
            gone.is_empty(),
            "{}: no source has {gone:#?}",
            language.tag()
        );
        let forms = format!("nplurals={};", language.forms());
        assert!(po.contains(&forms), "{}: {forms}", language.tag());
    }
}

/// The language changes the sentences for people, and nothing that programs read.
#[test]
fn json_is_the_same_in_each_language() {
    let host = [
        "--root",
        "examples/hosts/proxmox-rtx5060ti/before",
        "01:00.0",
    ];
    let doctor = |options: &[&str]| {
        let words = [&["doctor"], host.as_slice(), options].concat();
        let words: Vec<String> = words
            .iter()
            .map(|word| match word.strip_prefix("examples/") {
                Some(_) => top().join(word).display().to_string(),
                None => (*word).to_owned(),
            })
            .collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        passthru(&words).out
    };
    let (english, chinese) = (doctor(&["--json"]), doctor(&["--json", "--lang", "zh-CN"]));
    assert!(english.len() > 1000);
    assert_eq!(english, chinese);
    assert_ne!(doctor(&[]), doctor(&["--lang", "zh_CN.UTF-8"]));
    assert_eq!(doctor(&[]), doctor(&["--lang", "en"]));
    let refused = passthru(&["doctor", "--lang", "tlh"]);
    assert_eq!(refused.status, 2);
    assert!(
        refused.err.contains("expected a language: en, zh-CN"),
        "{}",
        refused.err
    );
}
