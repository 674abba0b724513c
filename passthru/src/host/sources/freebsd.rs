//! Listings of FreeBSD's pciconf and vm-bhyve's `vm passthru`.

use host_tree::Lookup;
use pci_core::listing::{ListedFunction, pciconf, vm_passthru};

use super::listed;
use crate::host::coverage::Coverage;
use crate::host::hardware::hyper_v::HyperV;
use crate::host::identity::platform::Platform;
use crate::host::model::{Foreign, Listing, Source, Survey};

/// Whether pciconf lists a function that `ppt` has: FreeBSD is a host of bhyve then (ppt(4)).
pub(super) fn reserves_for_guests(text: &str) -> bool {
    let is_ppt = |function: &ListedFunction| match &function.driver {
        Lookup::Found(driver) => driver.value.starts_with("ppt"),
        _ => false,
    };
    text.contains("ppt") && pciconf::parse(text).iter().any(is_ppt)
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
