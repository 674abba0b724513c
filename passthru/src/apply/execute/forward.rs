//! The application of a plan.

use std::io;
use std::time::{SystemTime, UNIX_EPOCH};

use super::check::{check, tree};
use super::file::to_hex;
use super::file_state::{self, FileState};
use super::place::{Place, Way};
use super::replace::{self, FileMetadata};
use super::run;
use super::store::{Open, Store};
use super::undo::changed_by_command;
use crate::apply::boot::boot_id;
use crate::apply::error::{ApplyCause, never_changed, once_changed, system};
use crate::apply::event::{Event, Failed, Say};
use crate::apply::journal::{Journal, TransactionState};
use crate::apply::record::{Commands, Header, Kept, KeptText, Record, SCHEMA};
use crate::apply::refusal::Refusal;
use crate::plan::{Plan, Undo, sha256};
use crate::text::text;

impl Store {
    /// Applies `plan`: files first, then commands.
    ///
    /// # Errors
    ///
    /// If the host is not the plan's, if another transaction is open, and if the system refuses.
    /// The error says whether anything was changed.
    pub fn apply(
        &mut self,
        plan: &Plan,
        accept: &[String],
        commands: Commands,
        say: &mut Say<'_>,
    ) -> crate::Result<Journal> {
        if let Some(journal) = self.current()? {
            if journal.state().is_open() {
                return Err(ApplyCause::Unfinished {
                    number: journal.number,
                    state: journal.state(),
                }
                .into());
            }
        }
        let refusals = check(&self.place, plan, accept, commands)?;
        if !refusals.is_empty() {
            return Err(ApplyCause::Refused(refusals).into());
        }
        let header = self.header(plan, commands)?;
        let open = self.begin(&header)?;
        self.forward(open, say)
    }

    /// Completes an interrupted transaction, or one that is being undone, by applying it.
    ///
    /// # Errors
    ///
    /// As [`apply`](Self::apply), and when no transaction is open.
    pub fn resume(&mut self, say: &mut Say<'_>) -> crate::Result<Journal> {
        let journal = self.current()?.filter(|journal| journal.state().is_open());
        let journal = journal.ok_or(ApplyCause::NothingToResume)?;
        if journal.state() == TransactionState::Undoing {
            // All commands run again, on files as they were.
            self.put_texts_back(&journal)?;
        }
        let open = self.open(journal)?;
        self.forward(open, say)
    }

