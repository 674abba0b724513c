//! Which command is run.

use std::fmt::Display;
use std::path::Path;

use super::args::Rom;
use super::{carve, diff, dump, edit, info, trim, verify, vfct};
use crate::cli::USAGE;
use crate::cli::args::Input;
use crate::cli::commands::Outcome;
use crate::cli::input::read;
use crate::render::Style;

/// How the result is printed.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub(super) style: Style,
    pub(super) json: bool,
}

pub(in crate::cli) fn run(rom: Rom, input: &Input, style: Style, json: bool) -> Outcome {
    let form = Form { style, json };
    match rom {
        Rom::Info {
            file,
            hex,
            rom_parser,
        } => info::run(&file, info::View::of(hex, rom_parser), form),
        Rom::Verify {
            file,
            device,
            ids,
            guest,
        } => verify::run(&file, device.as_deref(), ids, guest, input, form),
        Rom::Trim { file, tail, output } => trim::run(&file, tail, &output, form),
        Rom::Carve { file, pick, output } => carve::run(&file, pick, &output, form),
        Rom::Vfct { file, pick, output } => vfct::run(&file, pick, &output, form),
        Rom::Diff { left, right } => diff::run(&left, &right, form),
        Rom::Dump { device, output } => dump::run(device, &output, input, form),
        Rom::Edit(command) => edit::run(command, form),
    }
}

/// An error of usage or input.
pub(super) fn usage(error: impl Display) -> (String, u8) {
    (error.to_string(), USAGE)
}

/// The same, of a file.
pub(super) fn file_error(file: &Path, error: impl Display) -> (String, u8) {
    usage(format!("{}: {error}", file.display()))
}

pub(super) fn read_file(file: &Path) -> Result<Vec<u8>, (String, u8)> {
    read(file).map_err(usage)
}
