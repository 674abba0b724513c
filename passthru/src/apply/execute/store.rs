//! Storage of transactions: `/var/lib/passthru` of the tree.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use host_tree::{DirTree, HostTree as _, Lookup};
use rustix::fs::{AtFlags, Dir, FlockOperation, Mode, OFlags};
use rustix::io::Errno;

use super::place::Root;
use crate::apply::error::{ApplyCause, once_changed, system};
use crate::apply::journal::{Journal, TransactionState};
use crate::apply::last::{name, number, path};
use crate::apply::record::{Header, Record};
use crate::plan::TRANSACTIONS;
use crate::text::text;

/// The lock file; it remains empty.
const LOCK: &str = "/var/lib/passthru/lock";

/// The most bytes of a journal: plans are far smaller.
const LARGEST: u64 = 256 << 20;

/// The transactions of a tree, locked against other processes that apply or undo.
#[derive(Debug)]
pub struct Store {
    pub(super) root: Root,
    pub(super) place: PathBuf,
    directory: OwnedFd,
    lock: OwnedFd,
}

/// A journal that is open for more records.
pub(super) struct Open {
    pub(super) journal: Journal,
    file: File,
}

impl Store {
    /// Opens the transactions of the tree at `root`, and makes their directory where
    /// there is none.
    ///
    /// # Errors
    ///
    /// If another process has the lock, and when the system refuses.
    pub fn lock(root: &Path) -> crate::Result<Self> {
        let place = root.canonicalize().map_err(system(
            &root.to_string_lossy(),
            text!("cannot open the directory"),
        ))?;
        let root = Root::open(&place).map_err(system(
            &place.to_string_lossy(),
            text!("cannot open the directory"),
        ))?;
        let refused = |doing| system(LOCK, doing);
        let lock = root
            .follow(LOCK)
            .and_then(super::place::Way::create)
            .map_err(refused(text!("cannot create its directory")))?;
        close_to_others(&lock.directory).map_err(refused(text!(
            "cannot restrict the permissions of its directory"
        )))?;
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let lock = rustix::fs::openat(
            &lock.directory,
            &lock.name,
            flags,
            Mode::from_raw_mode(0o600),
        )
        .map_err(io::Error::from)
        .map_err(refused(text!("cannot open the lock")))?;
        match rustix::fs::flock(&lock, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Err(ApplyCause::Busy.into()),
            Err(error) => return Err(refused(text!("cannot lock it"))(error.into())),
        }
        let directory = root
            .follow(&format!("{TRANSACTIONS}/journal"))
            .and_then(super::place::Way::create);
        let directory = directory.map_err(system(TRANSACTIONS, text!("cannot create it")))?;
        Ok(Self {
            root,
            place,
            directory: directory.directory,
            lock,
        })
    }

    /// The transactions of the tree at `root`, to undo the last one. Nothing is written where there is
    /// none.
    ///
    /// # Errors
    ///
    /// Those of [`Store::lock`], and that there is nothing to undo.
    pub fn for_undo(root: &Path) -> crate::Result<Self> {
        Self::existing(root, ApplyCause::NothingToUndo)
    }

    /// The transactions of the tree at `root`, to keep the last one. Nothing is written where there is
    /// none.
    ///
    /// # Errors
    ///
    /// Those of [`Store::lock`], and that there is nothing to keep.
    pub fn for_keep(root: &Path) -> crate::Result<Self> {
        Self::existing(root, ApplyCause::NothingToKeep)
    }

    /// The transactions of the tree at `root`, to finish an interrupted one. Nothing is written where
    /// there is none.
    ///
    /// # Errors
    ///
    /// Those of [`Store::lock`], and that there is nothing to resume.
    pub fn for_resume(root: &Path) -> crate::Result<Self> {
        Self::existing(root, ApplyCause::NothingToResume)
    }

    fn existing(root: &Path, nothing: ApplyCause) -> crate::Result<Self> {
        let listed = DirTree::open(root).map(|tree| tree.list(TRANSACTIONS));
        let has_none = match &listed {
            Ok(Lookup::Found(listing)) => listing.names.iter().all(|name| number(name).is_none()),
            Ok(Lookup::Absent | Lookup::NotShown) => true,
            // The lock has the reason.
            Ok(Lookup::Unreadable(_)) | Err(_) => false,
        };
        if has_none {
            return Err(nothing.into());
        }
        Self::lock(root)
    }

    /// The newest transaction that is not undone.
    ///
    /// # Errors
    ///
    /// When its journal cannot be read.
    pub fn current(&self) -> crate::Result<Option<Journal>> {
        let mut numbers = self.numbers()?;
        numbers.reverse();
        for number in numbers {
            let journal = self.read(number)?;
            if journal.state() != TransactionState::Undone {
                return Ok(Some(journal));
            }
        }
        Ok(None)
    }

