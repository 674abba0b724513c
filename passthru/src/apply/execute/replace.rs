//! Atomic replacement of a file: the new file is written next to it, flushed and renamed, and the
//! directory is flushed. A reader sees the old file or the new one.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};

use rustix::fs::{AtFlags, Gid, Mode, OFlags, RenameFlags, Uid, XattrFlags};
use rustix::io::Errno;

use super::file::{from_hex, xattrs};
use super::place::Place;
use crate::apply::record::Attributes;

/// The metadata of a file that is written.
pub(super) enum FileMetadata<'a> {
    /// The attributes of an existing file.
    Existing(&'a Attributes),
    /// Permission bits; the rest is the directory's default.
    New(u32),
}

/// Name of the temporary file. No program that reads the directories of plans reads files whose
/// names start with a dot (modprobe.d(5), modules-load.d(5); initramfs-tools and grub-mkconfig use
/// the shell's `*`).
pub(super) fn beside(place: &Place) -> OsString {
    let mut name = OsString::from(".");
    name.push(&place.name);
    name.push(".passthru-new");
    name
}

/// Writes `bytes` next to `place`, with its attributes, and flushes them.
pub(super) fn stage(place: &Place, bytes: &[u8], metadata: &FileMetadata<'_>) -> io::Result<()> {
    discard(place)?;
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = rustix::fs::openat(
        &place.directory,
        beside(place),
        flags,
        Mode::from_raw_mode(0o600),
    )?;
    let mut file = File::from(file);
    file.write_all(bytes)?;
    match metadata {
        FileMetadata::New(mode) => rustix::fs::fchmod(&file, Mode::from_raw_mode(*mode))?,
        FileMetadata::Existing(attributes) => set_metadata(&file, attributes)?,
    }
    file.sync_all()
}

/// Sets these attributes of an open file. Attributes that are already equal are skipped: some file
/// systems (pmxcfs of Proxmox VE) refuse to set even those.
fn set_metadata(file: &File, attributes: &Attributes) -> io::Result<()> {
    let stat = rustix::fs::fstat(file)?;
    if (stat.st_uid, stat.st_gid) != (attributes.uid, attributes.gid) {
        let owner = Uid::from_raw(attributes.uid);
        let group = Gid::from_raw(attributes.gid);
        rustix::fs::fchown(file, Some(owner), Some(group))?;
    }
    // After the owner, whose change clears bits.
    if rustix::fs::fstat(file)?.st_mode & 0o7777 != attributes.mode {
        rustix::fs::fchmod(file, Mode::from_raw_mode(attributes.mode))?;
    }
    // After the mode: an access control list sets its own.
    let given = xattrs(file)?;
    for (name, value) in &attributes.xattrs {
        if given.get(name) != Some(value) {
            let value = from_hex(value).ok_or(io::ErrorKind::InvalidData)?;
            rustix::fs::fsetxattr(file, name, &value, XattrFlags::empty())?;
        }
    }
    for name in given.keys() {
        // A label set by the policy remains.
        if !attributes.xattrs.contains_key(name) && !name.starts_with("security.") {
            rustix::fs::fremovexattr(file, name)?;
        }
    }
    Ok(())
}

/// Renames the staged file over the existing one.
pub(super) fn commit(place: &Place) -> io::Result<()> {
    let staged = beside(place);
    rustix::fs::renameat(&place.directory, &staged, &place.directory, &place.name)?;
    Ok(rustix::fs::fsync(&place.directory)?)
}

/// Renames the staged file to a name that must not exist.
pub(super) fn commit_new(place: &Place) -> io::Result<()> {
    let staged = beside(place);
    let here = &place.directory;
    let flags = RenameFlags::NOREPLACE;
    match rustix::fs::renameat_with(here, &staged, here, &place.name, flags) {
        Ok(()) => {}
        // A file system or a kernel without the flag.
        Err(Errno::INVAL | Errno::NOSYS) => {
            match rustix::fs::statat(here, &place.name, AtFlags::SYMLINK_NOFOLLOW) {
                Err(Errno::NOENT) => rustix::fs::renameat(here, &staged, here, &place.name)?,
                Ok(_) => return Err(Errno::EXIST.into()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(error) => return Err(error.into()),
    }
    Ok(rustix::fs::fsync(here)?)
}

/// Removes a staged file, also of an interrupted run.
pub(super) fn discard(place: &Place) -> io::Result<()> {
    remove_name(place, &beside(place), AtFlags::empty())
}

/// Removes the file.
pub(super) fn remove(place: &Place) -> io::Result<()> {
    remove_name(place, &place.name, AtFlags::empty())?;
    Ok(rustix::fs::fsync(&place.directory)?)
}

/// Removes the directory, if it is empty.
pub(super) fn remove_directory(place: &Place) -> io::Result<()> {
    match remove_name(place, &place.name, AtFlags::REMOVEDIR) {
        Err(error)
            if matches!(
                Errno::from_io_error(&error),
                Some(Errno::NOTEMPTY | Errno::EXIST | Errno::NOTDIR | Errno::BUSY)
            ) =>
        {
            Ok(())
        }
        Err(error) => Err(error),
        Ok(()) => Ok(rustix::fs::fsync(&place.directory)?),
    }
}

fn remove_name(place: &Place, name: &OsString, flags: AtFlags) -> io::Result<()> {
    match rustix::fs::unlinkat(&place.directory, name, flags) {
        Ok(()) | Err(Errno::NOENT) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
