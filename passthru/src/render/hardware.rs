//! Hardware facts of a function, for people.

use host_tree::Lookup;
use iommu::reset::{BusReset, ResetQuirkKind};
use pci_core::Address;
use pci_core::lspci::{RegionAddress, RegionKind};
use pci_core::sysfs::{LinkSpeed, Resource, ResourceKind, SysfsDevice};

use crate::host::{Device, Host, ListedRegion, Placement};
use crate::size::bytes;
use crate::text::{Text, text};

/// Labels and their values.
pub(super) fn rows(host: &Host, device: &Device) -> Vec<(Text, Text)> {
    let mut rows = reset(host, device);
    if let Some(path) = host.topology.path(device.address) {
        let (_, bridges) = path.split_last().unwrap_or((&device.address, &[]));
        if !bridges.is_empty() {
            rows.push((text!("upstream"), text!("{bridges}", bridges)));
        }
    }
    rows.extend(memory(host, device));
    let placement = device.placement();
    if let Some(slot) = &placement.slot {
        rows.push((text!("slot"), Text::value(slot.clone())));
    }
    if let Some(label) = &placement.label {
        rows.push((text!("label"), Text::value(label.clone())));
    }
    if let Some(node) = placement.numa_node {
        rows.push((text!("NUMA node"), Text::value(node.to_string())));
    }
    if let Some(link) = link(&placement) {
        rows.push((text!("link"), link));
    }
    if let Some(names) = host.host_use.kernel_names.get(&device.address) {
        rows.push((text!("kernel names"), text!("{names}", names)));
    }
    let Some(shown) = &device.sysfs else {
        rows.extend(listed_ranges(device));
        return rows;
    };
    if let Lookup::Found(state) = &shown.power.state {
        if shown.power.is_asleep() {
            rows.push((
                text!("power state"),
                text!("{state}, suspended", state = state.to_string()),
            ));
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
        rows.push((
            text!("SR-IOV"),
            text!(
                "{enabled} of {total} virtual functions",
                enabled = made.to_string(),
                total = total.to_string()
            ),
        ));
    }
    if let Lookup::Found(physical) = shown.physical_function {
        rows.push((
            text!("SR-IOV"),
            text!("virtual function of {physical}", physical),
        ));
    }
    rows
}

/// The resets of the function, and the functions that they also reset.
fn reset(host: &Host, device: &Device) -> Vec<(Text, Text)> {
    let mut rows = Vec::new();
    let bus = host.bus_reset(device.address);
    let others = bus.others(&[device.address].into());
    if let Some(report) = host.own_reset_of(device) {
        if let Some(methods) = report.methods {
            let words: Vec<String> = methods.iter().map(ToString::to_string).collect();
            let methods = match words.as_slice() {
                [] => text!("none"),
                words => text!("{methods}", methods = words),
            };
            rows.push((text!("reset"), methods));
        }
        let known = report.known.into_iter();
        rows.extend(known.map(|row| {
            let value = text!(
                "{hardware}: {fault}",
                hardware = Text::of_english(row.what.to_string()),
                fault = fault(row.quirk)
            );
            (text!("reset"), value)
        }));
    }
    let text = match &*bus {
        BusReset::NotShown => return rows,
        BusReset::OnRootBus => text!("none, on a root bus"),
        BusReset::Hangs(device) => text!("none, {device} hangs after a bus reset", device),
        BusReset::Resets { bridge, .. } if others.is_empty() => {
            text!("by {bridge}, resets no other function", bridge)
        }
        BusReset::Resets { bridge, .. } => {
            let others: Vec<Address> = others.iter().copied().collect();
            text!("by {bridge}, also resets {others}", bridge, others)
        }
    };
    rows.push((text!("bus reset"), text));
    rows
}

/// The special property of a reset.
fn fault(fault: ResetQuirkKind) -> Text {
    match fault {
        ResetQuirkKind::NoBusReset => text!("hangs after a bus reset, not used by Linux"),
        ResetQuirkKind::NoPmReset => text!("no reset in D3hot, not used by Linux"),
        ResetQuirkKind::NoFlr => text!("broken Function Level Reset, not used by Linux"),
        ResetQuirkKind::DeviceSpecific => text!("device-specific reset method in Linux"),
        ResetQuirkKind::VendorReset => text!("reset only by the module vendor-reset"),
        ResetQuirkKind::Reported => text!("reported to work only once per host boot"),
        _ => text!("special"),
    }
}

/// The address space that its BARs need, and its reserved memory.
fn memory(host: &Host, device: &Device) -> Vec<(Text, Text)> {
    let mut rows = Vec::new();
    if let Some(need) = host
        .mmio_need([device])
        .filter(|need| need.low | need.high != 0)
    {
        let mut text = text!("{size} below 4 GiB", size = bytes(need.low));
        if need.high != 0 {
            text = text!(
                "{low}, {high} above: a guest needs a window of {window}",
                low = text,
                high = bytes(need.high),
                window = bytes(need.high_window())
            );
        }
        if need.high_window_largest() > need.high_window() {
            text = text!(
                "{need}, of {window} with the largest BAR sizes",
                need = text,
                window = bytes(need.high_window_largest())
            );
        }
        rows.push((text!("MMIO"), text));
    }
    for region in host.reserved_for(device).unwrap_or_default() {
        let region = region.value;
        let (first, last) = (
            format!("{:#x}", region.first),
            format!("{:#x}", region.last),
        );
        let text = if region.is_relaxable {
            text!("{first} to {last}, relaxable reserved memory", first, last)
        } else {
            text!(
                "{first} to {last}, reserved memory of the firmware: the function cannot be assigned",
                first,
                last
            )
        };
        rows.push((text!("reserved"), text));
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

/// Speed and lanes of the link now, and at most.
pub(super) fn link(placement: &Placement) -> Option<Text> {
    let shown = |(speed, lanes): (LinkSpeed, u8)| format!("{speed} x{lanes}");
    Some(match (placement.link, placement.max_link) {
        (Some(now), Some(most)) if now != most => {
            text!("{now} of {most}", now = shown(now), most = shown(most))
        }
        (Some(now), _) => Text::value(shown(now)),
        (None, Some(most)) => text!("up to {most}", most = shown(most)),
        (None, None) => return None,
    })
}

/// The BARs and the expansion ROM as a listing of lspci shows them.
fn listed_ranges(device: &Device) -> impl Iterator<Item = (Text, Text)> + '_ {
    let regions = device.listed_regions.iter().flatten();
    regions.filter_map(|fact| listed_range(&fact.value))
}

fn listed_range(listed: &ListedRegion) -> Option<(Text, Text)> {
    let region = &listed.region;
    let size = bytes(region.size?);
    let label = match (region.kind, region.index) {
        (RegionKind::Rom, _) => text!("ROM"),
        // -v does not number them.
        (_, None) => text!("BAR"),
        (_, Some(number)) => text!("BAR {number}", number),
    };
    let mut text = match region.kind {
        RegionKind::Io => text!("{size} I/O ports", size),
        RegionKind::Memory { bits, prefetchable } => memory_bar(&size, bits, prefetchable),
        RegionKind::Rom => Text::value(size),
    };
    if !listed.resizable.is_empty() {
        text = text.then(&sizes(listed.resizable.iter().copied()));
    }
    if region.address == RegionAddress::Unassigned {
        text = text!("{range}, not assigned", range = text);
    }
    Some((label, text))
}

/// The size and the kind of a memory BAR.
fn memory_bar(size: &str, bits: Option<u8>, prefetchable: bool) -> Text {
    match (bits, prefetchable) {
        (Some(bits), true) => text!("{size} memory, {bits}-bit, prefetchable", size, bits),
        (Some(bits), false) => text!("{size} memory, {bits}-bit", size, bits),
        (None, true) => text!("{size} memory, prefetchable", size),
        (None, false) => text!("{size} memory", size),
    }
}

/// A BAR or the expansion ROM.
fn range(shown: &SysfsDevice, resource: &Resource) -> Option<(Text, Text)> {
    let size = resource.size().map(bytes)?;
    let (label, mut text) = match resource.kind {
        ResourceKind::Bar(number) => {
            let bars = match &shown.resizable_bars {
                Lookup::Found(bars) => bars.as_slice(),
                _ => &[],
            };
            let mut text = if resource.is_io() {
                text!("{size} I/O ports", size)
            } else {
                let bits = if resource.is_64_bit() { 64 } else { 32 };
                memory_bar(&size, Some(bits), resource.is_prefetchable())
            };
            if let Some(bar) = bars.iter().find(|bar| bar.bar == number) {
                text = text.then(&sizes(bar.sizes.bytes()));
            }
            (text!("BAR {number}", number), text)
        }
        ResourceKind::ExpansionRom => (text!("ROM"), Text::value(size)),
        _ => return None,
    };
    if resource.is_unset() {
        text = text!("{range}, not assigned", range = text);
    }
    Some((label, text))
}

fn sizes(sizes: impl Iterator<Item = u64>) -> Text {
    let sizes: Vec<String> = sizes.map(bytes).collect();
    text!("can be {sizes}", sizes)
}
