//! The short facts of a function in a drawing.

use pci_core::lspci::RegionKind;
use pci_core::sysfs::ResourceKind;

use super::super::hardware::link;
use crate::host::{Device, Driver, Host};
use crate::size::bytes;
use crate::text::{Text, text};

/// Number of names that are listed.
const NAMES: usize = 6;

/// The facts, the most important first; of a bridge those that matter for the slot.
pub(super) fn of(host: &Host, device: &Device) -> Vec<Text> {
    let is_bridge = device.is_bridge();
    let mut facts: Vec<Text> = driver(device, is_bridge).into_iter().collect();
    let names = host.host_use.kernel_names.get(&device.address);
    facts.extend(names.map(|names| shortened(names)));
    let placement = device.placement();
    facts.extend(
        placement
            .slot
            .as_ref()
            .map(|slot| text!("slot {slot}", slot)),
    );
    facts.extend(placement.label.clone().map(Text::value));
    facts.extend(link(&placement).map(|link| text!("link {link}", link)));
    let node = placement.numa_node;
    facts.extend(node.map(|node| text!("NUMA node {node}", node)));
    if is_bridge {
        return facts;
    }
    let bars = bars(device);
    if !bars.is_empty() {
        facts.push(text!("BARs {sizes}", sizes = bars));
    }
    facts.extend(reset(host, device));
    facts
}

fn driver(device: &Device, is_bridge: bool) -> Option<Text> {
    Some(match &device.driver {
        // The driver of all ports.
        Driver::Bound(driver) if is_bridge && driver.value == "pcieport" => return None,
        Driver::Bound(driver) => text!("driver {driver}", driver = driver.value),
        _ if is_bridge => return None,
        Driver::Unbound(_) => text!("no driver"),
        Driver::NotShown => text!("driver not in the input"),
    })
}

fn shortened(names: &[String]) -> Text {
    let (first, rest) = names.split_at(names.len().min(NAMES));
    if rest.is_empty() {
        text!("{names}", names = first)
    } else {
        text!(
            "{names} and {count} more",
            names = first,
            count = rest.len()
        )
    }
}

/// The sizes of memory BARs, each with the largest that it can have: `256M (16G)`.
fn bars(device: &Device) -> Vec<String> {
    let shown = |size: u64, largest: Option<u64>| match largest.filter(|most| *most > size) {
        Some(most) => format!("{} ({})", bytes(size), bytes(most)),
        None => bytes(size),
    };
    if let Some(sysfs) = &device.sysfs
        && let Some(resources) = sysfs.resources.clone().found()
    {
        let resizable = sysfs.resizable_bars.clone().found().unwrap_or_default();
        let bars = resources.iter().filter_map(|resource| {
            let ResourceKind::Bar(number) = resource.kind else {
                return None;
            };
            let size = resource.size().filter(|_| !resource.is_io())?;
            let bar = resizable.iter().find(|bar| bar.bar == number);
            Some(shown(size, bar.and_then(|bar| bar.sizes.bytes().max())))
        });
        return bars.collect();
    }
    let listed = device.listed_regions.iter().flatten();
    let bars = listed.filter_map(|fact| {
        let listed = &fact.value;
        let is_memory = matches!(listed.region.kind, RegionKind::Memory { .. });
        let size = listed.region.size.filter(|_| is_memory)?;
        Some(shown(size, listed.resizable.iter().copied().max()))
    });
    bars.collect()
}

fn reset(host: &Host, device: &Device) -> Option<Text> {
    let methods = host.own_reset_of(device)?.methods?;
    let words: Vec<String> = methods.iter().map(ToString::to_string).collect();
    Some(match words.as_slice() {
        [] => text!("no reset method"),
        words => text!("reset {methods}", methods = words),
    })
}
