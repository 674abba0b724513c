//! Fields of an address in a text: domain, bus, device, function.

use crate::cursor::{Cursor, Expected, wrong};
use crate::{BusNumber, DeviceNumber, DomainNumber, FunctionNumber};

const DEVICE: &str = "a device of two hex digits, 00 to 1f";
const FUNCTION: &str = "a function of one digit, 0 to 7";

/// Reads an optional domain and its separator: a bus has two digits, a domain four or more. 0 if
/// omitted.
pub(crate) fn domain(cursor: &mut Cursor<'_>) -> Result<DomainNumber, Expected> {
    if cursor.hex_digits() <= 2 {
        return Ok(DomainNumber::default());
    }
    let domain = written_domain(cursor)?;
    cursor.take(":", "':' after the domain")?;
    Ok(domain)
}

/// Reads `0000`: a required domain.
pub(crate) fn written_domain(cursor: &mut Cursor<'_>) -> Result<DomainNumber, Expected> {
    let expected = "a domain of four to eight hex digits";
    let at = cursor.offset();
    let domain = cursor.hex(4, 8, expected)?;
    DomainNumber::new(domain).map_or_else(|| wrong(at, expected), Ok)
}

/// Reads `01`.
pub(crate) fn bus(cursor: &mut Cursor<'_>) -> Result<BusNumber, Expected> {
    let expected = "a bus of two hex digits";
    let at = cursor.offset();
    bus_number(cursor.hex(2, 2, expected)?, at, expected)
}

/// Reads `1f`.
pub(crate) fn device(cursor: &mut Cursor<'_>) -> Result<DeviceNumber, Expected> {
    let at = cursor.offset();
    device_number(cursor.hex(2, 2, DEVICE)?, at, DEVICE)
}

/// Reads `7`.
pub(crate) fn function(cursor: &mut Cursor<'_>) -> Result<FunctionNumber, Expected> {
    let at = cursor.offset();
    function_number(cursor.hex(1, 1, FUNCTION)?, at, FUNCTION)
}

/// Reads `1f.7`: device and function.
pub(crate) fn device_function(
    cursor: &mut Cursor<'_>,
) -> Result<(DeviceNumber, FunctionNumber), Expected> {
    let device = device(cursor)?;
    cursor.take(".", "'.' before the function")?;
    Ok((device, function(cursor)?))
}

/// Reads `1f.7` with any number of hex digits.
pub(crate) fn device_function_of_any_width(
    cursor: &mut Cursor<'_>,
) -> Result<(DeviceNumber, FunctionNumber), Expected> {
    let device = device_of_any_width(cursor)?;
    cursor.take(".", "'.' before the function")?;
    Ok((device, function_of_any_width(cursor)?))
}

/// Domain, bus, device and function.
pub(crate) type Numbers = (DomainNumber, BusNumber, DeviceNumber, FunctionNumber);

/// Reads `0000:01:00.0`; the domain is optional.
pub(crate) fn address(cursor: &mut Cursor<'_>) -> Result<Numbers, Expected> {
    let domain = domain(cursor)?;
    let bus = bus(cursor)?;
    cursor.take(":", "':' after the bus")?;
    let (device, function) = device_function(cursor)?;
    Ok((domain, bus, device, function))
}

/// Reads `0:1:0.0` with any number of hex digits per field, with or without `0x`, as `sscanf` with
/// `%x`; the domain is optional.
pub(crate) fn address_of_any_width(cursor: &mut Cursor<'_>) -> Result<Numbers, Expected> {
    let start = cursor.offset();
    let first = hex_of_any_width(cursor, "a bus or a domain of hex digits")?;
    cursor.take(":", "':' after the bus or the domain")?;
    let mut ahead = *cursor;
    hex_of_any_width(&mut ahead, "a device or a bus of hex digits")?;
    let (domain, bus);
    if ahead.is_at(b':') {
        domain = DomainNumber::new(first).unwrap_or_default();
        let expected = "a bus, 0 to ff";
        let at = cursor.offset();
        bus = bus_number(hex_of_any_width(cursor, expected)?, at, expected)?;
        cursor.take(":", "':' after the bus")?;
    } else {
        domain = DomainNumber::default();
        bus = bus_number(first, start, "a bus, 0 to ff")?;
    }
    let (device, function) = device_function_of_any_width(cursor)?;
    Ok((domain, bus, device, function))
}

/// Reads a device of any number of hex digits.
pub(crate) fn device_of_any_width(cursor: &mut Cursor<'_>) -> Result<DeviceNumber, Expected> {
    let expected = "a device, 0 to 1f";
    let at = cursor.offset();
    device_number(hex_of_any_width(cursor, expected)?, at, expected)
}

/// Reads a function of any number of hex digits.
pub(crate) fn function_of_any_width(cursor: &mut Cursor<'_>) -> Result<FunctionNumber, Expected> {
    let expected = "a function, 0 to 7";
    let at = cursor.offset();
    function_number(hex_of_any_width(cursor, expected)?, at, expected)
}

fn hex_of_any_width(cursor: &mut Cursor<'_>, expected: &'static str) -> Result<u32, Expected> {
    cursor.eat("0x");
    cursor.hex(1, 8, expected)
}

/// Reads a domain as a decimal number.
pub(crate) fn decimal_domain(cursor: &mut Cursor<'_>) -> Result<DomainNumber, Expected> {
    let at = cursor.offset();
    let expected = "a decimal domain";
    let domain = cursor.decimal(u32::MAX, expected)?;
    DomainNumber::new(domain).map_or_else(|| wrong(at, expected), Ok)
}

/// Reads a bus as a decimal number.
pub(crate) fn decimal_bus(cursor: &mut Cursor<'_>) -> Result<BusNumber, Expected> {
    let expected = "a decimal bus, 0 to 255";
    let at = cursor.offset();
    bus_number(cursor.decimal(255, expected)?, at, expected)
}

/// Reads a device as a decimal number.
pub(crate) fn decimal_device(cursor: &mut Cursor<'_>) -> Result<DeviceNumber, Expected> {
    let expected = "a decimal device, 0 to 31";
    let at = cursor.offset();
    device_number(cursor.decimal(31, expected)?, at, expected)
}

/// Reads a function as a decimal number.
pub(crate) fn decimal_function(cursor: &mut Cursor<'_>) -> Result<FunctionNumber, Expected> {
    let at = cursor.offset();
    function_number(cursor.decimal(7, FUNCTION)?, at, FUNCTION)
}

fn bus_number(value: u32, at: usize, expected: &'static str) -> Result<BusNumber, Expected> {
    let number = u8::try_from(value).ok().and_then(BusNumber::new);
    number.map_or_else(|| wrong(at, expected), Ok)
}

pub(crate) fn device_number(
    value: u32,
    at: usize,
    expected: &'static str,
) -> Result<DeviceNumber, Expected> {
    let number = u8::try_from(value).ok().and_then(DeviceNumber::new);
    number.map_or_else(|| wrong(at, expected), Ok)
}

pub(crate) fn function_number(
    value: u32,
    at: usize,
    expected: &'static str,
) -> Result<FunctionNumber, Expected> {
    let number = u8::try_from(value).ok().and_then(FunctionNumber::new);
    number.map_or_else(|| wrong(at, expected), Ok)
}
