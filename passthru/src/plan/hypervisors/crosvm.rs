//! crosvm: its arguments, in a launch script.

use hvconf::crosvm;

use super::pass::{Pass, Passing, failed};
use super::{GuestName, Hypervisor};
use crate::plan::request::PlanError;
use crate::target::Target;

pub(super) const CROSVM: Hypervisor =
    Hypervisor::new(Target::Crosvm, GuestName::MACHINE, Pass::By(pass));

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let emitted = crosvm::emit(&passing.vm).map_err(failed(Target::Crosvm))?;
    passing.add(emitted)
}
