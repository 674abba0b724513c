//! What can be typed behind `passthru rom`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use pci_core::Address;
use vbios::verify::CardIds;

use super::edit_args::Edit;
use super::output::Output;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Rom {
    /// Show what is in an option ROM
    #[command(after_help = "\
Examples:
  passthru rom info vbios.rom
  passthru rom info vbios.rom --hex           headers byte by byte, with offsets
  passthru rom info vbios.rom --rom-parser    the text that rom-parser prints
  passthru rom info --json /usr/lib/ipxe/qemu/efi-e1000.rom")]
    Info {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Print the headers and structures as hex dumps, with their offsets
        #[arg(long, visible_alias = "offsets", conflicts_with = "json")]
        hex: bool,
        /// Print what the program rom-parser prints, and nothing else
        #[arg(long, conflicts_with_all = ["json", "hex"])]
        rom_parser: bool,
    },
    /// Say who takes a ROM for a card and a guest, who does not, and why
    #[command(after_help = "\
Examples:
  passthru rom verify vbios.rom
  passthru rom verify vbios.rom --for 01:00.0 --guest ovmf
  passthru rom verify vbios.rom --for 01:00.0 --from host.json
  passthru rom verify vbios.rom --ids 10de:1c03:1462:3281

Exit status: 0 nothing stands in the way; 1 a blocker, fix or security finding;
2 wrong usage or unreadable input.")]
    Verify {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The function that is to get it: its ids and class are taken from the host
        #[arg(long = "for", value_name = "ADDRESS", conflicts_with = "ids")]
        device: Option<String>,
        /// The ids of the function, and of its board
        #[arg(long, value_name = "V:D[:SV:SD]")]
        ids: Option<CardIds>,
        /// The guest's firmware
        #[arg(long)]
        guest: Option<GuestWord>,
    },
    /// Cut off what stands in front of the first image, and behind the last
    #[command(after_help = "\
Where the file starts with NVIDIA's flash header, that says exactly where to cut;
else the first image of a chain that closes is looked for. A file that is to be
written back to a flash chip must not be trimmed.

Examples:
  passthru rom trim gpu-z.rom                 what would be cut, and why
  passthru rom trim gpu-z.rom -o vbios.rom
  passthru rom trim gpu-z.rom --tail pci -o vbios.rom")]
    Trim {
        /// The ROM's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What becomes of the bytes behind the images
        #[arg(long, default_value = "keep")]
        tail: TailWord,
        #[command(flatten)]
        output: Output,
    },
    /// Find option ROMs inside another file, such as a board's firmware
    #[command(after_help = "\
Firmware has most ROMs compressed; such are not found.

Examples:
  passthru rom carve bios.bin
  passthru rom carve bios.bin --pick 2 -o vbios.rom")]
    Carve {
        /// The file to look in; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which of the ROMs to write, from 1
        #[arg(long, value_name = "NUMBER", requires = "output")]
        pick: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    /// Take the video BIOS out of an ACPI table VFCT (AMD processors' graphics)
    #[command(after_help = "\
Examples:
  passthru rom vfct /sys/firmware/acpi/tables/VFCT
  passthru rom vfct /sys/firmware/acpi/tables/VFCT -o vbios.rom")]
    Vfct {
        /// The table's file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Which of the video BIOSes to write, from 1
        #[arg(long, value_name = "NUMBER", requires = "output")]
        pick: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    /// Say in which fields two ROMs differ
    #[command(after_help = "\
Examples:
  passthru rom diff old.rom new.rom

Exit status: 0 no difference; 1 differences; 2 wrong usage or unreadable input.")]
    Diff {
        /// The first ROM's file
        #[arg(value_name = "FILE")]
        left: PathBuf,
        /// The second ROM's file
        #[arg(value_name = "FILE")]
        right: PathBuf,
    },
    /// Read a card's ROM by the kernel, and say why when that fails
    #[command(after_help = "\
The ROM is switched on while it is read, by writing 1 to the card's rom file in sysfs,
and off again by writing 0, even after Ctrl-C. The primary graphics card shows a copy
that firmware changed: that is not written.

Examples:
  passthru rom dump 01:00.0 -o vbios.rom

Exit status: 0 nothing is wrong with the ROM; 1 it was read, and a blocker, fix or
security finding is about it; 2 it cannot be read.")]
    Dump {
        /// The function's address
        #[arg(value_name = "ADDRESS")]
        device: Address,
        #[command(flatten)]
        output: Output,
    },
    #[command(flatten)]
    Edit(Edit),
}

/// The firmware of a guest, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum GuestWord {
    Ovmf,
    Seabios,
    Both,
}

/// What becomes of the bytes behind the images, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum TailWord {
    /// They stay
    Keep,
    /// They go; what is left is what the kernel's rom file gives
    Pci,
    /// What stands behind NVIDIA's own chain goes, such as the second copy
    Nvidia,
}
