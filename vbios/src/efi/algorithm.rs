//! The two compressed forms, and the numbers that they share.

/// How a driver is compressed. Both are LZ77 with the Huffman codes of LHA's
/// `-lh5-`: they differ in how far back a match may lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// The specification's own, which option ROMs use (UEFI Specification 2.10,
    /// section 19): matches up to 8 KiB back.
    Uefi,
    /// The one that firmware volumes of edk2 may use besides: matches up to 512 KiB
    /// back (`BaseTools/Source/C/Common/TianoCompress.c` of edk2).
    Tiano,
}

impl Algorithm {
    /// The largest file that is compressed or decompressed here, in bytes: the
    /// largest ROM that a BAR of a PCI function can show (PCI Local Bus
    /// Specification 3.0, section 6.2.5.2).
    pub const LARGEST: usize = 16 << 20;

    /// The number of bits in which the number of position codes is written.
    pub(super) const fn position_bits(self) -> u32 {
        match self {
            Self::Uefi => 4,
            Self::Tiano => 5,
        }
    }

    /// How far back a match lies at most, in bytes: one less than the window, as in
    /// what edk2 writes.
    pub(super) const fn window(self) -> usize {
        match self {
            Self::Uefi => (1 << 13) - 1,
            Self::Tiano => (1 << 19) - 1,
        }
    }
}

/// The numbers of section 19.2 of the specification.
pub(super) mod set {
    /// Literals, and lengths from 3 to 256.
    pub(in crate::efi) const CHARACTERS: usize = 510;
    /// The bits in which a number of characters is written.
    pub(in crate::efi) const CHARACTER_BITS: u32 = 9;
    /// Three kinds of runs of zeroes, and code lengths from 1 to 16.
    pub(in crate::efi) const EXTRA: usize = 19;
    /// The bits in which a number of extra codes is written.
    pub(in crate::efi) const EXTRA_BITS: u32 = 5;
    /// Position codes, each for a number of bits: as many as five bits can say.
    pub(in crate::efi) const POSITIONS: usize = 31;
    /// The longest code, in bits.
    pub(in crate::efi) const LONGEST: usize = 16;
    /// The shortest match, in bytes.
    pub(in crate::efi) const SHORTEST_MATCH: usize = 3;
    /// The longest match, in bytes.
    pub(in crate::efi) const LONGEST_MATCH: usize = 256;
}
