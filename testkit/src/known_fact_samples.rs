//! The facts of `passthru/data/known-facts`, and the uses of `passthru/data/uses`, with the samples that
//! the build leaves out.

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
    files.sort();
    files.into_iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap();
        let all: Vec<KnownFactSamples> = stanzas(&text).iter().map(|one| samples(one)).collect();
        all
    })
}

fn samples(stanza: &[(&str, Cow<'_, str>)]) -> KnownFactSamples {
    let values = |keys: &[&str]| -> Vec<String> {
        let found = stanza.iter().filter(|(key, _)| keys.contains(key));
        found.map(|(_, value)| value.to_string()).collect()
    };
    let one = |key| values(&[key]).into_iter().next().unwrap_or_default();
    let texts = |key| -> Vec<String> {
        let found = values(&[key]).into_iter();
        found
            .map(|text| text.replace("\\n", "\n").replace("\\t", "\t") + "\n")
            .collect()
    };
    KnownFactSamples {
        code: one("code"),
        name: one("name"),
        verdict: one("verdict"),
        is_of_hyper_v: one("scope") == "hyper-v",
        sentences: values(&["title", "fix", "meaning"]),
        items: one("items").split(' ').map(str::to_owned).collect(),
        samples: texts("sample"),
        counters: texts("not"),
    }
}
