//! `passthru ask`: the line that gathers facts that are not in the input.

use super::outcome::{OK, Outcome, to_json};
use super::words::chosen_wrongly;
use crate::ask::Ask;
use crate::doctor::{self, Question};
use crate::host::Host;
use crate::render::Style;
use crate::select;
use crate::target::Target;
use crate::text::text;

/// The line for the facts that `host` lacks, or for all of them without input.
pub(super) fn run(
    host: Option<&Host>,
    words: &[String],
    target: Option<Target>,
    style: Style,
    json: bool,
) -> Outcome {
    let ask = match host {
        None => Ask::all(target),
        Some(host) => {
            // A device that the input does not show is one of the facts that it lacks.
            let devices = match select::all(host, words) {
                Ok(devices) => devices,
                Err(_) if host.devices.is_empty() => Vec::new(),
                Err(error) => return Err(chosen_wrongly(&error)),
            };
            let report = doctor::examine(host, &Question { devices, target });
            Ask::of(host, &report.findings, target)
        }
    };
    let text = if json {
        to_json(&ask.document())?
    } else if ask.is_empty() {
        // A comment in every shell.
        let none = text!("no command shows more facts");
        format!("# {}\n", style.say(&none))
    } else {
        format!("{}\n", ask.line())
    };
    Ok((text, OK))
}
