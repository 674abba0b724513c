//! The fields of an address in a text: domain, bus, device, function.

use crate::cursor::{Cursor, Expected, wrong};

pub(crate) const DEVICE: &str = "a device of two hex digits, 00 to 1f";
pub(crate) const FUNCTION: &str = "a function of one digit, 0 to 7";

/// A domain and the separator behind it, where there is one: a bus has two
/// digits, a domain four or more. 0 where there is none.
pub(crate) fn domain(cursor: &mut Cursor<'_>) -> Result<u32, Expected> {
    if cursor.hex_digits() <= 2 {
        return Ok(0);
    }
    let domain = cursor.hex(4, 8, "a domain of four to eight hex digits")?;
    cursor.take(":", "':' after the domain")?;
    Ok(domain)
}

/// `01`.
pub(crate) fn bus(cursor: &mut Cursor<'_>) -> Result<u8, Expected> {
    let at = cursor.offset();
    let expected = "a bus of two hex digits";
    narrow(cursor.hex(2, 2, expected)?, 0xff, at, expected)
}

/// `1f`.
pub(crate) fn device(cursor: &mut Cursor<'_>) -> Result<u8, Expected> {
    let at = cursor.offset();
    narrow(cursor.hex(2, 2, DEVICE)?, 0x1f, at, DEVICE)
}

/// `7`.
pub(crate) fn function(cursor: &mut Cursor<'_>) -> Result<u8, Expected> {
    let at = cursor.offset();
    narrow(cursor.hex(1, 1, FUNCTION)?, 7, at, FUNCTION)
}

/// `1f.7`: device and function.
pub(crate) fn device_function(cursor: &mut Cursor<'_>) -> Result<(u8, u8), Expected> {
    let device = device(cursor)?;
    cursor.take(".", "'.' before the function")?;
    Ok((device, function(cursor)?))
}

fn narrow(value: u32, most: u8, at: usize, expected: &'static str) -> Result<u8, Expected> {
    match u8::try_from(value) {
        Ok(value) if value <= most => Ok(value),
        _ => wrong(at, expected),
    }
}
