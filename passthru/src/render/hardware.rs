//! What sysfs shows of a function's hardware, for people.

use host_tree::Lookup;
use iommu::reset::{BusReset, Fault};
use pci_core::Address;
use pci_core::lspci::{RegionAddress, RegionKind};
use pci_core::sysfs::{Resource, ResourceKind, SysfsDevice};

use crate::host::{Device, Host, ListedRegion};
use crate::size::bytes;

/// Labels and what stands behind them.
pub(super) fn rows(host: &Host, device: &Device) -> Vec<(&'static str, String)> {
    let mut rows = reset(host, device);
    if let Some(path) = host.topology.path(device.address) {
        let (_, bridges) = path.split_last().unwrap_or((&device.address, &[]));
        if !bridges.is_empty() {
            let bridges: Vec<String> = bridges.iter().map(|a: &Address| format!("{a:#}")).collect();
            rows.push(("behind", bridges.join(", ")));
        }
    }
    rows.extend(memory(host, device));
    let Some(shown) = &device.sysfs else {
        rows.extend(listed_ranges(device));
        return rows;
    };
    if let Lookup::Found(slot) = &shown.physical_slot {
        rows.push(("slot", slot.clone()));
    }
    if let Lookup::Found(label) = &shown.label {
        rows.push(("label", label.clone()));
    }
    if let Lookup::Found(node) = shown.numa_node {
        rows.push(("NUMA node", node.to_string()));
    }
    if let Some(link) = link(shown) {
        rows.push(("link", link));
    }
    if let Lookup::Found(state) = &shown.power.state {
        if shown.power.is_asleep() {
            rows.push(("power", format!("{state}, asleep")));
        }
    }
    for resource in shown.resources.iter_found() {
        if let Some(row) = range(shown, resource) {
            rows.push(row);
        }
    }
    if let (Lookup::Found(total), Lookup::Found(made)) =
        (&shown.sriov.total_vfs, &shown.sriov.num_vfs)
    {
        rows.push(("SR-IOV", format!("{made} of {total} virtual functions")));
    }
    if let Lookup::Found(physical) = shown.physical_function {
        rows.push(("SR-IOV", format!("virtual function of {physical:#}")));
    }
    rows
}

/// How the function can be reset, and what goes along.
fn reset(host: &Host, device: &Device) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    let bus = host.bus_reset(device.address);
    let others = bus.others(&[device.address].into());
    if let Some(report) = host.reset_of(device, &bus, &others) {
        if let Some(methods) = report.methods {
            let words: Vec<String> = methods.iter().map(ToString::to_string).collect();
            let text = if words.is_empty() {
                "none".to_owned()
            } else {
                words.join(", ")
            };
            rows.push(("reset", text));
        }
        let known = report.known.into_iter();
        rows.extend(known.map(|row| ("reset", format!("{}: {}", row.what, fault(row.fault)))));
    }
    let text = match bus {
        BusReset::NotShown => return rows,
        BusReset::OnRootBus => "none, it is on a root bus".to_owned(),
        BusReset::Hangs(culprit) => format!("none, {culprit:#} hangs after one"),
        BusReset::Resets { bridge, .. } if others.is_empty() => {
            format!("by {bridge:#}, takes nothing else along")
        }
        BusReset::Resets { bridge, .. } => {
            let others: Vec<String> = others.iter().map(|one| format!("{one:#}")).collect();
            format!("by {bridge:#}, takes along {}", others.join(", "))
        }
    };
    rows.push(("bus reset", text));
    rows
}

/// What is special about a reset, in words.
const fn fault(fault: Fault) -> &'static str {
    match fault {
        Fault::NoBusReset => "hangs after a bus reset, Linux does none",
        Fault::NoPmReset => "D3hot does not reset it, Linux does not use that",
        Fault::NoFlr => "Function Level Reset breaks it, Linux does not use that",
        Fault::OwnMethod => "Linux has a method of its own for it",
        Fault::VendorReset => "only the module vendor-reset resets it",
        Fault::Reported => "some report that it works once for each start of the host",
        _ => "special",
    }
}

