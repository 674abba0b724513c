//! Functions that were added, removed, moved or changed.

use std::collections::BTreeMap;

use host_tree::Lookup;
use list_order::{Inserts as _, Order as _};
use pci_core::sysfs::ResourceKind;
use pci_core::{Address, PciId, SubsystemId};

use super::difference::{Difference, is_intended};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Coverage, Device, Driver, Host};
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// Identity of a card, as far as known.
type Identity = (PciId, Option<SubsystemId>);

fn identity(device: &Device) -> Option<Identity> {
    let subsystem = device.subsystem.as_ref().map(|subsystem| subsystem.value);
    Some((device.id.as_ref()?.value, subsystem))
}

/// Whether both are one kind of function; unknown IDs are not a difference.
fn is_same(one: &Device, other: &Device) -> bool {
    match (identity(one), identity(other)) {
        (Some((one, _)), Some((other, _))) if one != other => false,
        (Some((_, Some(one))), Some((_, Some(other)))) => one == other,
        _ => true,
    }
}

pub(super) fn differences(old: &Host, new: &Host) -> Vec<Difference> {
    let moved = moved(old, new);
    let mut all = Vec::new();
    for (from, to) in &moved {
        // A guest of the new host may name the old address.
        let is_named = new.guests.proxmox_vms.iter().any(|vm| vm.passes(*from))
            || new.guests.domains.iter().any(|domain| domain.passes(*from));
        let verdict = match is_named {
            true => Verdict::Blocker,
            false => verdict(old, *from, Verdict::Blocker),
        };
        let name = old
            .devices
            .get(from)
            .map(|device| old.name_of(device))
            .unwrap_or_default();
        let title = text!(
            "{name} was at {from}, and is at {to}: settings with the old address no longer match it",
            name,
            from,
            to
        );
        let moved = Difference::new("device-moved", verdict, title);
        all.push(moved.of([*from]).was(from.to_string()).is(to.to_string()));
    }
    let whole = |host: &Host| host.coverage.contains(&Coverage::All);
    for device in old.devices.values() {
        let address = device.address;
        if moved.contains_key(&address) {
            continue;
        }
        match new.devices.get(&address) {
            Some(now) if is_same(device, now) => all.extend(changed(old, device, now)),
            Some(now) => {
                let title = text!(
                    "{address} was {before}, and is {after}",
                    address,
                    before = old.name_of(device),
                    after = new.name_of(now)
                );
                let verdict = verdict(old, address, Verdict::Blocker);
                let difference = Difference::new("device-replaced", verdict, title);
                all.push(
                    difference
                        .of([address])
                        .was(shown(old, device))
                        .is(shown(new, now)),
                );
            }
            None if whole(new) => {
                let title = text!(
                    "{address} {name} is missing",
                    address,
                    name = old.name_of(device)
                );
                let verdict = verdict(old, address, Verdict::Blocker);
                let difference = Difference::new("device-removed", verdict, title);
                all.push(difference.of([address]).was(shown(old, device)));
            }
            None => {}
        }
    }
    for device in new.devices.values() {
        let address = device.address;
        let known = old.devices.contains_key(&address);
        if whole(old) && !known && !moved.values().any(|to| *to == address) {
            let title = text!(
                "{address} {name} is new",
                address,
                name = new.name_of(device)
            );
            let difference = Difference::new("device-added", Verdict::Harmless, title);
            all.push(difference.of([address]).is(shown(new, device)));
        }
    }
    all.extend(interfaces(old, new));
    all
}

fn shown(host: &Host, device: &Device) -> String {
    let id = device.id.as_ref().map(|id| id.value.to_string());
    id.unwrap_or_else(|| host.name_of(device))
}

/// `fault` where the host's settings are about the function.
fn verdict(old: &Host, address: Address, fault: Verdict) -> Verdict {
    if is_intended(old, address) {
        fault
    } else {
        Verdict::Harmless
    }
}

/// Functions whose kind occurs once in each host, at different addresses.
pub(super) fn moved(old: &Host, new: &Host) -> BTreeMap<Address, Address> {
    let places = |host: &Host| {
        let mut places: BTreeMap<Identity, Vec<Address>> = BTreeMap::new();
        for device in host.devices.values() {
            if let Some(identity) = identity(device) {
                places.entry(identity).or_default().push(device.address);
            }
        }
        places
    };
    let new_places = places(new);
    let once = |(identity, from): (Identity, Vec<Address>)| {
        let to = new_places.get(&identity)?;
        match (from.as_slice(), to.as_slice()) {
            ([from], [to]) if from != to => Some((*from, *to)),
            _ => None,
        }
    };
    places(old).into_iter().filter_map(once).into_map()
}

