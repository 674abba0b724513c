//! The undo of a plan.

use super::file::from_hex;
use super::file_state::{self, FileState, Look};
use super::replace::{self, FileMetadata};
use crate::apply::error::{ApplyCause, once_changed, system};
use crate::apply::event::{Event, Failed, Say};
use crate::apply::journal::Journal;
use crate::apply::record::{Attributes, Commands, KeptText, Record};
use crate::apply::refusal::Refusal;

use super::store::{Open, Store};
use crate::plan::{Undo, sha256};
use crate::text::text;

/// The result of an undo.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Undone {
    /// The transaction.
    pub journal: Journal,
    /// Commands that failed: the files are as before, and these commands must be run manually.
    pub failed: Vec<Failed>,
}

/// A file to restore.
struct Back {
    path: String,
    look: Look,
    bytes: Option<Vec<u8>>,
    attributes: Option<Attributes>,
    is_others: bool,
}

impl Store {
    /// Undoes the newest transaction, complete or not: files are restored byte for byte, and
    /// commands that read them run again.
    ///
    /// # Errors
    ///
    /// If a file was changed since, unless `overwrite` has its path; if there is nothing to undo;
    /// and if the system refuses.
    pub fn undo(&mut self, overwrite: &[String], say: &mut Say<'_>) -> crate::Result<Undone> {
        let journal = self.current()?.ok_or(ApplyCause::NothingToUndo)?;
        let mut open = self.open(journal)?;
        let mut back = self.edited(&open.journal)?;
        back.reverse();
        back.extend(self.changed_by_commands(&open.journal)?);
        refuse_others(&back, overwrite)?;
        self.refuse_held(&open.journal)?;
        for back in back.iter().filter(|back| back.is_others) {
            self.keep_copy(&open, back)?;
        }
        open.record(Record::Undoing {
            overwrite: overwrite.to_vec(),
        })?;
        self.release(&mut open, say)?;
        let mut failed = Vec::new();
        self.run_back(&mut open, &mut failed, say)?;
        for back in back {
            if is_read_later(&open.journal, &back) {
                continue;
            }
            let path = back.path.clone();
            self.put_back(back, say).map_err(once_changed)?;
            open.record(Record::Restored { path })?;
        }
        self.tidy(&open.journal).map_err(once_changed)?;
        self.run_again(&mut open, &mut failed, say)?;
        open.record(Record::Undone)?;
        Ok(Undone {
            journal: open.journal,
            failed,
        })
    }

    /// The edited files that have changed, without those that commands changed
    /// as well.
    fn edited(&self, journal: &Journal) -> crate::Result<Vec<Back>> {
        let mut all = Vec::new();
        let edits = &journal.header.plan.edits;
        for (edit, kept) in edits.iter().zip(&journal.header.files) {
            if changed_by_command(journal, &edit.path) {
                continue;
            }
            let look = self.look(&edit.path)?;
            let state = file_state::of(edit, kept, look.now.as_ref());
            if state != FileState::Before {
                all.push(Back {
                    path: edit.path.clone(),
                    look,
                    bytes: edit.before.clone().map(String::into_bytes),
                    attributes: kept.before.clone(),
                    is_others: matches!(state, FileState::Other(_)),
                });
            }
        }
        Ok(all)
    }

    /// The files that commands changed and that are not as they were.
    fn changed_by_commands(&self, journal: &Journal) -> crate::Result<Vec<Back>> {
        let mut all = Vec::new();
        for kept in &journal.header.command_files {
            if !started_on(journal, kept) {
                continue;
            }
            let look = self.look(&kept.path)?;
            let bytes = kept.bytes.as_deref().and_then(from_hex);
            let now = look.now.as_ref().map(|now| &now.bytes);
            if now == bytes.as_ref() {
                continue;
            }
            // Of a command that was interrupted it is not known how it left them.
            let digest = now.map(|bytes| sha256(bytes));
            let is_others = journal
                .left(&kept.path)
                .is_some_and(|left| left != digest.as_deref());
            all.push(Back {
                path: kept.path.clone(),
                look,
                bytes,
                attributes: kept.before.clone(),
                is_others,
            });
        }
        Ok(all)
    }

    fn look(&self, path: &str) -> crate::Result<Look> {
        file_state::look(&self.root, path).map_err(system(path, text!("cannot read it")))
    }

    /// Stores a copy of an overwritten file next to the journal.
    fn keep_copy(&self, open: &Open, back: &Back) -> crate::Result<()> {
        let Some(now) = &back.look.now else {
            return Ok(());
        };
        let number = open.journal.number;
        let name = format!("{number:04}.overwritten{}", back.path.replace('/', "-"));
        self.write_new(&name, &now.bytes)
            .map_err(system(&back.path, text!("cannot keep a copy")))
    }

    /// Restores the files that commands changed, unless they were changed since.
    pub(super) fn put_texts_back(&self, journal: &Journal) -> crate::Result<()> {
        let back = self.changed_by_commands(journal)?;
        refuse_others(&back, &[])?;
        for back in back {
            self.put_back(back, &mut |_| {}).map_err(once_changed)?;
        }
        Ok(())
    }

