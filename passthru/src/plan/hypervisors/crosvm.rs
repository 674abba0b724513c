//! crosvm: its arguments, in a launch script.

use hvconf::crosvm;

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing, failed};
use crate::plan::error::PlanCause;
use crate::target::Target;

pub(super) const CROSVM: Hypervisor =
    Hypervisor::new(Target::Crosvm, GuestName::MACHINE, Pass::By(pass)).documented(PAGE);

const PAGE: Page = Page {
    reads: "arguments, launch scripts",
    writes: "arguments, launch script",
    edits: "",
    checked_by: "crosvm's `serde_keyvalue` with `VfioOption`, `MemOptions` and `CpuOptions` \
                 where `HYPERVISOR_SOURCES` has them; golden arguments",
    versions: "",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let emitted = crosvm::emit(&passing.vm).map_err(failed(Target::Crosvm))?;
    passing.add(emitted)
}
