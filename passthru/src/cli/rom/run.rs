//! Selection of the command.

use super::args::Rom;
#[cfg(target_os = "linux")]
use super::dump;
use super::form::Form;
use super::{carve, diff, edit, info, trim, verify, vfct};
use crate::cli::input::Input;
use crate::cli::outcome::Outcome;
use crate::render::Style;

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
        Rom::Carve {
            file,
            pick,
            ids,
            output,
        } => carve::run(&file, pick, ids, &output, form),
        Rom::Vfct { file, pick, output } => vfct::run(&file, pick, &output, form),
        Rom::Diff { left, right } => diff::run(&left, &right, form),
        #[cfg(target_os = "linux")]
        Rom::Dump { device, output } => dump::run(device, &output, input, form),
        Rom::Edit(command) => edit::run(command, form),
    }
}
