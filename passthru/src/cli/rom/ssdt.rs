//! `passthru rom ssdt`.

use std::path::Path;

use vbios::edit::{self, Images};
use vbios::ssdt::{AcpiPath, RomTable};

use super::form::Form;
use super::output::write;
use crate::cli::outcome::{OK, Outcome, file_error, read_file, to_json};
use crate::document;

/// The written text.
#[derive(Clone, Copy)]
pub(super) enum Written {
    Table,
    Source,
}

pub(super) fn run(
    file: &Path,
    device: AcpiPath,
    images: Images,
    written: Written,
    output: &Path,
    form: Form,
) -> Outcome {
    let bytes = read_file(file)?;
    let rom = edit::extract_adjacent(&bytes, images).map_err(|error| file_error(file, error))?;
    let table = RomTable::new(&rom, device).map_err(|error| file_error(file, error))?;
    let bytes = match written {
        Written::Table => table.to_aml(),
        Written::Source => table.to_asl().into_bytes(),
    };
    let sentence = write(&[file], output, &bytes)?;
    let text = if form.json {
        to_json(&document::WrittenFile::new(output, bytes.len()))?
    } else {
        sentence
    };
    Ok((text, OK))
}
