//! `passthru rom verify`.

use std::path::Path;

use vbios::Rom;
use vbios::verify::CardIds;

use super::args::GuestWord;
use super::form::Form;
use super::target::target;
use crate::cli::input::Input;
use crate::cli::outcome::{FAULTS, OK, Outcome, read_file, usage};
use crate::{document, render, rom_document};

pub(super) fn run(
    file: &Path,
    device: Option<&str>,
    ids: Option<CardIds>,
    guest: Option<GuestWord>,
    input: &Input,
    form: Form,
) -> Outcome {
    let bytes = read_file(file)?;
    let target = target(device, ids, guest, input)?;
    // A file that is not a ROM is a finding, too: a script checks whether this file is suitable.
    let rom = Rom::parse(&bytes);
    let report = vbios::verify(&rom, &bytes, &target);
    let text = if form.json {
        document::to_json(&rom_document::verification(&report)).map_err(usage)?
    } else {
        render::rom_report(&report, form.style)
    };
    Ok((text, if report.has_problem() { FAULTS } else { OK }))
}
