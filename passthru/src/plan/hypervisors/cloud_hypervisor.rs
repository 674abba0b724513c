//! Cloud Hypervisor: its arguments.

use hvconf::cloud_hypervisor;

use super::hypervisor::{GuestName, Hypervisor, Pass, Passing};
use crate::plan::error::PlanError;
use crate::target::Target;

pub(super) const CLOUD_HYPERVISOR: Hypervisor =
    Hypervisor::new(Target::CloudHypervisor, GuestName::MACHINE, Pass::By(pass));

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let emitted = cloud_hypervisor::emit(&passing.vm);
    passing.add(emitted)
}
