//! What can be typed to edit option ROMs.

use std::num::ParseIntError;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use pci_core::{ClassCode, DeviceId, PciId, VendorId};
use vbios::edit::Images;
use vbios::ssdt::AcpiPath;

use super::output::Output;

/// Behind the examples of commands that take `IMAGES`.
const IMAGES: &str = "
IMAGES is all, legacy (the x86 images), efi, an image's number from 0, or its offset
as 0xfc00. Without -o the changes are only shown.";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Edit {
    /// Take images, or the EFI drivers in them, out of a ROM
    #[command(after_help = "\
Examples:
  passthru rom extract vbios.rom                      what can be taken out
  passthru rom extract vbios.rom legacy -o legacy.rom
  passthru rom extract vbios.rom efi --as driver -o gop.efi
  passthru rom extract vbios.rom all -o DIRECTORY

IMAGES is all, legacy (the x86 images), efi, an image's number from 0, or its offset
as 0xfc00.")]
    Extract {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which images
        #[arg(value_name = "IMAGES", default_value = "all")]
        images: Images,
        /// What of them
        #[arg(long = "as", value_name = "FORM", default_value = "image")]
        form: FormWord,
        /// Write what was taken out to this file, or, where it is several, to files
        /// in this directory
        #[arg(short, long, value_name = "FILE|DIRECTORY")]
        output: Option<PathBuf>,
    },
    /// Change the ids that images are for, and keep their checksums right
    #[command(after_help = format!("\
Examples:
  passthru rom patch vbios.rom --ids 10de:1c03 -o patched.rom
  passthru rom patch vbios.rom --device 1c03 --images legacy -o patched.rom
  passthru rom patch vbios.rom --class 030200 --device-list 1c03,1c02
{IMAGES}"))]
    Patch {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The ids to write
        #[command(flatten)]
        ids: IdArgs,
        /// Which images
        #[arg(long, value_name = "IMAGES", default_value = "all")]
        images: Images,
        #[command(flatten)]
        output: Output,
    },
    /// Make the bytes of x86 images add up to 0, as BIOSes want them to
    #[command(after_help = format!("\
The byte that is changed is the one that the image's vendor has for it. EFI images
have no such sum and are never touched.

