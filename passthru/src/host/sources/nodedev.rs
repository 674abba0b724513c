//! Listings of libvirt's `virsh nodedev-list` and `virsh nodedev-dumpxml`.

use iommu::Completeness;
use pci_core::listing::nodedev;

use super::listed;
use crate::host::coverage::Coverage;
use crate::host::fact::Fact;
use crate::host::model::{Entry, Listing, Member, Source};
use crate::target::Target;

/// The node devices that are PCI functions, with their groups.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let names = nodedev::names(text);
    let devices = nodedev::parse(text);
    let mut listing = Listing::default();
    let shown = names.first().map(|name| name.evidence(source));
    let shown = shown.or_else(|| Some(devices.first()?.function.address.evidence(source)));
    let Some(shown) = shown else { return listing };
    listing.hypervisor = Some(Fact::new(Target::Libvirt, shown));
    listing.is_of_linux = true;
    listing.coverage = Coverage::of_whole_list(source, text);
    for name in &names {
        let entry = Entry::listed(name.value, Source::Nodedev, name.evidence(source));
        listing.entries.push(entry);
    }
    for device in &devices {
        let entry = listed::entry(Source::Nodedev, source, &device.function);
        listing.entries.push(entry);
        let Some(group) = &device.iommu_group else {
            continue;
        };
        // libvirt lists all members of a group in each of its devices.
        let completeness = if device.whole {
            Completeness::Whole
        } else {
            Completeness::MayHaveMore
        };
        let number = group.number.value;
        let own = (device.function.address.value, group.number.evidence(source));
        let members = group.members.iter();
        let members = members.map(|member| (member.value, member.evidence(source)));
        let members = std::iter::once(own).chain(members);
        listing
            .members
            .extend(members.map(|(address, line)| Member {
                device: Ok(address),
                group: number,
                line,
                completeness,
            }));
    }
    listing
}
