//! Readers of sources, one file for each kind. Each returns its observations; the
//! [model](super::model) determines their precedence.

mod driver_at_end;
mod emulated;
mod esxi;
mod filtered_driver;
mod freebsd;
mod group_folders;
pub(super) mod groups_by_id;
pub(super) mod groups_in_line;
mod guests;
mod harvester;
mod kernel_log;
mod linux;
mod listed;
mod log_regions;
mod lspci;
mod messages;
mod nodedev;
mod nvidia_smi;
mod pvesh;
mod registers;
mod sysfs;
mod vmware_log;
pub(super) mod windows;
mod xl;

use std::collections::BTreeSet;

pub(crate) use groups_by_id::lines as lines_of_groups_by_id;
pub(crate) use groups_in_line::lines as lines_of_groups_in_line;
pub(crate) use guests::{functions_of_vm, guest_names, guests_with, named_by_guests};
pub(crate) use harvester::lines as lines_of_harvester;
use host_tree::HostTree;
use iommu::KernelLog;
use list_order::Inserts as _;
use pci_core::Address;
use pci_core::sysfs::Wanted;

use super::commands::command_lines;
use super::guests::guest_parts;
use super::guests::{Domain, ProxmoxVm, bhyve};
use super::model::{Entry, Seen, Side, Value};
use super::texts::Texts;
use super::words::messages::LogMessage;
use super::words::outputs::{is_log, is_plain};
use super::words::{bound, driver_tables, typed_devices};

/// Reads sysfs and the listings of the machine.
pub(super) fn listings(tree: &dyn HostTree, wanted: Wanted, side: Side) -> Seen {
    let mut seen = Seen::default();
    sysfs::read(&mut seen, tree, wanted);
    for output in tree.texts().iter().filter(|text| !is_log(text)) {
        let (source, text) = (output.command.as_str(), output.text.as_str());
        // ESXi's lspci is another program than that of pciutils.
        match esxi::read(source, text) {
            Some(listing) => seen.add(listing),
            None => lspci::read(&mut seen, source, text),
        }
        seen.add(filtered_driver::read(source, text));
        seen.add(driver_at_end::read(source, text));
        seen.add(pvesh::read(source, text));
        seen.add(nvidia_smi::read(source, text));
        seen.add(harvester::read(source, text));
        seen.add(group_folders::read(source, text));
        seen.add(linux::read(source, text));
        seen.add(nodedev::read(source, text));
        seen.add(xl::read(source, text));
        seen.foreign.extend(freebsd::read(source, text));
        seen.foreign.extend(windows::read(source, text));
    }
    seen.admit_emulated(side);
    seen
}

/// Adds functions named in logs, messages, commands and guests.
pub(super) fn add_named(
    seen: &mut Seen,
    texts: &Texts<'_>,
    logged: &[LogMessage],
    vms: &[ProxmoxVm],
    domains: &[Domain],
) {
    let mut named: Vec<Entry> = Vec::new();
    let mut ways = Vec::new();
    let side = texts.side;
    let logs = texts.all.iter().zip(&texts.logs);
    for ((text, log), of_guests) in logs.zip(&texts.of_guests) {
        let parts = match side {
            Side::Host => of_guests.as_slice(),
            Side::Guest => &[],
        };
        let logged = kernel_log::read(text, log, |line| !guest_parts::has(parts, line));
        named.extend(logged.entries);
        ways.extend(logged.ways);
        seen.add_members(logged.members);
        if side == Side::Host && !is_plain(text) {
            named.extend(vmware_log::read(text));
            named.extend(bound::read(text, of_guests));
            named.extend(driver_tables::read(text, of_guests));
            named.extend(groups_in_line::entries(text));
            let mut typed = typed_devices::read(text, of_guests);
            if !typed.is_empty() {
                // A line of a listing has the same form; a list of groups alone has no IDs.
                let has_id = |entry: &&Entry| {
                    let mut seen = entry.observations.iter();
                    seen.any(|one| matches!(one.value, Value::Id(_)))
                };
                let entries = seen.entries.iter().filter(has_id);
                let listed: BTreeSet<Address> = entries.map(|entry| entry.address).into_set();
                typed.retain(|typed| !listed.contains(&typed.address));
                named.extend(typed);
            }
        }
        if !parts.is_empty() {
            let mut log = KernelLog::parse(&text.command, &text.text);
            log.lines
                .retain(|line| guest_parts::has(parts, line.number));
            let logged = kernel_log::read(text, &log, |line| guest_parts::has(parts, line));
            seen.guest_entries.extend(logged.entries);
        }
    }
    named.extend(messages::read(logged));
    named.extend(command_lines::named(texts.pasted));
    named.extend(bhyve::named(texts.all));
    named.extend(guests::read(vms, domains));
    seen.admit_named(named, &ways);
}
