//! What sysfs shows of a function's hardware, for people.

use pci_core::Address;
use pci_core::sysfs::{BarSizes, Resource, ResourceKind, SysfsDevice};
use pci_core::tree::Lookup;

use crate::host::{Device, Host};

/// Labels and what stands behind them.
pub(super) fn rows(host: &Host, device: &Device) -> Vec<(&'static str, String)> {
    let mut rows = Vec::new();
    if let Some(path) = host.topology.path(device.address) {
        let (_, bridges) = path.split_last().unwrap_or((&device.address, &[]));
        if !bridges.is_empty() {
            let bridges: Vec<String> = bridges.iter().map(|a: &Address| format!("{a:#}")).collect();
            rows.push(("behind", bridges.join(", ")));
        }
    }
    let Some(shown) = &device.sysfs else {
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

/// A BAR or the expansion ROM.
fn range(shown: &SysfsDevice, resource: &Resource) -> Option<(&'static str, String)> {
    const BARS: [&str; 6] = ["BAR 0", "BAR 1", "BAR 2", "BAR 3", "BAR 4", "BAR 5"];
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
                text.push_str(&sizes(bar.sizes));
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

fn sizes(sizes: BarSizes) -> String {
    let sizes: Vec<String> = sizes.bytes().map(bytes).collect();
    format!("; can be {}", sizes.join(", "))
}

/// A size as `lspci` prints it: `256M`.
fn bytes(size: u64) -> String {
    let units = ["", "K", "M", "G", "T", "P", "E"];
    let mut size = size;
    for unit in units {
        if size < 1024 || size % 1024 != 0 {
            return format!("{size}{unit}");
        }
        size /= 1024;
    }
    format!("{size}Z")
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn sizes_are_in_the_largest_unit_that_divides_them() {
        for (size, text) in [
            (128, "128"),
            (4096, "4K"),
            (256 << 20, "256M"),
            (3 << 29, "1536M"),
            (32 << 30, "32G"),
            (0, "0"),
            (1 << 63, "8E"),
        ] {
            assert_eq!(bytes(size), text);
        }
    }
}
