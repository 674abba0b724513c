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
pub use diff::{Difference, diff};
pub use efi::{Compression, EfiHeader, Machine, Subsystem};
pub use image::Image;
pub use isa::IsaRom;
pub use nvidia::{
    BiosVersion, Bit, BitStrings, BitToken, Extension, FlashHeader, FlashHeaderError,
};
pub use pnp::PnpHeader;
pub use problem::{Finding, Problem};
pub use rom::{Prefix, PrefixKind, Rom};
pub use rom_parser::{RomParserOutput, rom_parser};
pub use signature::Signature;
pub use verify::verify;
pub use vfct::{Vfct, VfctError, VfctImage};
pub use video_bios_table::VideoBiosTable;
