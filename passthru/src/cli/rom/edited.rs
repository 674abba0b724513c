//! The output of an edit.

use std::path::Path;

use vbios::edit::Edited;

use super::form::Form;
use super::output::{Output, write};
use crate::cli::outcome::{OK, Outcome, usage};
use crate::{document, render, rom_document};

/// Prints the changes of an edit, and writes its result to `output`; never to one of `inputs`.
pub(super) fn finish(inputs: &[&Path], edited: &Edited, output: &Output, form: Form) -> Outcome {
    let mut text = if form.json {
        document::to_json(&rom_document::edited(edited)).map_err(usage)?
    } else {
        render::edited_rom(edited, form.style)
    };
    if let Some(output) = &output.output {
        let sentence = write(inputs, output, &edited.bytes)?;
        if !form.json {
            text.push_str(&sentence);
        }
    }
    Ok((text, OK))
}
