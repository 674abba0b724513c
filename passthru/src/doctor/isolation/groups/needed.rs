//! Members of a group that the host cannot do without: no advice gives them to a guest.

use std::collections::BTreeSet;

use pci_core::{Address, ClassCode};

use crate::doctor::rule::Context;
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::{Coverage, Device, Host, HostImpactKind};
use crate::target::Target;

/// Those of the members that have a file system or the network of the host, or that are its only
/// controller of that kind.
pub(super) fn needed(
    context: &Context<'_>,
    members: impl Iterator<Item = Address>,
) -> Vec<Address> {
    let host = context.host;
    // Unraid boots from a USB drive; TrueNAS, or a host with an eMMC or a card reader, may do so.
    let is_reader = |class: ClassCode| class.base == 0x08 && class.sub == 0x05;
    let is_from_usb = matches!(context.target, Some(Target::Unraid | Target::TrueNas))
        || classes(host).any(is_reader);
    let mut interfaces = host.host_use.interfaces.iter();
    let is_routed = interfaces.any(|one| one.value.default_route.is_some());
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
            let mut unknown = host.host_use.not_followed.iter().map(|fact| &fact.value);
            !is_from_usb
                && unknown.any(|one| is_of_root(&one.mount_point) && one.may_be_of(device))
                && is_only(context, device, |class| {
                    class.base == 0x01 && (class.sub == 0x08) == has_sub(device, 0x08)
                })
        };
        // A wireless card may be the host's network as well.
        let is_only_port = || !is_routed && is_only(context, device, |class| class.base == 0x02);
        let is_only_disk = || !is_from_usb && is_only(context, device, |class| class.base == 0x01);
        if is_used || is_only_port() || is_only_disk() || has_disk() {
            found.push(member);
        }
    }
    found
}

fn classes(host: &Host) -> impl Iterator<Item = ClassCode> {
    let classes = host.devices.values().map(|device| device.class.as_ref());
    classes.filter_map(|class| class.map(|class| class.value))
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
