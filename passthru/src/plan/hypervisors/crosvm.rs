//! crosvm: its arguments, in a launch script.

use hvconf::crosvm;

use super::hypervisor::{GuestName, Hypervisor, Pass, Passing, failed};
use crate::plan::error::PlanError;
use crate::target::Target;

pub(super) const CROSVM: Hypervisor =
    Hypervisor::new(Target::Crosvm, GuestName::MACHINE, Pass::By(pass));

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let emitted = crosvm::emit(&passing.vm).map_err(failed(Target::Crosvm))?;
    passing.add(emitted)
}