/// The changes of a function that both inputs have.
fn changed(host: &Host, old: &Device, new: &Device) -> Vec<Difference> {
    let address = old.address;
    let mut all = Vec::new();
    if let (Some(was), Some(is)) = (driver(old), driver(new)) {
        if was != is {
            let lost = is_vfio_driver(&was) && is_intended(host, address);
            let verdict = match (lost, is_vfio_driver(&is)) {
                (true, _) => Verdict::Blocker,
                (false, true) => Verdict::Ok,
                (false, false) => Verdict::Harmless,
            };
            let title = text!(
                "the driver of {address} was {before}, and is {after}",
                address,
                before = driver_text(old),
                after = driver_text(new)
            );
            all.push(
                Difference::new("driver", verdict, title)
                    .of([address])
                    .was(was)
                    .is(is),
            );
        }
    }
    if let (Some(was), Some(is)) = (&old.reset_methods, &new.reset_methods) {
        if was != is {
            let lost = !was.is_empty() && is.is_empty();
            let verdict = if lost {
                verdict(host, address, Verdict::Fix)
            } else {
                Verdict::Harmless
            };
            let list = |methods: &[String]| {
                if methods.is_empty() {
                    "none".to_owned()
                } else {
                    methods.join(" ")
                }
            };
            let words = |methods: &[String]| match methods {
                [] => text!("none"),
                methods => text!("{methods}", methods = methods.join(" ")),
            };
            let title = text!(
                "the reset methods of {address} were {before}, and are {after}",
                address,
                before = words(was),
                after = words(is)
            );
            let difference = Difference::new("reset-methods", verdict, title);
            all.push(difference.of([address]).was(list(was)).is(list(is)));
        }
    }
    if let (Some(was), Some(is)) = (&old.boot_display, &new.boot_display) {
        if was.value != is.value {
            let (title, verdict) = if is.value {
                (
                    text!("{address} is the boot display now", address),
                    verdict(host, address, Verdict::Fix),
                )
            } else {
                (
                    text!("{address} is no longer the boot display", address),
                    Verdict::Harmless,
                )
            };
            let difference = Difference::new("boot-display", verdict, title).of([address]);
            all.push(
                difference
                    .was(was.value.to_string())
                    .is(is.value.to_string()),
            );
        }
    }
    all.extend(resources(host, old, new));
    all
}

/// The driver of a function, for people.
fn driver_text(device: &Device) -> Text {
    match device.driver.name() {
        Some(driver) => text!("{driver}", driver),
        None => text!("no driver"),
    }
}

/// The driver of a function, where it is in the input.
fn driver(device: &Device) -> Option<String> {
    match &device.driver {
        Driver::Bound(driver) => Some(driver.value.clone()),
        Driver::Unbound(_) => Some("no driver".to_owned()),
        Driver::NotShown => None,
    }
}

/// BARs and the ROM, by their sizes: firmware options (Resizable BAR, 4G decoding) and
/// an update of the card's firmware change them.
fn resources(host: &Host, old: &Device, new: &Device) -> Vec<Difference> {
    let sizes = |device: &Device| -> Option<BTreeMap<ResourceKind, u64>> {
        let Lookup::Found(resources) = &device.sysfs.as_ref()?.resources else {
            return None;
        };
        let own = resources.iter().filter(|resource| {
            matches!(
                resource.kind,
                ResourceKind::Bar(_) | ResourceKind::ExpansionRom
            )
        });
        Some(
            own.filter_map(|resource| Some((resource.kind, resource.size()?)))
                .into_map(),
        )
    };
    let (Some(was), Some(is)) = (sizes(old), sizes(new)) else {
        return Vec::new();
    };
    let mut kinds: Vec<ResourceKind> = was.keys().chain(is.keys()).copied().collect();
    kinds.order();
    kinds.dedup();
    let size = |sizes: &BTreeMap<ResourceKind, u64>, kind| {
        let size = sizes.get(&kind);
        size.map_or_else(|| "not assigned".to_owned(), |size| bytes(*size))
    };
    let mut all = Vec::new();
    for kind in kinds
        .into_iter()
        .filter(|kind| was.get(kind) != is.get(kind))
    {
        let address = old.address;
        let text = |sizes: &BTreeMap<ResourceKind, u64>| match sizes.get(&kind) {
            Some(size) => text!("{size}", size = bytes(*size)),
            None => text!("not assigned"),
        };
        let (before, after) = (text(&was), text(&is));
        let (word, title) = match kind {
            ResourceKind::Bar(number) => (
                "bar",
                text!(
                    "BAR {number} of {address} was {before}, and is {after}",
                    number,
                    address,
                    before,
                    after
                ),
            ),
            _ => (
                "rom",
                text!(
                    "the expansion ROM of {address} was {before}, and is {after}",
                    address,
                    before,
                    after
                ),
            ),
        };
        let lost = !is.contains_key(&kind);
        let verdict = if lost {
            verdict(host, old.address, Verdict::Fix)
        } else {
            Verdict::Harmless
        };
        let (was, is) = (size(&was, kind), size(&is, kind));
        let difference = Difference::new(word, verdict, title);
        all.push(difference.of([old.address]).was(was).is(is));
    }
    all
}

fn bytes(size: u64) -> String {
    match size {
        size if size >= 1 << 30 && size % (1 << 30) == 0 => format!("{} GiB", size >> 30),
        size if size >= 1 << 20 && size % (1 << 20) == 0 => format!("{} MiB", size >> 20),
        size if size >= 1 << 10 && size % (1 << 10) == 0 => format!("{} KiB", size >> 10),
        size => format!("{size} bytes"),
    }
}

/// Interfaces with names by location are renamed when their card moves, and the host's network
/// configuration no longer matches.
fn interfaces(old: &Host, new: &Host) -> Vec<Difference> {
    let mut all = Vec::new();
    for was in &old.host_use.interfaces {
        let address = was.value.address;
        let find = |name: &str| {
            new.host_use
                .interfaces
                .iter()
                .find(|one| one.value.name == name)
        };
        if find(&was.value.name).is_some() {
            continue;
        }
        let moved = moved(old, new);
        let place = moved.get(&address).unwrap_or(&address);
        let now = new
            .host_use
            .interfaces
            .iter()
            .find(|one| one.value.address == *place);
        if let Some(now) = now {
            let title = text!(
                "the network interface {name} of {address} is now {new}: settings with the old name \
                 no longer match it",
                name = was.value.name,
                address,
                new = now.value.name
            );
            let difference = Difference::new("interface-renamed", Verdict::Fix, title);
            all.push(
                difference
                    .of([address])
                    .was(&*was.value.name)
                    .is(&*now.value.name),
            );
        }
    }
    all
}
