//! The samples of the tables of messages, which the build leaves out: `passthru/data/messages`.

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
    files.sort();
    let mut all: Vec<MessageSamples> = Vec::new();
    for file in files {
        for line in fs::read_to_string(file).unwrap().lines() {
            let Some((key, value)) = line.split_once(": ") else {
                continue;
            };
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
                    assert_eq!(
                        message.sources.len(),
                        message.patterns.len(),
                        "{}",
                        message.code
                    );
                }
                "sample" => message.samples.push(value),
                "not" => message.counters.push(value),
                _ => {}
            }
        }
    }
    all
}
