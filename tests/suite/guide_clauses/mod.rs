//! The techniques of the five guides, each as a user tries it: a text, the command, and the
//! sentences that must or must not follow.

mod acs_override;
mod binding;
mod clean;
mod esxi;
mod framebuffer;
mod guest_drivers;
mod texts;

use crate::command::{Run, passthru};

/// The command with its texts as files.
fn with(words: &[&str], texts: &[(&str, &str)]) -> Run {
    let scratch = testkit::Scratch::new();
    let mut all: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    for (name, text) in texts {
        all.push("--from".to_owned());
        all.push(scratch.file(name, text.as_bytes()));
    }
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    passthru(&all)
}

/// The findings, as `verdict code`.
fn findings(words: &[&str], texts: &[(&str, &str)]) -> Vec<String> {
    let run = with(&[&["doctor", "--json"], words].concat(), texts);
    assert!(run.status < 2, "{}", run.err);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| {
            let word = |key: &str| finding[key].as_str().unwrap().to_owned();
            format!("{} {}", word("verdict"), word("code"))
        })
        .collect()
}

/// The plan's text on the screen, in one line.
fn plan(words: &[&str], texts: &[(&str, &str)]) -> String {
    let run = with(&[&["plan"], words].concat(), texts);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    let words: Vec<&str> = run.out.split_whitespace().collect();
    words.join(" ")
}
