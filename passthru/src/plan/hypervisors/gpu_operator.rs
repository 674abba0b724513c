//! NVIDIA's GPU operator: the label of a node and the operator's values.

use hvconf::kubernetes;

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing, failed};
use crate::plan::error::PlanCause;
use crate::target::Target;
use crate::text::text;

pub(super) const GPU_OPERATOR: Hypervisor = Hypervisor::new(
    Target::GpuOperator,
    GuestName::Own(|| text!("the node name in Kubernetes")),
    Pass::By(pass),
)
.binds()
.documented(PAGE);

const PAGE: Page = Page {
    reads: "",
    writes: "node label, Helm values",
    edits: "",
    checked_by: "golden files",
    versions: "",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let name = passing.request.vm.as_deref().unwrap_or_default();
    let node = name.parse();
    let node = node.map_err(|_| GPU_OPERATOR.bad_guest(passing.request))?;
    let emitted = kubernetes::gpu_operator(&passing.vm, &node);
    passing.add(emitted.map_err(failed(Target::GpuOperator))?)
}
