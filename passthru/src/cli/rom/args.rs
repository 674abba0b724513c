//! The command line of `passthru rom`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use pci_core::Address;
use vbios::verify::CardIds;

#[cfg(not(target_family = "wasm"))]
use super::edit_args::Edit;
use super::output::Output;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Rom {
    /// Show the contents of an option ROM
    #[command(after_help = "\
Examples:
  passthru rom info vbios.rom
  passthru rom info vbios.rom --hex           headers byte by byte, with offsets
  passthru rom info vbios.rom --rom-parser    the text that rom-parser prints
  passthru rom info --json /usr/lib/ipxe/qemu/efi-e1000.rom")]
    Info {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Print headers and structures as hex dumps with offsets
        #[arg(long, alias = "offsets", conflicts_with = "json")]
        hex: bool,
        /// Print only the output of the program rom-parser
        #[arg(long, conflicts_with_all = ["json", "hex"])]
        rom_parser: bool,
    },
    /// Check which firmware accepts a ROM for a card and a guest, with reasons
    #[command(after_help = "\
Examples:
  passthru rom verify vbios.rom
  passthru rom verify vbios.rom --for 01:00.0 --guest ovmf
  passthru rom verify vbios.rom --for 01:00.0 --from host.json
  passthru rom verify vbios.rom --ids 10de:1c03:1462:3281

Exit status: 0 no blocker, fix or security finding; 1 one of these; 2 wrong usage or
unreadable input.")]
    Verify {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Check for this function of the host, with its IDs and class
        #[arg(long = "for", value_name = "ADDRESS", conflicts_with = "ids")]
        device: Option<String>,
        /// Check for these IDs of the function and its subsystem
        #[arg(long, value_name = "V:D[:SV:SD]")]
        ids: Option<CardIds>,
        /// Check for this guest firmware
        #[arg(long)]
        guest: Option<GuestWord>,
    },
    /// Remove data before the first image and after the last
    #[command(after_help = "\
NVIDIA's flash header at the start of the file has the offset; without one, the first
image of a complete chain is the start. Do not trim a file that will be written to a
flash chip.

Examples:
  passthru rom trim gpu-z.rom                 show the cut, with reasons
  passthru rom trim gpu-z.rom -o vbios.rom
  passthru rom trim gpu-z.rom --tail pci -o vbios.rom")]
    Trim {
        /// Read the ROM from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Keep or remove the bytes after the images
        #[arg(long, default_value = "keep")]
        tail: TailWord,
        #[command(flatten)]
        output: Output,
    },
    #[cfg(not(target_family = "wasm"))]
    /// Find option ROMs inside another file, such as a board's firmware
    #[command(after_help = "\
Compressed ROMs, as most are in firmware, are not found.

Examples:
  passthru rom carve bios.bin
  passthru rom carve bios.bin --pick 2 -o vbios.rom
  passthru rom carve bios.bin --ids 1002:1638 -o vbios.rom")]
    Carve {
        /// Search this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Write this ROM, by number from 1
        #[arg(long, value_name = "NUMBER", requires = "output")]
        pick: Option<usize>,
        /// Select the ROMs for these IDs of the function
        #[arg(long, value_name = "V:D")]
        ids: Option<CardIds>,
        #[command(flatten)]
        output: Output,
    },
    #[cfg(not(target_family = "wasm"))]
    /// Extract the video BIOS from an ACPI VFCT table (AMD integrated graphics)
    #[command(after_help = "\
Examples:
  passthru rom vfct /sys/firmware/acpi/tables/VFCT
  passthru rom vfct /sys/firmware/acpi/tables/VFCT -o vbios.rom")]
    Vfct {
        /// Read the table from this file; - is standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Write this video BIOS, by number from 1
        #[arg(long, value_name = "NUMBER", requires = "output")]
        pick: Option<usize>,
        #[command(flatten)]
        output: Output,
    },
    #[cfg(not(target_family = "wasm"))]
    /// Compare the fields of two ROMs
    #[command(after_help = "\
Examples:
  passthru rom diff old.rom new.rom

Exit status: 0 no difference; 1 differences; 2 wrong usage or unreadable input.")]
    Diff {
        /// Read the first ROM from this file
        #[arg(value_name = "FILE")]
        left: PathBuf,
        /// Read the second ROM from this file
        #[arg(value_name = "FILE")]
        right: PathBuf,
    },
    #[cfg(target_os = "linux")]
    /// Dump a card's ROM through the kernel, with the reason if that fails
    #[command(after_help = "\
The ROM is enabled during the dump by writing 1 to the card's rom file in sysfs, and
disabled by writing 0, also after Ctrl-C. The kernel's copy of the primary GPU's ROM,
which firmware has changed, is refused.

Examples:
  passthru rom dump 01:00.0 -o vbios.rom

Exit status: 0 no finding; 1 a blocker, fix or security finding about the ROM; 2 the
ROM cannot be read.")]
    Dump {
        /// Dump the ROM of the function at this address
        #[arg(value_name = "ADDRESS")]
        device: Address,
        #[command(flatten)]
        output: Output,
    },
    #[cfg(not(target_family = "wasm"))]
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

/// Keep or remove the bytes after the images, as typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum TailWord {
    /// Keep them
    Keep,
    /// Remove them, as in the kernel's rom file
    Pci,
    /// Remove data after NVIDIA's own chain, such as the second copy
    Nvidia,
}
