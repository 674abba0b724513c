//! VMware ESXi in conversions.

use super::emit::emit;
use super::read::read_back;
use super::vmx::Vmx;
use crate::convert::{Declaration, FirmwareSetting, Order, Sign};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Text(Order::OwnKey, |text| {
        let vmx = Vmx::parse(text);
        vmx.get("virtualHW.version").is_some() || !vmx.passthru().is_empty()
    })],
    read: Some(|known| read_back(known.text)),
    firmware: FirmwareSetting::Always,
    ..Declaration::machine("esxi", "VMware ESXi", |vm, wanted| {
        emit(vm, wanted.system.as_ref())
    })
};
