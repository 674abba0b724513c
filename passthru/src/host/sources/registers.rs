//! Facts of a function in the registers of its header.

use pci_core::VendorId;
use pci_core::config::{CommonHeader, ConfigSpace, Header, HeaderLayout};

use crate::host::model::{Entry, Source, Value, Way};

/// Adds the facts in the registers, if they are dumped and the function responded.
pub(super) fn see(entry: &mut Entry, space: ConfigSpace<'_>) {
    let Some(common) = CommonHeader::read(space).filter(|_| !space.is_all_ones()) else {
        return;
    };
    // A virtual function reads as ones here: its ids are those of its physical
    // function (SR-IOV 1.1, section 3.4.1).
    if common.id.vendor == VendorId(0xffff) {
        return;
    }
    let header = Header::read(space).ok();
    let card = header.as_ref().and_then(Header::device);
    // Zeros mean that there is none.
    let card = card
        .map(|card| card.subsystem)
        .filter(|id| !matches!(id.vendor.0, 0 | 0xffff));
    for value in [
        Some(Value::Id(common.id)),
        Some(Value::Class(common.class)),
        Some(Value::Revision(common.revision)),
        card.map(Value::Subsystem),
    ] {
        entry.see_in(Source::Registers, value);
    }
}

/// The buses below the function, if the registers are those of a bridge.
pub(super) fn buses(space: ConfigSpace<'_>) -> Option<Way> {
    match Header::read(space).ok()?.layout {
        HeaderLayout::Bridge(bridge) => {
            Some(Way::Buses(bridge.secondary_bus, bridge.subordinate_bus))
        }
        HeaderLayout::CardBus(bridge) => {
            Some(Way::Buses(bridge.cardbus_bus, bridge.subordinate_bus))
        }
        _ => None,
    }
}
