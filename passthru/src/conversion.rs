//! The JSON form of a conversion. Fields may be added, never renamed.

use hvconf::convert::Format;
use hvconf::emitted::{Emitted, Versions};
use serde::Serialize;

/// `passthru convert --json`.
#[derive(Debug, Serialize)]
pub struct Conversion<'a> {
    /// The version of this form.
    pub schema: &'static str,
    /// The format that was read.
    pub from: &'static str,
    /// The format that was written.
    pub to: &'static str,
    /// The files, each with why its lines are there.
    pub files: Vec<File<'a>>,
    /// What to run, in order.
    pub commands: Vec<Command<'a>>,
    /// What a person has to do.
    pub steps: Vec<Step<'a>>,
    /// What has no counterpart.
    pub lost: Vec<Lost<'a>>,
}

/// A file to write.
#[derive(Debug, Serialize)]
pub struct File<'a> {
    /// Where.
    pub path: &'a str,
    /// The whole text.
    pub text: String,
    /// Its lines.
    pub lines: Vec<Line<'a>>,
}

/// A line of a file.
#[derive(Debug, Serialize)]
pub struct Line<'a> {
    /// The text, without its line end.
    pub text: &'a str,
    /// Why it is there.
    pub why: &'a str,
    /// The versions in which it holds, in words.
    pub versions: Option<String>,
}

/// A command.
#[derive(Debug, Serialize)]
pub struct Command<'a> {
    /// The program and its arguments.
    pub argv: &'a [String],
    /// Why.
    pub why: &'a str,
    /// The versions in which it holds, in words.
    pub versions: Option<String>,
}

/// A step for a person.
#[derive(Debug, Serialize)]
pub struct Step<'a> {
    /// Its stable name.
    pub name: &'static str,
    /// What to do.
    pub text: &'a str,
}

/// Something without a counterpart.
#[derive(Debug, Serialize)]
pub struct Lost<'a> {
    /// What.
    pub what: &'a str,
    /// Why, or what to do instead.
    pub why: &'a str,
    /// Its line in the text that was read, from 1.
    pub line: Option<u32>,
}

/// The form of what was converted `from` one format `to` another.
#[must_use]
pub fn document(from: Format, to: Format, emitted: &Emitted) -> Conversion<'_> {
    let versions = |versions: &Option<Versions>| versions.map(|versions| versions.to_string());
    Conversion {
        schema: "passthru-conversion/1",
        from: from.word(),
        to: to.word(),
        files: emitted
            .files
            .iter()
            .map(|file| File {
                path: &file.path,
                text: file.to_string(),
                lines: file
                    .lines
                    .iter()
                    .map(|line| Line {
                        text: &line.text,
                        why: &line.why,
                        versions: versions(&line.versions),
                    })
                    .collect(),
            })
            .collect(),
        commands: emitted
            .commands
            .iter()
            .map(|command| Command {
                argv: &command.argv,
                why: &command.why,
                versions: versions(&command.versions),
            })
            .collect(),
        steps: emitted
            .steps
            .iter()
            .map(|step| Step {
                name: step.name,
                text: &step.text,
            })
            .collect(),
        lost: emitted
            .lost
            .iter()
            .map(|lost| Lost {
                what: &lost.what,
                why: &lost.why,
                line: lost.line,
            })
            .collect(),
    }
}
