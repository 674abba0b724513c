//! Whether the firmware offers an IOMMU, by the names of its ACPI tables.

use host_tree::{Evidence, HostTree, Lookup};

use crate::facts::LogFact;
use crate::meaning::{LogLineKind, Vendor};

const TABLES: &str = "/sys/firmware/acpi/tables";

/// The ACPI tables of IOMMUs, by vendor. IORT (Arm) describes an SMMU only if the machine has one.
const IOMMU_TABLES: [(&str, Vendor); 4] = [
    ("DMAR", Vendor::Intel),
    ("IVRS", Vendor::Amd),
    ("IORT", Vendor::Arm),
    ("VIOT", Vendor::Virtio),
];

/// The firmware's IOMMU.
pub(crate) enum Firmware {
    /// A table that describes that vendor's IOMMU.
    Offers(Vendor, Evidence),
    /// None: the tables are listed without an IOMMU table.
    OffersNone(Evidence),
    /// Not in the input.
    Unknown,
}

/// Determines the firmware's IOMMU from `tree` and the log.
pub(crate) fn firmware(tree: &dyn HostTree, facts: &[LogFact]) -> Firmware {
    match in_tree(tree) {
        Firmware::Unknown => in_log(facts),
        known => known,
    }
}

fn in_tree(tree: &dyn HostTree) -> Firmware {
    // Only root may read a table, but all users can list it. An unreadable table proves nothing:
    // the folder may be unreadable.
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
    // Every ACPI host has FACP (ACPI Specification 6.5, section 5.2.9). Without it, as in a
    // container with a masked /sys/firmware, the list is not the firmware's.
    if listing.complete && listing.entry(TABLES, "FACP").is_some() {
        return Firmware::OffersNone(evidence);
    }
    Firmware::Unknown
}

fn in_log(facts: &[LogFact]) -> Firmware {
    let table = facts
        .iter()
        .find(|fact| fact.kind == LogLineKind::FirmwareTable);
    if let Some((fact, vendor)) = table.and_then(|fact| Some((fact, fact.vendor?))) {
        return Firmware::Offers(vendor, fact.evidence.clone());
    }
    // Only a complete log proves that a table is missing.
    let whole = facts.iter().any(|fact| fact.kind == LogLineKind::NoGroups);
    match facts
        .iter()
        .find(|fact| fact.kind == LogLineKind::TableListing)
    {
        Some(listing) if whole => Firmware::OffersNone(listing.evidence.clone()),
        _ => Firmware::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use host_tree::{Listing, MemoryTree};

    use super::*;

    /// Below an unreadable folder every name returns the same answer.
    #[test]
    fn an_unreadable_folder_does_not_show_its_tables() {
        let mut host = MemoryTree::complete();
        for name in ["DMAR", "IVRS", "IORT", "VIOT"] {
            host.insert_unreadable(&format!("{TABLES}/{name}"), "permission denied");
        }
        host.insert_unreadable(TABLES, "permission denied");
        assert!(matches!(firmware(&host, &[]), Firmware::Unknown));
        // Only root may read a table, but all users can list it.
        let mut host = MemoryTree::complete();
        let dmar = format!("{TABLES}/DMAR");
        host.insert_unreadable(&dmar, "permission denied");
        let names = Listing {
            names: vec!["DMAR".to_owned()],
            complete: true,
        };
        host.insert_listing(TABLES, &names);
        let Firmware::Offers(Vendor::Intel, evidence) = firmware(&host, &[]) else {
            panic!("its name is shown");
        };
        assert_eq!((evidence.source, evidence.text), (dmar, "DMAR".to_owned()));
    }
}
