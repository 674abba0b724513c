//! `passthru rom diff`.

use std::path::Path;

use super::form::Form;
use super::info::parse;
use crate::cli::outcome::{FAULTS, OK, Outcome, read_file, usage};
use crate::{document, render, rom_document};

pub(super) fn run(left: &Path, right: &Path, form: Form) -> Outcome {
    let (left_bytes, right_bytes) = (read_file(left)?, read_file(right)?);
    let (left, right) = (parse(left, &left_bytes)?, parse(right, &right_bytes)?);
    let differences = vbios::diff(&left, &left_bytes, &right, &right_bytes);
    let text = if form.json {
        document::to_json(&rom_document::differences(&differences)).map_err(usage)?
    } else {
        render::rom_differences(&differences, form.style)
    };
    Ok((text, if differences.is_empty() { OK } else { FAULTS }))
}
