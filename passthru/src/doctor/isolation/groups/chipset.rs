//! The LPC bridge of a chipset in the group of its SMBus: a listing often shows the SMBus alone.

use host_tree::Evidence;
use pci_core::{Address, VendorId};

use super::members::{addresses, groups, other_members};
use crate::doctor::rule::{Context, Diagnostic};
use crate::host::{Device, Host};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

/// The functions of AMD's chipsets with SMBus and LPC bridge (Linux drivers/i2c/busses/i2c-piix4.c;
/// drivers/pci/quirks.c, AMD FCH).
const AMD: (u8, u8, u8) = (0x14, 0, 3);

/// Whether the device is an SMBus controller on the root bus of a host.
pub(in crate::doctor) fn is_smbus(device: &Device) -> bool {
    let class = device.class.as_ref().map(|class| class.value);
    device.address.bus() == 0 && class.is_some_and(|class| class.base == 0x0c && class.sub == 0x05)
}

/// Whether a function that no listing shows is the LPC bridge beside AMD's SMBus.
fn is_lpc_bridge(host: &Host, address: Address) -> bool {
    let (slot, smbus, bridge) = AMD;
    let is_amd = |device: &Device| {
        let vendor = device.id.as_ref().map(|id| id.value.vendor);
        let name = device.source_name.as_deref().unwrap_or_default();
        vendor == Some(VendorId::AMD)
            || name.contains("AMD")
            || name.contains("Advanced Micro Devices")
    };
    let is_there = |device: &Device| {
        let own = device.address;
        own.slot() == address.slot()
            && own.function() == smbus
            && is_smbus(device)
            && is_amd(device)
    };
    address.bus() == 0
        && address.slot().device() == slot
        && address.function() == bridge
        && host.devices.values().any(is_there)
}

/// Whether no listing shows the other members of a group, and one of them is that bridge.
pub(super) fn has_lpc_bridge(host: &Host, others: &[(Address, Evidence)]) -> bool {
    let is_shown = |address: Address| {
        let device = host.devices.get(&address);
        device.is_some_and(|device| device.class.is_some() || device.id.is_some())
    };
    others.iter().all(|(address, _)| !is_shown(*address))
        && others
            .iter()
            .any(|(address, _)| is_lpc_bridge(host, *address))
}

pub(super) fn lpc_bridges(context: &Context<'_>) -> Vec<Diagnostic> {
    let of_group = |group| lpc_bridge(context, group, &other_members(context, group));
    groups(context).into_iter().filter_map(of_group).collect()
}

fn lpc_bridge(
    context: &Context<'_>,
    group: u32,
    others: &[(Address, Evidence)],
) -> Option<Diagnostic> {
    if !has_lpc_bridge(context.host, others) {
        return None;
    }
    let known = others.iter().map(|(address, _)| *address);
    let bridges: Vec<Address> = known
        .filter(|one| is_lpc_bridge(context.host, *one))
        .collect();
    let title = text!(
        "IOMMU group {group} also contains {bridges}: on AMD's chipsets the LPC bridge, which the host \
         needs",
        group,
        bridges = addresses(bridges.iter().copied())
    );
    Some(
        Diagnostic::new(Verdict::Check, title)
            .of(bridges.iter().copied())
            .evidence(others.iter().map(|(_, evidence)| evidence.clone()))
            .remedy(Remedy::Manual {
                step: "leave-bridge",
                text: text!(
                    "leave {bridges} to the host: without a driver it does not block the group, and a \
                     binding to vfio-pci can stop the host",
                    bridges = addresses(bridges.iter().copied())
                ),
            }),
    )
}
