//! `passthru rom ssdt`.

use std::path::Path;

use vbios::edit::{self, Images};
use vbios::ssdt::{AcpiPath, RomTable};

use super::output::write;
use super::run::{Form, file_error, read_file};
use crate::cli::OK;
use crate::cli::commands::Outcome;

/// What is written.
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
    let said = match written {
        Written::Table => write(&[file], output, &table.to_aml())?,
        Written::Source => write(&[file], output, table.to_asl().as_bytes())?,
    };
    Ok((if form.json { String::new() } else { said }, OK))
}
