//! A journal as it is read: its header, and its completed steps.

use host_tree::is_newer_schema;

use super::record::{Header, KeptText, Record, SCHEMA};
use crate::failure::{Cause, ErrorKind, Place, into_error};
use crate::text::{Text, text};

/// The state of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransactionState {
    /// Begun and not finished.
    Applying,
    /// Done.
    Applied,
    /// Being undone.
    Undoing,
    /// Undone.
    Undone,
}

impl TransactionState {
    /// Whether the transaction is not finished.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Applying | Self::Undoing)
    }

    /// The word for it in JSON.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }
}

/// The reason why bytes are not a valid journal.
#[derive(Debug)]
enum JournalCause {
    /// A line is not JSON, or not in the journal's form.
    Line {
        /// Its number, from 1.
        line: u32,
        /// The error.
        error: serde_json::Error,
    },
    /// The first line is of another kind or version.
    Schema(String),
    /// No complete line.
    Empty,
    /// Not a valid plan.
    Plan(crate::plan::ReadCause),
    /// The stored files are not the plan's.
    Files,
}

into_error!(JournalCause);

impl Cause for JournalCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::BadText
    }

    fn place(&self) -> Place {
        match self {
            Self::Line { line, .. } => Place::default().at_line(*line),
            _ => Place::default(),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Line { error, .. } => Some(error),
            _ => None,
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::Line { line, error } => {
                text!("line {line}: {error}", line, error = error.to_string())
            }
            Self::Schema(schema) if is_newer_schema(schema, SCHEMA) => text!(
                "line 1: the schema is \"{schema}\", newer than \"{expected}\", which this passthru \
                 reads: use a newer passthru",
                schema,
                expected = SCHEMA
            ),
            Self::Schema(schema) => text!(
                "line 1: the schema is \"{schema}\", expected \"{expected}\"",
                schema,
                expected = SCHEMA
            ),
            Self::Empty => text!("the journal has no first line"),
            Self::Plan(error) => text!("line 1: the plan: {error}", error = error.text()),
            Self::Files => text!("line 1: the kept files do not match the plan"),
        }
    }
}

/// A journal: the plan, the state of the host before it, and the completed steps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Journal {
    /// Its number: the order of transactions, from 1.
    pub number: u32,
    /// The plan, and the previous state of the host.
    pub header: Header,
    /// The completed steps.
    pub records: Vec<Record>,
    /// Length of the complete lines, in bytes: the rest was cut off while writing.
    pub(super) whole: u64,
}

impl Journal {
    /// Reads the journal of transaction `number`. A last line without its end was
    /// being written when the machine stopped, and is left out.
    ///
    /// # Errors
    ///
    /// If a complete line does not have the journal's form.
    pub fn parse(number: u32, bytes: &[u8]) -> crate::Result<Self> {
        let length = bytes.iter().rposition(|byte| *byte == b'\n');
        let length = length.map_or(0, |at| at + 1);
        let whole = bytes.get(..length).unwrap_or_default();
        let mut lines = (1u32..).zip(whole.split_inclusive(|byte| *byte == b'\n'));
        let (_, first) = lines.next().ok_or(JournalCause::Empty)?;
        let line = |line| move |error| JournalCause::Line { line, error };
        let schema: Schema = serde_json::from_slice(first).map_err(line(1))?;
        if schema.schema != SCHEMA {
            return Err(JournalCause::Schema(schema.schema).into());
        }
        let header: Header = serde_json::from_slice(first).map_err(line(1))?;
        header.plan.hold().map_err(JournalCause::Plan)?;
        let kept = header.files.iter().map(|kept| &kept.path);
        if !kept.eq(header.plan.edits.iter().map(|edit| &edit.path)) {
            return Err(JournalCause::Files.into());
        }
        let mut records = Vec::new();
        for (number, text) in lines {
            records.push(serde_json::from_slice(text).map_err(line(number))?);
        }
        Ok(Self {
            number,
            header,
            records,
            whole: u64::try_from(length).unwrap_or(u64::MAX),
        })
    }

