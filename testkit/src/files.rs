//! The files below a folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The files below a folder whose names end in `end`, sorted; links are not followed.
///
/// # Errors
///
/// If a folder cannot be listed.
pub fn files_below(folder: impl AsRef<Path>, end: &str) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.as_ref().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() && entry.file_name().to_string_lossy().ends_with(end) {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
