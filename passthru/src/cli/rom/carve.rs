//! `passthru rom carve`.

use std::path::Path;

use vbios::verify::CardIds;

use super::form::Form;
use super::output::{Output, picked, write};
use crate::cli::outcome::{OK, Outcome, file_error, read_file, usage};
use crate::text::text;
use crate::{document, render, rom_document};

pub(super) fn run(
    file: &Path,
    pick: Option<usize>,
    ids: Option<CardIds>,
    output: &Output,
    form: Form,
) -> Outcome {
    let bytes = read_file(file)?;
    let mut carved = vbios::carve(&bytes);
    if let Some(ids) = ids {
        let found = carved.len();
        carved.retain(|carved| carved.rom.matches(ids.function));
        if found > 0 && carved.is_empty() {
            let error = text!(
                "no ROM for {id} among the {count} ROMs of the file; others may be compressed",
                id = ids.function,
                count = found
            );
            return Err(file_error(file, error));
        }
    }
    if carved.is_empty() {
        let error = text!("no option ROM found: the file has none, or they are compressed");
        return Err(file_error(file, error));
    }
    let mut text = if form.json {
        document::to_json(&rom_document::carved(&carved)).map_err(usage)?
    } else {
        render::carved_roms(&carved, form.style)
    };
    if let Some(output) = &output.output {
        // Board firmware may have a ROM twice.
        let pick = pick.or(ids.map(|_| 1));
        let rom = picked(&carved, pick)?;
        let end = rom.offset.saturating_add(rom.length);
        let rom = bytes.get(rom.offset..end).unwrap_or_default();
        let said = write(&[file], output, rom)?;
        if !form.json {
            text.push_str(&said);
        }
    }
    Ok((text, OK))
}
