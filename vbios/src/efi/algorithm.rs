//! The two compression algorithms, and their common constants.

/// Compression algorithm of a driver: LZ77 with the Huffman codes of LHA's `-lh5-`. The two differ
/// in the maximum match distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// UEFI compression, used in option ROMs (UEFI Specification 2.10, section 19): matches up to 8
    /// KiB back.
    Uefi,
    /// Tiano compression of edk2 firmware volumes: matches up to 512 KiB back
    /// (`BaseTools/Source/C/Common/TianoCompress.c` of edk2).
    Tiano,
}

impl Algorithm {
    /// Size limit of a compressed or decompressed file, in bytes: the largest ROM that a BAR of a
    /// PCI function can map (PCI Local Bus Specification 3.0, section 6.2.5.2).
    pub const MAX_SIZE: usize = 16 << 20;

    /// Bits of the number of position codes.
    pub(super) const fn position_bits(self) -> u32 {
        match self {
            Self::Uefi => 4,
            Self::Tiano => 5,
        }
    }

    /// Maximum match distance, in bytes: one less than the window, as written by edk2.
    pub(super) const fn window(self) -> usize {
        match self {
            Self::Uefi => (1 << 13) - 1,
            Self::Tiano => (1 << 19) - 1,
        }
    }
}

/// Constants of section 19.2 of the specification.
pub(super) mod set {
    /// Literals, and lengths from 3 to 256.
    pub(in crate::efi) const CHARACTERS: usize = 510;
    /// Bits of the number of character codes.
    pub(in crate::efi) const CHARACTER_BITS: u32 = 9;
    /// Three kinds of runs of zeros, and code lengths from 1 to 16.
    pub(in crate::efi) const EXTRA: usize = 19;
    /// Bits of the number of extra codes.
    pub(in crate::efi) const EXTRA_BITS: u32 = 5;
    /// Position codes, each for a number of bits: the range of five bits.
    pub(in crate::efi) const POSITIONS: usize = 31;
    /// Longest code, in bits.
    pub(in crate::efi) const MAX_LEN: usize = 16;
    /// Shortest match, in bytes.
    pub(in crate::efi) const MIN_MATCH: usize = 3;
    /// Longest match, in bytes.
    pub(in crate::efi) const MAX_MATCH: usize = 256;
}