/// The address space that its memory needs, and what the firmware keeps for it.
fn memory(host: &Host, device: &Device) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if let Some(need) = host
        .mmio_need([device])
        .filter(|need| need.low | need.high != 0)
    {
        let mut text = format!("{} below 4 GiB", bytes(need.low));
        if need.high != 0 {
            text.push_str(&format!(
                ", {} above: a guest needs a window of {}",
                bytes(need.high),
                bytes(need.high_window())
            ));
        }
        if need.high_window_largest() > need.high_window() {
            let largest = bytes(need.high_window_largest());
            text.push_str(&format!(", of {largest} where the BARs are largest"));
        }
        rows.push(("MMIO", text));
    }
    for region in host.reserved_for(device).unwrap_or_default() {
        let region = region.value;
        let what = if region.is_relaxable {
            "kept by the firmware, let go of for a guest"
        } else {
            "kept by the firmware, so no guest gets the function"
        };
        let text = format!("{:#x} to {:#x}, {what}", region.first, region.last);
        rows.push(("reserved", text));
    }
    rows
}

/// The ranges, where they are shown.
trait Ranges {
    fn iter_found(&self) -> impl Iterator<Item = &Resource>;
}

impl Ranges for Lookup<Vec<Resource>> {
    fn iter_found(&self) -> impl Iterator<Item = &Resource> {
        match self {
            Self::Found(resources) => resources.as_slice(),
            _ => &[],
        }
        .iter()
    }
}

fn link(shown: &SysfsDevice) -> Option<String> {
    let link = &shown.link;
    let (Lookup::Found(speed), Lookup::Found(width)) = (&link.current_speed, &link.current_width)
    else {
        return None;
    };
    let mut text = format!("{speed} x{width}");
    if let (Lookup::Found(max_speed), Lookup::Found(max_width)) = (&link.max_speed, &link.max_width)
    {
        if (max_speed, max_width) != (speed, width) {
            text.push_str(&format!(" of {max_speed} x{max_width}"));
        }
    }
    Some(text)
}

/// What a row about a base address register begins with, by its number.
const BARS: [&str; 6] = ["BAR 0", "BAR 1", "BAR 2", "BAR 3", "BAR 4", "BAR 5"];

/// The BARs and the expansion ROM as a listing of lspci shows them.
fn listed_ranges(device: &Device) -> impl Iterator<Item = (&'static str, String)> + '_ {
    let regions = device.listed_regions.iter().flatten();
    regions.filter_map(|fact| listed_range(&fact.value))
}

fn listed_range(listed: &ListedRegion) -> Option<(&'static str, String)> {
    let region = &listed.region;
    let mut text = bytes(region.size?);
    let label = match (region.kind, region.index) {
        (RegionKind::Rom, _) => "ROM",
        // -v does not number them.
        (_, None) => "BAR",
        (_, Some(number)) => BARS.get(usize::from(number)).copied()?,
    };
    match region.kind {
        RegionKind::Io => text.push_str(" I/O ports"),
        RegionKind::Memory { bits, prefetchable } => {
            text.push_str(" memory");
            if let Some(bits) = bits {
                text.push_str(&format!(", {bits}-bit"));
            }
            if prefetchable {
                text.push_str(", prefetchable");
            }
        }
        RegionKind::Rom => {}
    }
    if !listed.resizable.is_empty() {
        text.push_str(&sizes(listed.resizable.iter().copied()));
    }
    if region.address == RegionAddress::Unassigned {
        text.push_str(", not assigned");
    }
    Some((label, text))
}

/// A BAR or the expansion ROM.
fn range(shown: &SysfsDevice, resource: &Resource) -> Option<(&'static str, String)> {
    let size = resource.size().map(bytes)?;
    let mut text = size;
    let label = match resource.kind {
        ResourceKind::Bar(number) => {
            let bars = match &shown.resizable_bars {
                Lookup::Found(bars) => bars.as_slice(),
                _ => &[],
            };
            if resource.is_io() {
                text.push_str(" I/O ports");
            } else {
                let bits = if resource.is_64_bit() { 64 } else { 32 };
                text.push_str(&format!(" memory, {bits}-bit"));
                if resource.is_prefetchable() {
                    text.push_str(", prefetchable");
                }
            }
            if let Some(bar) = bars.iter().find(|bar| bar.bar == number) {
                text.push_str(&sizes(bar.sizes.bytes()));
            }
            BARS.get(usize::from(number)).copied()?
        }
        ResourceKind::ExpansionRom => "ROM",
        _ => return None,
    };
    if resource.is_unset() {
        text.push_str(", not assigned");
    }
    Some((label, text))
}

fn sizes(sizes: impl Iterator<Item = u64>) -> String {
    let sizes: Vec<String> = sizes.map(bytes).collect();
    format!("; can be {}", sizes.join(", "))
}
