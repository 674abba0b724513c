//! The width of the host's physical addresses, and its huge pages: `/proc/cpuinfo`, `lscpu`,
//! `/proc/meminfo` and the kernel log.

use host_tree::{Evidence, HostTree, numbered_lines};

use crate::host::fact::Fact;

/// Files of a host whose lines are read, besides the texts.
const FILES: [&str; 2] = ["/proc/cpuinfo", "/proc/meminfo"];

/// Facts about the host's memory that guests depend on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct HostMemory {
    /// The width of physical addresses, in bits.
    pub address_bits: Option<Fact<u8>>,
    /// The huge pages of the default size that are reserved.
    pub huge_pages: Option<Fact<u64>>,
    /// The default size of huge pages, in bytes.
    pub huge_page_size: Option<Fact<u64>>,
}

/// Value of a line.
enum Value {
    AddressBits(u8),
    HugePages(u64),
    HugePageSize(u64),
}

/// Whether the line, without blanks around it, shows such a fact.
pub(crate) fn is_line(line: &str) -> bool {
    value(line).is_some()
}

impl HostMemory {
    pub(in crate::host) fn read(tree: &dyn HostTree) -> Self {
        let mut memory = Self::default();
        for path in FILES {
            if let Some(text) = tree.read_text(path).found() {
                memory.see(path, &text);
            }
        }
        for text in tree.texts() {
            memory.see(&text.command, &text.text);
        }
        memory
    }

    fn see(&mut self, source: &str, text: &str) {
        let has_any = ["ddress sizes", "Huge", "Host address width "]
            .iter()
            .any(|words| text.contains(words));
        if !has_any {
            return;
        }
        for (number, line) in numbered_lines(text) {
            let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let evidence = || Evidence::new(source, number, line);
            match value(line) {
                Some(Value::AddressBits(bits)) => {
                    self.address_bits
                        .get_or_insert_with(|| Fact::new(bits, evidence()));
                }
                Some(Value::HugePages(count)) => {
                    self.huge_pages
                        .get_or_insert_with(|| Fact::new(count, evidence()));
                }
                Some(Value::HugePageSize(size)) => {
                    self.huge_page_size
                        .get_or_insert_with(|| Fact::new(size, evidence()));
                }
                None => {}
            }
        }
    }
}

/// `address sizes : 39 bits physical, 48 bits virtual` (Linux arch/x86/kernel/cpu/proc.c),
/// `Address sizes: 39 bits physical, …` (util-linux lscpu), `HugePages_Total: 16`,
/// `Hugepagesize: 2048 kB` (Linux mm/hugetlb.c), `DMAR: Host address width 39` (Linux
/// drivers/iommu/intel/dmar.c).
fn value(line: &str) -> Option<Value> {
    if let Some((before, bits)) = line.split_once("DMAR: Host address width ") {
        let is_log = before.is_empty() || before.ends_with([' ', ']', ':']);
        return width(bits).filter(|_| is_log).map(Value::AddressBits);
    }
    let (key, rest) = line.split_once(':')?;
    let rest = rest.trim();
    match key.trim_end() {
        "address sizes" | "Address sizes" => {
            let (bits, _) = rest.split_once(" bits physical")?;
            width(bits).map(Value::AddressBits)
        }
        "HugePages_Total" => rest.parse().ok().map(Value::HugePages),
        "Hugepagesize" => {
            let kibibytes: u64 = rest.strip_suffix(" kB")?.trim().parse().ok()?;
            kibibytes.checked_mul(1024).map(Value::HugePageSize)
        }
        _ => None,
    }
}

/// From 32 to 57 bits.
fn width(text: &str) -> Option<u8> {
    text.trim()
        .parse()
        .ok()
        .filter(|bits| (32..=57).contains(bits))
}

#[cfg(test)]
mod tests;
