//! Serialization of addresses, IDs and classes: as strings in human-readable formats, as numbers in
//! binary formats.

use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::notation::{
    AddrOption, BusId, DecimalAddress, DynamicId, HardwareId, HideList, HostAddresses, HostOption,
    IdPath, InstanceId, LocationInformation, LocationPath, NodeDeviceName, PassthruDevice,
    PciDevice, PciSelector, PciSpec, SysfsPath, UefiDevicePath,
};
use crate::{
    Address, AddressOrSlot, AddressPath, Bus, BusNumber, ClassCode, DeviceId, DeviceNumber,
    DomainNumber, FunctionNumber, Hop, Modalias, PciId, RequesterId, Slot, SubsystemId, VendorId,
};

/// A value as numbers, for binary formats.
trait Compact: Sized {
    type Numbers: Serialize + for<'de> Deserialize<'de>;

    fn numbers(&self) -> Self::Numbers;

    /// `None` if a number is out of range.
    fn with_numbers(numbers: Self::Numbers) -> Option<Self>;
}

impl Compact for Address {
    type Numbers = (u32, u16);

    fn numbers(&self) -> Self::Numbers {
        (self.domain(), self.requester_id().0)
    }

    fn with_numbers((domain, id): Self::Numbers) -> Option<Self> {
        Some(RequesterId(id).in_domain(domain))
    }
}

impl Compact for Slot {
    type Numbers = (u32, u8, u8);

    fn numbers(&self) -> Self::Numbers {
        (self.domain(), self.bus(), self.device())
    }

    fn with_numbers((domain, bus, device): Self::Numbers) -> Option<Self> {
        Self::new(domain, bus, device)
    }
}

impl Compact for AddressOrSlot {
    type Numbers = (u32, u8, u8, Option<u8>);

    fn numbers(&self) -> Self::Numbers {
        let slot = self.slot();
        let function = match self {
            Self::Address(address) => Some(address.function()),
            Self::Slot(_) => None,
        };
        (slot.domain(), slot.bus(), slot.device(), function)
    }

    fn with_numbers((domain, bus, device, function): Self::Numbers) -> Option<Self> {
        let slot = Slot::new(domain, bus, device)?;
        match function {
            Some(function) => slot.function(function).map(Self::Address),
            None => Some(Self::Slot(slot)),
        }
    }
}

impl Compact for AddressPath {
    type Numbers = ((u32, u16), Vec<(Option<u8>, u8, u8)>);

    fn numbers(&self) -> Self::Numbers {
        let hops = self.hops().iter().map(Compact::numbers);
        (Compact::numbers(&self.root()), hops.collect())
    }

    fn with_numbers((root, hops): Self::Numbers) -> Option<Self> {
        let root = Self::new(Address::with_numbers(root)?);
        hops.into_iter()
            .try_fold(root, |path, hop| Some(path.then(Hop::with_numbers(hop)?)))
    }
}

impl Compact for Hop {
    type Numbers = (Option<u8>, u8, u8);

    fn numbers(&self) -> Self::Numbers {
        (self.bus(), self.device(), self.function())
    }

    fn with_numbers((bus, device, function): Self::Numbers) -> Option<Self> {
        Self::new(bus, device, function)
    }
}

impl Compact for Bus {
    type Numbers = (u32, u8);

    fn numbers(&self) -> Self::Numbers {
        (self.domain, self.number)
    }

    fn with_numbers((domain, number): Self::Numbers) -> Option<Self> {
        Some(Self::new(domain, number))
    }
}

impl Compact for PciId {
    type Numbers = (u16, u16);

    fn numbers(&self) -> Self::Numbers {
        (self.vendor.0, self.device.0)
    }

    fn with_numbers((vendor, device): Self::Numbers) -> Option<Self> {
        Some(Self::new(vendor, device))
    }
}

impl Compact for SubsystemId {
    type Numbers = (u16, u16);

    fn numbers(&self) -> Self::Numbers {
        (self.vendor.0, self.device.0)
    }

    fn with_numbers((vendor, device): Self::Numbers) -> Option<Self> {
        Some(Self::new(vendor, device))
    }
}

impl Compact for ClassCode {
    type Numbers = (u8, u8, Option<u8>);

