//! PCI option ROM images: parsed without I/O, with offsets.
//!
//! A ROM file is a chain of images, each with a header, a "PCI data structure"
//! and code for one kind of machine: BIOS code for x86, a driver for EFI. Files
//! from flash tools carry more in front and behind. [`Rom::parse`] takes any
//! bytes apart and says what is wrong with them; it never fails.
//!
//! ```
//! use vbios::{Problem, Rom};
//! let rom = Rom::parse(b"not a ROM");
//! assert!(rom.images.is_empty());
//! assert_eq!(rom.findings[0].problem, Problem::NoImage);
//! ```
//!
//! | you have | you call | and get |
//! | --- | --- | --- |
//! | a ROM file | [`Rom::parse`] | its images, the vendor's tables, what is wrong |
//! | a ROM, a card and a guest | [`verify()`] | who takes it, who does not, and why |
//! | a dump of a whole flash chip, or a firmware update | [`carve()`] | the ROMs in it |
//! | the ACPI table `VFCT` of an AMD system | [`Vfct::parse`] | the ROMs in it |
//! | a ROM with the wrong ids, sum, end | [`edit::patch_ids`], [`edit::fix_checksum`], [`edit::set_last`] | new bytes, and each change |
//! | a ROM with bytes before or behind | [`edit::trim()`] | the ROM alone |
//! | images to take out, drop, add | [`edit::extract()`], [`edit::drop_images()`], [`edit::add_efi`] | parts, or a new ROM |
//! | an EFI driver | [`edit::build()`], [`efi::compress()`] | a ROM with it |
//! | a ROM for a guest whose card has no ROM BAR | [`ssdt::RomTable`] | an ACPI table that holds it |
//! | two ROMs | [`diff()`] | in what they differ |
//!
//! # The words
//!
//! | word | what it is |
//! | --- | --- |
//! | option ROM, expansion ROM | a memory on a card with programs that the machine's firmware runs |
//! | VBIOS, video BIOS | that of a graphics card |
//! | image | one program in it, with a header: [`Image`] |
//! | PCI data structure (`PCIR`) | says for which ids an image is, how long it is, and whether another follows |
//! | code type | for which kind of firmware an image is: [`CodeType`]: BIOS code, or an EFI driver (a GOP draws on the screen) |
//! | checksum | all bytes of a BIOS image add up to 0; firmware refuses one that does not |
//! | ROM BAR | the register by which the card shows its ROM: QEMU puts a `romfile=` there |
//! | shadow copy | what the firmware left of a ROM in memory after it ran it: often changed, and short |
//!
//! The crate is `no_std` + `alloc`. The feature `serde` makes documents of
//! parsed ROMs.
#![no_std]

extern crate alloc;

mod atom_bios;
mod backup;
mod board;
mod carve;
mod chains;
mod checksum;
mod code_type;
mod data_structure;
mod diff;
#[cfg(feature = "serde")]
mod document;
pub mod edit;
pub mod efi;
mod error;
mod field;
mod image;
mod isa;
mod nvidia;
mod pnp;
mod problem;
mod rom;
mod rom_parser;
mod signature;
pub mod ssdt;
pub mod verify;
mod vfct;
mod video_bios_table;
mod walk;

pub use atom_bios::AtomBios;
pub use backup::Backup;
pub use board::{Board, VendorTables};
pub use carve::{Carved, carve};
pub use code_type::CodeType;
pub use data_structure::StructureSignature;
pub use diff::{RomDifference, diff};
pub use efi::{Compression, EfiHeader, EfiMachine, Subsystem};
pub use error::{Error, ErrorKind, Result};
pub use image::Image;
pub use isa::IsaRom;
pub use nvidia::{BiosVersion, Bit, BitStrings, BitToken, Extension, FlashHeader};
pub use pnp::PnpHeader;
pub use problem::{ImageFinding, Problem};
pub use rom::{Prefix, PrefixKind, Rom};
pub use rom_parser::{RomParserOutput, rom_parser};
pub use signature::Signature;
pub use verify::verify;
pub use vfct::{Vfct, VfctImage};
pub use video_bios_table::VideoBiosTable;
