//! Pasted and saved texts, put in their places in a host tree.
//!
//! A text's kind is found from what it says, not from its name, since people
//! paste. What a command printed is kept as that command's output; the text of a
//! configuration file goes to the path where the host has it.
//!
//! ```
//! use passthru::intake::Intake;
//! let mut intake = Intake::new();
//! intake.add("a.txt", b"01:00.0 VGA compatible controller [0300]: NVIDIA Corporation \
//!                       Device [10de:2d04] (rev a1)\n")?;
//! intake.add("b.txt", b"options vfio-pci ids=10de:2d04\n")?;
//! let host = passthru::Host::read(&intake.finish()?);
//! assert_eq!(host.devices.len(), 1);
//! # Ok::<(), passthru::intake::IntakeError>(())
//! ```

mod answers;
mod config_file;
mod kind;
mod terminal;
mod text_kind;

pub use kind::kinds;
pub use text_kind::TextKind;

use pci_core::tree::{MemoryTree, SnapshotError};

/// Collects texts and snapshots into one tree that shows part of a host.
#[derive(Debug, Default)]
pub struct Intake {
    tree: MemoryTree,
    added: usize,
}

/// Why a text could not be taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// There is nothing in it.
    #[error(
        "{name}: is empty: expected the output of a command, a configuration file or a snapshot"
    )]
    Empty {
        /// The text's name.
        name: String,
    },
    /// It is no text.
    #[error("{name}: is {what}: expected text, or a snapshot of passthru capture")]
    Binary {
        /// The text's name.
        name: String,
        /// What it is instead.
        what: &'static str,
    },
    /// It is a snapshot that cannot be read.
    #[error("{name}: this snapshot cannot be read, it may be cut short: {error}")]
    Snapshot {
        /// The text's name.
        name: String,
        /// What is wrong, with line and column.
        error: SnapshotError,
    },
    /// It is text of no kind that is known.
    #[error(
        "{name}:{line}: not recognised: found \"{found}\"; expected one of: {}",
        TextKind::NAMES
    )]
    NotRecognised {
        /// The text's name.
        name: String,
        /// The first line that is not blank.
        line: u32,
        /// What stands there, cut.
        found: String,
    },
    /// Nothing was added at all.
    #[error("no input: expected at least one text")]
    Nothing,
}

impl Intake {
    /// An intake that has taken nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one text and says what kinds of text were found in it. `name` is
    /// what evidence will call it.
    ///
    /// # Errors
    ///
    /// When it is empty, no text, a snapshot that cannot be read, or of no known
    /// kind.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<Vec<TextKind>, IntakeError> {
        let name_owned = || name.to_owned();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(IntakeError::Empty { name: name_owned() });
        }
        if let Some(what) = kind::binary(bytes) {
            return Err(IntakeError::Binary {
                name: name_owned(),
                what,
            });
        }
        if kind::is_snapshot(bytes) {
            let snapshot =
                MemoryTree::from_snapshot(bytes).map_err(|error| IntakeError::Snapshot {
                    name: name_owned(),
                    error,
                })?;
            self.tree.absorb(snapshot);
            self.added += 1;
            return Ok(vec![TextKind::Snapshot]);
        }
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let mut kinds = kind::kinds(text);
        for (path, listing) in answers::directories(text) {
            self.tree.insert_listing(path, &listing);
        }
        let inside = if config_file::config_file(text).is_some() {
            Vec::new()
        } else {
            terminal::files(name, text)
        };
        if !inside.is_empty() {
            // What stands around the files may be output of commands.
            self.tree.insert_text(name, text);
            for (path, body, kind) in inside {
                self.tree.insert_file(&path, body.as_bytes());
                kinds.extend(kind.filter(|kind| !kinds.contains(kind)));
            }
            self.added += 1;
            return Ok(kinds);
        }
        match kinds.as_slice() {
            [] => {
                let (line, found) = pci_core::numbered_lines(text)
                    .find(|(_, line)| !line.trim().is_empty())
                    .unwrap_or((1, ""));
                let found = crate::render::clean(found.trim())
                    .chars()
                    .take(60)
                    .collect();
                return Err(IntakeError::NotRecognised {
                    name: name_owned(),
                    line,
                    found,
                });
            }
            [only] => match only.path(name, text) {
                Some(path) => self.tree.insert_file(&path, text.as_bytes()),
                None => self.tree.insert_text(name, text),
            },
            _ => self.tree.insert_text(name, text),
        }
        self.added += 1;
        Ok(kinds)
    }

    /// The tree of all that was taken.
    ///
    /// # Errors
    ///
    /// When nothing was.
    pub fn finish(self) -> Result<MemoryTree, IntakeError> {
        if self.added == 0 {
            Err(IntakeError::Nothing)
        } else {
            Ok(self.tree)
        }
    }
}