    /// Puts back a file that a command changed, before the command runs again.
    pub(super) fn put_text_back(&self, kept: &KeptText) -> crate::Result<()> {
        let look = self.look(&kept.path)?;
        let bytes = kept.bytes.as_deref().and_then(from_hex);
        if look.now.as_ref().map(|now| &now.bytes) == bytes.as_ref() {
            return Ok(());
        }
        let back = Back {
            path: kept.path.clone(),
            look,
            bytes,
            attributes: kept.before.clone(),
            is_others: false,
        };
        self.put_back(back, &mut |_| {})
    }

    fn put_back(&self, back: Back, say: &mut Say<'_>) -> crate::Result<()> {
        let path = &back.path;
        let refused = |doing| system(path, doing);
        match (back.bytes, back.attributes) {
            (Some(bytes), Some(attributes)) => {
                let way = back.look.way;
                let place = way
                    .create()
                    .map_err(refused(text!("cannot create its directory")))?;
                replace::stage(&place, &bytes, &FileMetadata::Existing(&attributes))
                    .map_err(refused(text!("cannot write a temporary file beside it")))?;
                replace::commit(&place).map_err(refused(text!("cannot replace it")))?;
                say(Event::Restored(path));
            }
            _ => {
                if let Some(place) = back.look.way.place() {
                    replace::remove(&place).map_err(refused(text!("cannot remove it")))?;
                }
                say(Event::Removed(path));
            }
        }
        Ok(())
    }

    /// Removes temporary files, and the directories that the plan created.
    fn tidy(&self, journal: &Journal) -> crate::Result<()> {
        for kept in &journal.header.files {
            let refused = system(&kept.path, text!("cannot remove temporary files beside it"));
            let tidy = || {
                if let Some(place) = self.root.follow(&kept.path)?.place() {
                    replace::discard(&place)?;
                }
                self.remove_directories(kept)
            };
            tidy().map_err(refused)?;
        }
        Ok(())
    }

    /// Runs the commands' undo commands, the last first.
    fn run_back(
        &self,
        open: &mut Open,
        failed: &mut Vec<Failed>,
        say: &mut Say<'_>,
    ) -> crate::Result<()> {
        let plan = open.journal.header.plan.clone();
        for (number, command) in plan.commands.iter().enumerate().rev() {
            if let Undo::Run { argv } = &command.undo {
                self.run_one(open, number, argv, failed, say)?;
            }
        }
        Ok(())
    }

    /// Runs the commands that read the files again.
    fn run_again(
        &self,
        open: &mut Open,
        failed: &mut Vec<Failed>,
        say: &mut Say<'_>,
    ) -> crate::Result<()> {
        let plan = open.journal.header.plan.clone();
        for (number, command) in plan.commands.iter().enumerate() {
            if command.undo == Undo::Repeat {
                self.run_one(open, number, &command.argv, failed, say)?;
            }
        }
        Ok(())
    }

    fn run_one(
        &self,
        open: &mut Open,
        number: usize,
        argv: &[String],
        failed: &mut Vec<Failed>,
        say: &mut Say<'_>,
    ) -> crate::Result<()> {
        let how = open.journal.header.commands;
        if how == Commands::List {
            say(Event::Left(argv));
            return Ok(());
        }
        if !open.journal.was_started(number) || open.journal.is_undone(number) {
            return Ok(());
        }
        say(Event::Runs(argv));
        let ended = self.run(open, argv)?;
        let status = ended
            .as_ref()
            .map_or_else(|failed| failed.status, |()| Some(0));
        open.record(Record::TookBack {
            command: number,
            status,
        })?;
        if let Err(error) = ended {
            say(Event::Failed(&error));
            failed.push(error);
        }
        Ok(())
    }
}

/// Whether a command that is left to the user reads the file, which the plan created.
fn is_read_later(journal: &Journal, back: &Back) -> bool {
    let mut commands = journal.header.plan.commands.iter();
    back.bytes.is_none()
        && journal.header.commands == Commands::List
        && commands.any(|command| match &command.undo {
            Undo::Run { argv } => argv.contains(&back.path),
            Undo::Repeat | Undo::RestoreFiles { .. } => false,
        })
}

fn refuse_others(back: &[Back], overwrite: &[String]) -> crate::Result<()> {
    let refusals: Vec<Refusal> = back
        .iter()
        .filter(|back| back.is_others && !overwrite.contains(&back.path))
        .map(|back| Refusal::Others {
            path: back.path.clone(),
            how: text!("another program or person has changed it since"),
        })
        .collect();
    if refusals.is_empty() {
        Ok(())
    } else {
        Err(ApplyCause::Refused(refusals).into())
    }
}

/// Whether a command was started that changes the file at `path`.
pub(super) fn changed_by_command(journal: &Journal, path: &str) -> bool {
    let mut files = journal.header.command_files.iter();
    files.any(|kept| kept.path == path && started_on(journal, kept))
}

/// Whether a command was started that changes the file.
fn started_on(journal: &Journal, kept: &KeptText) -> bool {
    let commands = journal.header.plan.commands.iter().enumerate();
    commands
        .filter(|(number, _)| journal.was_started(*number))
        .any(|(_, command)| match &command.undo {
            Undo::RestoreFiles { paths } => paths.contains(&kept.path),
            Undo::Repeat | Undo::Run { .. } => false,
        })
}
