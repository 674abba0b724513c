//! Members of a group that the host cannot do without: no advice gives them to a guest.

use std::collections::BTreeSet;

use pci_core::{Address, ClassCode};

use crate::doctor::rule::Context;
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{Coverage, Device, HostImpactKind};
use crate::target::Target;

/// Those of the members that have a file system or the network of the host, or that are its only
/// controller of that kind.
pub(super) fn needed(
    context: &Context<'_>,
    members: impl Iterator<Item = Address>,
) -> Vec<Address> {
    let host = context.host;
    let mut found: Vec<Address> = Vec::new();
    for member in members {
        let Some(device) = host.devices.get(&member) else {
            continue;
        };
        let impact = host.host_impact(&BTreeSet::from([member]));
        let is_used = impact.iter().any(|one| {
            matches!(
                one.kind,
                HostImpactKind::FileSystem(_) | HostImpactKind::Network(_)
            )
        });
        let has_disk = || {
            let is_of_root = |mount: &str| matches!(mount, "/" | "/boot" | "/boot/efi");
            let mut unknown = host.not_followed.iter().map(|fact| &fact.value);
            unknown.any(|one| is_of_root(&one.mount_point) && one.may_be_of(device))
                && is_only(context, device, |class| {
                    class.base == 0x01 && (class.sub == 0x08) == has_sub(device, 0x08)
                })
        };
        let is_only_port = || {
            is_only(context, device, |class| {
                class.base == 0x02 && class.sub == 0
            })
        };
        // Unraid boots from a USB drive.
        let is_from_usb = context.target == Some(Target::Unraid);
        let is_only_disk = || !is_from_usb && is_only(context, device, |class| class.base == 0x01);
        if is_used || is_only_port() || is_only_disk() || has_disk() {
            found.push(member);
        }
    }
    found
}

fn has_sub(device: &Device, sub: u8) -> bool {
    let class = device.class.as_ref().map(|class| class.value);
    class.is_some_and(|class| class.sub == sub)
}

/// Whether a complete listing has one card alone of these classes, the device's, without a driver for
/// guests.
fn is_only(context: &Context<'_>, device: &Device, is: impl Fn(ClassCode) -> bool) -> bool {
    let host = context.host;
    let is_one = |one: &Device| {
        let class = one.class.as_ref().map(|class| class.value);
        class.is_some_and(&is)
    };
    let is_free = |one: &&Device| is_one(one) && !one.driver.is_bound_to(is_for_guests);
    let mut others = host.devices.values().filter(is_free);
    host.coverage.contains(&Coverage::All)
        && is_one(device)
        && !device.driver.is_bound_to(is_for_guests)
        && others.all(|one| one.address.slot() == device.address.slot())
}
