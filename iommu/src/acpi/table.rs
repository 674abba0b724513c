//! What all ACPI tables share: the header, and a list of blocks with lengths.

use crate::error::{Cause, Result, TableFault};

/// The header of a system description table (ACPI Specification 6.5, section
/// 5.2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TableHeader {
    /// The four letters that name the table.
    pub signature: [u8; 4],
    /// The length of the table in bytes, header included.
    pub length: u32,
    /// The revision of the table's layout.
    pub revision: u8,
    /// Whether all bytes of the table sum to 0. Linux takes a DMAR whose sum is
    /// wrong with a warning, and refuses such an IVRS (`check_ivrs_checksum`,
    /// drivers/iommu/amd/init.c).
    pub checksum_ok: bool,
    /// Who made the firmware: six bytes, padded with blanks or zeros.
    pub oem_id: [u8; 6],
    /// The maker's name of the table.
    pub oem_table_id: [u8; 8],
    /// The maker's revision of the table.
    pub oem_revision: u32,
}

/// A block of a type that is not known here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherBlock {
    /// Its type.
    pub kind: u16,
    /// Where it begins in the table, in bytes.
    pub offset: usize,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

/// The length of [`TableHeader`] in a table.
const HEADER: usize = 36;

/// Reads the header of the table `signature`, and gives the bytes that belong to
/// it: a file may be longer.
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

/// One block of a list: its bytes and where they begin in the table.
#[derive(Clone, Copy)]
pub(super) struct Block<'a> {
    pub(super) offset: usize,
    pub(super) bytes: &'a [u8],
}

impl<'a> Block<'a> {
    /// The rest of the block behind `at`, which is known to lie in it.
    pub(super) fn from(self, at: usize) -> Self {
        Self {
            offset: self.offset + at.min(self.bytes.len()),
            bytes: self.bytes.get(at..).unwrap_or_default(),
        }
    }

    /// Says that the block is shorter than the `fixed` bytes that one of its type
    /// has.
    pub(super) fn at_least(self, fixed: usize, what: &'static str) -> Result<Self> {
        if self.bytes.len() < fixed {
            return Err(too_short(self.offset, self.bytes.len(), what).into());
        }
        Ok(self)
    }

    /// Splits off a first part of `length` bytes; `fixed` is the least that such a
    /// part has.
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

/// The bytes at `at`, zeros where there are none: callers have checked the length
/// of what they read from.
fn array_at<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    bytes
        .get(at..)
        .and_then(<[u8]>::first_chunk)
        .copied()
        .unwrap_or([0; N])
}
