//! The checks of a plan, answered.

use host_tree::HostTree;
use serde::Serialize;

use super::answer::{Answer, FileAnswer};
use super::causes::{self, Since};
use super::{condition, files};
use crate::apply::Journal;
use crate::host::Host;
use crate::plan::{self, Binding, Method, Plan, PlanCheck, PlannedDevice, When};
use crate::requirement::Requirement;
use crate::verdict::Verdict;

/// The version of the JSON form.
const SCHEMA: &str = "passthru-verification/1";

/// The verification of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct VerifyReport {
    /// The version of this form.
    pub schema: &'static str,
    /// The number of the transaction, where the plan is that of one.
    pub transaction: Option<u32>,
    /// The binding of each function of the plan.
    pub devices: Vec<Answer>,
    /// The other checks.
    pub checks: Vec<Answer>,
    /// The files that the plan changes, as they are.
    pub files: Vec<FileAnswer>,
}

impl VerifyReport {
    /// Whether every function of the plan is shown to be on vfio-pci, and no check to
    /// fail.
    #[must_use]
    pub fn is_verified(&self) -> bool {
        let bound = self.devices.iter().all(|one| one.verdict == Verdict::Ok);
        bound
            && self
                .checks
                .iter()
                .all(|one| one.verdict != Verdict::Blocker)
    }
}

/// Answers the checks of `plan` on `host`, which must have been read from `tree`. With the journal
/// of the plan's transaction, also checks whether the host was rebooted since.
#[must_use]
pub fn verify(
    tree: &dyn HostTree,
    host: &Host,
    plan: &Plan,
    journal: Option<&Journal>,
) -> VerifyReport {
    let files = files::all(tree, plan);
    let since = Since::read(tree, journal);
    let mut devices = Vec::new();
    for planned in &plan.devices {
        let mut answer = condition::device(host, planned, driver(plan, planned).as_ref());
        if answer.verdict == Verdict::Blocker {
            answer.causes = causes::all(tree, host, plan, planned.address, &files, &since);
        }
        devices.push(answer);
    }
    let is_of_device = |check: &PlanCheck| match &check.requirement {
        Some(
            Requirement::Driver { address, .. }
            | Requirement::HostDriver { address }
            | Requirement::AssignedToVm { address, .. },
        ) => plan
            .devices
            .iter()
            .any(|planned| planned.address == *address),
        _ => false,
    };
    let checks = plan
        .checks
        .iter()
        .filter(|check| check.when != When::Before && !is_of_device(check))
        .map(|check| condition::check(host, check));
    VerifyReport {
        schema: SCHEMA,
        transaction: journal.map(|journal| journal.number),
        checks: checks.collect(),
        devices,
        files,
    }
}

/// The driver that the plan requires for a function; `None` where the function is with the host
/// until its guest starts.
fn driver(plan: &Plan, planned: &PlannedDevice) -> Option<Requirement> {
    let address = planned.address;
    let mut checks = plan
        .checks
        .iter()
        .filter_map(|check| check.requirement.as_ref());
    let assigned = checks.find(|requirement| {
        matches!(requirement, Requirement::AssignedToVm { .. })
            && requirement.function() == Some(address)
    });
    match plan.binding {
        _ if assigned.is_some() => assigned.cloned(),
        Binding::Release => Some(Requirement::HostDriver { address }),
        // ESXi, Xen and bhyve have other drivers for it.
        Binding::ByHypervisor if plan::has_own_driver(plan.target) => {
            Some(Requirement::AssignmentDriver { address })
        }
        _ if plan.method == Some(Method::LibvirtHook) => None,
        Binding::ById | Binding::ByAddress | Binding::ByHypervisor => Some(Requirement::Driver {
            address,
            driver: "vfio-pci".to_owned(),
        }),
    }
}
