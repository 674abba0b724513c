//! The BARs of functions, and memory that the firmware reserves for them.

use host_tree::{Evidence, HostTree, Lookup};
use iommu::acpi::{Dmar, Eligibility, Ivrs};
use iommu::mmio::{MemoryBar, MmioNeed};
use iommu::predict::FirmwareTables;
use iommu::{KernelLog, RegionKind};
use pci_core::Address;
use pci_core::config::extended::ResizableBars;
use pci_core::lspci::{self, Fields, Record, RegionAddress};
use pci_core::sysfs::{Resource, ResourceKind, SysfsDevice};

use super::device::Device;
use super::region::{ListedRegion, Region, Reserved};
use crate::host::fact::Fact;
use crate::host::state::Host;

/// The firmware's table of the IOMMU.
pub(in crate::host) fn firmware(tree: &dyn HostTree) -> Option<Fact<FirmwareTables>> {
    let table = |name: &'static str| {
        let path = format!("/sys/firmware/acpi/tables/{name}");
        tree.read(&path).shown(&path, |_| name).found()
    };
    let dmar = table("DMAR").and_then(|(bytes, shown)| {
        let dmar = Box::new(Dmar::parse(&bytes).ok()?);
        Some(Fact::new(FirmwareTables::Dmar(dmar), shown))
    });
    let ivrs = || {
        let (bytes, shown) = table("IVRS")?;
        let ivrs = Box::new(Ivrs::parse(&bytes).ok()?);
        Some(Fact::new(FirmwareTables::Ivrs(ivrs), shown))
    };
    dmar.or_else(ivrs).or_else(|| smmu(tree))
}

/// Arm's SMMUv3: in the table IORT, or in the kernel's log.
fn smmu(tree: &dyn HostTree) -> Option<Fact<FirmwareTables>> {
    let path = "/sys/firmware/acpi/tables/IORT";
    if let Some((bytes, shown)) = tree.read(path).shown(path, |_| "IORT").found()
        && has_smmu_v3(&bytes)
    {
        return Some(Fact::new(FirmwareTables::SmmuV3, shown));
    }
    // The driver's first message with the device's name: `arm-smmu-v3 9050000.smmuv3: ias 44-bit`.
    const MESSAGE: &str = "arm-smmu-v3 ";
    let mut logs = tree
        .texts()
        .iter()
        .filter(|text| text.text.contains(MESSAGE));
    logs.find_map(|text| {
        let log = KernelLog::parse(&text.command, &text.text);
        let mut lines = log.lines.iter();
        let line = lines
            .find(|line| line.message.starts_with(MESSAGE) && line.message.contains(": ias "))?;
        Some(Fact::new(FirmwareTables::SmmuV3, log.evidence(line)))
    })
}

/// Whether an IORT has a node of type 4, SMMUv3 (Arm DEN 0049E, table 2: number and offset of the
/// nodes at 36 and 40; table 3: type and length of a node).
fn has_smmu_v3(iort: &[u8]) -> bool {
    let number = |at: usize| {
        let bytes = iort.get(at..)?.first_chunk()?;
        usize::try_from(u32::from_le_bytes(*bytes)).ok()
    };
    let (Some(count), Some(mut at)) = (number(36), number(40)) else {
        return false;
    };
    for _ in 0..count.min(iort.len()) {
        let Some([kind, low, high]) = iort.get(at..).and_then(<[u8]>::first_chunk) else {
            return false;
        };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        if *kind == 4 {
            return true;
        }
        match at.checked_add(length).filter(|_| length > 0) {
            Some(next) => at = next,
            None => return false,
        }
    }
    false
}

/// The memory BARs that sysfs shows.
pub(in crate::host) fn of_sysfs(shown: &SysfsDevice) -> Option<Vec<Fact<Region>>> {
    let Lookup::Found(resources) = &shown.resources else {
        return None;
    };
    let bars = match &shown.resizable_bars {
        Lookup::Found(bars) => bars.as_slice(),
        _ => &[],
    };
    let region = |resource: &Resource| {
        let ResourceKind::Bar(number) = resource.kind else {
            return None;
        };
        let size = resource.size().filter(|_| resource.is_memory())?;
        let sizes = bars.iter().find(|bar| bar.bar == number);
        let line = u32::from(resource.index) + 1;
        // As the kernel prints it (`resource_show`, drivers/pci/pci-sysfs.c).
        let text = format!(
            "{:#018x} {:#018x} {:#018x}",
            resource.start, resource.end, resource.flags
        );
        let region = Region {
            bar: Some(number),
            memory: MemoryBar {
                size,
                is_64_bit: resource.is_64_bit(),
                prefetchable: resource.is_prefetchable(),
                resizable: sizes.map_or_else(Vec::new, |bar| bar.sizes.bytes().collect()),
            },
            is_assigned: !resource.is_unset(),
        };
        let evidence = Evidence::new(shown.path("resource"), line, text);
        Some(Fact::new(region, evidence))
    };
    Some(resources.iter().filter_map(region).collect())
}

