//! Whatever is read as an address or an id, in any spelling, prints as itself.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use pci_core::{spelling, *};

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
    comes_back::<spelling::AddrOption>(text);
    comes_back::<spelling::BusId>(text);
    comes_back::<spelling::DecimalAddress>(text);
    comes_back::<spelling::DynamicId>(text);
    comes_back::<spelling::HardwareId>(text);
    comes_back::<spelling::HideList>(text);
    comes_back::<spelling::HostAddresses>(text);
    comes_back::<spelling::HostOption>(text);
    comes_back::<spelling::IdPath>(text);
    comes_back::<spelling::InstanceId>(text);
    comes_back::<spelling::LocationInformation>(text);
    comes_back::<spelling::LocationPath>(text);
    comes_back::<spelling::NodeDevice>(text);
    comes_back::<spelling::PassthruDevice>(text);
    comes_back::<spelling::PciDevice>(text);
    comes_back::<spelling::PciSelector>(text);
    comes_back::<spelling::PciSpec>(text);
    comes_back::<spelling::SysfsPath>(text);
    comes_back::<spelling::UefiDevicePath>(text);
    let _ = spelling::address(text);
    let _ = spelling::id(text);
}
