//! Unraid in conversions.

use super::{VfioPciCfg, emit};
use crate::convert::{Declaration, GuestName, Order, Sign};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Text(Order::OwnKey, |text| {
        VfioPciCfg::parse(text).functions().next().is_some()
    })],
    read: Some(|known| VfioPciCfg::parse(known.text).read()),
    guest_name: GuestName::None,
    ..Declaration::host_list("unraid", "Unraid", |vm, _| Ok(emit(vm)))
};
