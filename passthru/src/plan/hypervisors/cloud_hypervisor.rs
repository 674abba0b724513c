//! Cloud Hypervisor: its arguments.

use hvconf::cloud_hypervisor;

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing};
use crate::plan::error::PlanCause;
use crate::target::Target;

pub(super) const CLOUD_HYPERVISOR: Hypervisor =
    Hypervisor::new(Target::CloudHypervisor, GuestName::MACHINE, Pass::By(pass)).documented(PAGE);

const PAGE: Page = Page {
    reads: "arguments, JSON of `vm.create` and `vm.info`",
    writes: "arguments, JSON",
    edits: "",
    checked_by: "Cloud Hypervisor's `option_parser` with `DeviceConfig::parse` (arguments) \
                 and the description of its API (JSON) where `HYPERVISOR_SOURCES` has them; \
                 PyYAML",
    versions: "",
};

fn pass(passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    let emitted = cloud_hypervisor::emit(&passing.vm);
    passing.add(emitted)
}
