//! Table keys as numbers: the IDs concatenated, the first in the highest bits. They sort like the
//! IDs.

use crate::{DeviceId, PciId, SubsystemId, VendorId};

/// Key of a database entry.
pub trait Key: Copy {
    /// The key as a number.
    fn to_number(self) -> u64;

    /// The key of a number.
    fn of_number(number: u64) -> Self;
}

/// The 16 bits of `number` from bit `at` up.
const fn word(number: u64, at: u32) -> u16 {
    (number >> at & 0xffff) as u16
}

/// The 8 bits of `number` from bit `at` up.
const fn byte(number: u64, at: u32) -> u8 {
    (number >> at & 0xff) as u8
}

impl Key for VendorId {
    fn to_number(self) -> u64 {
        self.0.into()
    }

    fn of_number(number: u64) -> Self {
        Self(word(number, 0))
    }
}

impl Key for PciId {
    fn to_number(self) -> u64 {
        u64::from(self.vendor.0) << 16 | u64::from(self.device.0)
    }

    fn of_number(number: u64) -> Self {
        Self {
            vendor: VendorId(word(number, 16)),
            device: DeviceId(word(number, 0)),
        }
    }
}

impl Key for SubsystemId {
    fn to_number(self) -> u64 {
        u64::from(self.vendor.0) << 16 | u64::from(self.device.0)
    }

    fn of_number(number: u64) -> Self {
        Self::new(word(number, 16), word(number, 0))
    }
}

impl Key for (PciId, SubsystemId) {
    fn to_number(self) -> u64 {
        self.0.to_number() << 32 | self.1.to_number()
    }

    fn of_number(number: u64) -> Self {
        (
            PciId::of_number(number >> 32),
            SubsystemId::of_number(number),
        )
    }
}

impl Key for u8 {
    fn to_number(self) -> u64 {
        self.into()
    }

    fn of_number(number: u64) -> Self {
        byte(number, 0)
    }
}

impl Key for (u8, u8) {
    fn to_number(self) -> u64 {
        u64::from(self.0) << 8 | u64::from(self.1)
    }

    fn of_number(number: u64) -> Self {
        (byte(number, 8), byte(number, 0))
    }
}

impl Key for (u8, u8, u8) {
    fn to_number(self) -> u64 {
        (self.0, self.1).to_number() << 8 | u64::from(self.2)
    }

    fn of_number(number: u64) -> Self {
        (byte(number, 16), byte(number, 8), byte(number, 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_is_read_back() {
        let id = PciId::new(0x10de, 0x2d04);
        let card = SubsystemId::new(0x10b0, 0x205e);
        assert_eq!((id, card).to_number(), 0x10de_2d04_10b0_205e);
        let both = <(PciId, SubsystemId)>::of_number((id, card).to_number());
        assert_eq!(both, (id, card));
        assert_eq!(PciId::of_number(id.to_number()), id);
        assert_eq!(SubsystemId::of_number(card.to_number()), card);
        assert_eq!(VendorId::of_number(id.vendor.to_number()), id.vendor);
        assert_eq!((1, 2, 3).to_number(), 0x01_0203);
        assert_eq!(<(u8, u8, u8)>::of_number(0x01_0203), (1, 2, 3));
        assert_eq!(<(u8, u8)>::of_number(0x0102), (1, 2));
        assert_eq!(u8::of_number(7_u8.to_number()), 7);
    }
}
