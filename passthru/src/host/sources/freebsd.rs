//! Listings of FreeBSD's pciconf and vm-bhyve's `vm passthru`.

use host_tree::Lookup;
use pci_core::listing::{ListedFunction, pciconf, vm_passthru};
use pci_core::lspci::Record;

use super::listed;
use crate::host::coverage::Coverage;
use crate::host::hardware::hyper_v::HyperV;
use crate::host::identity::platform::Platform;
use crate::host::model::{Foreign, Listing, Source, Survey};

/// Whether pciconf lists a function that `ppt` has, so that FreeBSD is a host of bhyve (ppt(4)),
/// and the records of lspci in the same text are of its guest: FreeBSD's lspci prints no drivers,
/// and the function has another address there.
pub(super) fn is_beside_guest(text: &str, records: &[Record]) -> bool {
    if !text.contains("ppt") {
        return false;
    }
    let mut functions = pciconf::parse(text);
    functions.retain(|function| match &function.driver {
        Lookup::Found(driver) => driver.value.starts_with("ppt"),
        _ => false,
    });
    let is_elsewhere = |function: &ListedFunction| {
        let name = function.name.as_deref().filter(|name| !name.is_empty());
        let mut same = records.iter().filter(|record| {
            let listed = record.name.as_deref().unwrap_or_default();
            name.is_some_and(|name| listed.contains(name))
        });
        let mut addresses = same.clone().filter_map(|record| record.address);
        same.next().is_some() && addresses.all(|address| address != function.address.value)
    };
    let has_driver = records.iter().any(|record| record.driver.is_some());
    has_driver && !functions.is_empty() || functions.iter().any(is_elsewhere)
}

/// The functions that the text lists; FreeBSD may be a guest.
pub(super) fn read(source: &str, text: &str) -> Option<Foreign> {
    let mut functions = pciconf::parse(text);
    let is_complete = !functions.is_empty();
    functions.extend(vm_passthru::parse(text));
    let shown = functions.first()?.address.evidence(source);
    let entries = functions.iter();
    let entries = entries.map(|function| listed::entry(Source::FreeBsd, source, function));
    let coverage = Coverage::of_whole_list(source, text).filter(|_| is_complete);
    Some(Foreign {
        platform: Platform::FreeBsd,
        shown,
        listing: Listing {
            entries: entries.collect(),
            coverage,
            ..Listing::default()
        },
        survey: Survey::default(),
        hyper_v: HyperV::default(),
        dismounted: Vec::new(),
    })
}
