//! Listings of Xen's `xl pci-assignable-list`.

use pci_core::listing::xl;

use crate::host::fact::Fact;
use crate::host::identity::platform::Platform;
use crate::host::model::{Entry, Listing, Source, Value};

/// The functions that guests can have, or have.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let mut listing = Listing::default();
    for row in xl::parse(text) {
        let shown = row.evidence(source);
        listing
            .platform
            .get_or_insert_with(|| Fact::new(Platform::Xen, shown.clone()));
        let mut entry = Entry::listed(row.value.address, Source::Xl, shown);
        // libxl reads the list from the directory of this driver.
        entry.see(Some(Value::Driver(Some("pciback".to_owned()))));
        listing.entries.push(entry);
    }
    listing
}