    /// The state of the transaction.
    #[must_use]
    pub fn state(&self) -> TransactionState {
        let phases = self.records.iter().rev();
        phases
            .filter_map(|record| match record {
                Record::Applying => Some(TransactionState::Applying),
                Record::Applied { .. } => Some(TransactionState::Applied),
                Record::Undoing { .. } => Some(TransactionState::Undoing),
                Record::Undone => Some(TransactionState::Undone),
                _ => None,
            })
            .next()
            .unwrap_or(TransactionState::Applying)
    }

    /// The boot in which the plan was fully applied (`/proc/sys/kernel/random/boot_id`), if
    /// recorded.
    #[must_use]
    pub(crate) fn applied_in(&self) -> Option<&str> {
        let ends = self.records.iter().rev();
        ends.filter_map(|record| match record {
            Record::Applied { boot } => Some(boot.as_deref()),
            _ => None,
        })
        .next()?
    }

    /// Whether the plan's command `number` was started.
    #[must_use]
    pub(crate) fn was_started(&self, number: usize) -> bool {
        self.records
            .iter()
            .any(|record| matches!(record, Record::Starts { command, .. } if *command == number))
    }

    /// The files that command `number` changes, as they were when it was first
    /// started since carrying out began: none where it was not, or ended well.
    pub(super) fn interrupted(&self, number: usize) -> &[KeptText] {
        let mut kept: &[KeptText] = &[];
        for record in &self.records {
            match record {
                Record::Starts { command, files } if *command == number && kept.is_empty() => {
                    kept = files;
                }
                Record::Ended {
                    command,
                    status: Some(0),
                    ..
                } if *command == number => kept = &[],
                Record::Undoing { .. } => kept = &[],
                _ => {}
            }
        }
        kept
    }

    /// Whether the plan's command `number` succeeded, and was not undone since.
    #[must_use]
    pub fn is_done(&self, number: usize) -> bool {
        let mut done = false;
        for record in &self.records {
            match record {
                Record::Ended {
                    command, status, ..
                } if *command == number => done = *status == Some(0),
                Record::Undoing { .. } => done = false,
                _ => {}
            }
        }
        done
    }

    /// Whether an undo of command `number` was tried since the plan was last applied.
    #[must_use]
    pub fn is_undone(&self, number: usize) -> bool {
        let mut back = false;
        for record in &self.records {
            match record {
                Record::TookBack { command, .. } if *command == number => back = true,
                Record::Applying => back = false,
                _ => {}
            }
        }
        back
    }

    /// The last command that failed, if it stopped the transaction: its number in the plan from 0,
    /// and its exit status if it had one.
    #[must_use]
    pub fn failed_command(&self) -> Option<(usize, Option<i32>)> {
        match self.records.last()? {
            Record::Ended {
                command, status, ..
            } if *status != Some(0) => Some((*command, *status)),
            Record::Starts { command, .. } => Some((*command, None)),
            _ => None,
        }
    }

    /// The SHA-256 of a file that commands change, as the last of them left it;
    /// `None` where none did to the end.
    pub(super) fn left(&self, path: &str) -> Option<Option<&str>> {
        let mut left = None;
        for record in &self.records {
            if let Record::Starts { files, .. } = record {
                if files.iter().any(|kept| kept.path == path) {
                    left = None;
                }
            }
            let Record::Ended {
                command, left: all, ..
            } = record
            else {
                continue;
            };
            let Some(command) = self.header.plan.commands.get(*command) else {
                continue;
            };
            if let crate::plan::Undo::RestoreFiles { paths } = &command.undo {
                for (changed, digest) in paths.iter().zip(all) {
                    if changed == path {
                        left = Some(digest.as_deref());
                    }
                }
            }
        }
        left
    }
}

#[derive(serde::Deserialize)]
struct Schema {
    schema: String,
}

impl TransactionState {
    /// The state, for people.
    #[must_use]
    pub fn sentence(self) -> Text {
        match self {
            Self::Applying => text!("not completely applied"),
            Self::Applied => text!("applied"),
            Self::Undoing => text!("not completely undone"),
            Self::Undone => text!("undone"),
        }
    }
}