    /// The state of the host, for undo.
    fn header(&self, plan: &Plan, commands: Commands) -> crate::Result<Header> {
        let look = |path: &str| {
            file_state::look(&self.root, path).map_err(system(path, text!("cannot read it")))
        };
        let mut files = Vec::new();
        for edit in &plan.edits {
            let path = &edit.path;
            let look = look(path)?;
            files.push(Kept {
                path: path.clone(),
                before: look.now.map(|now| now.attributes),
                directories: above(path, look.way.missing()),
            });
        }
        let mut command_files: Vec<KeptText> = Vec::new();
        for command in &plan.commands {
            let Undo::RestoreFiles { paths } = &command.undo else {
                continue;
            };
            for path in paths {
                if command_files.iter().any(|kept| kept.path == *path) {
                    continue;
                }
                command_files.push(self.keep_text(path)?);
            }
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Ok(Header {
            schema: SCHEMA.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            time: since.map_or(0, |since| since.as_secs()),
            commands,
            plan: plan.clone(),
            files,
            command_files,
        })
    }

    /// A file that a command changes, as it is.
    fn keep_text(&self, path: &str) -> crate::Result<KeptText> {
        let look = file_state::look(&self.root, path);
        let look = look.map_err(system(path, text!("cannot read it")))?;
        Ok(KeptText {
            path: path.to_owned(),
            bytes: look.now.as_ref().map(|now| to_hex(&now.bytes)),
            before: look.now.map(|now| now.attributes),
        })
    }

    fn forward(&self, mut open: Open, say: &mut Say<'_>) -> crate::Result<Journal> {
        // From here on an error leaves the transaction open, but for the case below.
        let fresh = open.journal.records.is_empty();
        let staged = open
            .record(Record::Applying)
            .and_then(|()| self.stage(&open.journal));
        let staged = match staged {
            Ok(staged) => staged,
            Err(error) if fresh => return Err(self.give_up(&open.journal, error)),
            Err(error) => return Err(once_changed(error)),
        };
        for (path, place, is_new) in staged {
            let refused = |error| once_changed(system(&path, text!("cannot replace it"))(error));
            // Once more, directly before: another process may have written meanwhile.
            self.is_still_before(&open.journal, &path)?;
            if is_new {
                replace::commit_new(&place).map_err(refused)?;
            } else {
                replace::commit(&place).map_err(refused)?;
            }
            open.record(Record::Wrote { path: path.clone() })?;
            say(Event::Wrote(&path));
        }
        self.run_commands(&mut open, say)?;
        let boot = tree(&self.place).ok().and_then(|tree| boot_id(&tree));
        open.record(Record::Applied { boot })?;
        Ok(open.journal)
    }

    /// Writes the new files next to the old ones: an error for lack of space occurs here, before
    /// any change.
    fn stage(&self, journal: &Journal) -> crate::Result<Vec<(String, Place, bool)>> {
        let header = &journal.header;
        let mut looks = Vec::new();
        let mut refusals = Vec::new();
        for (edit, kept) in header.plan.edits.iter().zip(&header.files) {
            let look = file_state::look(&self.root, &edit.path)
                .map_err(system(&edit.path, text!("cannot read it")))?;
            let state = file_state::of(edit, kept, look.now.as_ref());
            if let FileState::Other(_) = state
                && changed_by_command(journal, &edit.path)
            {
                continue;
            }
            if let FileState::Other(how) = &state {
                let path = edit.path.clone();
                refusals.push(Refusal::Others {
                    path,
                    how: how.clone(),
                });
            }
            looks.push((edit, kept, look, state));
        }
        if !refusals.is_empty() {
            return Err(ApplyCause::Refused(refusals).into());
        }
        let mut staged = Vec::new();
        for (edit, kept, look, state) in looks {
            let refused = |doing| system(&edit.path, doing);
            if state == FileState::After {
                // An interrupted transaction may have left its temporary file.
                if let Some(place) = look.way.place() {
                    replace::discard(&place)
                        .map_err(refused(text!("cannot remove temporary files beside it")))?;
                }
                continue;
            }
            let place = look
                .way
                .create()
                .map_err(refused(text!("cannot create its directory")))?;
            let mode = file_state::mode_after(edit, kept.before.as_ref());
            let attributes = kept.before.clone().map(|mut attributes| {
                attributes.mode = mode;
                attributes
            });
            let metadata = attributes
                .as_ref()
                .map_or(FileMetadata::New(mode), FileMetadata::Existing);
            replace::stage(&place, edit.after.as_bytes(), &metadata)
                .map_err(refused(text!("cannot write a temporary file beside it")))?;
            staged.push((edit.path.clone(), place, kept.before.is_none()));
        }
        Ok(staged)
    }

    fn is_still_before(&self, journal: &Journal, path: &str) -> crate::Result<()> {
        let header = &journal.header;
        let mut edits = header.plan.edits.iter().zip(&header.files);
        let Some((edit, kept)) = edits.find(|(edit, _)| edit.path == path) else {
            return Ok(());
        };
        let look = file_state::look(&self.root, path)
            .map_err(system(path, text!("cannot read it")))
            .map_err(once_changed)?;
        match file_state::of(edit, kept, look.now.as_ref()) {
            FileState::Before => Ok(()),
            FileState::After | FileState::Other(_) => {
                let how = text!("it has just changed");
                let path = path.to_owned();
                Err(ApplyCause::Refused(vec![Refusal::Others { path, how }]).into())
            }
        }
    }

    /// Removes all traces of a transaction that has changed nothing yet. If that fails too, the
    /// transaction remains open.
    fn give_up(&self, journal: &Journal, error: crate::Error) -> crate::Error {
        let tidy = || -> io::Result<()> {
            for kept in &journal.header.files {
                if let Way::Whole(place) = self.root.follow(&kept.path)? {
                    replace::discard(&place)?;
                }
                self.remove_directories(kept)?;
            }
            self.forget(journal.number)
        };
        match tidy() {
            Ok(()) => never_changed(error),
            Err(_) => once_changed(error),
        }
    }

    /// Removes the directories that were made for a file, if they are empty.
    pub(super) fn remove_directories(&self, kept: &Kept) -> io::Result<()> {
        for directory in kept.directories.iter().rev() {
            if let Some(place) = self.root.follow(directory)?.place() {
                replace::remove_directory(&place)?;
            }
        }
        Ok(())
    }

    fn run_commands(&self, open: &mut Open, say: &mut Say<'_>) -> crate::Result<()> {
        let plan = open.journal.header.plan.clone();
        let how = open.journal.header.commands;
        for (number, command) in plan.commands.iter().enumerate() {
            if open.journal.is_done(number) {
                continue;
            }
            if how == Commands::List {
                say(Event::Left(&command.argv));
                continue;
            }
            // The command may have run, or in part: if it ran again, it would act on a file that it
            // has already changed.
            for kept in open.journal.interrupted(number) {
                self.put_text_back(kept).map_err(once_changed)?;
            }
            let files = match &command.undo {
                Undo::RestoreFiles { paths } => {
                    paths.iter().map(|path| self.keep_text(path)).collect()
                }
                Undo::Repeat | Undo::Run { .. } => Ok(Vec::new()),
            };
            let files = files.map_err(once_changed)?;
            open.record(Record::Starts {
                command: number,
                files,
            })?;
            say(Event::Runs(&command.argv));
            let ended = self.run(open, &command.argv)?;
            let left = match &command.undo {
                Undo::RestoreFiles { paths } => {
                    paths.iter().map(|path| self.digest(path)).collect()
                }
                Undo::Repeat | Undo::Run { .. } => Vec::new(),
            };
            let status = ended
                .as_ref()
                .map_or_else(|failed| failed.status, |()| Some(0));
            open.record(Record::Ended {
                command: number,
                status,
                left,
            })?;
            ended.map_err(|failed| ApplyCause::Command { failed })?;
        }
        Ok(())
    }

    /// Runs one command of the transaction.
    pub(super) fn run(&self, open: &Open, argv: &[String]) -> crate::Result<Result<(), Failed>> {
        let how = open.journal.header.commands;
        let log = self.log(open.journal.number);
        self.lock_to_hold()
            .and_then(|lock| run::run(argv, how, &self.place, &log, lock))
            .map_err(system(&log.to_string_lossy(), text!("cannot write it")))
            .map_err(once_changed)
    }

    /// The SHA-256 of a file, where there is one that can be read.
    pub(super) fn digest(&self, path: &str) -> Option<String> {
        let look = file_state::look(&self.root, path).ok()?;
        Some(sha256(&look.now?.bytes))
    }
}

/// The innermost `count` directories that `path` is in, the outermost first.
fn above(path: &str, count: usize) -> Vec<String> {
    let mut directories: Vec<String> = std::path::Path::new(path)
        .ancestors()
        .skip(1)
        .take(count)
        .map(|directory| directory.to_string_lossy().into_owned())
        .collect();
    directories.reverse();
    directories
}
