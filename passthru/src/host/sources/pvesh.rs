//! Listings of Proxmox VE's `pvesh get /nodes/NODE/hardware/pci`.

use host_tree::Lookup;
use iommu::Completeness;
use pci_core::listing::pvesh;

use crate::host::model::{Entry, Listing, Member, Source, Value};

/// The functions of its rows.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let mut listing = Listing::default();
    for row in pvesh::parse(text) {
        listing.is_of_linux = true;
        let address = row.address.value;
        let evidence = row.address.evidence(source);
        if let Lookup::Found(group) = row.iommu_group {
            listing.members.push(Member {
                device: Ok(address),
                group,
                line: evidence.clone(),
                completeness: Completeness::MayHaveMore,
            });
        }
        let mut entry = Entry::listed(address, Source::Pvesh, evidence);
        entry.see(row.id().map(Value::Id));
        entry.see(row.class.map(Value::Class));
        entry.see(row.subsystem.map(Value::Subsystem));
        entry.see(row.device_name.clone().map(Value::Name));
        listing.entries.push(entry);
    }
    listing
}
