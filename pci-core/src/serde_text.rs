//! Addresses, ids and classes in documents: always as their strings.

use core::fmt;
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::{Address, AddressPath, ClassCode, DeviceId, PciId, Slot, SubsystemId, VendorId};

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

as_text! {
    Address: "an address such as 0000:01:00.0",
    AddressPath: "a path such as 0000:00:01.0/00.0",
    Slot: "a slot such as 0000:01:00",
    VendorId: "a vendor id such as 10de",
    DeviceId: "a device id such as 2d04",
    PciId: "an id such as 10de:2d04",
    SubsystemId: "a subsystem id such as 10b0:205e",
    ClassCode: "a class of four or six hex digits",
}
