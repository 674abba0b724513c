//! Ports of bridges whose cards guests have.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::Evidence;
use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{BridgePort, Device, Driver, Fact, named_by_guests};
use crate::order::Inserts as _;
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "bridge-port-assigned",
    meaning: "A bridge of the host names a port whose card is bound to a driver for guests, or \
              assigned to a guest: the interface leaves the host, and the bridge has no uplink.",
    source: "interfaces(5), bridge-ports; systemd.net-naming-scheme(7); Linux \
             Documentation/driver-api/vfio.rst",
    causes: &["host-network-loss-reported"],
    check: port_assigned,
}];

/// Base class of network controllers (PCI Code and ID Assignment Specification).
const NETWORK: u8 = 0x02;

/// The card of a port that a guest has.
pub(super) struct Assigned<'a> {
    device: &'a Device,
    /// The driver for guests that is bound to it.
    driver: Option<&'a Fact<String>>,
    /// The line of the guest.
    guest: Option<Evidence>,
}

/// The ports of bridges whose cards guests have. Only a network card at the address in a port's name is
/// that of the port: the name of another card at that address is new, and the port's is old.
pub(super) fn assigned<'a>(context: &Context<'a>) -> Vec<(&'a Fact<BridgePort>, Assigned<'a>)> {
    let host = context.host;
    let names = &host.network_names;
    let mut guests: BTreeMap<Address, Evidence> = BTreeMap::new();
    for named in named_by_guests(&host.proxmox_vms, &host.domains) {
        let slot = host.functions_of(named.address.slot());
        let others = slot.map(|device| device.address);
        let others = others.filter(|_| named.is_complete_slot);
        for address in others.chain([named.address]) {
            guests
                .entry(address)
                .or_insert_with(|| named.evidence.clone());
        }
    }
    let set =
        |names: &'a [String]| -> BTreeSet<&'a str> { names.iter().map(String::as_str).into_set() };
    let listed = set(names.interfaces.as_deref().unwrap_or_default());
    let fixed = set(&names.fixed);
    let is_absent = |port: &str| !fixed.contains(port) && !listed.contains(port);
    let ports: BTreeSet<&str> = names
        .ports
        .iter()
        .map(|one| one.value.port.as_str())
        .into_set();
    let is_new =
        |name: &&str| has_bus(name) && !ports.contains(name) && !names.configured.contains(*name);
    // An interface that the file does not name can be the port under its new name.
    if listed.iter().any(is_new) {
        return Vec::new();
    }
    let of = |port: &BridgePort| {
        let device = host.devices.get(&port.address?)?;
        if device.class.as_ref()?.value.base != NETWORK || !is_absent(&port.port) {
            return None;
        }
        let guest = guests.get(&device.address).cloned();
        let driver = match &device.driver {
            Driver::Bound(driver) if is_for_guests(&driver.value) => Some(driver),
            Driver::NotShown if guest.is_some() && names.interfaces.is_some() => None,
            // The host has the card.
            _ => return None,
        };
        Some(Assigned {
            device,
            driver,
            guest,
        })
    };
    let ports = names.ports.iter();
    ports
        .filter_map(|port| Some((port, of(&port.value)?)))
        .collect()
}

impl Assigned<'_> {
    /// The command that takes the card from a guest of Proxmox VE.
    fn command(&self, context: &Context<'_>) -> Option<String> {
        let line = self.guest.as_ref()?;
        let (key, _) = line.text.split_once(':')?;
        let mut vms = context.host.proxmox_vms.iter();
        let vm = vms.find(|vm| vm.path == line.source)?;
        let id = vm.id.map_or_else(|| "VMID".to_owned(), |id| id.to_string());
        Some(format!("qm set {id} --delete {key}"))
    }
}

/// Bridges whose ports guests have.
fn port_assigned(context: &Context<'_>) -> Vec<Diagnostic> {
    let uplinks = &context.host.network_names.uplinks;
    assigned(context)
        .into_iter()
        .map(|(port, assigned)| {
            let BridgePort {
                bridge, port: name, ..
            } = &port.value;
            let address = assigned.device.address;
            let title = match assigned.driver {
                Some(driver) => text!(
                    "the bridge {bridge} is without its port {name}: {address} is bound to \
                     {driver}, for a guest",
                    bridge,
                    name,
                    address,
                    driver = driver.value
                ),
                None => text!(
                    "the bridge {bridge} is without its port {name}: {address} is assigned to a \
                     guest",
                    bridge,
                    name,
                    address
                ),
            };
            // A bridge for guests alone works without a port.
            let mut known = uplinks.iter();
            let is_uplink = uplinks.is_empty() || known.any(|one| one.value.name == *name);
            let reported = |verdict| {
                Diagnostic::new(verdict, title)
                    .of([address])
                    .evidence([port.evidence.clone()])
                    .evidence(assigned.guest.clone())
                    .evidence(assigned.driver.map(|driver| driver.evidence.clone()))
            };
            if !is_uplink {
                return reported(Verdict::Harmless);
            }
            let text = free(assigned.command(context), address, bridge);
            reported(Verdict::Fix).remedy(Remedy::Manual {
                step: "free-bridge-port",
                text,
            })
        })
        .collect()
}

/// The step that gives the bridge a port again.
fn free(command: Option<String>, address: Address, bridge: &str) -> Text {
    match command {
        Some(command) => text!(
            "at the host's console run {command} and restart the host, or write an interface that \
             no guest has into bridge-ports of {bridge}, move the cable to it, and run ifreload -a",
            command,
            bridge
        ),
        None => text!(
            "at the host's console remove {address} from the guest and from the settings that bind \
             it, and restart the host; or write an interface that no guest has into bridge-ports \
             of {bridge}, move the cable to it, and run ifreload -a",
            address,
            bridge
        ),
    }
}

/// Whether a name includes the bus of the interface: `enp5s0`, `wlP1p2s0f1`
/// (systemd.net-naming-scheme(7)).
pub(super) fn has_bus(name: &str) -> bool {
    let Some(rest) = ["en", "wl", "ww", "ib"]
        .iter()
        .find_map(|kind| name.strip_prefix(kind))
    else {
        return false;
    };
    let rest = match rest.strip_prefix('P') {
        Some(domain) => domain.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let Some(bus) = rest.strip_prefix('p') else {
        return false;
    };
    let slot = bus.trim_start_matches(|c: char| c.is_ascii_digit());
    slot.len() < bus.len()
        && slot
            .strip_prefix('s')
            .is_some_and(|slot| slot.starts_with(|c: char| c.is_ascii_digit()))
        // A VLAN on it is named after it.
        && !name.contains('.')
}
