//! Standard input that no argument names: `passthru doctor < post.txt`, `dmesg | passthru doctor`.
//!
//! A file is the input. A pipe is not: it may be open without ever having an end, as under a
//! service manager. A text that was written into one and not read is reported.

use std::path::PathBuf;

/// The path of the file on standard input, relative where it can be; `-` if the file has no name.
/// `None` for anything but a file that has text and was not read yet, as a shell's loop reads one.
#[cfg(target_os = "linux")]
pub(super) fn file() -> Option<PathBuf> {
    use rustix::fs::{FileType, fstat, tell};

    let stdin = std::io::stdin();
    let found = fstat(&stdin).ok()?;
    let is_file = FileType::from_raw_mode(found.st_mode) == FileType::RegularFile;
    if !is_file || found.st_size == 0 || tell(&stdin) != Ok(0) {
        return None;
    }
    // The name may lead elsewhere by now, or not be readable as the open file is.
    let named = std::fs::read_link("/proc/self/fd/0").ok().filter(|path| {
        let named = std::fs::File::open(path);
        let named = named.ok().and_then(|file| fstat(&file).ok());
        named.is_some_and(|named| (named.st_dev, named.st_ino) == (found.st_dev, found.st_ino))
    });
    let path = named.unwrap_or_else(|| PathBuf::from("-"));
    let here = std::env::current_dir().ok();
    let relative = here.and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned()));
    Some(relative.unwrap_or(path))
}

/// Whether a pipe on standard input has text that was not read.
#[cfg(target_os = "linux")]
pub(super) fn has_unread_text() -> bool {
    use rustix::fs::{FileType, fstat};

    let stdin = std::io::stdin();
    fstat(&stdin).is_ok_and(|found| FileType::from_raw_mode(found.st_mode) == FileType::Fifo)
        && rustix::io::ioctl_fionread(&stdin).is_ok_and(|bytes| bytes > 0)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn file() -> Option<PathBuf> {
    None
}

#[cfg(not(target_os = "linux"))]
pub(super) fn has_unread_text() -> bool {
    false
}
