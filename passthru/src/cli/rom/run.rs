//! Selection of the command.

use super::args::Rom;
#[cfg(target_os = "linux")]
use super::dump;
use super::form::Form;
#[cfg(not(target_family = "wasm"))]
use super::{carve, diff, edit, vfct};
use super::{info, trim, verify};
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
        #[cfg(not(target_family = "wasm"))]
        Rom::Carve {
            file,
            pick,
            ids,
            output,
        } => carve::run(&file, pick, ids, &output, form),
        #[cfg(not(target_family = "wasm"))]
        Rom::Vfct { file, pick, output } => vfct::run(&file, pick, &output, form),
        #[cfg(not(target_family = "wasm"))]
        Rom::Diff { left, right } => diff::run(&left, &right, form),
        #[cfg(target_os = "linux")]
        Rom::Dump { device, output } => dump::run(device, &output, input, form),
        #[cfg(not(target_family = "wasm"))]
        Rom::Edit(command) => edit::run(command, form),
    }
}
