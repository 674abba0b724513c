//! What a host was read from, kept for the plans that edit its files.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use passthru::intake::{Intake, IntakeError};
use pci_core::tree::{DirTree, HostTree, MemoryTree};
use pyo3::prelude::*;

use crate::errors;

/// The most bytes that are taken of one file, as by the command.
const LARGEST_INPUT: u64 = 256 << 20;

/// What a host was read from.
pub(crate) enum Source {
    /// A directory, or the running host.
    Directory(DirTree),
    /// Texts and snapshots.
    Texts(MemoryTree),
}

impl Source {
    /// The texts, each with its name.
    pub(crate) fn of_texts(texts: &[(String, Vec<u8>)]) -> Result<Self, IntakeError> {
        let mut intake = Intake::new();
        for (name, bytes) in texts {
            intake.add(name, bytes)?;
        }
        Ok(Self::Texts(intake.finish()?))
    }

    /// The tree.
    pub(crate) fn tree(&self) -> &dyn HostTree {
        match self {
            Self::Directory(tree) => tree,
            Self::Texts(tree) => tree,
        }
    }
}

/// The bytes of a file.
pub(crate) fn read(path: &Path) -> PyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST_INPUT).read_to_end(&mut bytes))
        .map_err(|error| errors::from_io(&error, path))?;
    Ok(bytes)
}
