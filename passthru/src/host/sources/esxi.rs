//! Listings of ESXi's programs.

use host_tree::Located;
use pci_core::listing::esxi;

use super::listed;
use crate::host::coverage::Coverage;
use crate::host::fact::Fact;
use crate::host::hardware::esxi_ownership::EsxiFunction;
use crate::host::model::{Entry, Listing, Source, Value};
use crate::target::Target;

/// The content of the listings; `None` without one.
pub(super) fn read(source: &str, text: &str) -> Option<Listing> {
    let found = esxi::pci_list(text);
    let states = esxi::pcipassthru_list(text);
    let plain = esxi::lspci(text);
    let addresses = found.iter().map(|found| &found.function.address);
    let addresses = addresses.map(|address| address.evidence(source));
    let switches = states.iter().map(|state| state.evidence(source));
    let rows = plain
        .iter()
        .map(|row| row.function.address.evidence(source));
    let shown = addresses.chain(switches).chain(rows).next()?;
    let mut listing = Listing {
        hypervisor: Some(Fact::new(Target::Esxi, shown)),
        ..Listing::default()
    };
    if !found.is_empty() {
        listing.coverage = Coverage::of_whole_list(source, text);
    }
    for found in &found {
        let mut entry = listed::entry(Source::Esxi, source, &found.function);
        entry.see(Some(Value::Owner(Box::new(EsxiFunction {
            configured_owner: fact(source, found.configured_owner.as_ref()),
            current_owner: fact(source, found.current_owner.as_ref()),
            capable: fact(source, found.passthru_capable.as_ref()),
            sharable: fact(source, found.sharable.as_ref()),
            dependent_device: fact(source, found.dependent_device.as_ref()),
            enabled: None,
        }))));
        listing.entries.push(entry);
    }
    for state in &states {
        let shown = state.evidence(source);
        let mut entry = Entry::listed(state.value.address, Source::Esxi, shown.clone());
        entry.see(Some(Value::Owner(Box::new(EsxiFunction {
            enabled: Some(Fact::new(state.value.enabled, shown)),
            ..EsxiFunction::default()
        }))));
        listing.entries.push(entry);
    }
    let rows = plain.iter();
    let rows = rows.map(|row| listed::entry(Source::Esxi, source, &row.function));
    listing.entries.extend(rows);
    Some(listing)
}

fn fact<T: Clone>(source: &str, found: Option<&Located<T>>) -> Option<Fact<T>> {
    found.map(|found| Fact::new(found.value.clone(), found.evidence(source)))
}
