//! The four numbers of an address, each as a type with its range.

use core::fmt;
use core::str::FromStr;

use crate::cursor::{Cursor, wrong};
use crate::error::{Cause, Error, Result};
use crate::padded::padded;

macro_rules! number {
    (
        $(#[$doc:meta])*
        $name:ident($inner:ty), most $most:expr, digits $least:literal to $digits:literal,
        prints $format:literal, expects $expected:literal
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($inner);

        impl $name {
            /// The maximum.
            pub const MAX: Self = Self($most);

            /// The number; `None` above [`MAX`](Self::MAX).
            #[must_use]
            pub const fn new(number: $inner) -> Option<Self> {
                if number > Self::MAX.0 {
                    return None;
                }
                Some(Self(number))
            }

            /// A number that is in range by construction.
            #[allow(dead_code, reason = "not all are made so")]
            pub(crate) const fn of(number: $inner) -> Self {
                Self(number)
            }

            /// The number.
            #[must_use]
            pub const fn get(self) -> $inner {
                self.0
            }

            /// All numbers, in order.
            pub fn all() -> impl DoubleEndedIterator<Item = Self> + Clone {
                (0..=Self::MAX.0).map(Self)
            }
        }

        impl From<$name> for $inner {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl TryFrom<$inner> for $name {
            type Error = Error;

            fn try_from(number: $inner) -> Result<Self> {
                Self::new(number).ok_or_else(|| {
 let found = number.into();
 Cause::Range { expected: $expected, found }.into()
 })
            }
        }

        impl fmt::Display for $name {
            /// As in an address: lower-case hex digits, without `0x`.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                padded(f, |f| {
                write!(f, $format, self.0)
                })
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Parses the form in an address, with or without `0x`.
            fn from_str(text: &str) -> Result<Self> {
                let mut cursor = Cursor::new(text);
                cursor.eat("0x");
                let at = cursor.offset();
                let value = cursor.hex($least, $digits, $expected)?;
                cursor.end($expected)?;
                let number = <$inner>::try_from(value).ok().and_then(Self::new);
                number.map_or_else(|| Ok(wrong(at, $expected)?), Ok)
            }
        }
    };
}

number! {
    /// A PCI domain number. A domain is a set of buses with its own numbers, a PCI Segment Group in
    /// the PCI Firmware Specification 3.3, with 16 bits; Linux uses 32 bits and numbers the domains
    /// of VMD controllers from 0x10000 up (`drivers/pci/controller/vmd.c`). Printed `0000`.
    #[doc(alias = "segment")]
    DomainNumber(u32), most u32::MAX, digits 1 to 8,
    prints "{:04x}", expects "a domain of one to eight hex digits"
}

number! {
    /// A bus number within its domain, assigned by firmware or kernel at enumeration. Printed `01`.
    ///
    /// ```
    /// use pci_core::{BusNumber, DeviceNumber};
    /// assert_eq!("1f".parse::<BusNumber>()?.get(), 31);
    /// assert_eq!(BusNumber::all().count(), 256);
    /// // A bus has at most 32 devices.
    /// assert_eq!(DeviceNumber::new(32), None);
    /// # Ok::<(), pci_core::Error>(())
    /// ```
    BusNumber(u8), most 0xff, digits 1 to 2,
    prints "{:02x}", expects "a bus of one or two hex digits"
}

number! {
    /// A device number on its bus, 0 to 31. On PCI Express each link has one device, number 0,
    /// except in root complexes and inside switches. Printed `1f`.
    DeviceNumber(u8), most 0x1f, digits 1 to 2,
    prints "{:02x}", expects "a device of one or two hex digits, 00 to 1f"
}

number! {
    /// A function number of its device, 0 to 7. Function 0 always exists; a graphics card has its
    /// display there and its audio at 1. Printed `0`.
    ///
    /// With Alternative Routing-ID Interpretation (PCI Express Base Specification 6.0, section
    /// 6.13) a device has up to 256 functions and its device number is 0; Linux still prints device
    /// and function, so that function 9 is `01.1`.
    FunctionNumber(u8), most 7, digits 1 to 1,
    prints "{:x}", expects "a function of one digit, 0 to 7"
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn every_number_prints_and_reads_back() {
        for bus in BusNumber::all() {
            assert_eq!(bus.to_string().parse(), Ok(bus));
        }
        for device in DeviceNumber::all() {
            assert_eq!(device.to_string().parse(), Ok(device));
        }
        for function in FunctionNumber::all() {
            assert_eq!(function.to_string().parse(), Ok(function));
        }
        for domain in [0, 0xffff, 0x10000, u32::MAX].map(DomainNumber) {
            assert_eq!(domain.to_string().parse(), Ok(domain));
        }
        assert_eq!(DeviceNumber::all().count(), 32);
        assert_eq!(FunctionNumber::all().next_back(), Some(FunctionNumber::MAX));
    }

    #[test]
    fn out_of_range_is_refused() {
        assert_eq!(DeviceNumber::new(32), None);
        let error = FunctionNumber::try_from(8).unwrap_err();
        assert_eq!(
            error.to_string(),
            "expected a function of one digit, 0 to 7, found 0x8"
        );
        assert_eq!(
            "0x20"
                .parse::<DeviceNumber>()
                .unwrap_err()
                .offset()
                .unwrap(),
            2
        );
        assert_eq!("100".parse::<BusNumber>().unwrap_err().offset().unwrap(), 2);
        assert!("".parse::<DomainNumber>().is_err());
        assert!("100000000".parse::<DomainNumber>().is_err());
    }
}
