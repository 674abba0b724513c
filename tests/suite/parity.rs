//! One table of calls, and the same answers from Rust, from the command, from C and from
//! Python: see `tests/parity/README.md`.

mod input_files;
#[path = "../../ffi/tests/c_program/installed.rs"]
#[allow(dead_code, reason = "a part of what the tests of ffi use")]
pub(crate) mod installed;
mod rust;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;
use testkit::Scratch;
use testkit::environment::{self, PYTHON};
use testkit::program::installed;
use testkit::skipped::missing;

use crate::command::passthru;
use crate::schema;

/// A folder with the files that the calls read, one with a host to change, one for
/// answers, and the table that names them.
struct Place(Scratch);

impl Place {
    fn new() -> Self {
        let scratch = Scratch::new();
        for folder in ["made", "answers"] {
            fs::create_dir(scratch.path().join(folder)).unwrap();
        }
        input_files::make(&scratch.path().join("made"));
        let place = Self(scratch);
        input_files::host(&place.path("work"));
        let table = table::text(&place.path("made"), &place.path("work"));
        fs::write(place.path("calls.tsv"), table).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn calls(&self) -> Vec<table::Call> {
        table::calls(&fs::read_to_string(self.path("calls.tsv")).unwrap())
    }

    /// An answer without the names of this machine's folders.
    fn plain(&self, answer: &[u8]) -> Vec<u8> {
        let place = self.0.path().to_str().unwrap().as_bytes();
        let mut plain = Vec::new();
        let mut rest = answer;
        while let Some(at) = find(rest, place) {
            plain.extend(&rest[..at]);
            rest = &rest[at + place.len()..];
        }
        plain.extend(rest);
        without_time(plain)
    }

    /// The answers that a program wrote, by row.
    fn answers(&self) -> BTreeMap<String, Vec<u8>> {
        let files = fs::read_dir(self.path("answers")).unwrap();
        let files = files.map(|file| file.unwrap().path());
        let answer = |path: PathBuf| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, self.plain(&fs::read(path).unwrap()))
        };
        files.map(answer).collect()
    }
}

/// An answer without when a transaction was begun: each language has its own.
fn without_time(answer: Vec<u8>) -> Vec<u8> {
    let word = b"\"time\": ";
    let Some(at) = find(&answer, word).map(|at| at + word.len()) else {
        return answer;
    };
    let digits = answer[at..].iter().take_while(|byte| byte.is_ascii_digit());
    let end = at + digits.count();
    [&answer[..at], b"0", &answer[end..]].concat()
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

/// What Rust answers to each row.
static RUST: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
    let place = Place::new();
    let calls = place.calls();
    let answers = calls.iter().map(|call| {
        // Before a plan is applied, the host is as the command finds it.
        let message = call.command.as_ref().map(|words| {
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            passthru(&words)
        });
        let answer = rust::answer(call);
        if let Some(message) = message {
            assert_eq!(message.err, "", "{}", call.name);
            let mut text = shown(&answer);
            // An edit's bytes follow its document.
            text.truncate(message.out.len());
            assert_eq!(message.out, text, "{}", call.name);
        }
        (call.name.clone(), place.plain(&answer))
    });
    answers.collect()
});

fn shown(bytes: &[u8]) -> String {
    let text = bytes.iter().take(200_000).copied().collect::<Vec<u8>>();
    match String::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            String::from_utf8(bytes[..at].to_vec()).unwrap()
        }
    }
}

/// Compares what a language answered.
fn compare(language: &str, place: &Place, left_out: &[&str]) {
    let answers = place.answers();
    for (name, expected) in RUST.iter() {
        if left_out.contains(&name.as_str()) {
            continue;
        }
        let Some(answer) = answers.get(name) else {
            panic!("{language} has no answer to {name}");
        };
        assert!(
            answer == expected,
            "{language}, {name}:\n{}\n-- expected\n{}",
            shown(answer),
            shown(expected)
        );
    }
}

#[test]
fn the_command_equals_rust() {
    assert!(RUST.len() > 100);
    // Failures are recognized by their form, and each row of them fails.
    for (name, answer) in RUST.iter() {
        let failed = answer.starts_with(b"{\n  \"schema\": \"passthru-failure/1\"");
        let must_fail = name.starts_with("fails-")
            || [
                "apply-twice",
                "resume-nothing",
                "undo-nothing",
                "keep-nothing",
            ]
            .contains(&name.as_str());
        assert_eq!(failed, must_fail, "{name}: {}", shown(answer));
    }
}

#[test]
fn every_answer_conforms_to_its_schema() {
    let mut seen = BTreeSet::new();
    for (name, answer) in RUST.iter() {
        // Some forms have one document a line, and an edit's bytes follow its document.
        let documents = serde_json::Deserializer::from_slice(answer).into_iter();
        for document in documents.map_while(Result::<Value, _>::ok) {
            if document.is_object() && document["schema"] != "passthru-snapshot/1" {
                schema::conforms(&document, name);
                seen.insert(document["schema"].as_str().unwrap().to_owned());
            }
        }
    }
    let written = "passthru-written-file/1";
    let all = schema::forms().into_iter().map(|(form, _)| form.to_owned());
    let missing: Vec<String> = all
        .filter(|form| !seen.contains(form) && form != written)
        .collect();
    assert!(missing.is_empty(), "no answer of {missing:?}");
}

#[test]
fn python_equals_rust() {
    let Some(python) = environment::path(PYTHON) else {
        return missing("the Python package");
    };
    let place = Place::new();
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/calls.py");
    let output = Command::new(&python)
        .arg(program)
        .args([place.path("calls.tsv"), place.path("answers")])
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{message}");
    let left_out = String::from_utf8(output.stdout).unwrap();
    let left_out: Vec<&str> = left_out.lines().collect();
    compare("Python", &place, &left_out);
}

#[test]
fn c_equals_rust() {
    if !installed(&["cc", "pkg-config"]) {
        return;
    }
    let place = Place::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("parity/calls.c");
    let program = installed::compile_shared(&source, "parity-calls");
    let arguments = [place.path("calls.tsv"), place.path("answers")];
    installed::run(installed::command(&program).args(&arguments));
    compare("C", &place, &[]);
}
