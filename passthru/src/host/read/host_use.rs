//! Reading the host's own use of its functions.

use std::collections::BTreeMap;

use host_tree::HostTree;
use list_order::Inserts as _;
use pci_core::Address;

use crate::host::coverage::Coverage;
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::host::host_use::in_use::{Disks, Interface};
use crate::host::host_use::ip_link::PrintedInterfaces;
use crate::host::host_use::kernel_names::KernelNames;
use crate::host::host_use::network_names::NetworkNames;
use crate::host::host_use::process::Process;
use crate::host::host_use::{function_names, ip_link, open_nodes, printed_mounts};
use crate::host::model::Seen;
use crate::host::state::{Host, HostUse};
use crate::host::texts::Texts;

/// The class of network controllers (PCI Code and ID Assignment Specification 1.11).
const NETWORK: u8 = 0x02;

/// The use of the functions of `host` by the host; a table has no names of the kernel.
pub(super) fn read(
    tree: &dyn HostTree,
    texts: &Texts<'_>,
    host: &Host,
    seen: &mut Seen,
    is_table: bool,
) -> HostUse {
    let devices = &host.devices;
    let mut names = KernelNames::read(texts.all);
    if host.coverage.contains(&Coverage::All) {
        names.see_listing(devices);
    }
    let mut found = HostUse {
        network_names: NetworkNames::read(tree, texts.all),
        processes: std::mem::take(&mut seen.processes),
        ..HostUse::default()
    };
    let users = open_nodes::users(texts.all, &names, devices);
    for process in users.processes {
        let Process { address, pid, .. } = process.value;
        let is_known =
            |known: &Fact<Process>| known.value.pid == pid && known.value.address == address;
        if !found.processes.iter().any(is_known) {
            found.processes.push(process);
        }
    }
    found.device_file_users = users.of_files;
    let mut unused = add_storage(tree, host, &names, &mut found);
    let networks = devices.values().filter(|device| is_network(device));
    unused.extend(networks.filter_map(|device| {
        let line = names.without_interface(device.address)?;
        Some(Fact::new(device.address, line.clone()))
    }));
    let printed = ip_link::read(texts.all, &names);
    found.unused = unused
        .into_iter()
        .chain(printed.unused.iter().cloned())
        .map(|fact| (fact.value, fact.evidence))
        .into_map();
    found.interfaces = Interface::read(tree);
    found.interfaces.append(&mut seen.interfaces);
    add_interfaces(&mut found, printed, &names, devices);
    if !is_table {
        found.kernel_names = function_names::read(tree, &names);
    }
    found
}

fn is_network(device: &Device) -> bool {
    let class = device.class.as_ref();
    class.is_some_and(|class| class.value.base == NETWORK)
}

/// Adds the file systems; returns the functions whose disks have none.
fn add_storage(
    tree: &dyn HostTree,
    host: &Host,
    names: &KernelNames,
    found: &mut HostUse,
) -> Vec<Fact<Address>> {
    let disks = Disks::read(tree);
    found.is_complete_storage = !disks.storage.is_empty() || !disks.not_followed.is_empty();
    found.storage = disks.storage;
    found.not_followed = disks.not_followed;
    if found.is_complete_storage {
        return Vec::new();
    }
    let hypervisor = host.system.hypervisor.as_ref().map(|found| found.value);
    let printed = printed_mounts::read(tree, &host.settings, names, hypervisor);
    found.not_followed.extend(printed.not_followed);
    found.storage.extend(
        printed
            .storage
            .into_iter()
            .filter(|fact| is_hosts_own(&host.devices, fact.value.address)),
    );
    printed.unused
}

/// Adds the interfaces that programs print, and those of the default gateway.
fn add_interfaces(
    found: &mut HostUse,
    printed: PrintedInterfaces,
    names: &KernelNames,
    devices: &BTreeMap<Address, Device>,
) {
    for one in printed.interfaces {
        let is_own = is_hosts_own(devices, one.value.address);
        let mut all = found.interfaces.iter_mut();
        match all.find(|known| known.value.name == one.value.name) {
            Some(known) => {
                let route = &mut known.value.default_route;
                *route = route.take().or(one.value.default_route);
            }
            None if is_own => found.interfaces.push(one),
            None => {}
        }
    }
    let uplinks = uplinks(&found.network_names, names, devices, &found.interfaces);
    found.interfaces.extend(uplinks);
}

/// Whether an older text's driver may be the host driver of a function: the function is not
/// reserved for a guest, and no display or bridge has the address since.
fn is_hosts_own(devices: &BTreeMap<Address, Device>, address: Address) -> bool {
    let Some(device) = devices.get(&address) else {
        return true;
    };
    let class = device.class.as_ref().map(|class| class.value.base);
    let is_held = device.driver.is_bound_to(is_for_guests);
    // Storage, network, serial buses, wireless and base peripherals (PCI Code and ID Assignment
    // Specification 1.11).
    !is_held && class.is_none_or(|base| matches!(base, 0x01 | NETWORK | 0x08 | 0x0c | 0x0d))
}

/// The network interfaces of functions that the default gateway is configured on, other than those
/// that are known.
fn uplinks(
    names: &NetworkNames,
    kernel_names: &KernelNames,
    devices: &BTreeMap<Address, Device>,
    known: &[Fact<Interface>],
) -> Vec<Fact<Interface>> {
    let is_absent = |name: &String| {
        names
            .interfaces
            .as_ref()
            .is_some_and(|all| !all.contains(name))
    };
    let mut found = Vec::new();
    for uplink in &names.uplinks {
        let name = &uplink.value.name;
        if is_absent(name) || known.iter().any(|one| one.value.name == *name) {
            continue;
        }
        let shown = kernel_names.interface(name).map(|fact| fact.value);
        let Some(address) = shown.or_else(|| ip_link::by_path(name)) else {
            continue;
        };
        let is_network = devices.get(&address).is_some_and(is_network);
        if is_network && is_hosts_own(devices, address) {
            let interface = Interface {
                name: name.clone(),
                address,
                default_route: Some(uplink.value.gateway.clone()),
            };
            found.push(Fact::new(interface, uplink.evidence.clone()));
        }
    }
    found
}
