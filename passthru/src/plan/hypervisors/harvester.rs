//! Harvester: claims of the functions on a node.

use hvconf::kubernetes::{self, Pooling};

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing, failed};
use crate::plan::binding;
use crate::plan::document::Binding;
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const HARVESTER: Hypervisor = Hypervisor::new(
    Target::Harvester,
    GuestName::Own(|| text!("the node name in Kubernetes")),
    Pass::By(pass),
)
.binds()
.documented(PAGE);

const PAGE: Page = Page {
    reads: "`PCIDeviceClaim`",
    writes: "`PCIDeviceClaim`",
    edits: "",
    checked_by: "the definition of the object (pcidevices) where `HYPERVISOR_SOURCES` has it; \
        PyYAML",
    versions: "`disableResourcePooling` from 1.9",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let name = passing.request.vm.as_deref().unwrap_or_default();
    let node = name.parse();
    let node = node.map_err(|_| HARVESTER.bad_guest(passing.request))?;
    let pooling = match binding::choose(passing.host, passing.functions) {
        Binding::ById => Pooling::Pooled,
        Binding::ByAddress | Binding::ByHypervisor | Binding::Release => Pooling::PerDevice,
    };
    let emitted = kubernetes::harvester(&passing.vm, &node, pooling);
    passing.add(emitted.map_err(failed(Target::Harvester))?)
}
