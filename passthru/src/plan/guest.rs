//! Giving the functions to the guest.

use hvconf::passed::{Coverage, Passed, PassedSlot};

use super::document::{Check, Command, ManualStep};
use super::drafts::Drafts;
use super::hypervisors;
use super::request::{PlanError, Request};
use super::wishes::Wishes;
use crate::host::{Device, Host};
use crate::target::Target;

/// What gives the functions to the guest.
#[derive(Debug, Default)]
pub(super) struct Guest {
    pub(super) commands: Vec<Command>,
    pub(super) manual: Vec<ManualStep>,
    pub(super) checks: Vec<Check>,
}

pub(super) fn pass(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let mut guest = given(host, target, request, functions, drafts)?;
    guest.manual.extend(request.wishes.rom_at(target));
    guest.manual.extend(request.wishes.window_by_itself(target));
    Ok(guest)
}

fn given(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let passed = passed(host, functions, &request.wishes)?;
    request.wishes.check(target, &passed)?;
    hypervisors::pass(host, target, request, functions, passed, drafts)
}

pub(crate) fn passed(
    host: &Host,
    functions: &[&Device],
    wishes: &Wishes,
) -> Result<Passed, PlanError> {
    let error = |error| PlanError::edit("the guest's configuration", error);
    let mut slots: Vec<PassedSlot> = Vec::new();
    let mut rest = functions;
    while let Some(first) = rest.first() {
        let slot = first.address.slot();
        let here = rest
            .iter()
            .take_while(|device| device.address.slot() == slot)
            .count();
        let (these, others) = rest.split_at_checked(here).unwrap_or((rest, &[]));
        let functions = these
            .iter()
            .map(|device| host.passed_function(device))
            .collect();
        let all = these.len() == host.functions_of(slot).count();
        let coverage = if all {
            Coverage::WholeSlot
        } else {
            Coverage::ListedFunctions
        };
        slots.push(PassedSlot::new(functions, coverage).map_err(error)?);
        rest = others;
    }
    wishes.of_devices(&mut slots);
    Passed::new(slots).map_err(error)
}
