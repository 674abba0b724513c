//! An ACPI table that provides a ROM to a guest.
//!
//! A laptop GPU may have no ROM: the system firmware keeps it, and drivers read it with the method
//! `_ROM` of the GPU's ACPI device (ACPI Specification 6.5, section B.3.3). A guest's firmware has
//! no such method. A secondary table (SSDT) with the method, passed to the guest, provides the ROM
//! to the driver.
//!
//! ```
//! use vbios::ssdt::RomTable;
//! let rom = [0x55; 512];
//! let table = RomTable::new(&rom, r"\_SB.PCI0.S08.S00".parse()?)?;
//! let bytes = table.to_aml();
//! assert!(bytes.starts_with(b"SSDT"));
//! assert_eq!(bytes.iter().fold(0, |sum: u8, byte| sum.wrapping_add(*byte)), 0);
//! assert!(table.to_asl().contains("Method (_ROM, 2, Serialized)"));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod aml;
mod asl;
mod path;
mod table;

pub use path::AcpiPath;
pub use table::RomTable;
