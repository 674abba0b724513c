//! The catalog of messages that the kernel, drivers, hypervisors, guests and tools
//! print when a device is assigned to a guest: `data/messages/`, one file a program.
//!
//! `passthru explain` and the doctor share it: the doctor reports a line of the input that
//! `explain` explains.

#[allow(dead_code, reason = "the build makes the tables, and the page")]
mod anchor;
mod catalog;
mod circumstance;
mod explain;
mod find;
mod folded;

pub use circumstance::Circumstance;
pub use explain::explain;
pub use find::{Match, matches};

use iommu::IommuStatus;

use crate::text::{Text, text};
use crate::verdict::Verdict;

/// The function that a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum About {
    /// The function that the line names, or the host.
    Any,
    /// The same; the message matters only for a function that is to be assigned.
    Assigned,
    /// A function of a guest, whose addresses differ from the host's.
    Guest,
}

/// The remedy of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fix {
    /// None is needed, or none exists.
    None,
    /// A read-only command that shows more, its words separated by blanks.
    Look(&'static str),
    /// `passthru plan` corrects the cause.
    Plan,
    /// A manual step.
    Step {
        /// The step's stable name.
        name: &'static str,
        /// The step, in the imperative.
        text: &'static str,
    },
}

/// One line that a program prints.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Line {
    /// The message from its first fixed word on; `*` matches any text.
    pub pattern: &'static str,
    /// Its number among all lines, from 0.
    number: usize,
    /// The first release that prints it, where that is certain.
    pub since: Option<&'static str>,
    /// The last release that prints it, where that is certain.
    pub until: Option<&'static str>,
}

impl Line {
    /// The program, the file of its sources and the function that prints the line.
    #[must_use]
    pub fn source(&self) -> &'static str {
        catalog::source(self.number)
    }
}

/// Lines of one meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// The finding's code.
    pub code: &'static str,
    /// The verdict where the input has the line.
    pub verdict: Verdict,
    /// The verdict where the input has the line and the function that it is about, if it is another.
    pub named_verdict: Option<Verdict>,
    /// The finding's sentence.
    pub title: &'static str,
    /// The sentence where the line is a guest's.
    pub title_in_guest: Option<&'static str>,
    /// The cause, and the consequence for the assignment.
    pub meaning: &'static str,
    /// The remedy.
    pub fix: Fix,
    /// Repairs that help in most cases, where the remedy only shows more, in the imperative.
    pub usual: Option<&'static str>,
    /// Other remedies, each for a circumstance; the first that the input shows counts.
    pub fix_if: Vec<(Circumstance, Fix)>,
    /// The remedy where the line is a guest's, if it is another one.
    pub fix_in_guest: Option<Fix>,
    /// The function that it is about.
    pub about: About,
    /// The lines; there is at least one.
    pub lines: Vec<Line>,
    /// Whether programs print it before any error: a more specific message in the line says more,
    /// and a warning is not an error.
    pub is_general: bool,
    /// Codes of messages of which this one is a consequence, where the input has one of them; `*`
    /// for a message that only says that another line has the reason.
    pub follows: Vec<&'static str>,
    /// Codes of messages that contradict this one: if one of them is in the input, it is open which
    /// is true.
    pub disputed_by: Vec<&'static str>,
    /// The setting that ends the failure, by its name in `data/done.tsv`.
    pub repair: Option<&'static str>,
    /// The state of the host's IOMMU that the message proves.
    pub proves: Option<IommuStatus>,
}

impl Message {
    /// The explanation that `passthru explain` prints.
    #[must_use]
    pub fn explanation(&self) -> Text {
        let explanation = text!(
            "{code} ({verdict}): {title}. {meaning}",
            code = self.code,
            verdict = self.verdict,
            title = Text::of_table(self.title),
            meaning = Text::of_table(self.meaning)
        );
        match self.fix {
            Fix::None => explanation,
            Fix::Look(command) => {
                let explanation = text!(
                    "{explanation} For details, run: {command}",
                    explanation,
                    command
                );
                match self.usual {
                    Some(usual) => text!(
                        "{explanation} Usual repairs: {usual}",
                        explanation,
                        usual = Text::of_table(usual)
                    ),
                    None => explanation,
                }
            }
            Fix::Plan => text!("{explanation} Fix: passthru plan DEVICE", explanation),
            Fix::Step { text, .. } => {
                let fix = Text::of_table(text);
                text!("{explanation} Fix: {fix}", explanation, fix)
            }
        }
    }

    /// The source of its first line.
    #[must_use]
    pub fn source(&self) -> &'static str {
        self.lines.first().map_or("", Line::source)
    }
}

pub use catalog::all;
#[cfg(target_family = "wasm")]
pub(crate) use catalog::tables;
pub(crate) use catalog::{consequences, has_code};
