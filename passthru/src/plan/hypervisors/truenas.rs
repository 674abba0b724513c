//! TrueNAS: calls of its middleware.

use hvconf::truenas::{self, VmNumber};

use super::hypervisor::{GuestName, Hypervisor, Pass, Passing};
use crate::plan::error::PlanError;
use crate::target::Target;

pub(super) const TRUENAS: Hypervisor = Hypervisor::new(
    Target::TrueNas,
    GuestName::Own("the machine's number: midclt call vm.query shows it as id"),
    Pass::By(pass),
)
.binds();

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanError> {
    let number = passing.request.vm.as_deref().unwrap_or_default().parse();
    let number = number.map_err(|_| TRUENAS.bad_guest(passing.request))?;
    let emitted = truenas::emit(&passing.vm, VmNumber(number), &[]);
    passing.add(emitted)
}
