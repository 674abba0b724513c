//! Hyper-V: a PowerShell script of Discrete Device Assignment.

use hvconf::description::MmioWindow;
use hvconf::hyper_v;

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing, failed};
use crate::plan::error::PlanCause;
use crate::target::Target;

pub(super) const HYPER_V: Hypervisor =
    Hypervisor::new(Target::HyperV, GuestName::MACHINE, Pass::By(pass)).documented(PAGE);

const PAGE: Page = Page {
    reads: "",
    writes: "PowerShell script and its undo; memory spaces from the BARs, or from \
             `SurveyDDA.ps1`",
    edits: "",
    checked_by: "tree-sitter's grammar of PowerShell",
    versions: "Windows Server 2016",
};

fn pass(mut passing: Passing<'_, '_>) -> Result<(), PlanCause> {
    // Without BARs in the input and a requested window, Microsoft's script shows the need of each
    // function.
    let mut needs = passing.functions.iter().map(|device| {
        let megabytes = device.surveyed_mmio_mb.as_ref();
        megabytes.map(|megabytes| megabytes.value)
    });
    let sum = needs.try_fold(0u64, |sum, need| sum.checked_add(need?));
    let sum = sum.and_then(|megabytes| megabytes.checked_mul(1 << 20));
    let vm = &mut passing.vm;
    vm.mmio = vm.mmio.or_else(|| MmioWindow::for_bytes(sum?));
    let emitted = hyper_v::emit(vm).map_err(failed(Target::HyperV))?;
    passing.add(emitted)
}
