//! The host itself uses no file system and no network of a function.

use std::collections::BTreeSet;

use pci_core::Address;

use super::{Evaluation, driver};
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{Device, Driver, Fact, Host, HostImpactKind, UnknownStorage};
use crate::text::{Text, text};

/// Base classes (PCI Code and ID Assignment Specification 1.11).
const STORAGE: u8 = 0x01;
const NETWORK: u8 = 0x02;

/// The use that a host may have for a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// File systems and swap on its disks.
    Disks,
    /// Routes and bridges over its interfaces.
    Network,
}

impl Use {
    /// The use that the class of a function allows.
    pub(crate) fn of(device: &Device) -> Option<Self> {
        match device.class.as_ref()?.value.base {
            STORAGE => Some(Self::Disks),
            NETWORK => Some(Self::Network),
            _ => None,
        }
    }

    /// Whether the input shows this use, for any function.
    fn is_shown(self, host: &Host) -> bool {
        match self {
            Self::Disks => host.host_use.is_complete_storage,
            Self::Network => !host.host_use.interfaces.is_empty(),
        }
    }

    /// The command that shows whether the host has this use for a function.
    pub(crate) fn look(self) -> Vec<String> {
        shell(self.line())
    }

    const fn line(self) -> &'static str {
        match self {
            Self::Disks => "ls -l /sys/class/block; lsblk -o NAME,TYPE,FSTYPE,MOUNTPOINT",
            Self::Network => "ls -l /sys/class/net; ip link; ip route",
        }
    }
}

/// The command that shows both uses.
pub(super) fn look() -> Vec<String> {
    let [disks, network] = [Use::Disks, Use::Network].map(Use::line);
    shell(&format!("{disks}; {network}"))
}

fn shell(line: &str) -> Vec<String> {
    ["sh", "-c", line].map(str::to_owned).to_vec()
}

pub(super) fn evaluate(host: &Host, address: Address) -> Evaluation {
    for impact in host.host_impact(&BTreeSet::from([address])) {
        let sentence = match impact.kind {
            HostImpactKind::FileSystem(place) => text!(
                "the host uses {place} on a disk of {address}",
                place,
                address
            ),
            HostImpactKind::Network(interface) => text!(
                "the host's network interface {interface} on {address} is up",
                interface,
                address
            ),
            HostImpactKind::BootDisplay => continue,
        };
        return Evaluation::unmet(sentence, [impact.evidence]);
    }
    let Some(device) = host.devices.get(&address) else {
        return driver::absent(host, address);
    };
    match open_use(host, device) {
        Some(Use::Disks) => Evaluation::unknown(match unknown_storage(host, device) {
            Some(unknown) => not_shown(&unknown.value, address),
            None => text!(
                "not in the input: the mounts; the host may use a disk of {address}",
                address
            ),
        }),
        Some(Use::Network) => Evaluation::unknown(text!(
            "not in the input: the routes; the host may use {address} for its network",
            address
        )),
        None => Evaluation::met(
            text!(
                "the host uses no file system and no network of {address}",
                address
            ),
            host.host_use.unused.get(&address).cloned(),
        ),
    }
}

/// A file system of the host that may be on a disk of the function: its disk is that of an unknown
/// function.
pub(crate) fn unknown_storage<'a>(
    host: &'a Host,
    device: &Device,
) -> Option<&'a Fact<UnknownStorage>> {
    let held = match &device.driver {
        Driver::Bound(driver) => !is_for_guests(&driver.value),
        Driver::NotShown => true,
        Driver::Unbound(_) => false,
    };
    let is_free = !held || host.host_use.unused.contains_key(&device.address);
    let mut unknown = host.host_use.not_followed.iter();
    unknown.find(|fact| !is_free && fact.value.may_be_of(device))
}

/// The sentence about a possible use of a disk of the function.
pub(crate) fn not_shown(unknown: &UnknownStorage, address: Address) -> Text {
    let first = &unknown.mount_point;
    match unknown.address {
        Some(_) => text!(
            "not in the input: whether the host uses {first} on a disk of {address}",
            first,
            address
        ),
        None => text!(
            "not in the input: whether {first} is on a disk of {address}",
            first,
            address
        ),
    }
}

/// The command that shows whether the host uses the disk.
pub(crate) fn look_at(unknown: &UnknownStorage) -> Vec<String> {
    if unknown.is_zfs {
        return ["zpool", "status", "-LP"].map(str::to_owned).to_vec();
    }
    match unknown.address {
        Some(_) => shell("lvs -o +devices; cat /proc/mdstat"),
        None => Use::Disks.look(),
    }
}

/// The possible use of the function by the host, if it is not in the input. A live system shows it,
/// and without a host driver there is none.
pub(crate) fn open_use(host: &Host, device: &Device) -> Option<Use> {
    let held = match &device.driver {
        Driver::Bound(driver) => !is_for_guests(&driver.value),
        Driver::NotShown => true,
        Driver::Unbound(_) => false,
    };
    let address = device.address;
    let mut storage = host.host_use.storage.iter();
    let is_known = host.host_use.unused.contains_key(&address)
        || storage.any(|known| known.value.address == address);
    // A pool or an array may have a disk of the function, which no list of mounts shows.
    let may_be_of_volume =
        |one: &Use| *one == Use::Disks && unknown_storage(host, device).is_some();
    Use::of(device).filter(|one| {
        let is_open = device.sysfs.is_none() && !one.is_shown(host) || may_be_of_volume(one);
        held && !is_known && is_open
    })
}
