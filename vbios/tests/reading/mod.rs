//! Reading option ROMs: files made here byte by byte, one for each thing that the
//! formats can say.

mod carve;
mod diff;
mod executables;
mod format;
mod parsing;
mod rom_parser;
mod signed;
mod trim;
mod vendors;
mod verify;
mod verify_cards;
mod verify_codes;
