//! `passthru report`.

use std::path::Path;

use super::commands::{Outcome, shareable, usage, write_new};
use super::input::Source;
use super::{FAULTS, OK};
use crate::doctor::{self, Question};
use crate::host::Host;
use crate::plan::{self, PlanError, Request};
use crate::render::{self, Planned};
use crate::select;
use crate::target::Target;

/// What the page is about.
pub(super) struct Asked {
    pub(super) devices: Vec<String>,
    pub(super) target: Option<Target>,
    pub(super) vm: Option<String>,
}

pub(super) fn run(source: Source, asked: Asked, output: &Path) -> Outcome {
    // A page is for sharing, too.
    let tree = shareable(source);
    let host = Host::read(&tree);
    let devices = select::all(&host, &asked.devices).map_err(usage)?;
    let report = doctor::examine(
        &host,
        &Question {
            devices: devices.clone(),
            target: asked.target,
        },
    );
    let request = Request {
        devices,
        target: asked.target,
        vm: asked.vm,
    };
    let planned = if request.devices.is_empty() {
        Planned::NotAsked
    } else {
        match plan::make(&tree, &host, &request) {
            Ok(plan) => Planned::Plan(Box::new(plan)),
            Err(error @ (PlanError::Bridge(_) | PlanError::BadGuest { .. })) => {
                return Err(usage(error));
            }
            Err(error) => Planned::Refused(error.to_string()),
        }
    };
    let page = render::page(&host, &report, &planned);
    write_new(output, &page)?;
    let said = format!("{}: {} bytes\n", output.display(), page.len());
    Ok((said, if report.has_fault() { FAULTS } else { OK }))
}
