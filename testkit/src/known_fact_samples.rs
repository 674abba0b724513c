//! The facts of `passthru/data/known-facts`, and the uses of `passthru/data/uses`, with their cases in the
//! files beside them.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use crate::stanzas::stanzas;

/// What a fact has for the tests.
#[derive(Debug)]
pub struct KnownFactSamples {
    /// The finding's code.
    pub code: String,
    /// The phrases that name its subject; empty for a prerequisite.
    pub name: String,
    /// The word of its verdict; empty for a use.
    pub verdict: String,
    /// Whether it needs a host with Hyper-V.
    pub is_of_hyper_v: bool,
    /// Title, step and meaning.
    pub sentences: Vec<String>,
    /// The prerequisites of a use.
    pub items: Vec<String>,
    /// Texts with the finding.
    pub samples: Vec<String>,
    /// Similar texts without it.
    pub counters: Vec<String>,
}

/// All facts and prerequisites, in the order of the build.
pub fn known_facts() -> impl Iterator<Item = KnownFactSamples> {
    of_folder("known-facts")
}

/// All uses, in the order of the build.
pub fn uses() -> impl Iterator<Item = KnownFactSamples> {
    of_folder("uses")
}

fn of_folder(name: &str) -> impl Iterator<Item = KnownFactSamples> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../passthru/data");
    let mut files: Vec<_> = fs::read_dir(data.join(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "txt"));
    files.sort();
    files.into_iter().flat_map(|file| {
        // The conditions of uses have none.
        let cases = fs::read_to_string(file.with_extension("cases")).unwrap_or_default();
        let cases = stanzas(&cases);
        let text = fs::read_to_string(&file).unwrap();
        let rows = stanzas(&text);
        let is_of = |code: &str| rows.iter().any(|row| value(row, "code") == code);
        let mut own = cases.iter().map(|case| value(case, "code"));
        let stray = own.find(|code| !is_of(code));
        assert!(stray.is_none(), "{}: {stray:?}", file.display());
        let all = rows.iter().map(|row| samples(row, &cases));
        all.collect::<Vec<KnownFactSamples>>()
    })
}

type Stanza<'a> = Vec<(&'a str, Cow<'a, str>)>;

/// The value of a key; empty without one.
fn value<'a>(stanza: &'a Stanza<'_>, key: &str) -> &'a str {
    let found = stanza.iter().find(|(own, _)| *own == key);
    found.map_or("", |(_, value)| value)
}

fn samples(stanza: &Stanza<'_>, cases: &[Stanza<'_>]) -> KnownFactSamples {
    let one = |key| value(stanza, key).to_owned();
    let cases = cases
        .iter()
        .filter(|case| value(case, "code") == value(stanza, "code"));
    let cases: Vec<&(&str, Cow<'_, str>)> = cases.flatten().collect();
    let texts = |key: &str| -> Vec<String> {
        let found = cases.iter().filter(|(own, _)| *own == key);
        found
            .map(|(_, text)| text.replace("\\n", "\n").replace("\\t", "\t") + "\n")
            .collect()
    };
    let sentences = ["title", "fix", "meaning"];
    let sentences = stanza.iter().filter(|(key, _)| sentences.contains(key));
    KnownFactSamples {
        code: one("code"),
        name: one("name"),
        verdict: one("verdict"),
        is_of_hyper_v: one("scope") == "hyper-v",
        sentences: sentences.map(|(_, text)| text.to_string()).collect(),
        items: one("items").split(' ').map(str::to_owned).collect(),
        samples: texts("sample"),
        counters: texts("not"),
    }
}
