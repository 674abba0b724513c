//! PE32 and TE executables.

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use goblin::pe::header::Header;
use goblin::pe::section_table::SectionTable;

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
    /// Parts for the digest of a PE32 executable.
    pub(super) signed: Option<Signed>,
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

/// Parts of a PE32 executable for its digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    /// Offset of the checksum: four bytes, excluded.
    pub(super) checksum: usize,
    /// Offset of the certificate table's directory entry: eight bytes, excluded; `None` if the
    /// directory is shorter.
    pub(super) entry: Option<usize>,
    /// End of the headers.
    pub(super) headers_end: usize,
    /// Offset and length of the sections with bytes in the file.
    pub(super) sections: Vec<(usize, usize)>,
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

/// Parses a PE32 executable with `goblin`. Offsets and counts are checked before and after: it is
/// given no bytes before the PE header, where it reads a DOS program, and no section names, which it
/// looks up in a string table.
fn pe32(bytes: &[u8]) -> Result<Executable> {
    let cut_off = || Cause::ExecutableCutOff;
    let header = offset(u32_at(bytes, 0x3c).ok_or_else(cut_off)?);
    let coff = bytes.get(header..).ok_or_else(cut_off)?;
    if !coff.starts_with(b"PE\0\0") {
        return Err(Cause::PeSignature { offset: header }.into());
    }
    let magic = u16_at(coff, OPTIONAL).ok_or_else(cut_off)?;
    // After the fields of varying width follows the directory: its number of entries, then eight
    // bytes for each.
    let (form, directory) = match magic {
        0x10b => (ExecutableForm::Pe32, 0x5c),
        0x20b => (ExecutableForm::Pe32Plus, 0x6c),
        _ => return Err(Cause::Magic { magic }.into()),
    };
    let entries = u32_at(coff, OPTIONAL + directory).ok_or_else(cut_off)?;
    if entries > MAX_ENTRIES {
        return Err(Cause::Directories { entries }.into());
    }
    let headers = Header::parse_without_dos(coff).map_err(|_| cut_off())?;
    let optional = headers.optional_header.ok_or_else(cut_off)?;
    let windows = &optional.windows_fields;
    let headers_end = offset(windows.size_of_headers);

    let optional_size = usize::from(headers.coff_header.size_of_optional_header);
    let count = usize::from(headers.coff_header.number_of_sections);
    let table = coff.get(OPTIONAL + optional_size..);
    let table = table.and_then(|table| table.get(..count * SECTION));
    let mut sections = Vec::with_capacity(count);
    let mut size = headers_end;
    for section in table.ok_or_else(cut_off)?.as_chunks().0 {
        let (start, length) = section_place(section).ok_or_else(cut_off)?;
        if length > 0 {
            size = size.max(start.saturating_add(length));
            sections.push((start, length));
        }
    }

    // The certificate table is the only entry with a file offset.
    let mut certificates = None;
    let table = optional.data_directories.get_certificate_table();
    if let Some(table) = table.filter(|table| table.size > 0) {
        let start = offset(table.virtual_address);
        let end = start.saturating_add(offset(table.size));
        size = size.max(end);
        certificates = Some(start..end);
    }
    if size > bytes.len() {
        let (end, size) = (size, bytes.len());
        return Err(Cause::PastTheEnd { end, size }.into());
    }
    let entry = header + OPTIONAL + directory + 4 + CERTIFICATES * 8;
    Ok(Executable {
        form,
        machine: EfiMachine(headers.coff_header.machine),
        subsystem: Subsystem(windows.subsystem),
        size,
        certificates,
        signed: Some(Signed {
            checksum: header + OPTIONAL + 0x40,
            entry: (offset(entries) > CERTIFICATES).then_some(entry),
            headers_end,
            sections,
        }),
    })
}

/// Offset of the optional header after the PE signature and the COFF header.
const OPTIONAL: usize = 0x18;
/// Most entries of the directory; edk2 rejects more (`MdePkg/Library/BasePeCoffLib/BasePeCoff.c`).
const MAX_ENTRIES: u32 = 16;
/// Entry of the certificate table.
const CERTIFICATES: usize = 4;
/// Length of a section header.
const SECTION: usize = 0x28;

/// Offset and length of a section in the file.
fn section_place(header: &[u8; SECTION]) -> Option<(usize, usize)> {
    // A name may refer to a string of any length, in each of 65,535 sections.
    let mut unnamed = *header;
    unnamed.first_chunk_mut::<8>()?.fill(0);
    let section = SectionTable::parse(&unnamed, &mut 0, 0).ok()?;
    Some((
        offset(section.pointer_to_raw_data),
        offset(section.size_of_raw_data),
    ))
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
        signed: None,
    })
}
