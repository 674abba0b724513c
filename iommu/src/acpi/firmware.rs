//! Whether the firmware offers an IOMMU: the names of its ACPI tables.

use host_tree::{Evidence, HostTree, Lookup};

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
    // Only root may read a table, but anyone sees that it is there. That one cannot be
    // read says nothing: it may be the folder that is closed.
    let listing = tree.list(TABLES);
    let named = |name: &str| match &listing {
        Lookup::Found(listing) => listing.entry(TABLES, name),
        _ => None,
    };
    for (name, vendor) in IOMMU_TABLES {
        let path = format!("{TABLES}/{name}");
        let read = || Some(tree.read_start(&path, 1).shown(&path, |_| name).found()?.1);
        if let Some(evidence) = named(name).or_else(read) {
            return Firmware::Offers(vendor, evidence);
        }
    }
    let shown = listing.shown(TABLES, |listing| listing.names.join(" "));
    let Some((listing, evidence)) = shown.found() else {
        return Firmware::Unknown;
    };
    // Every ACPI host has FACP (ACPI Specification 6.5, section 5.2.9). Where it is
    // missing, as in a container with a masked /sys/firmware, the list is not the
    // firmware's.
    if listing.whole && listing.entry(TABLES, "FACP").is_some() {
        return Firmware::OffersNone(evidence);
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

#[cfg(test)]
mod tests {
    use host_tree::{Listing, MemoryTree};

    use super::*;

    /// Below a folder that is closed each name answers alike.
    #[test]
    fn a_closed_folder_says_nothing_of_its_tables() {
        let mut host = MemoryTree::whole();
        for name in ["DMAR", "IVRS", "IORT", "VIOT"] {
            host.insert_unreadable(&format!("{TABLES}/{name}"), "permission denied");
        }
        host.insert_unreadable(TABLES, "permission denied");
        assert!(matches!(firmware(&host, &[]), Firmware::Unknown));
        // Only root may read a table, but anyone sees that it is there.
        let mut host = MemoryTree::whole();
        let dmar = format!("{TABLES}/DMAR");
        host.insert_unreadable(&dmar, "permission denied");
        let names = Listing {
            names: vec!["DMAR".to_owned()],
            whole: true,
        };
        host.insert_listing(TABLES, &names);
        let Firmware::Offers(Vendor::Intel, evidence) = firmware(&host, &[]) else {
            panic!("its name is shown");
        };
        assert_eq!((evidence.source, evidence.text), (dmar, "DMAR".to_owned()));
    }
}
