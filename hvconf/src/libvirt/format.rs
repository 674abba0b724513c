//! libvirt in conversions.

use super::emit::emit;
use super::read::read_back;
use crate::assigned::ROM_DIRECTORY;
use crate::convert::{Declaration, FirmwareSetting, Order, Sign};

pub(crate) const FORMAT: Declaration = Declaration {
    signs: &[Sign::Text(Order::Markup, |text| {
        text.trim_start().starts_with('<')
    })],
    read: Some(|known| read_back(known.text)),
    names_machine: true,
    firmware: FirmwareSetting::Always,
    has_buses_of_qemu: true,
    roms: |_| Some(ROM_DIRECTORY.to_owned()),
    ..Declaration::machine("libvirt", "libvirt", |vm, _| emit(vm))
};
