//! `passthru rom vfct`.

use std::path::Path;

use vbios::Vfct;

use super::form::Form;
use super::output::{Output, picked, write};
use crate::cli::outcome::{OK, Outcome, file_error, read_file, usage};
use crate::{document, render, rom_document};

pub(super) fn run(file: &Path, pick: Option<usize>, output: &Output, form: Form) -> Outcome {
    let bytes = read_file(file)?;
    let table = Vfct::parse(&bytes).map_err(|error| file_error(file, error))?;
    let mut text = if form.json {
        document::to_json(&rom_document::vfct(&table)).map_err(usage)?
    } else {
        render::vfct(&table, form.style)
    };
    if let Some(output) = &output.output {
        let image = picked(&table.images, pick)?;
        let sentence = write(&[file], output, image.bytes(&bytes))?;
        if !form.json {
            text.push_str(&sentence);
        }
    }
    Ok((text, OK))
}
