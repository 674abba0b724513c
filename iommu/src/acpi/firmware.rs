//! Whether the firmware offers an IOMMU: the names of its ACPI tables.

use pci_core::Evidence;
use pci_core::tree::{HostTree, Lookup};

use crate::facts::LogFact;
use crate::meaning::{Kind, Vendor};

const TABLES: &str = "/sys/firmware/acpi/tables";

/// The tables that tell of an IOMMU, with whose it is. IORT (Arm) describes an
/// SMMU only where the machine has one.
const IOMMU_TABLES: [(&str, Vendor); 4] = [
    ("DMAR", Vendor::Intel),
    ("IVRS", Vendor::Amd),
    ("IORT", Vendor::Arm),
    ("VIOT", Vendor::Virtio),
];

/// What the firmware offers.
pub(crate) enum Firmware {
    /// A table that describes that vendor's IOMMU.
    Offers(Vendor, Evidence),
    /// None: its tables were listed, and there is no such table.
    OffersNone(Evidence),
    /// Not shown.
    Unknown,
}

/// What `tree` and the log show of the firmware's tables.
pub(crate) fn firmware(tree: &dyn HostTree, facts: &[LogFact]) -> Firmware {
    match in_tree(tree) {
        Firmware::Unknown => in_log(facts),
        known => known,
    }
}

fn in_tree(tree: &dyn HostTree) -> Firmware {
    for (name, vendor) in IOMMU_TABLES {
        let path = format!("{TABLES}/{name}");
        // Only root may read a table, but anyone sees that it is there.
        if matches!(tree.read(&path), Lookup::Found(_) | Lookup::Unreadable(_)) {
            return Firmware::Offers(vendor, Evidence::new(path, None, name));
        }
    }
    let Some(listing) = tree.list(TABLES).found() else {
        return Firmware::Unknown;
    };
    let has = |name: &str| listing.names.iter().any(|known| known == name);
    for (name, vendor) in IOMMU_TABLES {
        if has(name) {
            return Firmware::Offers(vendor, Evidence::new(TABLES, None, name));
        }
    }
    // Every ACPI host has FACP (ACPI Specification 6.5, section 5.2.9). Where it is
    // missing, as in a container with a masked /sys/firmware, the list is not the
    // firmware's.
    if listing.whole && has("FACP") {
        return Firmware::OffersNone(Evidence::new(TABLES, None, listing.names.join(" ")));
    }
    Firmware::Unknown
}

fn in_log(facts: &[LogFact]) -> Firmware {
    let table = facts.iter().find(|fact| fact.kind == Kind::FirmwareTable);
    if let Some((fact, vendor)) = table.and_then(|fact| Some((fact, fact.vendor?))) {
        return Firmware::Offers(vendor, fact.evidence.clone());
    }
    // Only a whole log shows that a table is not listed.
    let whole = facts.iter().any(|fact| fact.kind == Kind::NoGroups);
    match facts.iter().find(|fact| fact.kind == Kind::TableListing) {
        Some(listing) if whole => Firmware::OffersNone(listing.evidence.clone()),
        _ => Firmware::Unknown,
    }
}
