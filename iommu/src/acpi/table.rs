//! Common structure of ACPI tables: the header, and a list of blocks.

use crate::error::{Cause, Result, TableFault};

/// The header of a system description table (ACPI Specification 6.5, section
/// 5.2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableHeader {
    /// Signature: the four letters that name the table.
    pub signature: [u8; 4],
    /// Length of the table in bytes, including the header.
    pub length: u32,
    /// Revision of the table's layout.
    pub revision: u8,
    /// Whether all bytes of the table sum to 0. Linux accepts a DMAR with a wrong checksum with a
    /// warning, but rejects such an IVRS (`check_ivrs_checksum`, drivers/iommu/amd/init.c).
    pub checksum_ok: bool,
    /// OEM ID: six bytes, padded with blanks or zeros.
    pub oem_id: [u8; 6],
    /// OEM table ID.
    pub oem_table_id: [u8; 8],
    /// OEM revision.
    pub oem_revision: u32,
}

/// A block of an unknown type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherBlock {
    /// Its type.
    pub kind: u16,
    /// Byte offset in the table.
    pub offset: usize,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

/// Length of [`TableHeader`] in a table.
const HEADER: usize = 36;

/// Parses the header of the table `signature`. Also returns the bytes of the table: a file may be
/// longer.
pub(super) fn header<'a>(
    bytes: &'a [u8],
    signature: &'static str,
) -> Result<(TableHeader, &'a [u8])> {
    let cut = |needed| {
        let found = bytes.len();
        let fault = TableFault::Cut { found, needed };
        Err(Cause::Table { offset: 0, fault }.into())
    };
    let Some(fixed) = bytes.first_chunk::<HEADER>() else {
        return cut(HEADER);
    };
    if fixed.first_chunk() != signature.as_bytes().first_chunk::<4>() {
        let expected = signature;
        let fault = TableFault::Signature { expected };
        return Err(Cause::Table { offset: 0, fault }.into());
    }
    let length = u32_at(fixed, 4);
    let needed = usize::try_from(length).unwrap_or(usize::MAX).max(HEADER);
    let Some(table) = bytes.get(..needed) else {
        return cut(needed);
    };
    let sum = table.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    let header = TableHeader {
        signature: array_at(fixed, 0),
        length,
        revision: u8_at(fixed, 8),
        checksum_ok: sum == 0,
        oem_id: array_at(fixed, 10),
        oem_table_id: array_at(fixed, 16),
        oem_revision: u32_at(fixed, 24),
    };
    Ok((header, table))
}

/// A block: its bytes and their offset in the table.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) offset: usize,
    pub(super) bytes: &'a [u8],
}

impl<'a> Block<'a> {
    /// The block from `at`, which is in range.
    pub(super) fn from(self, at: usize) -> Self {
        Self {
            offset: self.offset + at.min(self.bytes.len()),
            bytes: self.bytes.get(at..).unwrap_or_default(),
        }
    }

    /// Checks that the block has at least the `fixed` bytes of its type.
    pub(super) fn at_least(self, fixed: usize, what: &'static str) -> Result<Self> {
        if self.bytes.len() < fixed {
            return Err(too_short(self.offset, self.bytes.len(), what).into());
        }
        Ok(self)
    }

    /// Splits off the first `length` bytes; `fixed` is the minimum length.
    pub(super) fn split(
        self,
        length: usize,
        fixed: usize,
        what: &'static str,
    ) -> Result<(Self, Self)> {
        if length < fixed.max(1) || length > self.bytes.len() {
            return Err(too_short(self.offset, length, what).into());
        }
        let (first, rest) = self.bytes.split_at(length);
        let offset = self.offset;
        let first = Self {
            offset,
            bytes: first,
        };
        let rest = Self {
            offset: offset + length,
            bytes: rest,
        };
        Ok((first, rest))
    }

    pub(super) fn u8(self, at: usize) -> u8 {
        u8_at(self.bytes, at)
    }

    pub(super) fn u16(self, at: usize) -> u16 {
        u16::from_le_bytes(array_at(self.bytes, at))
    }

    pub(super) fn u32(self, at: usize) -> u32 {
        u32_at(self.bytes, at)
    }

    pub(super) fn u64(self, at: usize) -> u64 {
        u64::from_le_bytes(array_at(self.bytes, at))
    }
}

fn too_short(offset: usize, length: usize, what: &'static str) -> Cause {
    let fault = TableFault::Length { what, length };
    Cause::Table { offset, fault }
}

fn u8_at(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or_default()
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(array_at(bytes, at))
}

/// The bytes at `at`, zeros past the end: callers have checked the length.
fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .copied()
        .unwrap_or([0; N])
}