    /// The numbers of all transactions, in order.
    fn numbers(&self) -> crate::Result<Vec<u32>> {
        let refused = |error: Errno| system(TRANSACTIONS, text!("cannot list it"))(error.into());
        let mut numbers = Vec::new();
        for entry in Dir::read_from(&self.directory).map_err(refused)? {
            let entry = entry.map_err(refused)?;
            numbers.extend(number(&entry.file_name().to_string_lossy()));
        }
        numbers.sort_unstable();
        Ok(numbers)
    }

    fn read(&self, number: u32) -> crate::Result<Journal> {
        let path = path(number);
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let open = rustix::fs::openat(&self.directory, name(number), flags, Mode::empty());
        let mut bytes = Vec::new();
        open.map_err(io::Error::from)
            .and_then(|file| File::from(file).take(LARGEST).read_to_end(&mut bytes))
            .map_err(system(&path, text!("cannot read it")))?;
        Ok(Journal::parse(number, &bytes).map_err(|error| ApplyCause::Journal { path, error })?)
    }

    /// Begins a transaction: its journal is completely on the disk, or the transaction has not
    /// begun.
    pub(super) fn begin(&self, header: &Header) -> crate::Result<Open> {
        let number = self.numbers()?.last().map_or(1, |last| last + 1);
        let path = path(number);
        let refused = |doing| system(&path, doing);
        let mut text = serde_json::to_vec(header)
            .map_err(io::Error::from)
            .map_err(refused(text!("cannot write it")))?;
        text.push(b'\n');
        let written = self.write_new(&name(number), &text);
        written.map_err(refused(text!("cannot write it")))?;
        let journal = Journal::parse(number, &text).map_err(|error| ApplyCause::Journal {
            path: path.clone(),
            error,
        })?;
        self.open(journal)
    }

    /// Creates a file of this name in the directory, completely or not at all.
    pub(super) fn write_new(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let beside = format!(".{name}.new");
        match rustix::fs::unlinkat(&self.directory, &beside, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => {}
            Err(error) => return Err(error.into()),
        }
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
        // Its content may be for root only: guests' configurations.
        let mode = Mode::from_raw_mode(0o600);
        let file = rustix::fs::openat(&self.directory, &beside, flags, mode)?;
        let mut file = File::from(file);
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        if let Err(error) = written {
            let _ = rustix::fs::unlinkat(&self.directory, &beside, AtFlags::empty());
            return Err(error);
        }
        rustix::fs::renameat(&self.directory, &beside, &self.directory, name)?;
        Ok(rustix::fs::fsync(&self.directory)?)
    }

    /// Opens a journal for more records, without the line that was cut off.
    pub(super) fn open(&self, journal: Journal) -> crate::Result<Open> {
        let path = path(journal.number);
        let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let name = name(journal.number);
        let open = rustix::fs::openat(&self.directory, name, flags, Mode::empty());
        let file = open
            .map_err(io::Error::from)
            .map(File::from)
            .and_then(|file| {
                file.set_len(journal.whole)?;
                Ok(file)
            })
            .map_err(system(&path, text!("cannot open it")))?;
        Ok(Open { journal, file })
    }

    /// Removes the journal of a transaction that changed nothing.
    pub(super) fn forget(&self, number: u32) -> io::Result<()> {
        rustix::fs::unlinkat(&self.directory, name(number), AtFlags::empty())?;
        Ok(rustix::fs::fsync(self.directory.as_fd())?)
    }

    /// The lock, as standard input of a command: an empty file.
    pub(super) fn lock_to_hold(&self) -> io::Result<OwnedFd> {
        self.lock.try_clone()
    }

    /// The file for the output of a transaction's commands.
    pub(super) fn log(&self, number: u32) -> PathBuf {
        let relative = TRANSACTIONS.trim_start_matches('/');
        self.place.join(relative).join(format!("{number:04}.log"))
    }
}

impl Open {
    /// Records a step, flushed.
    pub(super) fn record(&mut self, record: Record) -> crate::Result<()> {
        let path = path(self.journal.number);
        let mut line = serde_json::to_vec(&record)
            .map_err(io::Error::from)
            .map_err(system(&path, text!("cannot write it")))?;
        line.push(b'\n');
        let written = self.file.write_all(&line);
        let written = written.and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // A line that is half there would spoil the next one.
            let _ = self.file.set_len(self.journal.whole);
            return Err(once_changed(system(&path, text!("cannot write it"))(error)));
        }
        self.journal.whole += line.len() as u64;
        self.journal.records.push(record);
        Ok(())
    }
}

/// Removes other users' permissions from the directory, if an earlier release or another program
/// created it: it contains guests' configurations with passwords.
fn close_to_others(directory: &OwnedFd) -> io::Result<()> {
    let mode = rustix::fs::fstat(directory)?.st_mode & 0o7777;
    if mode & 0o077 != 0 {
        rustix::fs::fchmod(directory, Mode::from_raw_mode(mode & 0o700))?;
    }
    Ok(())
}
