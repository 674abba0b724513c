//! The file that `-o` names.

use std::fs::OpenOptions;
#[cfg(unix)]
use std::fs::Permissions;
use std::io::{self, Write};
#[cfg(unix)]
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::outcome::file_error;
use crate::text::Text;

#[cfg(unix)]
/// The permission bits of a file that its owner alone may read.
const PRIVATE: u32 = 0o600;

/// Writes the file named by `-o`, readable for its owner only: texts of a host and of its guests
/// may contain passwords.
pub(super) fn write_new(path: &Path, text: &str) -> Result<(), (Text, u8)> {
    write(path, text).map_err(|error| file_error(path, error))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(PRIVATE);
    let mut file = options.open(path)?;
    // An existing file is closed to others before it is written; a terminal is unchanged.
    #[cfg(unix)]
    {
        let metadata = file.metadata()?;
        if metadata.is_file() && metadata.permissions().mode() & 0o077 != 0 {
            file.set_permissions(Permissions::from_mode(PRIVATE))?;
        }
    }
    file.write_all(text.as_bytes())
}

/// Writes and flushes; the reader may close the pipe.
pub(in crate::cli) fn write_all(out: &mut dyn Write, text: &str) -> io::Result<()> {
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}
