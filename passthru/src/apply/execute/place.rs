//! Where a path of the host leads below a root: the directory and the last name,
//! links followed as if the root were `/`.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use crate::plan::PLACE;
use crate::text::text;

const DIRECTORY: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Links that are followed on one way: as many as the kernel does
/// (path_resolution(7)).
const MOST_LINKS: usize = 40;

/// The directory used as `/`.
#[derive(Debug)]
pub(super) struct Root {
    directory: OwnedFd,
}

/// A name in a directory that is there.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) directory: OwnedFd,
    pub(super) name: OsString,
}

/// Where a path leads.
#[derive(Debug)]
pub(super) enum Way {
    /// Into a directory that is there; whether the name is, is another question.
    Whole(Place),
    /// Into directories that are not there yet, each with the mode that it gets.
    Broken {
        above: OwnedFd,
        directories: Vec<(OsString, u32)>,
        name: OsString,
    },
}

impl Root {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self {
            directory: rustix::fs::open(path, flags, Mode::empty())?,
        })
    }

    /// Follows `path`. A link in the last place is followed too, and must lead to
    /// something.
    pub(super) fn follow(&self, path: &str) -> io::Result<Way> {
        // Each component, with whether a link named it.
        let mut left: VecDeque<(OsString, bool)> = parts(OsStr::new(path), false).collect();
        let mut above: Vec<OwnedFd> = Vec::new();
        let mut links = 0;
        while let Some((part, linked)) = left.pop_front() {
            if part == ".." {
                above.pop();
                continue;
            }
            let here = above.last().unwrap_or(&self.directory);
            let kind = match rustix::fs::statat(here, &part, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => Some(FileType::from_raw_mode(stat.st_mode)),
                Err(Errno::NOENT) => None,
                Err(error) => return Err(error.into()),
            };
            match kind {
                Some(FileType::Symlink) => {
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(Errno::LOOP.into());
                    }
                    let target = rustix::fs::readlinkat(here, &part, Vec::new())?;
                    let target = OsString::from_vec(target.into_bytes());
                    if target.as_bytes().starts_with(b"/") {
                        above.clear();
                    }
                    let steps: Vec<_> = parts(&target, true).collect();
                    for step in steps.into_iter().rev() {
                        left.push_front(step);
                    }
                }
                None if linked => {
                    return Err(io::Error::other(
                        text!("a symbolic link to a missing file").to_string(),
                    ));
                }
                _ if left.is_empty() => {
                    return Ok(Way::Whole(Place {
                        directory: again(here)?,
                        name: part,
                    }));
                }
                None => {
                    let mut missing = vec![part];
                    missing.extend(left.into_iter().map(|(part, _)| part));
                    let name = missing.pop().unwrap_or_default();
                    let directories = with_modes(path, missing);
                    return Ok(Way::Broken {
                        above: again(here)?,
                        directories,
                        name,
                    });
                }
                Some(_) => {
                    let next = rustix::fs::openat(here, &part, DIRECTORY, Mode::empty())?;
                    above.push(next);
                }
            }
        }
        Err(io::Error::other("a directory"))
    }
}

impl Way {
    /// The number of missing directories.
    pub(super) fn missing(&self) -> usize {
        match self {
            Self::Whole(_) => 0,
            Self::Broken { directories, .. } => directories.len(),
        }
    }

    /// The place, where its directory is there.
    pub(super) fn place(self) -> Option<Place> {
        match self {
            Self::Whole(place) => Some(place),
            Self::Broken { .. } => None,
        }
    }

    /// Creates the missing directories: readable for all, as packages create such directories,
    /// except passthru's own.
    pub(super) fn create(self) -> io::Result<Place> {
        match self {
            Self::Whole(place) => Ok(place),
            Self::Broken {
                mut above,
                directories,
                name,
            } => {
                for (directory, mode) in directories {
                    let mode = Mode::from_raw_mode(mode);
                    match rustix::fs::mkdirat(&above, &directory, mode) {
                        // The umask may have cleared bits.
                        Ok(()) => {
                            let made = again_at(&above, &directory)?;
                            rustix::fs::fchmod(&made, mode)?;
                            rustix::fs::fsync(&above)?;
                            above = made;
                        }
                        Err(Errno::EXIST) => above = again_at(&above, &directory)?,
                        Err(error) => return Err(error.into()),
                    }
                }
                Ok(Place {
                    directory: above,
                    name,
                })
            }
        }
    }
}

/// The missing last directories of `path`, with their modes. No link named them, so they are
/// components of the path as written.
fn with_modes(path: &str, missing: Vec<OsString>) -> Vec<(OsString, u32)> {
    let written: Vec<_> = parts(OsStr::new(path), false)
        .map(|(part, _)| part)
        .collect();
    let there = written.len().saturating_sub(missing.len() + 1);
    let mode = |at: usize| {
        let above = written.get(..=there + at).unwrap_or_default();
        let is_own = |own: &[OsString]| {
            let place = parts(OsStr::new(PLACE), false).map(|(part, _)| part);
            own.len() == 3 && place.eq(own.iter().cloned())
        };
        if above.get(..3).is_some_and(is_own) {
            0o700
        } else {
            0o755
        }
    };
    let missing = missing.into_iter().enumerate();
    missing.map(|(at, part)| (part, mode(at))).collect()
}

fn parts(path: &OsStr, linked: bool) -> impl Iterator<Item = (OsString, bool)> + '_ {
    path.as_bytes()
        .split(|byte| *byte == b'/')
        .filter(|part| !part.is_empty() && *part != b".")
        .map(move |part| (OsStr::from_bytes(part).to_owned(), linked))
}

fn again(directory: &OwnedFd) -> io::Result<OwnedFd> {
    again_at(directory, OsStr::new("."))
}

fn again_at(directory: &OwnedFd, name: &OsStr) -> io::Result<OwnedFd> {
    Ok(rustix::fs::openat(
        directory,
        name,
        DIRECTORY,
        Mode::empty(),
    )?)
}

#[cfg(test)]
mod tests;
