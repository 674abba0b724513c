//! Possible host impact: storage and network functions whose use by the host is not in the input.

use std::collections::BTreeMap;

use host_tree::Evidence;
use pci_core::Address;

use super::in_use::look;
use crate::doctor::isolation::groups::{groups, other_members};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::requirement::{Use, not_shown, open_use, unknown_storage};
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "host-storage-use-not-shown",
        meaning: "The function is a storage controller or an NVMe drive that is bound to a host \
                  driver, and the host's mounts are not in the input. When the function is \
                  assigned, the host loses all its disks: if the root file system is on one, the \
                  host stops, and does not boot again.",
        source: "Linux Documentation/driver-api/vfio.rst; proc_pid_mountinfo(5); lsblk(8)",
        causes: &[],
        check: |context| findings(context, Use::Disks),
    },
    Rule {
        code: "host-network-use-not-shown",
        meaning: "The function is a network controller that is bound to a host driver, and the \
                  host's routes are not in the input. When the function is assigned, the host \
                  loses the interface, and with it a bridge or a remote session.",
        source: "Linux Documentation/driver-api/vfio.rst; ip-route(8)",
        causes: &[],
        check: |context| findings(context, Use::Network),
    },
];

/// Reason why the host may lose a function.
#[derive(Clone, Copy)]
enum Way {
    /// It is to be assigned.
    Asked,
    /// A function of its IOMMU group is.
    Group(u32),
    /// A command unbinds it.
    Unbound,
}

impl Way {
    fn title(self, wanted: Use, address: Address) -> Text {
        match (wanted, self) {
            (Use::Disks, Self::Asked) => text!(
                "not in the input: the mounts; the host may use a disk of {address}",
                address
            ),
            (Use::Disks, Self::Group(group)) => text!(
                "not in the input: the mounts; the host may use a disk of {address}, which is in \
                 IOMMU group {group}",
                address,
                group
            ),
            (Use::Disks, Self::Unbound) => text!(
                "not in the input: the mounts; the host may use a disk of {address}, which a \
                 command unbinds",
                address
            ),
            (Use::Network, Self::Asked) => text!(
                "not in the input: the routes; the host may use {address} for its network",
                address
            ),
            (Use::Network, Self::Group(group)) => text!(
                "not in the input: the routes; the host may use {address}, which is in IOMMU \
                 group {group}, for its network",
                address,
                group
            ),
            (Use::Network, Self::Unbound) => text!(
                "not in the input: the routes; the host may use {address}, which a command \
                 unbinds, for its network",
                address
            ),
        }
    }
}

/// The functions that go to a guest, alone or with their group, and that the host may use so.
fn findings(context: &Context<'_>, wanted: Use) -> Vec<Diagnostic> {
    let host = context.host;
    let mut going: BTreeMap<Address, (Way, Option<Evidence>)> = BTreeMap::new();
    for device in context.functions() {
        going.insert(device.address, (Way::Asked, None));
    }
    for group in groups(context) {
        for (address, line) in other_members(context, group) {
            let way = Way::Group(group);
            going.entry(address).or_insert((way, Some(line)));
        }
    }
    // A command is irrelevant for a question about other functions.
    let commanded = host.lines.commanded().iter();
    for command in commanded.filter(|_| context.asked.is_empty()) {
        let line = command.evidence.clone();
        going
            .entry(command.value)
            .or_insert((Way::Unbound, Some(line)));
    }
    let mut reported = Vec::new();
    for (address, (way, line)) in going {
        let Some(device) = host.devices.get(&address) else {
            continue;
        };
        // The host uses the physical function.
        let is_virtual = wanted == Use::Network && host.is_virtual_function(device);
        if is_virtual || open_use(host, device) != Some(wanted) {
            continue;
        }
        let unknown = unknown_storage(host, device);
        let title = match (unknown, way) {
            // `disks-not-shown` is about it.
            (Some(_), Way::Asked) => continue,
            (Some(unknown), _) if unknown.value.address.is_some() => {
                not_shown(&unknown.value, address)
            }
            (Some(unknown), Way::Group(group)) => text!(
                "not in the input: whether {first} is on a disk of {address}, which is in IOMMU \
                 group {group}",
                first = unknown.value.mount_point,
                address,
                group
            ),
            (Some(unknown), Way::Unbound) => text!(
                "not in the input: whether {first} is on a disk of {address}, which a command \
                 unbinds",
                first = unknown.value.mount_point,
                address
            ),
            (None, way) => way.title(wanted, address),
        };
        reported.push(
            Diagnostic::new(Verdict::Unknown, title)
                .of([address])
                .evidence(unknown.map(|unknown| unknown.evidence.clone()))
                .evidence([device.shown.clone()])
                .evidence(line)
                .remedy(unknown.map_or_else(
                    || Remedy::Inspect {
                        argv: wanted.look(),
                    },
                    look,
                )),
        );
    }
    reported
}
