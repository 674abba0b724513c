//! `passthru list --json`: the form of a host.

use std::collections::BTreeSet;

use iommu::reset;
use pci_core::Address;
use pci_core::lspci::RegionKind;
use pci_core::sysfs::ResourceKind;

use super::listed::{
    Bar, BusReset, List, ListedDevice, ListedDeviceWithoutAddress, Mmio, ReservedMemory, ResetQuirk,
};
use crate::host::{Device, DeviceWithoutAddress, Host, ListedRegion};

/// The list of these functions.
#[must_use]
pub fn list(host: &Host, devices: &[Address]) -> List {
    let is_all = devices.len() == host.devices.len();
    let unplaced = host.without_address.iter().filter(|_| is_all);
    let unplaced = unplaced.map(listed_unplaced).collect();
    let devices = devices
        .iter()
        .filter_map(|address| host.devices.get(address));
    List {
        schema: "passthru-list/1",
        devices: {
            let mut resets = BusResets::of(host);
            devices
                .map(|device| ListedDevice {
                    bus_reset: resets.listed(device.address),
                    ..listed(host, device)
                })
                .collect()
        },
        without_address: unplaced,
    }
}

fn listed_unplaced(device: &DeviceWithoutAddress) -> ListedDeviceWithoutAddress {
    ListedDeviceWithoutAddress {
        vendor: device.id.map(|id| id.vendor),
        device: device.id.map(|id| id.device),
        subsystem: device.subsystem,
        class_code: device.class,
        revision: device.revision.map(|revision| format!("{revision:02x}")),
        name: device.name.clone(),
        driver: device.driver.as_ref().map(|driver| driver.value.clone()),
        location_path: device
            .location_path
            .as_ref()
            .map(|path| path.value.to_string()),
        present: device.present,
    }
}

pub(super) fn listed(host: &Host, device: &Device) -> ListedDevice {
    let names = host.names();
    let id = device.id.as_ref().map(|id| id.value);
    ListedDevice {
        address: device.address,
        vendor: id.map(|id| id.vendor),
        device: id.map(|id| id.device),
        subsystem: device.subsystem.as_ref().map(|subsystem| subsystem.value),
        class_code: device.class.as_ref().map(|class| class.value),
        revision: device.revision.map(|revision| format!("{revision:02x}")),
        vendor_name: id.and_then(|id| names.vendor(id.vendor)).map(str::to_owned),
        device_name: id.and_then(|id| names.device(id)).map(str::to_owned),
        driver: device.driver.name().map(str::to_owned),
        driver_known: device.driver != crate::host::Driver::NotShown,
        modules: device.modules.clone(),
        iommu_group: host.group_of(device.address),
        parent: host.topology.bridge_above(device.address),
        root_port: host.topology.root_port(device.address),
        physical_slot: device
            .sysfs
            .as_ref()
            .and_then(|shown| shown.physical_slot.clone().found()),
        reset_methods: device.reset_methods.clone(),
        reset_quirks: reset_known(device),
        bus_reset: None,
        bars: bars(device),
        mmio: host.mmio_need([device]).map(|need| Mmio {
            low: need.low,
            high: need.high,
            high_resized: need.high_resized,
            high_window: need.high_window(),
        }),
        reserved_memory: host.reserved_for(device).map(|reserved| {
            let reserved = reserved.into_iter().map(|region| ReservedMemory {
                first: format!("{:#x}", region.value.first),
                last: format!("{:#x}", region.value.last),
                relaxable: region.value.is_relaxable,
            });
            reserved.collect()
        }),
    }
}

fn reset_known(device: &Device) -> Vec<ResetQuirk> {
    let (Some(id), Some(class)) = (&device.id, &device.class) else {
        return Vec::new();
    };
    let rows = reset::rows_of(id.value, class.value);
    rows.map(|row| ResetQuirk {
        quirk: row.quirk.word(),
        description: row.what,
        source: row.source,
    })
    .collect()
}

/// Maximum number of functions in the bus resets of one list: each function has its bus reset, so
/// that made-up hosts with buses below buses would need the square.
const MOST_TAKEN: usize = 65_536;

/// Functions that bus resets also reset.
struct BusResets<'a> {
    host: &'a Host,
    left: usize,
}

impl<'a> BusResets<'a> {
    const fn of(host: &'a Host) -> Self {
        Self {
            host,
            left: MOST_TAKEN,
        }
    }

    fn listed(&mut self, address: Address) -> Option<BusReset> {
        let found = self.host.bus_reset(address);
        let (bridge, hangs, functions) = match &*found {
            reset::BusReset::NotShown => return None,
            reset::BusReset::OnRootBus => (None, None, None),
            reset::BusReset::Hangs(culprit) => (None, Some(*culprit), None),
            reset::BusReset::Resets { bridge, functions } => (Some(*bridge), None, Some(functions)),
        };
        self.left = self.left.checked_sub(functions.map_or(0, BTreeSet::len))?;
        let others = functions.into_iter().flatten();
        Some(BusReset {
            bridge,
            also_resets: others.copied().filter(|other| *other != address).collect(),
            prevented_by: hangs,
        })
    }
}

fn bars(device: &Device) -> Option<Vec<Bar>> {
    bars_of_sysfs(device).or_else(|| {
        let regions = device.listed_regions.as_ref()?.iter();
        let regions = regions.map(|fact| &fact.value);
        let bars = regions.filter(|listed| listed.region.kind != RegionKind::Rom);
        bars.map(listed_bar).collect()
    })
}

/// `None` where the listing does not number it.
fn listed_bar(listed: &ListedRegion) -> Option<Bar> {
    let region = &listed.region;
    let (kind, bits, prefetchable) = match region.kind {
        RegionKind::Memory { bits, prefetchable } => ("memory", bits, prefetchable),
        RegionKind::Io | RegionKind::Rom => ("io", None, false),
    };
    Some(Bar {
        bar: region.index?,
        size: region.size,
        kind,
        prefetchable,
        is_64_bit: bits == Some(64),
        resizable_to: listed.resizable.clone(),
    })
}

fn bars_of_sysfs(device: &Device) -> Option<Vec<Bar>> {
    let shown = device.sysfs.as_ref()?;
    let resizable = shown.resizable_bars.clone().found().unwrap_or_default();
    let resources = shown.resources.clone().found()?;
    let bars = resources.iter().filter_map(|resource| {
        let ResourceKind::Bar(number) = resource.kind else {
            return None;
        };
        let sizes = resizable.iter().find(|bar| bar.bar == number);
        Some(Bar {
            bar: number,
            size: resource.size(),
            kind: if resource.is_io() { "io" } else { "memory" },
            prefetchable: resource.is_prefetchable(),
            is_64_bit: resource.is_64_bit(),
            resizable_to: sizes.map_or_else(Vec::new, |bar| bar.sizes.bytes().collect()),
        })
    });
    Some(bars.collect())
}
