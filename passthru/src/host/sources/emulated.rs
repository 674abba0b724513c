//! Listings of a virtual machine's functions in addition to those of its host.

use pci_core::Address;
use pci_core::lspci::{Listing, Record};

use crate::host::guests::guest_parts;

/// The records of one listing in a text.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) records: &'a [Record],
    /// Whether the machine that it lists is emulated.
    pub(super) is_emulated: bool,
    /// Whether the text around the listing says that it is a guest's.
    pub(super) is_announced: bool,
}

/// Vendors that make no hardware for a slot, and three emulated functions of Intel's and
/// Microsoft's ids (pci.ids; QEMU docs/specs/pci-ids.rst): the host bridge of i440FX, older
/// than any IOMMU, and Hyper-V's display and the GPU of GPU-PV, which WSL 2 has too. Virtio's vendor is
/// none of them: network cards show such functions to bare metal.
const VENDORS: [u16; 5] = [0x1234, 0x1b36, 0x15ad, 0x80ee, 0x5853];
const FUNCTIONS: [(u16, u16); 3] = [(0x8086, 0x1237), (0x1414, 0x5353), (0x1414, 0x008e)];

/// The same where a listing has no ids: how lspci prints them.
const NAMES: [&str; 8] = [
    "Red Hat, Inc. QEMU ",
    "Red Hat, Inc. QXL ",
    "VMware ",
    "InnoTek Systemberatung ",
    "XenSource, Inc. ",
    "Intel Corporation 440FX ",
    "Microsoft Corporation Device 008e",
    "Microsoft Corporation Basic Render Driver",
];

/// The listings of a text: a run ends where another command, a code block, prose or a lower
/// address begins.
pub(super) fn runs<'a>(text: &str, listing: &'a Listing) -> Vec<Run<'a>> {
    let records = listing.records.as_slice();
    // Most texts are no listing.
    if records.is_empty() {
        return Vec::new();
    }
    // Almost always no function is emulated, or all of the one listing.
    let announced = guest_parts::parts(text);
    let of_xen = records.iter().any(is_first_without_bridge) && names_xen(text);
    let is_of_guest =
        |record: &Record| is_emulated(record) || of_xen && is_first_without_bridge(record);
    if announced.is_empty() && !records.iter().any(is_of_guest) {
        return vec![Run {
            records,
            is_emulated: false,
            is_announced: false,
        }];
    }
    let heads: Vec<u32> = records.iter().map(|record| record.head.line).collect();
    let ends = boundaries(text, &heads);
    let parts = records.chunk_by(|a, b| {
        let before = |line: u32| ends.partition_point(|end| *end < line);
        let is_lower =
            |a: Option<Address>, b: Option<Address>| a.is_some() && b.is_some() && b <= a;
        a.command == b.command
            && !is_lower(a.address, b.address)
            && before(a.head.line) == before(b.head.line)
    });
    parts
        .map(|records| {
            let mut heads = records.iter().map(|record| record.head.line);
            let is_announced = heads
                .next()
                .is_some_and(|head| guest_parts::has(&announced, head));
            Run {
                records,
                is_emulated: is_announced || records.iter().any(is_of_guest),
                is_announced,
            }
        })
        .collect()
}

/// The subsystem ID of QEMU's functions (QEMU docs/specs/pci-ids.rst).
const OF_QEMU: (u16, u16) = (0x1af4, 0x1100);

pub(super) fn is_emulated(record: &Record) -> bool {
    let subsystem = record.subsystem.as_ref();
    let subsystem = subsystem.map(|id| (id.value.vendor.0, id.value.device.0));
    if subsystem == Some(OF_QEMU) {
        return true;
    }
    match record.id {
        Some(id) => {
            VENDORS.contains(&id.vendor.0) || FUNCTIONS.contains(&(id.vendor.0, id.device.0))
        }
        None => {
            let name = record.name.as_deref().unwrap_or_default();
            NAMES.iter().any(|start| name.starts_with(start))
        }
    }
}

/// Whether the record is of the first function of the first bus, and no bridge: Xen numbers the functions
/// of a paravirtual guest from there, and on a host the root complex has that address (Linux
/// drivers/xen/xen-pciback/vpci.c).
pub(super) fn is_first_without_bridge(record: &Record) -> bool {
    let is_bridge = record.class.is_some_and(|class| class.base == 0x06)
        || record
            .class_name
            .as_deref()
            .is_some_and(|name| name.contains("ridge"));
    record.address == Some(Address::default()) && !is_bridge
}

/// Whether the text is about Xen, by the names of its systems and of its drivers.
fn names_xen(text: &str) -> bool {
    // `xenial` is a release of Ubuntu.
    let names = ["xen", "xenserver", "xcp", "qubes", "pcifront"];
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric());
    words.any(|word| names.iter().any(|name| word.eq_ignore_ascii_case(name)))
}

/// The lines that never occur within a listing: fences of code blocks and prose. lspci's own lines
/// are heads, indented, or a label and a value.
fn boundaries(text: &str, heads: &[u32]) -> Vec<u32> {
    let lines = host_tree::numbered_lines(text);
    let ends = lines.filter(|(number, line)| {
        let is_prose = !line.is_empty()
            && !line.starts_with([' ', '\t'])
            && *line != "--"
            && !line.contains(": ")
            && !line.contains(":\t")
            && heads.binary_search(number).is_err();
        is_prose || line.trim_start().starts_with("```")
    });
    ends.map(|(number, _)| number).collect()
}

#[cfg(test)]
mod tests;
