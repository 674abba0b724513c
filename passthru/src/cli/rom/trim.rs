//! `passthru rom trim`.

use std::path::Path;

use vbios::edit::{self, Tail};

use super::args::TailWord;
use super::edited::finish;
use super::form::Form;
use super::output::Output;
use crate::cli::outcome::{Outcome, file_error, read_file};

pub(super) fn run(file: &Path, tail: TailWord, output: &Output, form: Form) -> Outcome {
    let bytes = read_file(file)?;
    let tail = match tail {
        TailWord::Keep => Tail::Keep,
        TailWord::Pci => Tail::Pci,
        TailWord::Nvidia => Tail::Nvidia,
    };
    let edited = edit::trim(&bytes, tail).map_err(|error| file_error(file, error))?;
    finish(&[file], &edited, output, form)
}
