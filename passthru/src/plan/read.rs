//! A plan read back from its JSON form. A plan is carried out as root, so what is
//! read is held to what a plan of ours can say.

use std::collections::BTreeSet;

use host_tree::Edit;
use serde::Deserialize;

use super::document::{Command, Plan, SCHEMA, Undo};
use super::state::PlannedFile;

/// Where transactions are kept; no plan writes there.
pub const TRANSACTIONS: &str = "/var/lib/passthru/transactions";

/// passthru's own directory, of root alone: transactions, files that programs are given
/// and texts of guests for the way back.
pub const PLACE: &str = "/var/lib/passthru";

/// Why a text is no plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is no JSON, or not in a plan's form; says the line and the column.
    #[error("is no plan: {0}")]
    Form(#[from] serde_json::Error),
    /// It is a document of another kind or version.
    #[error("is no plan: its schema is \"{0}\", expected \"{SCHEMA}\"")]
    Schema(String),
    /// A path that no plan may write.
    #[error("{path:?} is no file that a plan may write: {reason}")]
    Path {
        /// The path.
        path: String,
        /// Why not.
        reason: &'static str,
    },
    /// Two edits of one file.
    #[error("{path} is edited twice")]
    Twice {
        /// The path.
        path: String,
    },
    /// What it says of a file's state does not fit its edits: it was changed by hand.
    #[error("host_state does not fit the edits at {path}: the plan was changed since it was made")]
    State {
        /// The path.
        path: String,
    },
    /// Permission bits that no plan sets.
    #[error("{path}: mode {mode:o} is more than permission bits")]
    Mode {
        /// The path.
        path: String,
        /// The mode.
        mode: u32,
    },
    /// A command that cannot be run.
    #[error("a command of it has no program, or a NUL byte")]
    Command,
}

/// What every document of ours starts with.
#[derive(Deserialize)]
struct Header {
    schema: String,
}

impl Plan {
    /// Reads a plan as `passthru plan --json` prints it.
    ///
    /// # Errors
    ///
    /// When it is no plan of this version, or says what no plan may say: see
    /// [`ReadError`].
    ///
    /// ```
    /// use passthru::plan::Plan;
    /// let error = Plan::from_json(b"{\"schema\": \"passthru-findings/1\"}").unwrap_err();
    /// assert!(error.to_string().contains("passthru-plan/1"));
    /// ```
    pub fn from_json(text: &[u8]) -> Result<Self, ReadError> {
        // The version first: another one may have other fields.
        let header: Header = serde_json::from_slice(text)?;
        if header.schema != SCHEMA {
            return Err(ReadError::Schema(header.schema));
        }
        let plan: Self = serde_json::from_slice(text)?;
        plan.hold()?;
        Ok(plan)
    }

    /// Whether the plan says only what a plan may say.
    pub(crate) fn hold(&self) -> Result<(), ReadError> {
        let mut paths = BTreeSet::new();
        for edit in &self.edits {
            hold_edit(edit)?;
            if !paths.insert(&edit.path) {
                return Err(ReadError::Twice {
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
            return Err(ReadError::State {
                path: differs.unwrap_or_else(|| "its end".to_owned()),
            });
        }
        self.commands.iter().try_for_each(hold_command)
    }
}

fn hold_edit(edit: &Edit) -> Result<(), ReadError> {
    let path = &edit.path;
    if let Some(reason) = refused(path) {
        return Err(ReadError::Path {
            path: path.clone(),
            reason,
        });
    }
    match edit.mode {
        Some(mode) if mode > 0o777 => Err(ReadError::Mode {
            path: path.clone(),
            mode,
        }),
        _ => Ok(()),
    }
}

/// Why no plan may write to `path`; `None` where one may.
fn refused(path: &str) -> Option<&'static str> {
    let Some(relative) = path.strip_prefix('/') else {
        return Some("expected an absolute path");
    };
    if path.chars().any(char::is_control) {
        return Some("it has control characters");
    }
    if relative
        .split('/')
        .any(|part| matches!(part, "" | "." | ".."))
    {
        return Some("expected a path without \"//\", \".\" and \"..\"");
    }
    if relative.split('/').any(|part| part.len() > 200) || path.len() > 4000 {
        return Some("it is too long");
    }
    let below = |place: &str| {
        let rest = path.strip_prefix(place);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    if ["/proc", "/sys", "/dev"].into_iter().any(below) {
        return Some("it belongs to the kernel");
    }
    if below(TRANSACTIONS) {
        return Some("passthru keeps its transactions there");
    }
    None
}

fn hold_command(command: &Command) -> Result<(), ReadError> {
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
                    return Err(ReadError::Path {
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
        Err(ReadError::Command)
    }
}
