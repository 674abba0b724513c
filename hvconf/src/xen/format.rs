//! Xen in conversions.

use super::emit::emit;
use super::read::read;
use super::xl_cfg::XlConfig;
use crate::convert::{Declaration, FirmwareSetting, Order, Sign};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Text(Order::Grammar, |text| {
        let config = XlConfig::parse(text);
        config.faults().is_empty() && !config.of("pci").is_empty()
    })],
    read: Some(|known| read(&XlConfig::parse(known.text))),
    firmware: FirmwareSetting::Always,
    ..Declaration::machine("xen", "Xen", |vm, _| emit(vm))
};
