//! The facts of `passthru/data/known-facts`, with the samples that the build leaves out.

use std::fs;
use std::path::Path;

use crate::stanzas::stanzas;

/// What a fact has for the tests.
#[derive(Debug)]
pub struct KnownFactSamples {
    /// The finding's code.
    pub code: String,
    /// The phrases that name its subject.
    pub name: String,
    /// The word of its verdict.
    pub verdict: String,
    /// Whether it needs a host with Hyper-V.
    pub is_of_hyper_v: bool,
    /// Title, step and meaning.
    pub sentences: Vec<String>,
    /// Texts with the finding.
    pub samples: Vec<String>,
    /// Similar texts without it.
    pub counters: Vec<String>,
}

/// All facts, in the order of the build.
pub fn known_facts() -> impl Iterator<Item = KnownFactSamples> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../passthru/data/known-facts");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files.into_iter().flat_map(|file| {
        let text = fs::read_to_string(file).unwrap();
        let all: Vec<KnownFactSamples> = stanzas(&text)
            .into_iter()
            .map(|stanza| {
                let values = |keys: &[&str]| -> Vec<String> {
                    let found = stanza.iter().filter(|(key, _)| keys.contains(key));
                    found.map(|(_, value)| value.to_string()).collect()
                };
                let texts = |key| -> Vec<String> {
                    let found = values(&[key]).into_iter();
                    found
                        .map(|text| text.replace("\\n", "\n").replace("\\t", "\t") + "\n")
                        .collect()
                };
                KnownFactSamples {
                    code: values(&["code"]).remove(0),
                    name: values(&["name"]).remove(0),
                    verdict: values(&["verdict"]).remove(0),
                    is_of_hyper_v: values(&["scope"]) == ["hyper-v"],
                    sentences: values(&["title", "fix", "meaning"]),
                    samples: texts("sample"),
                    counters: texts("not"),
                }
            })
            .collect();
        all
    })
}
