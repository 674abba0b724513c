//! Listings of Linux programs other than lspci.

use host_tree::Lookup;
use iommu::Completeness;
use pci_core::listing::{
    ListedFunction, dpdk_devbind, driverctl, hwinfo, inxi, iommu_groups, lshw, lxd_resources,
    sysfs_links, talos, uevent,
};

use super::listed;
use crate::host::coverage::Coverage;
use crate::host::fact::Fact;
use crate::host::host_use::in_use::Interface;
use crate::host::model::{Listing, Member, Source, Way};

/// The functions that the text lists in any of their forms.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let mut listing = Listing::default();
    let entry = |function: &ListedFunction| listed::entry(Source::LinuxListing, source, function);
    let nodes = lshw::parse(text);
    let nodes = nodes.iter().map(|node| entry(&node.function));
    listing.entries.extend(nodes);
    let blocks = hwinfo::parse(text);
    listing.entries.extend(blocks.iter().map(entry));
    let resources = lxd_resources::parse(text);
    listing.entries.extend(resources.iter().map(entry));
    listing
        .entries
        .extend(uevent::parse(text).iter().map(entry));
    let objects = talos::parse(text);
    listing.entries.extend(objects.iter().map(entry));
    for row in inxi::parse(text) {
        let address = row.function.address.value;
        let up = row.interfaces.iter().filter(|interface| interface.is_up);
        listing.interfaces.extend(up.map(|interface| {
            let evidence = interface.name.evidence(source);
            let interface = Interface {
                name: interface.name.value.clone(),
                address,
                default_route: None,
            };
            Fact::new(interface, evidence)
        }));
        listing.entries.push(entry(&row.function));
    }
    let rows = driverctl::parse(text);
    for row in &rows {
        let mut function = ListedFunction::new(row.address.clone());
        function.driver = row.driver.clone();
        listing.entries.push(entry(&function));
    }
    for row in dpdk_devbind::parse(text) {
        let evidence = row.address.evidence(source);
        let address = row.address.value;
        if row.is_active {
            let names = row.interfaces.iter();
            listing.interfaces.extend(names.map(|name| {
                let interface = Interface {
                    name: name.clone(),
                    address,
                    default_route: None,
                };
                Fact::new(interface, evidence.clone())
            }));
        }
        let mut function = ListedFunction::new(row.address);
        function.driver = row.driver;
        function.name = Some(row.name);
        listing.entries.push(entry(&function));
    }
    for row in iommu_groups::parse(text) {
        listing
            .members
            .extend(row.group.as_ref().map(|group| Member {
                device: Ok(row.function.address.value),
                group: group.value,
                line: group.evidence(source),
                completeness: Completeness::MayHaveMore,
            }));
        listing.entries.push(entry(&row.function));
    }
    let links = sysfs_links::parse(text);
    for link in &links {
        let address = link.value.address;
        let target = link.value.target.clone();
        let way = target.map(|target| (address, Way::Place(target)));
        listing.ways.extend(way);
        let mut function = ListedFunction::new(link.clone().with(address));
        let driver = link.value.driver.as_ref();
        function.driver = driver.map_or(Lookup::NotShown, |driver| {
            Lookup::Found(link.clone().with(driver.clone()))
        });
        listing.entries.push(entry(&function));
    }
    listing.is_of_linux = !listing.entries.is_empty();
    let lists = [blocks.len(), rows.len(), links.len(), objects.len()];
    if lists.iter().any(|length| *length > 0) {
        listing.coverage = Coverage::of_whole_list(source, text);
    }
    listing
}
