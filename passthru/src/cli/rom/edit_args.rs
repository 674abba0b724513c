//! The command line of the ROM editing commands.

use std::num::ParseIntError;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use pci_core::{ClassCode, DeviceId, PciId, VendorId};
use vbios::edit::Images;
use vbios::ssdt::AcpiPath;

use super::output::Output;

/// The text after the examples of commands with `IMAGES`.
const IMAGES: &str = "
IMAGES is all, legacy (the x86 images), efi, an image's number from 0, or its offset
as 0xfc00. Without -o the changes are shown, not written.";

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Edit {
    /// Extract images or their EFI drivers from a ROM
    #[command(after_help = "\
Examples:
  passthru rom extract vbios.rom                      list the images
  passthru rom extract vbios.rom legacy -o legacy.rom
  passthru rom extract vbios.rom efi --as driver -o gop.efi
  passthru rom extract vbios.rom all -o DIRECTORY

IMAGES is all, legacy (the x86 images), efi, an image's number from 0, or its offset
as 0xfc00.")]
    Extract {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Select the images
        #[arg(value_name = "IMAGES", default_value = "all")]
        images: Images,
        /// Set the form of the output
        #[arg(long = "as", value_name = "FORM", default_value = "image")]
        form: FormWord,
        /// Write the image to this file, or several images to this directory
        #[arg(short, long, value_name = "FILE|DIRECTORY")]
        output: Option<PathBuf>,
    },
    /// Change the IDs of images, and correct their checksums
    #[command(override_usage = "passthru rom patch [OPTIONS] <FILE>", after_help = format!("\
At least one of --ids, --vendor, --device, --class and --device-list is required.

Examples:
  passthru rom patch vbios.rom --ids 10de:1c03 -o patched.rom
  passthru rom patch vbios.rom --device 1c03 --images legacy -o patched.rom
  passthru rom patch vbios.rom --class 030200 --device-list 1c03,1c02
{IMAGES}"))]
    Patch {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The IDs to write
        #[command(flatten)]
        ids: IdArgs,
        /// Select the images
        #[arg(long, value_name = "IMAGES", default_value = "all")]
        images: Images,
        /// Keep the checksum with the byte at this offset of the file, as 0xfbff
        #[arg(long, value_name = "OFFSET", value_parser = offset)]
        at: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    /// Correct the checksum of x86 images
    #[command(after_help = format!("\
The vendor's checksum byte is changed. EFI images have no checksum and are not changed.

Examples:
  passthru rom fix-checksum edited.rom -o fixed.rom
  passthru rom fix-checksum edited.rom --at 0xfbff -o fixed.rom
{IMAGES}"))]
    FixChecksum {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Select the images
        #[arg(long, value_name = "IMAGES", default_value = "all")]
        images: Images,
        /// Change the byte at this offset of the file instead, as 0xfbff
        #[arg(long, value_name = "OFFSET", value_parser = offset)]
        at: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    /// Mark an image as the last one
    #[command(after_help = format!("\
Examples:
  passthru rom set-last cut-off.rom -o closed.rom
  passthru rom set-last vbios.rom legacy -o legacy-only.rom
{IMAGES}"))]
    SetLast {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Select the images; the last of them is marked
        #[arg(value_name = "IMAGES", default_value = "all")]
        images: Images,
        #[command(flatten)]
        output: Output,
    },
    /// Remove images from a chain
    #[command(after_help = format!("\
Examples:
  passthru rom drop vbios.rom legacy -o efi-only.rom
  passthru rom drop vbios.rom 1 -o smaller.rom
{IMAGES}"))]
    Drop {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Select the images
        #[arg(value_name = "IMAGES")]
        images: Images,
        #[command(flatten)]
        output: Output,
    },
    /// Append an image with an EFI driver
    #[command(after_help = "\
Examples:
  passthru rom add vbios.rom gop.efi --compress -o with-gop.rom
  passthru rom add vbios.rom gop.efi --ids 1002:1638 -o with-gop.rom

--ids and --class default to those of the ROM's first image.")]
    Add {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Read the driver from this file, an uncompressed executable
        #[arg(value_name = "DRIVER")]
        driver: PathBuf,
        #[command(flatten)]
        new: NewImageArgs,
        #[command(flatten)]
        output: Output,
    },
    /// Build a ROM from images of other ROMs and EFI drivers, in order
    #[command(after_help = "\
Examples:
  passthru rom build gop.efi --ids 10de:1c03 --compress -o gop.rom
  passthru rom build legacy.rom gop.efi --ids 10de:1c03 -o both.rom

Each file is a ROM, whose images are used, or an executable, which is wrapped as by
edk2's EfiRom. --ids default to those of the first ROM's first image.")]
    Build {
        /// Read these ROMs and EFI drivers
        #[arg(value_name = "FILE", required = true)]
        files: Vec<PathBuf>,
        #[command(flatten)]
        new: NewImageArgs,
        #[command(flatten)]
        output: Output,
    },
    /// Make an ACPI table that provides the ROM to a guest's driver by _ROM
    #[command(after_help = "\
A laptop's GPU may have no ROM: its driver reads it through the method _ROM of the
GPU's ACPI device. The table has that method, for QEMU's -acpitable file=. The function
in slot 2.0 downstream of QEMU's root port in slot 1.0 is \\_SB.PCI0.S08.S10: each
segment is S and the slot and function in hex.

Examples:
  passthru rom ssdt vbios.rom --device '\\_SB.PCI0.S08.S00' -o rom.aml
  passthru rom ssdt vbios.rom --device '\\_SB.PCI0.S08.S00' --asl -o rom.asl")]
    Ssdt {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Set the GPU's ACPI device in the guest
        #[arg(long, value_name = "PATH")]
        device: AcpiPath,
        /// Select the images; they must be adjacent
        #[arg(long, value_name = "IMAGES", default_value = "legacy")]
        images: Images,
        /// Write the source for iasl instead of the table
        #[arg(long)]
        asl: bool,
        /// Write the table to this file
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
}

/// The form of an extracted image, on the command line.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum FormWord {
    /// The whole image
    Image,
    /// The EFI driver as stored, perhaps compressed
    Stored,
    /// The EFI driver as an executable
    Driver,
}

/// Ids to write into images.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
pub(in crate::cli) struct IdArgs {
    /// Set vendor and device ID, in hex
    #[arg(long, value_name = "VENDOR:DEVICE", conflicts_with_all = ["vendor", "device"])]
    pub(super) ids: Option<PciId>,
    /// Set the vendor ID, in hex
    #[arg(long, value_name = "ID")]
    pub(super) vendor: Option<VendorId>,
    /// Set the device ID, in hex
    #[arg(long, value_name = "ID")]
    pub(super) device: Option<DeviceId>,
    /// Set the class, six hex digits
    #[arg(long, value_name = "CLASS")]
    pub(super) class: Option<ClassCode>,
    /// Set further device IDs, in hex; the image must have room for them
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    pub(super) device_list: Option<Vec<DeviceId>>,
}

/// Options of a new image.
#[derive(Debug, Args)]
pub(in crate::cli) struct NewImageArgs {
    /// Set vendor and device ID, in hex
    #[arg(long, value_name = "VENDOR:DEVICE")]
    pub(super) ids: Option<PciId>,
    /// Set further device IDs, in hex
    #[arg(long, value_name = "ID,...", value_delimiter = ',')]
    pub(super) device_list: Vec<DeviceId>,
    /// Set the class, six hex digits
    #[arg(long, value_name = "CLASS")]
    pub(super) class: Option<ClassCode>,
    /// Set the vendor's code revision, in hex
    #[arg(long, value_name = "REVISION", default_value = "0", value_parser = revision)]
    pub(super) revision: u16,
    /// Compress the driver; signatures stay valid
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
