//! The tables of messages of `passthru/data/messages`, with their samples in the files of cases beside
//! them.

use std::fs;
use std::path::Path;

/// What a table of messages has for the tests.
#[derive(Debug, Default)]
pub struct MessageSamples {
    /// The finding's code.
    pub code: String,
    /// The patterns of its lines.
    pub patterns: Vec<String>,
    /// The sources of its lines, in the same order.
    pub sources: Vec<String>,
    /// Whole lines as a person sees them.
    pub samples: Vec<String>,
    /// Similar lines with another meaning.
    pub counters: Vec<String>,
}

/// The samples of all messages, in the order of the build.
#[must_use]
pub fn message_samples() -> Vec<MessageSamples> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../passthru/data/messages");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.retain(|file| file.extension().is_some_and(|end| end == "txt"));
    files.sort();
    let mut all: Vec<MessageSamples> = Vec::new();
    for file in files {
        let mut own = read(&file);
        for cases in read(&file.with_extension("cases")) {
            let mut messages = own.iter_mut();
            let message = messages.find(|message| message.code == cases.code);
            let message = message.unwrap_or_else(|| panic!("{}: {cases:?}", file.display()));
            message.samples.extend(cases.samples);
            message.counters.extend(cases.counters);
        }
        all.append(&mut own);
    }
    all
}

/// The stanzas of a file.
fn read(file: &Path) -> Vec<MessageSamples> {
    let mut all: Vec<MessageSamples> = Vec::new();
    let text = fs::read_to_string(file).unwrap();
    for (key, value) in text.lines().filter_map(|line| line.split_once(": ")) {
        if key == "code" {
            all.push(MessageSamples::default());
        }
        let Some(message) = all.last_mut() else {
            continue;
        };
        let value = value.trim().to_owned();
        match key {
            "code" => message.code = value,
            "line" => message.patterns.push(value),
            "from" => {
                message.sources.push(value);
                // One source for each line, after it.
                let (sources, lines) = (message.sources.len(), message.patterns.len());
                assert_eq!(sources, lines, "{}", message.code);
            }
            "sample" => message.samples.push(value),
            "not" => message.counters.push(value),
            _ => {}
        }
    }
    all
}
