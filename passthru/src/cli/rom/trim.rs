//! `passthru rom trim`.

use std::path::Path;

use vbios::edit::{self, Tail};

use super::args::{Output, TailWord};
use super::output::write;
use super::run::{Form, file_error, read_file, usage};
use crate::cli::OK;
use crate::cli::commands::Outcome;
use crate::{document, render, rom_document};

pub(super) fn run(file: &Path, tail: TailWord, output: &Output, form: Form) -> Outcome {
    let bytes = read_file(file)?;
    let tail = match tail {
        TailWord::Keep => Tail::Keep,
        TailWord::Pci => Tail::Pci,
        TailWord::Nvidia => Tail::Nvidia,
    };
    let edited = edit::trim(&bytes, tail).map_err(|error| file_error(file, error))?;
    let mut text = if form.json {
        document::to_json(&rom_document::edited(&edited)).map_err(usage)?
    } else {
        render::edited_rom(&edited, form.style)
    };
    if let Some(output) = &output.output {
        let said = write(file, output, &edited.bytes)?;
        if !form.json {
            text.push_str(&said);
        }
    }
    Ok((text, OK))
}
