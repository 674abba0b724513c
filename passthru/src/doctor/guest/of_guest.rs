//! Findings about a guest's configuration are about the functions that it names.

use pci_core::Address;

use crate::doctor::rule::Context;
use crate::finding::Finding;
use crate::host::{Host, functions_of_vm, named_by_guests};
use crate::messages::About;

/// A finding that names a function the guest lacks: the guest does not start.
const MISSING: &str = "guest-device-missing";

/// A guest, and the functions that its configuration names.
struct Guest {
    path: String,
    /// The lines of a configuration of Proxmox VE, each with its key: evidence may quote them from
    /// the post that has them.
    lines: String,
    functions: Vec<Address>,
}

/// Gives each finding whose first line is of a guest's configuration, and each message about a guest
/// where the input has only one, the functions of that guest. A question about other functions leaves
/// these findings out.
pub(in crate::doctor) fn attribute(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let guests = guests(context.host);
    findings.retain_mut(|finding| {
        if finding.devices.is_empty()
            && let [guest] = guests.as_slice()
            && is_about_guest(context, finding.code)
            && finding.verdict.is_problem()
        {
            finding.devices.extend(&guest.functions);
            return concerns_question(context, finding);
        }
        if !finding.devices.is_empty() && finding.code != MISSING {
            return true;
        }
        let Some(first) = finding.evidence.first() else {
            return true;
        };
        // The guest may be the one that is meant.
        if finding.code == MISSING && !context.asked.is_empty() {
            return true;
        }
        let of_path = |guest: &&Guest| guest.path == first.source;
        let of_line = |guest: &&Guest| {
            let mut lines = guest.lines.lines();
            lines.any(|line| line == first.text)
        };
        let mut of_guests: Vec<&Guest> = guests.iter().filter(of_path).collect();
        // Some functions of that guest are not in the input.
        let mut vms = context.host.guests.proxmox_vms.iter();
        if of_guests.is_empty() && vms.any(|vm| vm.path == first.source) {
            return true;
        }
        if of_guests.is_empty() {
            of_guests.extend(guests.iter().filter(of_line));
            // Several guests have the same line.
            if of_guests.len() != 1 {
                return true;
            }
        }
        for function in of_guests.iter().flat_map(|guest| &guest.functions) {
            if !finding.devices.contains(function) {
                finding.devices.push(*function);
            }
        }
        concerns_question(context, finding)
    });
}

/// Whether a message with the code is in the input, and about a guest.
fn is_about_guest(context: &Context<'_>, code: &str) -> bool {
    let mut logged = context.host.log_messages.iter();
    logged.any(|one| one.message.code == code && one.message.about == About::Guest)
}

/// Whether the finding is about a card in question.
fn concerns_question(context: &Context<'_>, finding: &Finding) -> bool {
    let mut devices = finding.devices.iter();
    context.asked.is_empty()
        || devices.any(|device| {
            let mut asked = context.asked.iter();
            asked.any(|asked| asked.slot() == device.slot())
        })
}

/// The guests whose functions are all in the input.
fn guests(host: &Host) -> Vec<Guest> {
    let vms = host.guests.proxmox_vms.iter();
    let vms = vms.filter_map(|vm| {
        Some(Guest {
            path: vm.path.clone(),
            lines: vm.config.to_string(),
            functions: functions_of_vm(host, vm)?,
        })
    });
    let mut guests: Vec<Guest> = vms.filter(|guest| !guest.functions.is_empty()).collect();
    for named in named_by_guests(&[], &host.guests.domains) {
        let path = named.evidence.source;
        match guests.iter_mut().find(|guest| guest.path == path) {
            Some(guest) => guest.functions.push(named.address),
            None => guests.push(Guest {
                path,
                lines: String::new(),
                functions: vec![named.address],
            }),
        }
    }
    guests
}