    fn numbers(&self) -> Self::Numbers {
        (self.base, self.sub, self.prog_if)
    }

    fn with_numbers((base, sub, prog_if): Self::Numbers) -> Option<Self> {
        Some(Self::new(base, sub, prog_if))
    }
}

impl Compact for VendorId {
    type Numbers = u16;

    fn numbers(&self) -> u16 {
        self.0
    }

    fn with_numbers(number: u16) -> Option<Self> {
        Some(Self(number))
    }
}

impl Compact for DeviceId {
    type Numbers = u16;

    fn numbers(&self) -> u16 {
        self.0
    }

    fn with_numbers(number: u16) -> Option<Self> {
        Some(Self(number))
    }
}

impl Compact for RequesterId {
    type Numbers = u16;

    fn numbers(&self) -> u16 {
        self.0
    }

    fn with_numbers(number: u16) -> Option<Self> {
        Some(Self(number))
    }
}

/// Deserializes a string.
struct Text<T>(PhantomData<T>, &'static str);

impl<T> Visitor<'_> for Text<T>
where
    T: FromStr,
    T::Err: fmt::Display,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse()
            .map_err(|error| E::custom(format_args!("\"{text}\": {error}")))
    }
}

/// Deserializes a string or a number, which documents of other programs may contain.
struct TextOrNumber<T>(PhantomData<T>, &'static str);

impl<T> Visitor<'_> for TextOrNumber<T>
where
    T: FromStr + Compact<Numbers = u16>,
    T::Err: fmt::Display,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} or a number, 0 to 65535", self.1)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        Text(PhantomData, self.1).visit_str(text)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        let id = u16::try_from(number).ok().and_then(T::with_numbers);
        id.ok_or_else(|| E::invalid_value(de::Unexpected::Unsigned(number), &self))
    }
}

macro_rules! as_text {
    ($($name:ident: $expected:literal),* $(,)?) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Text(PhantomData, $expected))
            }
        }
    )*};
}

macro_rules! as_text_or_numbers {
    ($($name:ident by $read:ident as $visitor:ident: $expected:literal),* $(,)?) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    Compact::numbers(self).serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    deserializer.$read($visitor(PhantomData, $expected))
                } else {
                    let numbers = <Self as Compact>::Numbers::deserialize(deserializer)?;
                    Self::with_numbers(numbers).ok_or_else(|| de::Error::custom(concat!("expected ", $expected)))
                }
            }
        }
    )*};
}

macro_rules! as_number {
    ($($name:ident($inner:ty)),* $(,)?) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.get().serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::try_from(<$inner>::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    )*};
}

as_text_or_numbers! {
    Address by deserialize_str as Text: "an address such as 0000:01:00.0",
    AddressOrSlot by deserialize_str as Text: "0000:01:00.0, or 0000:01:00 for the slot",
    AddressPath by deserialize_str as Text: "a path such as 0000:00:01.0/00.0",
    Bus by deserialize_str as Text: "a bus such as 0000:01",
    ClassCode by deserialize_str as Text: "a class of four or six hex digits",
    Hop by deserialize_str as Text: "a hop such as 00.0 or 01:00.0",
    DeviceId by deserialize_any as TextOrNumber: "a device ID such as 2d04",
    PciId by deserialize_str as Text: "an ID such as 10de:2d04",
    RequesterId by deserialize_any as TextOrNumber: "a requester ID such as 01:00.0",
    Slot by deserialize_str as Text: "a slot such as 0000:01:00",
    SubsystemId by deserialize_str as Text: "a subsystem ID such as 10b0:205e",
    VendorId by deserialize_any as TextOrNumber: "a vendor ID such as 10de",
}

as_number! {
    BusNumber(u8),
    DeviceNumber(u8),
    DomainNumber(u32),
    FunctionNumber(u8),
}

