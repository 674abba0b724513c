//! `passthru rom verify`.

use std::path::Path;

use vbios::Rom;
use vbios::verify::{CardIds, RomReport};

use super::args::GuestWord;
use super::form::Form;
use super::target::target;
use crate::cli::input::Input;
use crate::cli::outcome::{FAULTS, OK, Outcome, read_file, usage};
use crate::remedy::shell_word;
use crate::{document, render, rom_document};

/// Names the files in the commands of remedies: `file`, and a file beside it.
pub(super) fn name_files(report: &mut RomReport, file: &Path) {
    let stem = match file.file_stem() {
        Some(stem) if file.as_os_str() != "-" => stem.to_string_lossy(),
        _ => "rom".into(),
    };
    let new = file.with_file_name(format!("{stem}-fixed.rom"));
    let word = |path: &Path| shell_word(&path.to_string_lossy());
    report.name_files(&word(file), &word(&new));
}

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
    let mut report = vbios::verify(&rom, &bytes, &target);
    name_files(&mut report, file);
    let text = if form.json {
        document::to_json(&rom_document::verification(&report)).map_err(usage)?
    } else {
        render::rom_report(&report, form.style)
    };
    Ok((text, if report.has_problem() { FAULTS } else { OK }))
}
