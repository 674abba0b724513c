//! Talos Linux: a document that binds the functions.

use hvconf::kubernetes;

use super::hypervisor::{GuestName, Hypervisor, Pass, Passing};
use crate::plan::error::PlanError;
use crate::target::Target;

pub(super) const TALOS: Hypervisor =
    Hypervisor::new(Target::Talos, GuestName::MACHINE, Pass::By(pass)).binds();

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let emitted = kubernetes::talos(&passing.vm);
    passing.add(emitted)
}
