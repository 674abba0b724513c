//! OpenStack Nova in conversions.

use super::conf::NovaConf;
use super::emit::emit;
use super::read::read;
use crate::convert::{Declaration, Order, Sign};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Text(Order::SectionKey, |text| {
        let is_spec = |key: &str| matches!(key, "device_spec" | "passthrough_whitelist");
        let conf = NovaConf::parse(text);
        conf.values().iter().any(|value| is_spec(&value.key))
    })],
    read: Some(|known| read(known.text)),
    ..Declaration::host_list("nova", "OpenStack Nova", |vm, _| emit(vm))
};
