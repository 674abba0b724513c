//! The table of calls.

use std::fs;
use std::path::Path;

use crate::command::top;

/// A row.
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) call: String,
    arguments: Vec<(String, String)>,
    /// The words of the command that prints the same.
    pub(crate) command: Option<Vec<String>>,
}

impl Call {
    /// All values of a key.
    pub(crate) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'a str> {
        let arguments = self.arguments.iter();
        arguments
            .filter(move |(known, _)| known == key)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a key.
    pub(crate) fn get<'a>(&'a self, key: &'a str) -> Option<&'a str> {
        self.all(key).next()
    }

    /// The value of a key that must be there.
    pub(crate) fn must<'a>(&'a self, key: &'a str) -> &'a str {
        let found = self.get(key);
        found.unwrap_or_else(|| panic!("{}: expected {key}=", self.name))
    }
}

/// The table's text with these folders in place of the placeholders.
pub(crate) fn text(made: &Path, work: &Path) -> String {
    let text = fs::read_to_string(top().join("tests/parity/calls.tsv")).unwrap();
    text.replace("{hosts}", top().join("examples/hosts").to_str().unwrap())
        .replace("{made}", made.to_str().unwrap())
        .replace("{work}", work.to_str().unwrap())
}

/// Its rows.
pub(crate) fn calls(text: &str) -> Vec<Call> {
    let rows = text.lines().skip(1).map(|line| {
        let [name, call, arguments, command] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("expected four columns: {line}");
        };
        let arguments = arguments.split(' ').map(|argument| {
            let (key, value) = argument.split_once('=').unwrap();
            (key.to_owned(), value.to_owned())
        });
        Call {
            name: name.to_owned(),
            call: call.to_owned(),
            arguments: arguments.collect(),
            command: (command != "-").then(|| command.split(' ').map(str::to_owned).collect()),
        }
    });
    let rows: Vec<Call> = rows.collect();
    let mut names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), rows.len(), "two rows have one name");
    rows
}