Examples:
  passthru rom fix-checksum edited.rom -o mended.rom
  passthru rom fix-checksum edited.rom --at 0xfbff -o mended.rom
{IMAGES}"))]
    FixChecksum {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which images
        #[arg(long, value_name = "IMAGES", default_value = "all")]
        images: Images,
        /// Change this byte instead: its offset in the file, as 0xfbff
        #[arg(long, value_name = "OFFSET", value_parser = offset)]
        at: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    /// Have an image say that it is the last, and no other before it
    #[command(after_help = format!("\
Examples:
  passthru rom set-last cut-off.rom -o closed.rom
  passthru rom set-last vbios.rom legacy -o legacy-only.rom
{IMAGES}"))]
    SetLast {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which images; the last of them is marked
        #[arg(value_name = "IMAGES", default_value = "all")]
        images: Images,
        #[command(flatten)]
        output: Output,
    },
    /// Take images out of a chain and close it behind the others
    #[command(after_help = format!("\
Examples:
  passthru rom drop vbios.rom legacy -o efi-only.rom
  passthru rom drop vbios.rom 1 -o smaller.rom
{IMAGES}"))]
    Drop {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which images
        #[arg(value_name = "IMAGES")]
        images: Images,
        #[command(flatten)]
        output: Output,
    },
    /// Add an image with an EFI driver behind the others
    #[command(after_help = "\
Examples:
  passthru rom add vbios.rom gop.efi --compress -o with-gop.rom
  passthru rom add vbios.rom gop.efi --ids 1002:1638 -o with-gop.rom

Without --ids and --class the new image has those of the ROM's first one.")]
    Add {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The driver: an executable, not compressed
        #[arg(value_name = "DRIVER")]
        driver: PathBuf,
        #[command(flatten)]
        new: NewImageArgs,
        #[command(flatten)]
        output: Output,
    },
    /// Make a ROM of other ROMs' images and of EFI drivers, in their order
    #[command(after_help = "\
Examples:
  passthru rom build gop.efi --ids 10de:1c03 --compress -o gop.rom
  passthru rom build legacy.rom gop.efi --ids 10de:1c03 --class 030000 -o both.rom

Each file is a ROM, whose images are taken, or an executable, which is wrapped as
edk2's EfiRom does it. Without --ids those are taken of the first ROM's first image.")]
    Build {
        /// ROMs and EFI drivers
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        new: NewImageArgs,
        #[command(flatten)]
        output: Output,
    },
    /// Make an ACPI table that hands the ROM to a guest's driver by _ROM
    #[command(after_help = "\
A laptop's card may have no ROM of its own: its driver asks the firmware for it by
the method _ROM of the card's ACPI device. This makes a table with that method, for
QEMU's -acpitable file=. The function in slot 2.0 behind QEMU's root port in slot
1.0 is \\_SB.PCI0.S08.S10: each segment is S and the slot and function in hex.

Examples:
  passthru rom ssdt vbios.rom --device '\\_SB.PCI0.S08.S00' -o rom.aml
  passthru rom ssdt vbios.rom --device '\\_SB.PCI0.S08.S00' --asl -o rom.asl")]
    Ssdt {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The card's ACPI device in the guest
        #[arg(long, value_name = "PATH")]
        device: AcpiPath,
        /// Which images of the ROM; they must stand next to each other
        #[arg(long, value_name = "IMAGES", default_value = "legacy")]
        images: Images,
        /// Write the table's source, for iasl, not the table
        #[arg(long)]
        asl: bool,
        /// Write the table to this file
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

/// What of an image is taken out, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum FormWord {
    /// All of it
    Image,
    /// The EFI driver as it is stored, compressed where it is
    Stored,
    /// The EFI driver as an executable
    Driver,
}

/// Ids to write into images.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(in crate::cli) struct IdArgs {
    /// Both ids of the function, in hex
    #[arg(long, value_name = "VENDOR:DEVICE", conflicts_with_all = ["vendor", "device"])]
    pub(super) ids: Option<PciId>,
    /// The vendor id, in hex
    #[arg(long, value_name = "ID")]
    pub(super) vendor: Option<VendorId>,
    /// The device id, in hex
    #[arg(long, value_name = "ID")]
    pub(super) device: Option<DeviceId>,
    /// The class, six hex digits
    #[arg(long, value_name = "CLASS")]
    pub(super) class: Option<ClassCode>,
    /// Further devices, in hex; the image must have room for them
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    pub(super) device_list: Option<Vec<DeviceId>>,
}

/// How a new image is to be.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewImageArgs {
    /// The ids of the function, in hex
    #[arg(long, value_name = "VENDOR:DEVICE")]
    pub(super) ids: Option<PciId>,
    /// Further devices, in hex
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    pub(super) device_list: Vec<DeviceId>,
    /// The class, six hex digits
    #[arg(long, value_name = "CLASS")]
    pub(super) class: Option<ClassCode>,
    /// The vendor's revision of the code, in hex
    #[arg(long, value_name = "REVISION", default_value = "0", value_parser = revision)]
    pub(super) revision: u16,
    /// Compress the driver; a signature stays valid either way
    #[arg(long)]
    pub(super) compress: bool,
}

fn offset(text: &str) -> Result<usize, ParseIntError> {
    match text.strip_prefix("0x") {
        Some(hex) => usize::from_str_radix(hex, 16),
        None => text.parse(),
    }
}

fn revision(text: &str) -> Result<u16, ParseIntError> {
    u16::from_str_radix(text.strip_prefix("0x").unwrap_or(text), 16)
}
