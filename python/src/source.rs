//! The source of a host, kept for the plans that edit its files.

use std::path::Path;

use host_tree::{DirTree, HostTree, MemoryTree};
use passthru::input::Input;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// The most bytes that are taken of one file, as by the command.
const LARGEST_INPUT: usize = 256 << 20;

/// The most bytes that are read at once.
const LARGEST_PART: usize = 1 << 20;

/// The source of a host.
pub(crate) enum Source {
    /// A directory, or the running host.
    Directory(DirTree),
    /// Texts and snapshots.
    Texts(MemoryTree),
}

impl Source {
    /// The texts, each with its name; of those of several machines, what the one printed.
    pub(crate) fn of_texts(
        texts: &[(String, Vec<u8>)],
        host: Option<&str>,
    ) -> passthru::Result<Self> {
        let mut input = host.map_or_else(Input::new, Input::of_host);
        for (name, bytes) in texts {
            input.add(name, bytes)?;
        }
        Ok(Self::Texts(input.finish()?))
    }

    /// The tree.
    pub(crate) fn tree(&self) -> &dyn HostTree {
        match self {
            Self::Directory(tree) => tree,
            Self::Texts(tree) => tree,
        }
    }
}

/// The bytes of a file. Python reads it, which hears signals while it waits for a file that
/// does not come, and lets other threads go on.
pub(crate) fn read(py: Python<'_>, path: &Path) -> PyResult<Vec<u8>> {
    let file = py.import("io")?.call_method1("open", (path, "rb", 0))?;
    let mut bytes = Vec::new();
    while bytes.len() < LARGEST_INPUT {
        let part = file.call_method1("read", (LARGEST_PART,))?;
        let part = part.cast::<PyBytes>()?.as_bytes();
        if part.is_empty() {
            break;
        }
        bytes.extend_from_slice(part);
    }
    file.call_method0("close")?;
    bytes.truncate(LARGEST_INPUT);
    Ok(bytes)
}
