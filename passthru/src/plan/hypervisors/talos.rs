//! Talos Linux: a document that binds the functions.

use hvconf::kubernetes;

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use crate::plan::error::PlanCause;
use crate::target::Target;

pub(super) const TALOS: Hypervisor =
    Hypervisor::new(Target::Talos, GuestName::MACHINE, Pass::By(pass))
        .binds()
        .documented(PAGE);

const PAGE: Page = Page {
    reads: "`PCIDriverRebindConfig`, `pcirebind.rebind=`",
    writes: "`PCIDriverRebindConfig`",
    edits: "",
    checked_by: "Talos's schema of machine configurations (1.14) where `HYPERVISOR_SOURCES` \
                 has it; PyYAML",
    versions: "from 1.10; 1.14 still accepts `machine.kernel.modules`",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let emitted = kubernetes::talos(&passing.vm);
    passing.add(emitted)
}
