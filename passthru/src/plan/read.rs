//! Parsing of a plan's JSON form. A plan is applied as root, so the input is limited to what
//! passthru's plans can contain.

use std::collections::BTreeSet;

use host_tree::{Edit, is_newer_schema};
use serde::Deserialize;

use super::document::{Command, Plan, SCHEMA, Undo};
use super::state::PlannedFile;
use crate::failure::{Cause, ErrorKind, Place, into_error};
use crate::text::{Text, text};

/// Directory of transactions; no plan writes there.
pub const TRANSACTIONS: &str = "/var/lib/passthru/transactions";

/// passthru's directory, for root only: transactions, files for programs and texts of guests for
/// the undo.
pub const PLACE: &str = "/var/lib/passthru";

/// The reason why a text is not a valid plan.
#[derive(Debug)]
pub(crate) enum ReadCause {
    /// Not JSON, or not in a plan's form; names the line and the column.
    Form(serde_json::Error),
    /// A document of another kind or version.
    Schema(String),
    /// A path that plans may not write.
    Path {
        /// The path.
        path: String,
        /// The reason.
        reason: Text,
    },
    /// Two edits of one file.
    Twice {
        /// The path.
        path: String,
    },
    /// The recorded state of a file does not match its edit: the plan was changed.
    State {
        /// The path.
        path: String,
    },
    /// Permission bits that plans do not set.
    Mode {
        /// The path.
        path: String,
        /// The mode.
        mode: u32,
    },
    /// A command that cannot be run.
    Command,
}

into_error!(ReadCause);

impl Cause for ReadCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::BadText
    }

    fn place(&self) -> Place {
        match self {
            Self::Form(error) => Place::of_json(error),
            Self::Path { path, .. }
            | Self::Twice { path }
            | Self::State { path }
            | Self::Mode { path, .. } => Place::file(path),
            Self::Schema(_) | Self::Command => Place::default(),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Form(error) => Some(error),
            _ => None,
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::Form(error) => {
                text!("not a valid plan: {error}", error = error.to_string())
            }
            Self::Schema(schema) if is_newer_schema(schema, SCHEMA) => text!(
                "the plan's schema is \"{schema}\", newer than \"{expected}\", which this passthru \
                 reads: use a newer passthru",
                schema,
                expected = SCHEMA
            ),
            Self::Schema(schema) => text!(
                "not a valid plan: its schema is \"{schema}\", expected \"{expected}\"",
                schema,
                expected = SCHEMA
            ),
            Self::Path { path, reason } => text!(
                "plans may not write \"{path}\": {reason}",
                path = path.escape_debug().to_string(),
                reason
            ),
            Self::Twice { path } => text!("{path} is edited twice", path),
            Self::State { path } => text!(
                "made_for does not match the edits at {path}: the plan was changed since it was made",
                path
            ),
            Self::Mode { path, mode } => text!(
                "{path}: mode {mode} has more than permission bits",
                path,
                mode = format!("{mode:o}")
            ),
            Self::Command => text!("a command has no program, or a NUL byte"),
        }
    }
}

/// The start of every document.
#[derive(Deserialize)]
struct Header {
    schema: String,
}

impl Plan {
    /// Reads a plan as `passthru plan --json` prints it.
    ///
    /// # Errors
    ///
    /// If it is not a plan of this version, or contains what no plan may contain.
    ///
    /// ```
    /// use passthru::plan::Plan;
    /// let error = Plan::from_json(b"{\"schema\": \"passthru-findings/1\"}").unwrap_err();
    /// assert!(error.to_string().contains("passthru-plan/1"));
    /// ```
    pub fn from_json(text: &[u8]) -> crate::Result<Self> {
        // The version first: another one may have other fields.
        let header: Header = serde_json::from_slice(text).map_err(ReadCause::Form)?;
        if header.schema != SCHEMA {
            return Err(ReadCause::Schema(header.schema).into());
        }
        let plan: Self = serde_json::from_slice(text).map_err(ReadCause::Form)?;
        plan.hold()?;
        Ok(plan)
    }

    /// Validates the plan.
    pub(crate) fn hold(&self) -> Result<(), ReadCause> {
        let mut paths = BTreeSet::new();
        for edit in &self.edits {
            hold_edit(edit)?;
            if !paths.insert(&edit.path) {
                return Err(ReadCause::Twice {
                    path: edit.path.clone(),
                });
            }
        }
        let expected: Vec<PlannedFile> = self.edits.iter().map(PlannedFile::before).collect();
        if self.host_state.files != expected {
            let files = self.host_state.files.iter();
            let differs = files
                .zip(&expected)
                .find(|(found, wanted)| found != wanted)
                .map(|(found, _)| found.path.clone());
            return Err(ReadCause::State {
                path: differs.unwrap_or_else(|| "the end".to_owned()),
            });
        }
        self.commands.iter().try_for_each(hold_command)
    }
}

fn hold_edit(edit: &Edit) -> Result<(), ReadCause> {
    let path = &edit.path;
    if let Some(reason) = refused(path) {
        return Err(ReadCause::Path {
            path: path.clone(),
            reason,
        });
    }
    match edit.mode {
        Some(mode) if mode > 0o777 => Err(ReadCause::Mode {
            path: path.clone(),
            mode,
        }),
        _ => Ok(()),
    }
}

/// The reason why plans may not write to `path`; `None` if they may.
fn refused(path: &str) -> Option<Text> {
    let Some(relative) = path.strip_prefix('/') else {
        return Some(text!("expected an absolute path"));
    };
    if path.chars().any(char::is_control) {
        return Some(text!("the path has control characters"));
    }
    if relative
        .split('/')
        .any(|part| matches!(part, "" | "." | ".."))
    {
        return Some(text!("expected a path without \"//\", \".\" and \"..\""));
    }
    if relative.split('/').any(|part| part.len() > 200) || path.len() > 4000 {
        return Some(text!("the path is too long"));
    }
    let below = |place: &str| {
        let rest = path.strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if ["/proc", "/sys", "/dev"].into_iter().any(below) {
        return Some(text!("the file belongs to the kernel"));
    }
    if below(TRANSACTIONS) {
        return Some(text!("the directory has passthru's transactions"));
    }
    None
}

fn hold_command(command: &Command) -> Result<(), ReadCause> {
    let can_run = |argv: &[String]| {
        let program = argv.first().is_some_and(|program| !program.is_empty());
        program && argv.iter().all(|word| !word.contains('\0'))
    };
    let undo = match &command.undo {
        Undo::Repeat => true,
        Undo::Run { argv } => can_run(argv),
        Undo::RestoreFiles { paths } => {
            for path in paths {
                if let Some(reason) = refused(path) {
                    return Err(ReadCause::Path {
                        path: path.clone(),
                        reason,
                    });
                }
            }
            true
        }
    };
    if can_run(&command.argv) && undo {
        Ok(())
    } else {
        Err(ReadCause::Command)
    }
}
