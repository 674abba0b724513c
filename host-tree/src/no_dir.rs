//! The tree on disk on systems other than Linux: only snapshots and texts can be read there.

use std::io;
use std::path::{Path, PathBuf};

use crate::directory::HostTree;
use crate::error::{Cause, Error, Result};
use crate::lookup::{CommandText, Listing, Lookup};

/// A host tree in a directory. Only Linux opens one: a path below a directory cannot be resolved
/// safely elsewhere, so [`live`](Self::live) and [`open`](Self::open) always fail.
pub enum DirTree {}

impl DirTree {
    /// Opens the running host.
    ///
    /// # Errors
    ///
    /// Always: the running host is not Linux.
    pub fn live() -> Result<Self> {
        Self::open("/")
    }

    /// [`live`](Self::live) without the kernel's log.
    ///
    /// # Errors
    ///
    /// Always: the running host is not Linux.
    pub fn live_without_log() -> Result<Self> {
        Self::live()
    }

    /// Opens the tree in the directory `place`.
    ///
    /// # Errors
    ///
    /// Always: the running host is not Linux.
    pub fn open(place: impl Into<PathBuf>) -> Result<Self> {
        let error = io::Error::new(
            io::ErrorKind::Unsupported,
            "directories are read on Linux only; use a snapshot or pasted texts",
        );
        Err(Error::from(Cause::CannotOpen(error)).of(place.into()))
    }

    /// The root directory of the tree.
    #[must_use]
    pub fn place(&self) -> &Path {
        match *self {}
    }
}

impl HostTree for DirTree {
    fn read(&self, _path: &str) -> Lookup<Vec<u8>> {
        match *self {}
    }

    fn read_link(&self, _path: &str) -> Lookup<String> {
        match *self {}
    }

    fn list(&self, _path: &str) -> Lookup<Listing> {
        match *self {}
    }

    fn texts(&self) -> &[CommandText] {
        match *self {}
    }
}
