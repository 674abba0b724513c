//! The memory of assigned functions, as a guest's `vmware.log` shows it.

use std::collections::BTreeMap;

use host_tree::{CommandText, Evidence, numbered_lines};
use iommu::mmio::MemoryBar;
use pci_core::Address;

use crate::host::fact::Fact;
use crate::host::hardware::region::Region;
use crate::host::model::{Entry, Naming, Source, Value};

/// The start of a line about a BAR, behind its time.
const START: &str = "PCIPassthru: Device ";

/// The memory BARs of each function.
pub(super) fn read(text: &CommandText) -> Vec<Entry> {
    let mut functions: BTreeMap<Address, Vec<Fact<Region>>> = BTreeMap::new();
    if memchr::memmem::find(text.text.as_bytes(), START.as_bytes()).is_none() {
        return Vec::new();
    }
    for (number, line) in numbered_lines(&text.text) {
        if let Some((address, region)) = region(line) {
            let shown = Evidence::new(text.command.as_str(), number, line.trim());
            // The log of another start, or its quotation, repeats the BAR.
            let regions = functions.entry(address).or_default();
            regions.retain(|known| known.value.bar != region.bar);
            regions.push(Fact::new(region, shown));
        }
    }
    let entries = functions.into_iter().filter_map(|(address, regions)| {
        let shown = regions.first()?.evidence.clone();
        let mut entry = Entry::named(address, Source::Esxi, shown, Naming::Subject);
        entry.see(Some(Value::Memory(regions)));
        Some(entry)
    });
    entries.collect()
}

/// `PCIPassthru: Device 0000:0b:00.0 barIndex 1 type 3 realaddr 0xd0000000 size 268435456 flags 12`:
/// type 1 is of ports, 2 of 32 bits and 3 of 64 bits, and the flags are the lowest bits of the BAR (PCI
/// Local Bus Specification 3.0, section 6.2.5.1).
fn region(line: &str) -> Option<(Address, Region)> {
    let (_, rest) = line.split_once(START)?;
    let mut words = rest.split_whitespace();
    let address: Address = words.next()?.parse().ok()?;
    let mut value = |name: &str| {
        words
            .next()
            .filter(|word| *word == name)
            .and_then(|_| words.next())
    };
    let bar: u8 = value("barIndex")?.parse().ok()?;
    let kind = value("type")?;
    value("realaddr")?;
    let size: u64 = value("size")?.parse().ok()?;
    let flags: u8 = value("flags")?.parse().ok()?;
    let is_memory = bar < 6 && matches!(kind, "2" | "3") && size > 0;
    is_memory.then_some((
        address,
        Region {
            bar: Some(bar),
            memory: MemoryBar {
                size,
                is_64_bit: kind == "3",
                prefetchable: flags & 8 != 0,
                resizable: Vec::new(),
            },
            is_assigned: true,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_bars_are_read() {
        let line = |rest: &str| format!("2024-03-11T09:12:44Z In(05) vmx - {START}{rest}");
        let found = region(&line(
            "0000:31:00.0 barIndex 1 type 3 realaddr 0x205000000000 size 137438953472 flags 12",
        ));
        let (address, region_1) = found.unwrap();
        assert_eq!(address.to_string(), "0000:31:00.0");
        assert_eq!((region_1.bar, region_1.memory.size), (Some(1), 128 << 30));
        assert!(region_1.memory.is_64_bit && region_1.memory.prefetchable);
        for other in [
            "0000:31:00.0 barIndex 5 type 1 realaddr 0xe000 size 128 flags 1",
            "0000:31:00.0 barIndex 6 type 2 realaddr 0xd0000000 size 524288 flags 0",
            "0000:31:00.0 barIndex 1 type 3 realaddr 0xd0000000 size x flags 12",
            "0000:31:00.0 registered",
        ] {
            assert_eq!(region(&line(other)), None, "{other}");
        }
    }
}
