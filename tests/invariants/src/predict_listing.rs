//! Any lspci text results in a partition of its functions, or in its missing facts.

use iommu::predict::{Conditions, Function, predict};

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let listing = pci_core::lspci::parse(text);
    let Ok(functions) = Function::read_listing(&listing, &pci_core::Names::embedded()) else {
        return;
    };
    let count = functions.len();
    let Ok(found) = predict(functions, &Conditions::default()) else {
        return;
    };
    let members: usize = found.groups.iter().map(|group| group.members.len()).sum();
    assert_eq!(members + found.ungrouped.len(), count);
}
