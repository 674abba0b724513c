//! RSA signatures with PKCS #1 version 1.5 padding (RFC 8017, section 8.2).

use alloc::vec;
use alloc::vec::Vec;

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U4096};

/// A public key: modulus and exponent, as big-endian numbers.
#[derive(Clone, Copy)]
pub(super) struct PublicKey<'a> {
    pub(super) modulus: &'a [u8],
    pub(super) exponent: &'a [u8],
}

/// Start of the encoded digest information of SHA-256 (RFC 8017, section 9.2, note 1).
const SHA256: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// Shortest modulus, in bytes: 1024 bits.
const SHORTEST: usize = 128;

impl PublicKey<'_> {
    /// Whether `signature` is that of the SHA-256 `digest` under this key; `None` for a key of
    /// another size than 1024 to 4096 bits, or with an exponent of more than 32 bits.
    pub(super) fn verifies(self, signature: &[u8], digest: &[u8; 32]) -> Option<bool> {
        let modulus = number(self.modulus);
        let exponent = number(self.exponent);
        let exponent = match exponent {
            [] | [_, _, _, _, _, ..] => return None,
            bytes => bytes
                .iter()
                .fold(0, |all, byte| all << 8 | u32::from(*byte)),
        };
        let length = modulus.len();
        if length < SHORTEST || exponent < 3 {
            return None;
        }
        // Compared is the whole padded message: nothing in it is parsed.
        let padding = length.checked_sub(SHA256.len() + digest.len() + 3)?;
        let mut message = vec![0, 1];
        message.resize(2 + padding, 0xff);
        message.push(0);
        message.extend_from_slice(&SHA256);
        message.extend_from_slice(digest);
        let signature = number(signature);
        if signature.len() > length {
            return Some(false);
        }
        is_power(signature, exponent, modulus, &message)
    }
}

/// Whether `base` to the power of `exponent` is `result` modulo `modulus`; `None` for a longer modulus,
/// and for an even one, which no RSA key has. None of the numbers is secret.
fn is_power(base: &[u8], exponent: u32, modulus: &[u8], result: &[u8]) -> Option<bool> {
    let modulus = uint(modulus)?;
    let base = uint(base)?;
    let result = uint(result)?;
    let odd: Option<Odd<U4096>> = Odd::new(modulus).into();
    if base >= modulus {
        return Some(false);
    }
    let parameters = FixedMontyParams::new_vartime(odd?);
    let base = FixedMontyForm::new(&base, &parameters);
    let mut power = base;
    let bits = u32::BITS - exponent.leading_zeros();
    for bit in (0..bits.saturating_sub(1)).rev() {
        power = power.square();
        if exponent >> bit & 1 == 1 {
            power = power.mul(&base);
        }
    }
    Some(power.retrieve() == result)
}

/// `bytes` as a number; `None` if it is too large.
fn uint(bytes: &[u8]) -> Option<U4096> {
    let bytes = number(bytes);
    let missing = U4096::BYTES.checked_sub(bytes.len())?;
    let padded: Vec<u8> = [&vec![0; missing][..], bytes].concat();
    Some(U4096::from_be_slice(&padded))
}

/// A big-endian number without leading zeros.
fn number(mut bytes: &[u8]) -> &[u8] {
    while let [0, rest @ ..] = bytes {
        bytes = rest;
    }
    bytes
}
