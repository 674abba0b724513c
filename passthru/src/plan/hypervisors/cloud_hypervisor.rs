//! Cloud Hypervisor: its arguments.

use hvconf::cloud_hypervisor;

use super::pass::{Pass, Passing};
use super::{GuestName, Hypervisor};
use crate::plan::request::PlanError;
use crate::target::Target;

pub(super) const CLOUD_HYPERVISOR: Hypervisor =
    Hypervisor::new(Target::CloudHypervisor, GuestName::MACHINE, Pass::By(pass));

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let emitted = cloud_hypervisor::emit(&passing.vm);
    passing.add(emitted)
}
