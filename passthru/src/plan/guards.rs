//! Impact on the host's only screen, a disk or the network: it blocks a plan until the user accepts
//! it by name.

use std::borrow::Cow;
use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::Address;

use super::document::Blocker;
use crate::host::{Device, Host, HostImpact, HostImpactKind};
use crate::text::text;

/// The words for impacts on the host, each with its codes. Every other blocker is accepted by its
/// code.
const WORDS: [(&str, &[&str]); 4] = [
    ("disk", &[DISK, GROUP]),
    ("network", &[NETWORK]),
    ("process", &["process-on-device"]),
    ("display", &["only-display"]),
];

const NETWORK: &str = "network-on-device";

const DISK: &str = "file-system-on-device";

/// A file system is lost if the doctor reports this as a blocker.
const GROUP: &str = "group-host-impact";

/// The word that accepts a blocker: the impact on the host, or the code.
pub(super) fn accept(code: &'static str) -> &'static str {
    let word = WORDS.iter().find(|(_, codes)| codes.contains(&code));
    word.map_or(code, |(word, _)| word)
}

/// Whether a finding with the code is one that a person accepts, since the host loses something.
pub(super) fn needs_consent(code: &str) -> bool {
    WORDS.iter().any(|(_, codes)| codes.contains(&code))
}

/// Adds impacts that the doctor does not report as blockers but that remove a network or the screen
/// of the host: interfaces on the functions and on other members of their IOMMU groups, which are
/// assigned too or unused, and a boot display there; and all impacts on functions that only the
/// host's `ids=` name, `by_ids`.
pub(super) fn add(
    host: &Host,
    functions: &[&Device],
    by_ids: &[&Device],
    blockers: &mut Vec<Blocker>,
) {
    let own: BTreeSet<Address> = functions.iter().map(|device| device.address).into_set();
    let groups: BTreeSet<u32> = own.iter().filter_map(|one| host.group_of(*one)).into_set();
    let along: BTreeSet<Address> = groups
        .into_iter()
        .flat_map(|group| host.members(group))
        .map(|(address, _)| address)
        .filter(|address| !own.contains(address))
        .into_set();
    let said_network = blockers.iter().any(|blocker| blocker.code == NETWORK);
    for impact in host.host_impact(&own) {
        if matches!(impact.kind, HostImpactKind::Network(_)) && !said_network {
            blockers.extend(blocker(&impact, Role::Assigned));
        }
    }
    for impact in host.host_impact(&along) {
        blockers.extend(blocker(&impact, Role::Member));
    }
    let by_ids: BTreeSet<Address> = by_ids.iter().map(|device| device.address).into_set();
    for impact in host.host_impact(&by_ids) {
        blockers.extend(blocker(&impact, Role::ByIds));
    }
}

/// The role of a function in the assignment.
#[derive(Clone, Copy)]
enum Role {
    /// Assigned to the guest.
    Assigned,
    /// A member of the IOMMU group, which the host cannot use meanwhile.
    Member,
    /// Bound to vfio-pci with the functions, since the host's `ids=` name it.
    ByIds,
}

/// The blocker of a host impact; the doctor reports file systems.
fn blocker(impact: &HostImpact, role: Role) -> Option<Blocker> {
    let address = impact.address;
    let (code, accept, title, remedy) = match &impact.kind {
        HostImpactKind::FileSystem(place) if matches!(role, Role::ByIds) => (
            DISK,
            accept(DISK),
            text!(
                "{address} has {place}, and ids= on this host name {address}: vfio-pci binds to it \
                 at the next boot",
                address,
                place
            ),
            text!("remove the ID of {address} from ids= first", address),
        ),
        HostImpactKind::FileSystem(_) => return None,
        HostImpactKind::Network(name) => (
            NETWORK,
            accept(NETWORK),
            match role {
                Role::Assigned => text!(
                    "the host's network interface {name} on {address} is up, and the plan assigns \
                     {address} to the guest",
                    name,
                    address
                ),
                Role::Member => text!(
                    "the host's network interface {name} on {address} is up, and the host cannot \
                     use {address} while its IOMMU group is assigned",
                    name,
                    address
                ),
                Role::ByIds => text!(
                    "the host's network interface {name} on {address} is up, and ids= on this \
                     host name {address}: vfio-pci binds to it at the next boot",
                    name,
                    address
                ),
            },
            text!(
                "switch the host to another interface first, and keep access that does not need \
                 this one"
            ),
        ),
        HostImpactKind::BootDisplay => (
            GROUP,
            "display",
            match role {
                Role::Assigned => {
                    text!(
                        "{address} is the boot display, and the plan assigns {address} to the \
                         guest",
                        address
                    )
                }
                Role::Member => text!(
                    "{address} is the boot display, and the host cannot use {address} while its \
                     IOMMU group is assigned",
                    address
                ),
                Role::ByIds => text!(
                    "{address} is the boot display, and ids= on this host name {address}: \
                     vfio-pci binds to it at the next boot",
                    address
                ),
            },
            text!(
                "select another card as primary display in the firmware setup first, and keep \
                 access over the network"
            ),
        ),
    };
    Some(Blocker {
        code: code.into(),
        title,
        remedy: Some(remedy),
        accept: Cow::Borrowed(accept),
    })
}
