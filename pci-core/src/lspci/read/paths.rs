//! Functions that are identified by a path through bridges.

use alloc::collections::BTreeMap;

use super::record::Record;
use crate::{Address, AddressPath};

/// Resolves the addresses of functions that have only a path, if the text shows the secondary bus
/// of the last bridge.
pub(super) fn place(records: &mut [Record]) {
    if records.iter().all(|record| record.address.is_some()) {
        return;
    }
    let mut buses: BTreeMap<AddressPath, u8> = BTreeMap::new();
    buses.extend(records.iter().filter_map(|record| {
        let secondary = record.buses.as_ref()?.value.secondary;
        let path = match (&record.path, record.address) {
            (Some(path), _) => path.clone(),
            (None, address) => AddressPath::new(address?),
        };
        Some((path, secondary))
    }));
    for record in records.iter_mut().filter(|record| record.address.is_none()) {
        let Some(path) = &record.path else { continue };
        let bus = path.parent().and_then(|bridge| buses.get(&bridge));
        record.address = path.hops().last().zip(bus).and_then(|(hop, bus)| {
            Address::new(path.root().domain(), *bus, hop.device(), hop.function())
        });
    }
}
