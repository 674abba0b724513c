//! Hyper-V: a PowerShell script of Discrete Device Assignment.

use hvconf::description::MmioWindow;
use hvconf::hyper_v;

use super::hypervisor::{GuestName, Hypervisor, Page, Pass, Passing, failed};
use crate::plan::document::{PlanCheck, When};
use crate::plan::error::PlanCause;
use crate::requirement::Requirement;
use crate::target::Target;
use crate::text::text;

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

/// The checks that the VM has the functions.
fn assigned(passing: &Passing<'_, '_>, vm: &str) -> Vec<PlanCheck> {
    let known = passing.functions.iter().filter_map(|device| {
        let path = passing.host.guests.hyper_v.path_of(device.address);
        let path = path.map(ToString::to_string);
        let expected = match &path {
            Some(path) => text!("lists {path}", path),
            None => text!("lists {address}", address = device.address),
        };
        let requirement = Requirement::AssignedToVm {
            address: device.address,
            id: device.id.as_ref()?.value,
            vm: vm.to_owned(),
            location_path: path,
        };
        Some(PlanCheck {
            when: When::Now,
            argv: requirement.look(),
            expected,
            requirement: Some(requirement),
        })
    });
    known.collect()
}

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
    let name = vm.name.as_str().to_owned();
    let emitted = hyper_v::emit(vm).map_err(failed(Target::HyperV))?;
    passing.guest.checks.extend(assigned(&passing, &name));
    passing.add(emitted)
}
