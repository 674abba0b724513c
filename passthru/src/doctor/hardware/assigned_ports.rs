//! Ports of bridges, and interfaces of the host's network, whose cards guests have.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::Evidence;
use list_order::Inserts as _;
use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{BridgePort, Device, Driver, Fact, Host, Uplink, by_path, named_by_guests};
use crate::remedy::Remedy;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "bridge-port-assigned",
        meaning: "A bridge of the host names a port whose card is bound to a driver for guests, or \
                  assigned to a guest: the interface leaves the host, and the bridge has no uplink.",
        source: "interfaces(5), bridge-ports; systemd.net-naming-scheme(7); Linux \
                 Documentation/driver-api/vfio.rst",
        causes: &["host-network-loss-reported"],
        check: port_assigned,
    },
    Rule {
        code: "uplink-assigned",
        meaning: "The interface with the host's gateway, or the only one with DHCP, is that of a card \
                  that is bound to a driver for guests: the interface leaves the host, and the host \
                  has no network.",
        source: "interfaces(5), netplan(5), systemd.network(5); systemd.net-naming-scheme(7); Linux \
                 Documentation/driver-api/vfio.rst",
        causes: &["host-network-loss-reported"],
        check: uplink_assigned,
    },
];

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

/// The cards that guests have, as the host's network names their interfaces.
struct Cards<'a> {
    host: &'a Host,
    /// The lines of guests that name a function.
    guests: BTreeMap<Address, Evidence>,
    /// The interfaces that there are.
    listed: BTreeSet<&'a str>,
    /// The names that a file fixes.
    fixed: BTreeSet<&'a str>,
}

impl<'a> Cards<'a> {
    /// The cards; `None` where an interface that no file names can be any port, under its new name.
    fn of(context: &Context<'a>) -> Option<Self> {
        let host = context.host;
        let names = &host.host_use.network_names;
        let mut guests: BTreeMap<Address, Evidence> = BTreeMap::new();
        for named in named_by_guests(&host.guests.proxmox_vms, &host.guests.domains) {
            let slot = host.functions_of(named.address.slot());
            let others = slot.map(|device| device.address);
            let others = others.filter(|_| named.is_complete_slot);
            for address in others.chain([named.address]) {
                guests
                    .entry(address)
                    .or_insert_with(|| named.evidence.clone());
            }
        }
        let set = |names: &'a [String]| -> BTreeSet<&'a str> {
            names.iter().map(String::as_str).into_set()
        };
        let listed = set(names.interfaces.as_deref().unwrap_or_default());
        let ports: BTreeSet<&str> = names
            .ports
            .iter()
            .map(|one| one.value.port.as_str())
            .into_set();
        let is_new = |name: &&str| {
            has_bus(name) && !ports.contains(name) && !names.configured.contains(*name)
        };
        if listed.iter().any(is_new) {
            return None;
        }
        Some(Self {
            host,
            guests,
            listed,
            fixed: set(&names.fixed),
        })
    }

    /// The card of an interface that a guest has. Only a network card at the address in the name is that
    /// of the interface: the name of another card at that address is new, and the interface's is old.
    fn of_interface(&self, name: &str, address: Option<Address>) -> Option<Assigned<'a>> {
        let device = self.host.devices.get(&address?)?;
        let is_absent = !self.fixed.contains(name) && !self.listed.contains(name);
        if device.class.as_ref()?.value.base != NETWORK || !is_absent {
            return None;
        }
        let guest = self.guests.get(&device.address).cloned();
        let is_listing = self.host.host_use.network_names.interfaces.is_some();
        let driver = match &device.driver {
            Driver::Bound(driver) if is_for_guests(&driver.value) => Some(driver),
            Driver::NotShown if guest.is_some() && is_listing => None,
            // The host has the card.
            _ => return None,
        };
        Some(Assigned {
            device,
            driver,
            guest,
        })
    }
}

/// The ports of bridges whose cards guests have.
pub(super) fn assigned<'a>(context: &Context<'a>) -> Vec<(&'a Fact<BridgePort>, Assigned<'a>)> {
    let Some(cards) = Cards::of(context) else {
        return Vec::new();
    };
    let ports = context.host.host_use.network_names.ports.iter();
    ports
        .filter_map(|port| {
            let one = &port.value;
            Some((port, cards.of_interface(&one.port, one.address)?))
        })
        .collect()
}

/// The interface of the host's network whose card a guest has. Ports of bridges in
/// `/etc/network/interfaces` are reported with their bridges.
fn uplink_assigned(context: &Context<'_>) -> Vec<Diagnostic> {
    let Some(cards) = Cards::of(context) else {
        return Vec::new();
    };
    let names = &context.host.host_use.network_names;
    let is_port = |name: &str| names.ports.iter().any(|one| one.value.port == name);
    // Another interface may be the host's, as a list or a route shows, and the files may be a guest's.
    let mut interfaces = context.host.host_use.interfaces.iter();
    let is_routed = interfaces.any(|one| one.value.default_route.is_some());
    let is_other = |name: &&str| has_bus(name) || name.starts_with("wl") || name.starts_with("ww");
    if is_routed || context.host.guests.has_parts || cards.listed.iter().any(is_other) {
        return Vec::new();
    }
    let found = names.uplinks.iter().filter_map(|uplink| {
        let Uplink {
            name,
            gateway,
            is_alone,
            ..
        } = &uplink.value;
        if !is_alone || is_port(name) {
            return None;
        }
        let assigned = cards.of_interface(name, by_path(name))?;
        let driver = assigned.driver?;
        let address = assigned.device.address;
        // Another card, wired or not, may be the host's network.
        let is_left = |device: &&Device| {
            let class = device.class.as_ref().map(|class| class.value.base);
            class == Some(NETWORK)
                && device.address.slot() != address.slot()
                && !device.driver.is_bound_to(is_for_guests)
        };
        if context.host.devices.values().any(|device| is_left(&device)) {
            return None;
        }
        let title = text!(
            "the host's network is configured on {name}, but {address} is bound to {driver}, for a \
             guest",
            name,
            address,
            driver = driver.value
        );
        Some(
            Diagnostic::new(Verdict::Fix, title)
                .of([address])
                .evidence([uplink.evidence.clone()])
                .evidence((*gateway != uplink.evidence).then(|| gateway.clone()))
                .evidence(assigned.guest.clone())
                .evidence([driver.evidence.clone()])
                .remedy(Remedy::Manual {
                    step: "free-uplink",
                    text: match assigned.command(context) {
                        Some(command) => text!(
                            "at the host's console run {command} and restart the host, or configure \
                             the network on an interface that no guest has and move the cable to it",
                            command
                        ),
                        None => text!(
                            "at the host's console remove {address} from the guest and from the \
                             settings that bind it, and restart the host; or configure the network \
                             on an interface that no guest has and move the cable to it",
                            address
                        ),
                    },
                }),
        )
    });
    found.collect()
}

impl Assigned<'_> {
    /// The command that takes the card from a guest of Proxmox VE.
    fn command(&self, context: &Context<'_>) -> Option<String> {
        let line = self.guest.as_ref()?;
        let (key, _) = line.text.split_once(':')?;
        let mut vms = context.host.guests.proxmox_vms.iter();
        let vm = vms.find(|vm| vm.path == line.source)?;
        let id = vm.id.map_or_else(|| "VMID".to_owned(), |id| id.to_string());
        Some(format!("qm set {id} --delete {key}"))
    }
}

/// Bridges whose ports guests have.
fn port_assigned(context: &Context<'_>) -> Vec<Diagnostic> {
    let uplinks = &context.host.host_use.network_names.uplinks;
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
