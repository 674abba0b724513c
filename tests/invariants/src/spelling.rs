//! Whatever is read as an address or an id, in any notation, prints as itself.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use pci_core::{notation, *};

fn comes_back<T: FromStr + Display + PartialEq + Debug>(text: &str)
where
    T::Err: Debug,
{
    if let Ok(value) = text.parse::<T>() {
        assert_eq!(value.to_string().parse::<T>().unwrap(), value);
    }
}

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    comes_back::<Address>(text);
    comes_back::<AddressOrSlot>(text);
    comes_back::<AddressPath>(text);
    comes_back::<Bus>(text);
    comes_back::<RequesterId>(text);
    comes_back::<Modalias>(text);
    comes_back::<notation::AddrOption>(text);
    comes_back::<notation::BusId>(text);
    comes_back::<notation::DecimalAddress>(text);
    comes_back::<notation::DynamicId>(text);
    comes_back::<notation::HardwareId>(text);
    comes_back::<notation::HideList>(text);
    comes_back::<notation::HostAddresses>(text);
    comes_back::<notation::HostOption>(text);
    comes_back::<notation::IdPath>(text);
    comes_back::<notation::InstanceId>(text);
    comes_back::<notation::LocationInformation>(text);
    comes_back::<notation::LocationPath>(text);
    comes_back::<notation::NodeDeviceName>(text);
    comes_back::<notation::PassthruDevice>(text);
    comes_back::<notation::PciDevice>(text);
    comes_back::<notation::PciSelector>(text);
    comes_back::<notation::PciSpec>(text);
    comes_back::<notation::SysfsPath>(text);
    comes_back::<notation::UefiDevicePath>(text);
    let _ = notation::address(text);
    let _ = notation::id(text);
}
