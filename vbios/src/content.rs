//! Kinds of files that are not option ROMs.

use core::fmt;

use crate::field::is_padding;

/// Contents of a file without an option ROM image.
///
/// ```
/// use vbios::Content;
/// assert_eq!(Content::of(b"PK\x03\x04..."), Content::Archive("ZIP"));
/// assert_eq!(Content::of(&[0xff; 512]), Content::Erased);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// No bytes.
    Empty,
    /// 0xff only: the ROM did not respond.
    Erased,
    /// 0x00 only.
    Zeros,
    /// An archive, or a compressed file, of this kind.
    Archive(&'static str),
    /// A web page.
    WebPage,
    /// The pointer that Git LFS stores in place of a file.
    LfsPointer,
    /// A ROM whose bytes were converted as UTF-8 text, and are lost.
    Converted,
    /// An executable, such as an EFI driver without its image.
    Executable,
    /// Hexadecimal digits or other text.
    Text,
    /// Other bytes.
    Other,
}

/// First bytes of archives and compressed files.
const ARCHIVES: [(&[u8], &str); 8] = [
    (b"PK\x03\x04", "ZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!\x1a\x07", "RAR"),
    (b"\x1f\x8b", "gzip"),
    (b"\xfd7zXZ\0", "XZ"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"BZh", "bzip2"),
    (b"MSCF", "CAB"),
];

/// The character that replaces a byte that is not UTF-8, U+FFFD.
const REPLACEMENT: &[u8] = b"\xef\xbf\xbd";
/// Bytes that are examined, of longer files.
const EXAMINED: usize = 4096;

impl Content {
    /// The contents of `file`, which has no image.
    #[must_use]
    pub fn of(file: &[u8]) -> Self {
        let start = file.get(..EXAMINED).unwrap_or(file);
        let archive = ARCHIVES.iter().find(|(magic, _)| file.starts_with(magic));
        if let Some((_, name)) = archive {
            return Self::Archive(name);
        }
        match file {
            [] => return Self::Empty,
            [0xff, ..] if is_padding(file) => return Self::Erased,
            [0, ..] if is_padding(file) => return Self::Zeros,
            [b'M', b'Z', ..] | [b'V', b'Z', ..] => return Self::Executable,
            _ => {}
        }
        let replaced = memchr::memmem::find_iter(start, REPLACEMENT).count();
        let signature = file.strip_prefix(&[0x55]);
        let signature = signature.is_some_and(|rest| rest.starts_with(REPLACEMENT));
        if signature || replaced * 64 > start.len() {
            return Self::Converted;
        }
        let text = start.trim_ascii_start();
        let begins = |word: &[u8]| {
            let begin = text.get(..word.len());
            begin.is_some_and(|begin| begin.eq_ignore_ascii_case(word))
        };
        if begins(b"version https://git-lfs.") {
            return Self::LfsPointer;
        }
        if begins(b"<!doctype html") || begins(b"<html") {
            return Self::WebPage;
        }
        let is_text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~');
        if start.iter().all(is_text) {
            return Self::Text;
        }
        Self::Other
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the file is empty",
            Self::Erased => "all bytes are ff: the read failed, the ROM did not respond",
            Self::Zeros => "all bytes are 00: the read failed, or the file is a placeholder",
            Self::Archive(name) => return write!(f, "the file is a {name} archive"),
            Self::WebPage => "the file is a web page",
            Self::LfsPointer => "the file is a Git LFS pointer: the ROM was not downloaded",
            Self::Converted => {
                "the file was converted as UTF-8 text: bytes from 80 on became ef bf bd"
            }
            Self::Executable => "the file is an executable without an option ROM image",
            Self::Text => "the file is text",
            Self::Other => "expected 55 aa with a PCI data structure, found none",
        })
    }
}