/// All regions that a record of `lspci -v` shows, and the expansion ROM; `None` where
/// some may be missing.
pub(in crate::host) fn regions_of_record(
    source: &str,
    record: &Record,
) -> Option<Vec<Fact<ListedRegion>>> {
    let details = record.details.as_deref()?;
    // The regions are between the command register and the capabilities.
    let is_around = details.registers.bit(0x04, 2).is_some()
        && (details.capabilities_end.is_some() || !details.capabilities.is_empty());
    if record.fields != Fields::Whole && !is_around {
        return None;
    }
    let shown = record.config.space().extended_capability::<ResizableBars>();
    let shown = shown.found().unwrap_or_default().bars;
    let listed = details.resizable_bars();
    let sizes = |index: Option<u8>| -> Vec<u64> {
        if let Some(bar) = shown.iter().find(|bar| Some(bar.bar) == index) {
            return bar.possible_bytes().collect();
        }
        let bar = listed.iter().find(|bar| Some(bar.bar) == index);
        bar.map_or_else(Vec::new, |bar| bar.sizes.bytes().collect())
    };
    let found = details.regions.iter().chain(&details.expansion_rom);
    let found = found.map(|located| {
        let region = ListedRegion {
            region: located.value,
            resizable: sizes(located.value.index),
        };
        Fact::new(region, located.evidence(source))
    });
    Some(found.collect())
}

/// The memory BARs among regions; `None` where it is not shown how large one is.
pub(in crate::host) fn of_regions(regions: &[Fact<ListedRegion>]) -> Option<Vec<Fact<Region>>> {
    let mut found = Vec::new();
    for fact in regions {
        let ListedRegion { region, resizable } = &fact.value;
        let lspci::RegionKind::Memory { bits, prefetchable } = region.kind else {
            continue;
        };
        let claimed = Region {
            bar: region.index,
            memory: MemoryBar {
                size: region.size?,
                is_64_bit: bits == Some(64),
                prefetchable,
                resizable: resizable.clone(),
            },
            is_assigned: region.address != RegionAddress::Unassigned,
        };
        found.push(Fact::new(claimed, fact.evidence.clone()));
    }
    Some(found)
}

impl Host {
    /// MMIO space that a guest needs for the memory BARs of `devices`; `None` unless the input
    /// includes those of each.
    pub(crate) fn mmio_need<'a>(
        &self,
        devices: impl IntoIterator<Item = &'a Device>,
    ) -> Option<MmioNeed> {
        let mut bars: Vec<MemoryBar> = Vec::new();
        for device in devices {
            let regions = device.memory.as_ref()?;
            bars.extend(regions.iter().map(|region| region.value.memory.clone()));
        }
        Some(MmioNeed::of(&bars))
    }

    /// The memory that the firmware reserves for a function: by the kernel's list of the group,
    /// otherwise by the DMAR table. `None` if neither is in the input.
    #[must_use]
    pub(crate) fn reserved_for(&self, device: &Device) -> Option<Vec<Fact<Reserved>>> {
        let group = self.group_of(device.address);
        let group = group.and_then(|group| self.groups.get(group));
        if let Some(group) = group.filter(|group| !group.reserved.is_empty()) {
            let kept = group.reserved.iter().filter_map(|region| {
                let is_relaxable = match region.kind {
                    RegionKind::Direct => false,
                    RegionKind::DirectRelaxable => true,
                    RegionKind::Reserved | RegionKind::Msi | RegionKind::Other => return None,
                };
                let reserved = Reserved {
                    first: region.first,
                    last: region.last,
                    is_relaxable,
                };
                Some(Fact::new(reserved, region.evidence.clone()))
            });
            return Some(kept.collect());
        }
        let firmware = self.firmware.as_ref()?;
        let FirmwareTables::Dmar(dmar) = &firmware.value else {
            return None;
        };
        let class = device.class.as_ref()?.value;
        let buses = |bridge: Address| self.topology.buses(bridge);
        let (regions, is_relaxable) = match dmar.eligibility(device.address, class, buses) {
            Eligibility::Free => (Vec::new(), false),
            Eligibility::Relaxable(regions) => (regions, true),
            Eligibility::Refused(regions) => (regions, false),
        };
        let kept = regions.into_iter().map(|region| {
            let text = format!(
                "reserved memory of {:#}: {:#x}-{:#x}",
                device.address, region.base, region.limit
            );
            let reserved = Reserved {
                first: region.base,
                last: region.limit,
                is_relaxable,
            };
            Fact::new(reserved, firmware.evidence.clone().saying(text))
        });
        Some(kept.collect())
    }
}

#[cfg(test)]
mod tests;
