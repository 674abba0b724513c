//! What the host may lose: storage and network functions of which the input does not show
//! whether the host uses them.

use std::collections::BTreeMap;

use pci_core::{Address, Evidence};

use super::groups::{groups, strangers};
use super::rule::{Context, Rule, Said};
use crate::finding::Verdict;
use crate::host::{Device, Driver};
use crate::remedy::Remedy;
use crate::text::{Text, text};

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "host-storage-not-shown",
        meaning: "The function is a storage controller or an NVMe drive that a driver of the host \
                  has, and the input shows no mounts. With a guest as the owner the host loses \
                  all disks of the function: where the root file system is on one, the host \
                  stops, and does not boot again.",
        source: "Linux Documentation/driver-api/vfio.rst; proc_pid_mountinfo(5); lsblk(8)",
        causes: &[],
        check: |context| open_use(context, STORAGE),
    },
    Rule {
        code: "host-network-not-shown",
        meaning: "The function is a network controller that a driver of the host has, and the \
                  input shows no routes. With a guest as the owner the host loses the interface, \
                  and a bridge or a remote session over it.",
        source: "Linux Documentation/driver-api/vfio.rst; ip-route(8)",
        causes: &[],
        check: |context| open_use(context, NETWORK),
    },
];

/// Base classes (PCI Code and ID Assignment Specification 1.11).
const STORAGE: u8 = 0x01;
const NETWORK: u8 = 0x02;

/// Why a function may be lost to the host.
#[derive(Clone, Copy)]
enum Way {
    /// It is to go to a guest.
    Asked,
    /// A function of its IOMMU group is.
    Group(u32),
    /// A command unbinds it.
    Unbound,
}

impl Way {
    fn title(self, base: u8, address: Address) -> Text {
        match (base, self) {
            (STORAGE, Self::Asked) => text!(
                "the input shows no mounts: the host may use a disk of {address}",
                address
            ),
            (STORAGE, Self::Group(group)) => text!(
                "the input shows no mounts: the host may use a disk of {address}, which is in \
                 IOMMU group {group}",
                address,
                group
            ),
            (STORAGE, Self::Unbound) => text!(
                "the input shows no mounts: the host may use a disk of {address}, which a \
                 command unbinds",
                address
            ),
            (_, Self::Asked) => text!(
                "the input shows no routes: the host may use {address} for its network",
                address
            ),
            (_, Self::Group(group)) => text!(
                "the input shows no routes: the host may use {address}, which is in IOMMU group \
                 {group}, for its network",
                address,
                group
            ),
            (_, Self::Unbound) => text!(
                "the input shows no routes: the host may use {address}, which a command \
                 unbinds, for its network",
                address
            ),
        }
    }
}

/// The functions of a base class that go to a guest, alone or with their group, and that the
/// host may use.
fn open_use(context: &Context<'_>, base: u8) -> Vec<Said> {
    let host = context.host;
    let mut going: BTreeMap<Address, (Way, Option<Evidence>)> = BTreeMap::new();
    for device in context.functions() {
        going.insert(device.address, (Way::Asked, None));
    }
    for group in groups(context) {
        for (address, line) in strangers(context, group) {
            let way = Way::Group(group);
            going.entry(address).or_insert((way, Some(line)));
        }
    }
    // Of a question about other functions a command says nothing.
    let commanded = host.commanded.iter();
    for command in commanded.filter(|_| context.asked.is_empty()) {
        let line = command.evidence.clone();
        going
            .entry(command.value)
            .or_insert((Way::Unbound, Some(line)));
    }
    let is_shown = match base {
        STORAGE => host.is_whole_storage,
        _ => !host.interfaces.is_empty(),
    };
    // What is known to be in use has a finding of its own.
    if is_shown {
        return Vec::new();
    }
    let mut said = Vec::new();
    for (address, (way, line)) in going {
        let Some(device) = host.devices.get(&address) else {
            continue;
        };
        let mut storage = host.storage.iter();
        let is_known = base == STORAGE && storage.any(|known| known.value.address == address);
        if is_known || !may_be_used(device, base) {
            continue;
        }
        let (step, text) = if base == STORAGE {
            (
                "check-disks-of-host",
                text!(
                    "check whether a disk of {address} is mounted: readlink /sys/class/block/* \
                     shows its disks, lsblk the mounts",
                    address = address.to_string()
                ),
            )
        } else {
            (
                "check-network-of-host",
                text!(
                    "check whether a route goes through {address}: readlink /sys/class/net/* \
                     shows its interfaces, ip route the routes",
                    address = address.to_string()
                ),
            )
        };
        said.push(
            Said::new(Verdict::Unknown, way.title(base, address))
                .of([address])
                .shown_by([device.shown.clone()])
                .shown_by(line)
                .mend(Remedy::Manual { step, text }),
        );
    }
    said
}

/// Whether a driver of the host has the function, or may have it. A live system shows by
/// itself what it uses.
fn may_be_used(device: &Device, base: u8) -> bool {
    let class = device.class.as_ref().map(|class| class.value.base);
    let held = match &device.driver {
        Driver::Bound(driver) => !matches!(
            driver.value.as_str(),
            "vfio-pci" | "pciback" | "xen-pciback" | "ppt"
        ),
        Driver::NotShown => true,
        Driver::Unbound(_) => false,
    };
    class == Some(base) && held && device.sysfs.is_none()
}
