//! The memory that functions claim, as the kernel's log shows it when it finds them.

use host_tree::Evidence;
use iommu::mmio::MemoryBar;
use pci_core::Address;

use crate::host::fact::Fact;
use crate::host::hardware::region::Region;

/// The regions of one function: the lines that follow the one with its ids.
#[derive(Debug)]
pub(super) struct LoggedRegions {
    /// The function.
    pub(super) address: Address,
    /// Its memory BARs; `None` where one of them has no address yet.
    found: Option<Vec<Fact<Region>>>,
}

impl LoggedRegions {
    /// The regions of a function whose IDs precede them in the log.
    pub(super) const fn new(address: Address) -> Self {
        Self {
            address,
            found: Some(Vec::new()),
        }
    }

    /// Adds a line about the function.
    pub(super) fn line(&mut self, text: &str, evidence: impl FnOnce() -> Evidence) {
        let (Some(bar), Some(found)) = (bar(text), &mut self.found) else {
            return;
        };
        match region(bar, text) {
            Some(Claim::At(region)) => found.push(Fact::new(region, evidence())),
            Some(Claim::Nowhere) => self.found = None,
            None => {}
        }
    }

    /// The memory BARs, where all lines of the function were shown and each has an address.
    pub(super) fn whole(self) -> Option<Vec<Fact<Region>>> {
        self.found
    }
}

/// A region in memory.
enum Claim {
    At(Region),
    /// The kernel places it later, or nowhere.
    Nowhere,
}

/// The number of the BAR: `reg 0x10: ` up to Linux 6.8, `BAR 0 ` since (Linux
/// drivers/pci/probe.c, `__pci_read_base`). The ROM and the BARs of virtual functions are none.
fn bar(text: &str) -> Option<u8> {
    if let Some(rest) = text.strip_prefix("reg 0x") {
        let (register, _) = rest.split_once(": [")?;
        let offset = u8::from_str_radix(register, 16).ok()?;
        // Base address registers of a type 0 header are at 0x10 to 0x24 (PCI Local Bus
        // Specification 3.0, figure 6-1).
        let is_bar = (0x10..=0x24).contains(&offset) && offset % 4 == 0;
        return is_bar.then_some(offset.saturating_sub(0x10) / 4);
    }
    let (number, _) = text.strip_prefix("BAR ")?.split_once(" [")?;
    number.parse().ok().filter(|number| *number < 6)
}

/// `[mem 0xf6000000-0xf6ffffff 64bit pref]`, `[mem size 0x10000000]` (Linux lib/vsprintf.c,
/// `resource_string`).
fn region(bar: u8, text: &str) -> Option<Claim> {
    let (_, rest) = text.split_once("[mem ")?;
    let (inside, _) = rest.split_once(']')?;
    let mut words = inside.split(' ');
    let range = words.next()?;
    let Some((first, last)) = range.split_once('-') else {
        return Some(Claim::Nowhere);
    };
    let number = |text: &str| u64::from_str_radix(text.strip_prefix("0x")?, 16).ok();
    let (first, last) = (number(first)?, number(last)?);
    if first == 0 {
        return Some(Claim::Nowhere);
    }
    let flags: Vec<&str> = words.collect();
    Some(Claim::At(Region {
        bar: Some(bar),
        memory: MemoryBar {
            size: last.checked_sub(first)?.checked_add(1)?,
            is_64_bit: flags.contains(&"64bit"),
            prefetchable: flags.contains(&"pref"),
            resizable: Vec::new(),
        },
        is_assigned: true,
    }))
}

#[cfg(test)]
mod tests;
