//! Whether an input is of a virtual machine, and the parts that are.

use std::collections::BTreeSet;

use host_tree::{CommandText, Evidence, HostTree};
use iommu::LogLineKind;
use list_order::Inserts as _;
use pci_core::Address;

use crate::host::guests::{guest_parts, hyper_v_vm_state, running};
use crate::host::hardware::device::Device;
use crate::host::identity::system_markers::SystemMarkers;
use crate::host::identity::{stated_distribution, virtualization};
use crate::host::model::{self, Seen, Side};
use crate::host::state::Host;
use crate::host::texts::Texts;
use crate::messages::About;
use crate::target::Target;

/// Adds the evidence that the input is of a virtual machine, and the functions that guests have.
pub(super) fn add(
    host: &mut Host,
    tree: &dyn HostTree,
    texts: &Texts<'_>,
    markers: &SystemMarkers,
    seen: &mut Seen,
) {
    let announced = guest_parts::shown_in(texts.all, &texts.of_guests);
    host.guests.has_parts = announced.is_some();
    let entries = std::mem::take(&mut seen.guest_entries);
    let in_guest = entries.iter().map(|entry| entry.address).into_set();
    host.guests.devices = model::fold(entries).devices;
    host.of_guest = of_guest(
        host,
        tree,
        texts,
        markers,
        seen.emulated_shown.as_ref(),
        &in_guest,
        announced,
    );
    host.guests.hyper_v = std::mem::take(&mut seen.hyper_v);
    host.guests.listings = std::mem::take(&mut seen.guest_listings);
    // A message of a failure weighs more than a list of guests.
    if host.words.report_failure(&host.log_messages) {
        return;
    }
    let guests = &host.guests;
    host.guests.runs_with_device =
        hyper_v_vm_state::of_guest_with_device(texts.all, &guests.hyper_v);
    if texts.side == Side::Host && host.of_guest.is_none() {
        let guests = &host.guests;
        host.guests.running = running::functions(
            texts.all,
            &texts.of_guests,
            &guests.proxmox_vms,
            &guests.domains,
            &host.devices,
        );
    }
}

/// Evidence that the entire input is of a virtual machine.
fn of_guest(
    host: &Host,
    tree: &dyn HostTree,
    texts: &Texts<'_>,
    markers: &SystemMarkers,
    emulated: Option<&Evidence>,
    in_guest: &BTreeSet<Address>,
    announced: Option<Evidence>,
) -> Option<Evidence> {
    let (system, devices) = (&host.system, &host.devices);
    let has_firmware_table = host
        .log_facts
        .iter()
        .any(|fact| fact.kind == LogLineKind::FirmwareTable);
    let is_system =
        system.hypervisor.is_some() || system.platform.is_some() || markers.other().is_some();
    let is_host = host.board.is_some()
        || is_system && !markers.is_only_named()
        || !host.groups.is_empty()
        || has_firmware_table
        || emulated.is_none() && devices.values().any(Device::is_of_chipset);
    let is_announced = |line: &Evidence| {
        let has = |text: &CommandText| text.command == line.source;
        let at = texts.all.iter().position(has);
        let of_guests = at.and_then(|at| texts.of_guests.get(at));
        let number = of_guests.zip(line.line);
        number.is_some_and(|(of_guests, number)| guest_parts::has(of_guests, number))
    };
    // Other lines of a post are of its host, but for those about the guest's functions.
    let is_of_host = |device: &Device| !device.is_only_named || !in_guest.contains(&device.address);
    let is_sysfs = devices.values().any(|device| device.sysfs.is_some());
    let is_post_of_host = !is_sysfs
        && (emulated.is_none() && devices.values().any(is_of_host)
            || !host.guests.proxmox_vms.is_empty()
            || !host.guests.domains.is_empty()
            || host
                .log_messages
                .iter()
                .any(|known| !known.is_of_guest && known.message.about != About::Guest));
    let guest = markers.guest().or(emulated).cloned();
    let guest = guest.or_else(|| stated_distribution::in_guest(texts.pasted));
    // The processor's own word outweighs the functions of an emulated chipset; a post can hold
    // that of a guest beside the host's output.
    let is_without_iommu = host.groups.is_empty()
        && system
            .hypervisor
            .as_ref()
            .is_none_or(|found| found.value != Target::Xen)
        && !has_firmware_table;
    let is_of_this = is_sysfs && is_without_iommu;
    let by_processor = virtualization::under_hypervisor(tree).filter(|_| is_of_this);
    let by_processor = by_processor.map(|flag| guest.clone().unwrap_or(flag));
    guest
        .filter(|line| !(is_post_of_host && is_announced(line)))
        .or(announced.filter(|_| !is_post_of_host && !is_sysfs))
        .filter(|_| !is_host)
        .or(by_processor)
}
