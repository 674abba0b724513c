//! PCI option ROM images (VBIOS, UEFI GOP drivers): parsing, verification and editing.
//!
//! A ROM file is a chain of images, each with a header, a PCI data structure, and code for one kind
//! of firmware: x86 BIOS code or an EFI driver. Dumps of flash tools have further bytes before and
//! after. [`Rom::parse`] accepts any bytes and reports their problems; it never fails.
//!
//! ```
//! use vbios::{Problem, Rom};
//! let rom = Rom::parse(b"not a ROM");
//! assert!(rom.images.is_empty());
//! assert_eq!(rom.findings[0].problem, Problem::NoImage);
//! ```
//!
//! | input | function | result |
//! | --- | --- | --- |
//! | a ROM file | [`Rom::parse`] | its images, vendor tables and problems |
//! | a ROM, a card and a guest | [`verify()`] | which firmware accepts the ROM, which rejects it, and why |
//! | a flash chip dump, or a firmware update | [`carve()`] | the embedded ROMs |
//! | ACPI table `VFCT` of an AMD system | [`Vfct::parse`] | the embedded ROMs |
//! | a ROM with wrong IDs, checksum or last-image indicator | [`edit::patch_ids`], [`edit::fix_checksum`], [`edit::set_last`] | new bytes, and a list of changes |
//! | a ROM with bytes before or after the images | [`edit::trim()`] | the images alone |
//! | images to extract, drop or add | [`edit::extract()`], [`edit::drop_images()`], [`edit::add_efi`] | image files, or a new ROM |
//! | an EFI driver | [`edit::build()`], [`efi::compress()`] | a ROM with the driver |
//! | a ROM for a card without a ROM BAR | [`ssdt::RomTable`] | an ACPI table with the ROM |
//! | two ROMs | [`diff()`] | their differences |
//!
//! # Terms
//!
//! | term | meaning |
//! | --- | --- |
//! | option ROM, expansion ROM | code on a card that the system firmware runs |
//! | VBIOS, video BIOS | the option ROM of a graphics card |
//! | image | a program in the ROM, with a header: [`Image`] |
//! | PCI data structure (`PCIR`) | device IDs, length and last-image indicator of an image |
//! | code type | the firmware that an image is for: x86 BIOS or EFI ([`CodeType`]); the EFI driver of a graphics card is called GOP |
//! | checksum | all bytes of an x86 image add up to 0; SeaBIOS rejects an image otherwise |
//! | ROM BAR | the base address register for the ROM; QEMU maps a `romfile=` there |
//! | shadow copy | the copy in memory from which the firmware ran a ROM: often modified and incomplete |
//!
//! The crate is `no_std` + `alloc`. The feature `serde` serializes parsed ROMs.
#![no_std]

extern crate alloc;

mod atom_bios;
mod atom_memory;
mod backup;
mod board;
mod carve;
mod chains;
mod checksum;
mod code_type;
mod content;
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
mod memory;
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
pub use content::Content;
pub use data_structure::StructureSignature;
pub use diff::{RomDifference, diff};
pub use efi::{Compression, EfiHeader, EfiMachine, Subsystem};
pub use error::{Error, ErrorKind, Result};
pub use image::Image;
pub use isa::IsaRom;
pub use memory::{BoardMemory, MemoryModule};
pub use nvidia::{BiosVersion, Bit, BitStrings, BitToken, Extension, FlashHeader};
pub use pnp::PnpHeader;
pub use problem::{ImageFinding, Problem};
pub use rom::{Prefix, PrefixKind, Rom};
pub use rom_parser::{RomParserOutput, rom_parser};
pub use signature::Signature;
pub use verify::verify;
pub use vfct::{Vfct, VfctImage};
pub use video_bios_table::VideoBiosTable;
