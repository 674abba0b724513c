//! Macros that describe registers: a structure with a value per field, and the single bits as
//! flags.
//!
//! Every register keeps all of its bits: `from_bits(bits).bits() == bits`.

/// A value of a register field.
pub(crate) trait Field {
    /// The value of these bits; the lowest is bit 0.
    fn from_field(bits: u64) -> Self;
    /// The bits of this value.
    fn to_field(self) -> u64;
}

impl Field for u8 {
    fn from_field(bits: u64) -> Self {
        let [byte, ..] = bits.to_le_bytes();
        byte
    }

    fn to_field(self) -> u64 {
        u64::from(self)
    }
}

impl Field for u16 {
    fn from_field(bits: u64) -> Self {
        let [a, b, ..] = bits.to_le_bytes();
        Self::from_le_bytes([a, b])
    }

    fn to_field(self) -> u64 {
        u64::from(self)
    }
}

impl Field for u32 {
    fn from_field(bits: u64) -> Self {
        let [a, b, c, d, ..] = bits.to_le_bytes();
        Self::from_le_bytes([a, b, c, d])
    }

    fn to_field(self) -> u64 {
        u64::from(self)
    }
}

/// Mask of the bits `high` to `low`, inclusive.
pub(crate) const fn mask(high: u32, low: u32) -> u64 {
    (u64::MAX >> (63 - (high - low))) << low
}

/// The field in bits `high` to `low` of `bits`.
pub(crate) fn get<T: Field>(bits: u64, high: u32, low: u32) -> T {
    T::from_field((bits & mask(high, low)) >> low)
}

/// `value` in bits `high` to `low`; excess bits are dropped.
pub(crate) fn put<T: Field>(value: T, high: u32, low: u32) -> u64 {
    (value.to_field() << low) & mask(high, low)
}

/// Declares a register: a structure with a public field for each field, in the notation of the
/// specifications (`name: Type = high:low`), and, after a semicolon, one that keeps all other bits.
macro_rules! register {
    (
        $(#[$doc:meta])*
        $name:ident: $int:ident {
            $($(#[$field_doc:meta])* $field:ident: $type:ty = $high:literal:$low:literal,)*
            ; $(#[$rest_doc:meta])* $rest:ident: $rest_type:ty
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)*
            $(#[$rest_doc])*
            pub $rest: $rest_type,
        }

        impl $name {
            const FIELDS: u64 = 0 $(| $crate::config::field::mask($high, $low))*;

            #[doc = concat!("The fields of a register that holds `bits`.")]
            #[must_use]
            pub fn from_bits(bits: $int) -> Self {
                use $crate::config::field::Field as _;
                let bits = bits.to_field();
                let rest = $int::from_field(bits & !Self::FIELDS);
                Self {
                    $($field: $crate::config::field::get(bits, $high, $low),)*
                    $rest: $crate::config::field::Rest::from_rest(rest),
                }
            }

            /// The register's bits. Bits of a value that exceed its field are dropped.
            #[must_use]
            pub fn bits(self) -> $int {
                use $crate::config::field::Field as _;
                let rest = $crate::config::field::Rest::to_rest(self.$rest);
                $int::from_field(
                    (rest.to_field() & !Self::FIELDS)
                        $(| $crate::config::field::put(self.$field, $high, $low))*,
                )
            }
        }
    };
}
pub(crate) use register;

/// Storage of the bits outside all fields: flags, or a number if no such bit is defined.
pub(crate) trait Rest<T> {
    /// The flags of these bits.
    fn from_rest(bits: T) -> Self;
    /// The bits of these flags.
    fn to_rest(self) -> T;
}

macro_rules! number_rest {
    ($($int:ty),*) => {
        $(impl Rest<$int> for $int {
            fn from_rest(bits: $int) -> Self {
                bits
            }

            fn to_rest(self) -> $int {
                self
            }
        })*
    };
}
number_rest!(u8, u16, u32);

/// Declares flags: the single bits of a register. Undefined bits are kept.
macro_rules! flags {
    (
        $(#[$($doc:tt)*])*
        $name:ident: $int:ident {
            $($(#[$($flag_doc:tt)*])* $flag:ident = $bit:literal;)*
        }
    ) => {
        bitflags::bitflags! {
            $(#[$($doc)*])*
            ///
            /// Undefined bits are kept.
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
            pub struct $name: $int {
                $($(#[$($flag_doc)*])* const $flag = 1 << $bit;)*
                const _ = !0;
            }
        }

        impl $crate::config::field::Rest<$int> for $name {
            fn from_rest(bits: $int) -> Self {
                Self::from_bits_retain(bits)
            }

            fn to_rest(self) -> $int {
                self.bits()
            }
        }
    };
}
pub(crate) use flags;

/// Declares a code: the named values of a field. Others are kept, and print in hex.
macro_rules! code {
    (
        $(#[$doc:meta])*
        $name:ident: $int:ident {
            $($(#[$value_doc:meta])* $value:ident = $number:literal, $text:literal;)*
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name(pub $int);

        impl $name {
            $($(#[$value_doc])* pub const $value: Self = Self($number);)*

            /// The name; `None` for an undefined value.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($text),)*
                    _ => None,
                }
            }
        }

        impl core::fmt::Display for $name {
            /// The name, or the number in hex without one.
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{:#x}", self.0),
                }
            }
        }

        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, concat!(stringify!($name), "({:#x})"), self.0)
            }
        }

        impl $crate::config::field::Field for $name {
            fn from_field(bits: u64) -> Self {
                Self(<$int as $crate::config::field::Field>::from_field(bits))
            }

            fn to_field(self) -> u64 {
                self.0.to_field()
            }
        }
    };
}
pub(crate) use code;

#[cfg(test)]
#[expect(unreachable_pub, reason = "the macros make public types")]
mod tests {
    use alloc::format;

    use super::*;

    flags! {
        /// Flags of the register below.
        Flags: u16 {
            /// A bit.
            LOW = 0;
        }
    }

    code! {
        /// A code.
        Code: u8 {
            /// A value.
            ONE = 1, "one";
        }
    }

    register! {
        /// A register.
        Register: u16 {
            /// A code.
            code: Code = 3:1,
            /// A number.
            number: u8 = 15:8,
            ; /// The rest.
            flags: Flags
        }
    }

    #[test]
    fn a_register_keeps_its_bits() {
        for bits in 0..=u16::MAX {
            assert_eq!(Register::from_bits(bits).bits(), bits);
        }
        let register = Register::from_bits(0xab43);
        assert_eq!(register.code, Code::ONE);
        assert_eq!(register.number, 0xab);
        assert_eq!(register.flags.bits(), 0x0041);
        assert!(register.flags.contains(Flags::LOW));
        assert_eq!(format!("{} {}", Code(1), Code(2)), "one 0x2");
        let wide = Register {
            code: Code(0xff),
            ..Register::default()
        };
        assert_eq!(wide.bits(), 0x000e);
        assert_eq!(mask(63, 0), u64::MAX);
        assert_eq!(mask(31, 31), 1 << 31);
    }
}
