//! PE32 and TE executables.

use core::fmt;
use core::ops::Range;

use super::header::{EfiMachine, Subsystem};
use crate::error::{Cause, Result};
use crate::field::{offset, u16_at, u32_at};

/// The headers of an EFI driver, as far as ROMs need them (Microsoft PE and COFF Specification 8.3;
/// for TE, Platform Initialization Specification 1.7, volume 1, section 15).
///
/// ```
/// use vbios::ErrorKind;
/// use vbios::efi::Executable;
/// let error = Executable::read(b"ELF?").unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Executable);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Executable {
    /// Form of its headers.
    pub form: ExecutableForm,
    /// Processor architecture.
    pub machine: EfiMachine,
    /// Subsystem.
    pub subsystem: Subsystem,
    /// Size by its own headers, in bytes, including the certificate table; padding follows it in a
    /// ROM.
    pub size: usize,
    /// Span of the certificate table, within the file; `None` for an unsigned driver.
    pub certificates: Option<Range<usize>>,
    /// Parts that the digest of a PE32 executable excludes.
    pub(super) skipped: Option<Skipped>,
}

/// The form of an executable's headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExecutableForm {
    /// PE32, for 32-bit processors.
    Pe32,
    /// PE32+, for 64-bit processors.
    Pe32Plus,
    /// Terse Executable: PE32 with most of the headers removed.
    Te,
}

impl fmt::Display for ExecutableForm {
    /// The name in the specifications.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pe32 => "PE32",
            Self::Pe32Plus => "PE32+",
            Self::Te => "TE",
        })
    }
}

/// The fields of a PE32 executable that signing changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Skipped {
    /// Offset of the checksum: four bytes.
    pub(super) checksum: usize,
    /// Offset of the certificate table's directory entry: eight bytes; `None` if the directory is
    /// shorter.
    pub(super) entry: Option<usize>,
}

impl Executable {
    /// Parses the headers at the start of `bytes`.
    ///
    /// # Errors
    ///
    /// If they are not an executable's, or exceed `bytes`.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        match bytes.first_chunk() {
            Some(b"MZ") => pe32(bytes),
            Some(b"VZ") => te(bytes).ok_or_else(|| Cause::ExecutableCutOff.into()),
            Some(found) => Err(Cause::Signature { found: *found }.into()),
            None => Err(Cause::ExecutableCutOff.into()),
        }
    }
}

fn pe32(bytes: &[u8]) -> Result<Executable> {
    let cut_off = || Cause::ExecutableCutOff;
    let header = offset(u32_at(bytes, 0x3c).ok_or_else(cut_off)?);
    let coff = bytes.get(header..).ok_or_else(cut_off)?;
    if !coff.starts_with(b"PE\0\0") {
        return Err(Cause::PeSignature { offset: header }.into());
    }
    let machine = EfiMachine(u16_at(coff, 4).ok_or_else(cut_off)?);
    let section_count = usize::from(u16_at(coff, 6).ok_or_else(cut_off)?);
    let optional_size = usize::from(u16_at(coff, 0x14).ok_or_else(cut_off)?);
    let optional = coff.get(0x18..).ok_or_else(cut_off)?;
    // After the fields of varying width follows the directory: its number of entries, then eight
    // bytes for each.
    let magic = u16_at(optional, 0).ok_or_else(cut_off)?;
    let (form, directory) = match magic {
        0x10b => (ExecutableForm::Pe32, 0x5c),
        0x20b => (ExecutableForm::Pe32Plus, 0x6c),
        _ => return Err(Cause::Magic { magic }.into()),
    };
    let headers = offset(u32_at(optional, 0x3c).ok_or_else(cut_off)?);
    let subsystem = Subsystem(u16_at(optional, 0x44).ok_or_else(cut_off)?);
    let entries = u32_at(optional, directory).ok_or_else(cut_off)?;

    let sections = optional.get(optional_size..).ok_or_else(cut_off)?;
    let mut size = headers;
    for section in sections.chunks_exact(0x28).take(section_count) {
        let (length, start) = (u32_at(section, 0x10), u32_at(section, 0x14));
        let (length, start) = (
            offset(length.ok_or_else(cut_off)?),
            offset(start.ok_or_else(cut_off)?),
        );
        if length > 0 {
            size = size.max(start.saturating_add(length));
        }
    }
    if sections.len() / 0x28 < section_count {
        return Err(cut_off().into());
    }

    // The certificate table is the fifth entry, the only one with a file offset.
    let entry = directory + 4 + 4 * 8;
    let mut certificates = None;
    if entries > 4 {
        let start = offset(u32_at(optional, entry).ok_or_else(cut_off)?);
        let length = offset(u32_at(optional, entry + 4).ok_or_else(cut_off)?);
        if length > 0 {
            let end = start.saturating_add(length);
            size = size.max(end);
            certificates = Some(start..end);
        }
    }
    if size > bytes.len() {
        let (end, size) = (size, bytes.len());
        return Err(Cause::PastTheEnd { end, size }.into());
    }
    let optional = header + 0x18;
    Ok(Executable {
        form,
        machine,
        subsystem,
        size,
        certificates,
        skipped: Some(Skipped {
            checksum: optional + 0x40,
            entry: (entries > 4).then_some(optional + entry),
        }),
    })
}

fn te(bytes: &[u8]) -> Option<Executable> {
    let stripped = usize::from(u16_at(bytes, 6)?);
    let section_count = usize::from(*bytes.get(4)?);
    let sections = bytes.get(0x28..)?.chunks_exact(0x28);
    if sections.len() < section_count {
        return None;
    }
    let mut size = 0x28 * (1 + section_count);
    for section in sections.take(section_count) {
        let (length, start) = (
            offset(u32_at(section, 0x10)?),
            offset(u32_at(section, 0x14)?),
        );
        // Offsets are those before the headers were removed.
        let end = start.saturating_add(length).saturating_add(0x28);
        size = size.max(end.saturating_sub(stripped));
    }
    (size <= bytes.len()).then_some(Executable {
        form: ExecutableForm::Te,
        machine: EfiMachine(u16_at(bytes, 2)?),
        subsystem: Subsystem(u16::from(*bytes.get(5)?)),
        size,
        certificates: None,
        skipped: None,
    })
}
