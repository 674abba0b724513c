//! Remedies of findings: each is a change by a plan, or a named step.

use std::fmt;

use serde::Serialize;

use crate::requirement::Change;
use crate::text::{Text, text};

/// Remedy of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Remedy {
    /// Run a command that only reads, and add its output to the input.
    Inspect {
        /// The program and its arguments.
        argv: Vec<String>,
    },
    /// Make a plan: `passthru plan` with these arguments.
    Plan {
        /// The arguments after `plan`.
        arguments: Vec<String>,
    },
    /// Something that only a person can do.
    Manual {
        /// The step's stable name.
        step: &'static str,
        /// The instruction. [`Invocation::text`](crate::Invocation::text) completes a command of
        /// this program between backticks.
        text: Text,
    },
    /// Change the host's configuration with `passthru plan`.
    #[serde(untagged)]
    Change(Change),
}

impl From<Change> for Remedy {
    fn from(change: Change) -> Self {
        Self::Change(change)
    }
}

impl Remedy {
    /// The command that shows the missing fact.
    #[must_use]
    pub fn inspect(argv: &[&str]) -> Self {
        Self::Inspect {
            argv: argv.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

impl Remedy {
    /// One line for people.
    #[must_use]
    pub fn sentence(&self) -> Text {
        match self {
            Self::Inspect { argv } => text!("run: {command}", command = looked(argv)),
            Self::Plan { arguments } => {
                let command = format!("passthru plan {}", shown(arguments));
                text!("run: {command}", command)
            }
            Self::Manual { text, .. } => text.clone(),
            Self::Change(change) => change.sentence(),
        }
    }
}

impl fmt::Display for Remedy {
    /// One line for people, in English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.sentence().fmt(f)
    }
}

/// A command as a person would type it into a shell.
#[must_use]
pub fn shown(argv: &[String]) -> String {
    argv.iter()
        .map(|word| shell_word(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A command that only looks, in which the shell finds the files of a pattern.
pub(crate) fn looked(argv: &[String]) -> String {
    let word = |word: &String| {
        let bare: String = word.chars().filter(|c| *c != '*').collect();
        let is_pattern = word.starts_with('/') && shell_word(&bare) == bare;
        if is_pattern {
            word.clone()
        } else {
            shell_word(word)
        }
    };
    argv.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// A word as a person would type it into a shell.
pub(crate) fn shell_word(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_@%+=:,./-*".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) && !word.contains('*') {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests;
