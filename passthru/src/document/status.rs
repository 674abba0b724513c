//! `passthru --json`.

use host_tree::HostTree;
use pci_core::Address;
use serde::Serialize;

use super::list::listed;
use super::listed::ListedDevice;
use crate::apply::Journal;
use crate::doctor::Report;
use crate::host::Host;
use crate::verify;

/// `passthru --json`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Status {
    /// The version of this form.
    pub schema: &'static str,
    /// The operating system's name.
    pub system: Option<String>,
    /// The hypervisor and its version.
    pub hypervisor: Option<String>,
    /// The running kernel's release.
    pub kernel: Option<String>,
    /// The parts of the host: system, hypervisor, kernel, processor, machine.
    pub parts: Vec<String>,
    /// The names of programs, systems, hardware and kinds of assignment in the text that are no parts
    /// of the host; nothing proves whether they are the host's, a guest's or another machine's.
    pub names: Vec<String>,
    /// The display controllers, network and storage functions that could go to a
    /// guest.
    pub candidates: Vec<ListedDevice>,
    /// The newest plan that was applied and not undone.
    pub transaction: Option<ListedTransaction>,
    /// The findings about the host as it is.
    pub findings: Report,
}

/// A plan that was applied, or that waits to be finished.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct ListedTransaction {
    /// Its number, from 1.
    pub number: u32,
    /// `applying`, `applied` or `undoing`.
    pub state: &'static str,
    /// When it was begun, in seconds since 1970-01-01 UTC.
    pub time: u64,
    /// The functions of the plan.
    pub devices: Vec<Address>,
    /// Why the plan needs a reboot; `None` where it needs none.
    pub reboot_reason: Option<String>,
    /// Whether the host was rebooted since the plan was applied; `None` if not in the input, or if
    /// the plan is not fully applied.
    pub rebooted: Option<bool>,
}

/// The host in one document; `host` must have been read from `tree`.
#[must_use]
pub fn status(
    tree: &dyn HostTree,
    host: &Host,
    report: &Report,
    transaction: Option<&Journal>,
) -> Status {
    Status {
        schema: "passthru-status/1",
        system: host.system.name.clone(),
        hypervisor: host.system.hypervisor_text(),
        kernel: host
            .system
            .kernel
            .release
            .as_ref()
            .map(|release| release.value.to_string()),
        parts: host.parts().into_iter().map(String::from).collect(),
        names: host.stated_names().into_iter().map(String::from).collect(),
        candidates: host
            .candidates()
            .map(|device| listed(host, device))
            .collect(),
        transaction: transaction.map(|journal| ListedTransaction {
            number: journal.number,
            state: journal.state().word(),
            time: journal.header.time,
            devices: journal
                .header
                .plan
                .devices
                .iter()
                .map(|device| device.address)
                .collect(),
            reboot_reason: journal.header.plan.reboot_reason.clone().map(String::from),
            rebooted: verify::restarted(tree, journal),
        }),
        findings: report.clone(),
    }
}
