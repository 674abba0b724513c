//! `lspci` output as records.

use host_tree::Located;
use pci_core::lspci::{Fields, Listing, Record};
use pci_core::{Address, ClassCode, PciId, SubsystemId};
use serde::Serialize;

/// The records of a listing, and its damage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListingForm {
    /// The version of this form.
    pub schema: &'static str,
    /// The functions, in the order of the text.
    pub records: Vec<ListingRecord>,
    /// Damage that left the rest readable.
    pub damage: Vec<ListingDamage>,
}

/// A function in a listing; `null` for facts that it does not include.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListingRecord {
    /// Its address, in domain 0 if the text has no domain; `null` below a bridge whose bus is not
    /// in the input.
    pub address: Option<Address>,
    /// Whether the text has the domain.
    pub has_domain: bool,
    /// The number of its first line, from 1.
    pub line: u32,
    /// The slot that the platform numbers so.
    pub physical_slot: Option<String>,
    /// The class, with the programming interface where the text shows it.
    pub class_code: Option<ClassCode>,
    /// The class's name.
    pub class_name: Option<String>,
    /// Vendor and device id.
    pub id: Option<PciId>,
    /// Vendor and device name as one text.
    pub name: Option<String>,
    /// The vendor's part of the name, if the form separates the two (`-mm`, `-vmm`).
    pub vendor_name: Option<String>,
    /// The revision; `null`, too, where it is 0, which lspci does not print.
    pub revision: Option<u8>,
    /// The card that it is on.
    pub subsystem: Option<SubsystemId>,
    /// The card's name.
    pub subsystem_name: Option<String>,
    /// The firmware's label for the function (`DeviceName:`).
    pub device_name: Option<String>,
    /// The driver.
    pub driver: Option<String>,
    /// Whether its lines are complete, so that a record without a driver line means no driver.
    pub is_complete: bool,
    /// The modules that can drive it.
    pub modules: Option<Vec<String>>,
    /// Its IOMMU group.
    pub iommu_group: Option<u32>,
    /// The NUMA node that it is nearest to.
    pub numa_node: Option<u32>,
}

/// A line that is damaged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ListingDamage {
    /// Its number, from 1.
    pub line: u32,
    /// Kind of damage, a stable word.
    pub kind: &'static str,
}

/// The form of a listing.
#[must_use]
pub fn listing(listing: &Listing) -> ListingForm {
    ListingForm {
        schema: "passthru-listing/1",
        records: listing.records.iter().map(record).collect(),
        damage: {
            let damage = listing.damage.iter().map(|damage| ListingDamage {
                line: damage.line,
                kind: damage.kind.word(),
            });
            damage.collect()
        },
    }
}

fn value<T: Clone>(found: Option<&Located<T>>) -> Option<T> {
    found.map(|found| found.value.clone())
}

fn record(record: &Record) -> ListingRecord {
    ListingRecord {
        address: record.address,
        has_domain: record.has_domain,
        line: record.head.line,
        physical_slot: value(record.physical_slot.as_ref()),
        class_code: record.class,
        class_name: record.class_name.clone(),
        id: record.id,
        name: record.name.clone(),
        vendor_name: record.vendor_name.clone(),
        revision: record.revision,
        subsystem: value(record.subsystem.as_ref()),
        subsystem_name: record.subsystem_name.clone(),
        device_name: value(record.device_name.as_ref()),
        driver: value(record.driver.as_ref()),
        is_complete: record.fields == Fields::Whole,
        modules: value(record.modules.as_ref()),
        iommu_group: value(record.iommu_group.as_ref()),
        numa_node: value(record.numa_node.as_ref()),
    }
}
