//! A file as it is now: its bytes and its metadata.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read};

use rustix::fd::AsFd;
use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;

use super::place::Place;
use crate::apply::record::Attributes;
use crate::text::text;

/// The most bytes of a file that is edited; configuration is far smaller.
const LARGEST: u64 = 64 << 20;

/// Attributes that the kernel computes from the bytes and that cannot be copied (Linux
/// Documentation/ABI/testing/evm, security/integrity/ima).
const COMPUTED: [&str; 2] = ["security.ima", "security.evm"];

/// A file as it is.
#[derive(Debug)]
pub(super) struct FileNow {
    pub(super) bytes: Vec<u8>,
    pub(super) attributes: Attributes,
}

/// The file at `place`; `None` where there is none.
pub(super) fn read(place: &Place) -> io::Result<Option<FileNow>> {
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let file = match rustix::fs::openat(&place.directory, &place.name, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::NOENT) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let stat = rustix::fs::fstat(&file)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(io::Error::other(text!("not a regular file").to_string()));
    }
    // A new file replaces one name only: other hard links would keep the old text.
    if stat.st_nlink > 1 {
        return Err(io::Error::other(
            text!("has several names (hard links), which a replacement would break").to_string(),
        ));
    }
    let xattrs = xattrs(&file)?;
    let mut bytes = Vec::new();
    File::from(file).take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(io::Error::other("larger than 64 MiB"));
    }
    let attributes = Attributes {
        mode: stat.st_mode & 0o7777,
        uid: stat.st_uid,
        gid: stat.st_gid,
        xattrs,
    };
    Ok(Some(FileNow { bytes, attributes }))
}

/// The extended attributes of an open file, in hex.
pub(super) fn xattrs(file: impl AsFd) -> io::Result<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    let mut names = vec![0; 64 << 10];
    let length = match rustix::fs::flistxattr(&file, names.as_mut_slice()) {
        Ok(length) => length,
        // A file system without any.
        Err(Errno::NOTSUP | Errno::NOSYS) => return Ok(found),
        Err(error) => return Err(error.into()),
    };
    names.truncate(length);
    for name in names
        .split(|byte| *byte == 0)
        .filter(|name| !name.is_empty())
    {
        let Ok(name) = std::str::from_utf8(name) else {
            return Err(io::Error::other(
                text!("has an extended attribute whose name is not UTF-8").to_string(),
            ));
        };
        if COMPUTED.contains(&name) {
            continue;
        }
        // The most that Linux allows (XATTR_SIZE_MAX).
        let mut value = vec![0; 64 << 10];
        let length = match rustix::fs::fgetxattr(&file, name, value.as_mut_slice()) {
            Ok(length) => length,
            // Listed but not readable: it cannot be copied.
            Err(Errno::NODATA | Errno::NOTSUP) => continue,
            Err(error) => return Err(error.into()),
        };
        value.truncate(length);
        found.insert(name.to_owned(), to_hex(&value));
    }
    Ok(found)
}

/// Bytes as two hex digits each.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The bytes of hex digits; `None` where it is none.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() % 2 != 0 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    let pairs = digits.chunks_exact(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
