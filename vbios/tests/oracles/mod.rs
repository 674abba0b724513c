//! Real option ROMs, and what another program reads in them.

mod acpica;
mod authenticode;
mod firmware;
mod rom_parser;
mod romheaders;
mod uefi_firmware;
