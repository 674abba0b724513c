//! `HostTree` for a directory.

use rustix::fs::OFlags;

use super::open_dir::OpenDir;
use super::{DirTree, MAX_FILE_SIZE, relative};
use crate::directory::{Directory, HostTree};
use crate::lookup::{CommandText, Listing, Lookup};

impl HostTree for DirTree {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        let Some(relative) = relative(path) else {
            return Lookup::NotShown;
        };
        self.read_file(relative)
            .map_or_else(|error| self.answer(path, &error), Lookup::Found)
    }

    fn read_start(&self, path: &str, most: usize) -> Lookup<Vec<u8>> {
        let Some(relative) = relative(path) else {
            return Lookup::NotShown;
        };
        let most = u64::try_from(most).unwrap_or(MAX_FILE_SIZE);
        self.read_at_most(relative, most.min(MAX_FILE_SIZE))
            .map_or_else(|error| self.answer(path, &error), Lookup::Found)
    }

    fn directory<'a>(&'a self, path: &str) -> Option<Box<dyn Directory + 'a>> {
        let handle = self
            .open_below(relative(path)?, OFlags::PATH | OFlags::DIRECTORY)
            .ok()?;
        Some(Box::new(OpenDir::new(self, handle, path)))
    }

    fn read_link(&self, path: &str) -> Lookup<String> {
        let Some(relative) = relative(path) else {
            return Lookup::NotShown;
        };
        self.link(relative)
            .map_or_else(|error| self.answer(path, &error), Lookup::Found)
    }

    fn list(&self, path: &str) -> Lookup<Listing> {
        let Some(relative) = relative(path) else {
            return Lookup::NotShown;
        };
        let marked = self
            .marks
            .list(path)
            .found()
            .is_some_and(|listing| listing.complete);
        let complete = marked || (self.complete && !self.left_out(path));
        match self.names(relative) {
            Ok(names) => Lookup::Found(Listing { names, complete }),
            Err(error) => match self.answer(path, &error) {
                // The manifest lists it as an empty directory.
                Lookup::Absent | Lookup::NotShown if marked => Lookup::Found(Listing {
                    names: Vec::new(),
                    complete,
                }),
                answer => answer,
            },
        }
    }

    fn is_executable(&self, path: &str) -> Lookup<bool> {
        let Some(relative) = relative(path).filter(|_| self.has_modes) else {
            return Lookup::NotShown;
        };
        let mode = self
            .open_below(relative, OFlags::PATH)
            .and_then(rustix::fs::fstat)
            .map(|stat| stat.st_mode);
        match mode {
            Ok(mode) => Lookup::Found(mode & 0o111 != 0),
            Err(error) => self.answer(path, &error.into()),
        }
    }

    fn texts(&self) -> &[CommandText] {
        self.texts.get_or_init(Self::read_log)
    }
}
