//! The assignment of functions to a guest, as each hypervisor plans it.

use hvconf::description::{Description, VmName};
use hvconf::emitted::{EmitError, Emitted};
use hvconf::passed::Passed;
use hvconf::unable::Unable;

use super::super::document::{ManualStep, Moment};
use super::super::drafts::Drafts;
use super::super::guest::Guest;
use super::super::request::{PlanError, Request};
use super::steps::bad_guest;
use super::{GuestName, Hypervisor, emitted};
use crate::host::{Device, Host};
use crate::target::Target;

/// How a hypervisor assigns functions.
pub(super) enum Pass {
    /// By the steps that this adds.
    By(fn(Passing<'_, '_>) -> Result<(), PlanError>),
    /// It cannot.
    Never(Unable),
}

/// The assignment that is planned.
pub(super) struct Passing<'a, 'd> {
    pub(super) host: &'a Host,
    pub(super) request: &'a Request,
    pub(super) functions: &'a [&'a Device],
    /// The machine that gets the functions.
    pub(super) vm: Description,
    /// The plan of the guest so far.
    pub(super) guest: &'a mut Guest,
    pub(super) drafts: &'a mut Drafts<'d>,
}

impl Passing<'_, '_> {
    /// Adds the files, commands and steps of an emitter.
    pub(super) fn add(self, emitted: Emitted) -> Result<(), PlanError> {
        emitted::add(emitted, self.guest, self.drafts)
    }
}

/// The error of an emitter.
pub(super) fn failed(target: Target) -> impl Fn(EmitError) -> PlanError {
    move |error| PlanError::edit(target.name(), error)
}

pub(in super::super) fn pass(
    host: &Host,
    target: Target,
    request: &Request,
    functions: &[&Device],
    passed: Passed,
    drafts: &mut Drafts<'_>,
) -> Result<Guest, PlanError> {
    let hypervisor = Hypervisor::of(target);
    let Pass::By(by) = hypervisor.pass else {
        return Err(PlanError::TargetNotPlanned(target));
    };
    let mut guest = Guest::default();
    let name = match (&request.vm, hypervisor.guest) {
        (Some(vm), GuestName::Machine(_)) => vm.parse().map_err(|_| bad_guest(target, request))?,
        (Some(_), GuestName::Own(_) | GuestName::Required(_)) => VmName::unnamed(),
        (None, GuestName::Required(_)) => {
            guest.manual.push(ManualStep {
                moment: Moment::Now,
                step: "name-guest".into(),
                text: "name the guest with --vm to plan its configuration too".to_owned(),
            });
            return Ok(guest);
        }
        (None, name) => {
            guest.manual.push(ManualStep {
                moment: Moment::Before,
                step: "name-guest".into(),
                text: format!("name the guest with --vm: {}", name.expected()),
            });
            VmName::unnamed()
        }
    };
    let mut vm = Description::new(name, passed);
    request.wishes.of_machine(&mut vm);
    by(Passing {
        host,
        request,
        functions,
        vm,
        guest: &mut guest,
        drafts,
    })?;
    Ok(guest)
}
