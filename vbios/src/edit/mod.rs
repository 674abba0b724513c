//! Edits of ROM files: each returns new bytes and a list of changes.
//!
//! ```
//! # let mut file = vec![0; 512];
//! # file[..3].copy_from_slice(&[0x55, 0xaa, 1]);
//! # file[0x18] = 0x1c;
//! # file[0x1c..0x20].copy_from_slice(b"PCIR");
//! # file[0x20..0x24].copy_from_slice(&[0xde, 0x10, 0x04, 0x2d]);
//! # file[0x26] = 0x18;
//! # file[0x2b] = 0x03;
//! # file[0x2c] = 1;
//! # file[511] = 0u8.wrapping_sub(file.iter().fold(0, |a: u8, b| a.wrapping_add(*b)));
//! use vbios::{edit, edit::Images};
//! let edited = edit::set_last(&file, Images::All)?;
//! let [flag, balance] = &edited.changes[..] else { unreachable!() };
//! assert_eq!((flag.offset, &flag.before[..], &flag.after[..]), (0x31, &[0][..], &[0x80][..]));
//! assert_eq!(balance.offset, 0x1ff);
//! assert!(vbios::Rom::parse(&edited.bytes).findings.is_empty());
//! # Ok::<(), vbios::Error>(())
//! ```

mod balance;
mod build;
mod chain;
mod draft;
mod drop_images;
mod edited;
mod efi_image;
mod extract;
mod fix_checksum;
mod images;
mod new_image;
mod patch_ids;
mod set_last;
mod trim;

pub use build::{ImageSource, add_efi, build};
pub use drop_images::drop_images;
pub use edited::{ByteChange, Edited};
pub use efi_image::EfiImage;
pub use extract::{ImagePart, PartForm, extract, extract_adjacent};
pub use fix_checksum::fix_checksum;
pub use images::Images;
pub use new_image::NewImage;
pub use patch_ids::{IdPatch, patch_ids};
pub use set_last::set_last;
pub use trim::{Tail, trim};