as_text! {
    AddrOption: "addr= with device and function",
    BusId: "a BusID such as PCI:1:0:0",
    DecimalAddress: "a decimal address such as 00000:001:00.0",
    DynamicId: "an ID such as 10de:2d04 or 10de:2d04:10b0:205e",
    HardwareId: "a Windows hardware ID",
    HideList: "addresses in parentheses",
    HostAddresses: "addresses separated by semicolons",
    HostOption: "host= with an address",
    IdPath: "a udev path such as pci-0000:01:00.0",
    InstanceId: "a Windows device instance ID",
    LocationInformation: "a location such as PCI bus 1, device 0, function 0",
    LocationPath: "a location path such as PCIROOT(0)#PCI(0100)",
    Modalias: "a modalias",
    NodeDeviceName: "a node device such as pci_0000_01_00_0",
    PassthruDevice: "bus/slot/function such as 1/0/0",
    PciDevice: "an address, a path or pci: with IDs",
    PciSelector: "a selector such as pci0:1:0:0",
    PciSpec: "an address, optionally with @slot and settings",
    SysfsPath: "a path below /sys/devices",
    UefiDevicePath: "a device path such as PciRoot(0x0)/Pci(0x1,0x0)",
}

#[cfg(test)]
mod tests {
    use serde_test::{Configure, Token, assert_de_tokens, assert_de_tokens_error, assert_tokens};

    use super::*;

    #[test]
    fn people_read_strings_and_machines_numbers() {
        let gpu: Address = "10000:01:00.1".parse().unwrap();
        assert_tokens(&gpu.readable(), &[Token::Str("10000:01:00.1")]);
        let tuple = |len| Token::Tuple { len };
        assert_tokens(
            &gpu.compact(),
            &[
                tuple(2),
                Token::U32(0x10000),
                Token::U16(0x0101),
                Token::TupleEnd,
            ],
        );
        let vendor = VendorId::NVIDIA;
        assert_tokens(&vendor.readable(), &[Token::Str("10de")]);
        assert_tokens(&vendor.compact(), &[Token::U16(0x10de)]);
        let class = ClassCode::HD_AUDIO;
        assert_tokens(&class.readable(), &[Token::Str("0403")]);
        assert_tokens(
            &class.compact(),
            &[
                tuple(3),
                Token::U8(4),
                Token::U8(3),
                Token::None,
                Token::TupleEnd,
            ],
        );
        let path: AddressPath = "0000:00:01.0/01:00.0/00.1".parse().unwrap();
        assert_tokens(
            &path.clone().readable(),
            &[Token::Str("0000:00:01.0/01:00.0/00.1")],
        );
        assert_tokens(
            &path.compact(),
            &[
                tuple(2),
                tuple(2),
                Token::U32(0),
                Token::U16(8),
                Token::TupleEnd,
                Token::Seq { len: Some(2) },
                tuple(3),
                Token::Some,
                Token::U8(1),
                Token::U8(0),
                Token::U8(0),
                Token::TupleEnd,
                tuple(3),
                Token::None,
                Token::U8(0),
                Token::U8(1),
                Token::TupleEnd,
                Token::SeqEnd,
                Token::TupleEnd,
            ],
        );
    }

    #[test]
    fn an_id_may_be_a_number_where_people_read() {
        assert_de_tokens(&VendorId::NVIDIA.readable(), &[Token::U64(4318)]);
        assert_de_tokens(&RequesterId(0x0100).readable(), &[Token::Str("0x0100")]);
        assert_de_tokens_error::<serde_test::Readable<VendorId>>(
            &[Token::U64(65536)],
            "invalid value: integer `65536`, expected a vendor ID such as 10de or a number, 0 to \
             65535",
        );
    }

    #[test]
    fn values_out_of_range_are_refused() {
        assert_de_tokens_error::<DeviceNumber>(
            &[Token::U8(32)],
            "expected a device of one or two hex digits, 00 to 1f, found 0x20",
        );
        assert_de_tokens_error::<serde_test::Compact<Slot>>(
            &[
                Token::Tuple { len: 3 },
                Token::U32(0),
                Token::U8(0),
                Token::U8(32),
                Token::TupleEnd,
            ],
            "expected a slot such as 0000:01:00",
        );
        assert_de_tokens_error::<serde_test::Readable<Address>>(
            &[Token::Str("01:00")],
            "\"01:00\": expected '.' before the function at byte 5",
        );
    }

    #[test]
    fn spellings_are_strings_everywhere() {
        let text = "PCI\\VEN_10DE&DEV_0FC6&SUBSYS_8A961462&REV_A1";
        let hardware: HardwareId = text.parse().unwrap();
        assert_tokens(&hardware, &[Token::Str(text)]);
    }
}
