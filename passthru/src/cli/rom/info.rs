//! `passthru rom info`.

use std::path::Path;

use vbios::{Content, Rom};

use super::form::Form;
use crate::cli::outcome::{OK, Outcome, USAGE, file_error, read_file, usage};
use crate::text::{Text, text};
use crate::{document, render, rom_document};

/// What is shown.
#[derive(Clone, Copy)]
pub(super) enum View {
    Parts,
    Hex,
    RomParser,
}

impl View {
    pub(super) const fn of(hex: bool, rom_parser: bool) -> Self {
        match (hex, rom_parser) {
            (_, true) => Self::RomParser,
            (true, false) => Self::Hex,
            (false, false) => Self::Parts,
        }
    }
}

pub(super) fn run(file: &Path, view: View, form: Form) -> Outcome {
    let bytes = read_file(file)?;
    if let View::RomParser = view {
        let output = vbios::rom_parser(&bytes);
        return Ok((output.text, if output.success { OK } else { USAGE }));
    }
    let rom = parse(file, &bytes)?;
    let text = if form.json {
        document::to_json(&rom_document::info(&rom)).map_err(usage)?
    } else if let View::Hex = view {
        render::rom_hex(&rom, &bytes, form.style)
    } else {
        render::rom_file(&rom, &bytes, form.style)
    };
    Ok((text, OK))
}

/// The ROM in `bytes`, which were read from `file`.
pub(super) fn parse(file: &Path, bytes: &[u8]) -> Result<Rom, (Text, u8)> {
    let rom = Rom::parse(bytes);
    if rom.images.is_empty() && rom.isa.is_none() {
        let content = Text::of_english(Content::of(bytes).to_string());
        let error = text!("not an option ROM: {content}", content);
        return Err(file_error(file, error));
    }
    Ok(rom)
}
