//! Reading a value.

use std::ffi::c_char;
use std::ptr;

use pci_core::Address;

use super::tree::{Node, Value};
use crate::address::packed;
use crate::boundary::{look, put};
use crate::text::word;

/// The type of a value. New values may be added.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// No value.
    None = 0,
    /// null: the document has the field without a value.
    Null = 1,
    /// true or false.
    Boolean = 2,
    /// A number without a fraction.
    Integer = 3,
    /// A number with a fraction.
    Number = 4,
    /// A string.
    String = 5,
    /// An array, of elements.
    Array = 6,
    /// An object, of members with names.
    Object = 7,
}

/// Returns the type of the value; `PASSTHRU_TYPE_NONE` for NULL.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_type(value: *const Value) -> Type {
    let kind = |value: &Value| {
        Some(match value.0 {
            Node::Null => Type::Null,
            Node::Boolean(_) => Type::Boolean,
            Node::Unsigned(_) | Node::Negative(_) => Type::Integer,
            Node::Number(_) => Type::Number,
            Node::String(_) => Type::String,
            Node::Array(_) => Type::Array,
            Node::Object(_) => Type::Object,
        })
    };
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    unsafe { look(value, Type::None, kind) }
}

/// Returns the member of an object with this name, or NULL. NULL for a value that is not an
/// object.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed; `name` is NULL or ends with
/// a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_member(
    value: *const Value,
    name: *const c_char,
) -> *const Value {
    let find = |value: &Value| {
        // SAFETY: the caller promises that `name` is NULL or ends with a NUL.
        let name = unsafe { word(name, "name") }.ok()?;
        value.member(name).map(ptr::from_ref)
    };
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    unsafe { look(value, ptr::null(), find) }
}

/// Returns the value at a JSON pointer (RFC 6901) relative to this value:
/// `/findings/0/evidence/0/text`, or NULL.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed; `pointer` is NULL or ends
/// with a NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_at(
    value: *const Value,
    pointer: *const c_char,
) -> *const Value {
    let find = |value: &Value| {
        // SAFETY: the caller promises that `pointer` is NULL or ends with a NUL.
        let pointer = unsafe { word(pointer, "pointer") }.ok()?;
        value.at(pointer).map(ptr::from_ref)
    };
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    unsafe { look(value, ptr::null(), find) }
}

/// Returns the number of elements of an array or members of an object; else 0.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_length(value: *const Value) -> usize {
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    unsafe { look(value, 0, |value| Some(value.length())) }
}

/// Returns the element of an array with this index, or the value of the member of an object.
/// NULL after the last, and for other values.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_element(value: *const Value, index: usize) -> *const Value {
    let find = |value: &Value| value.nth(index).map(|(_, found)| ptr::from_ref(found));
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    unsafe { look(value, ptr::null(), find) }
}

/// Returns the name of the member of an object with this index. Valid as long as the document.
/// NULL after the last, and for a value that is not an object.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_name(value: *const Value, index: usize) -> *const c_char {
    let find = |value: &Value| Some(value.nth(index)?.0?.start());
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    unsafe { look(value, ptr::null(), find) }
}

/// Returns the string, NUL-terminated; it may contain NUL. Valid as long as the document. NULL
/// for a value that is not a string.
///
/// @param value   the value
/// @param length  where the number of bytes is put, without the NUL at the end; or NULL
/// @return the string
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed; `length` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_string(
    value: *const Value,
    length: *mut usize,
) -> *const c_char {
    let find = |value: &Value| {
        let text = value.string()?;
        Some((text.start(), text.length()))
    };
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    let (start, count) = unsafe { look(value, (ptr::null(), 0), find) };
    // SAFETY: the caller promises that `length` is NULL or may be written.
    unsafe { put(Some(count), length) };
    start
}

/// Returns whether the value is true; false for a value that is not a boolean.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_is_true(value: *const Value) -> bool {
    let is_true = |value: &Value| Some(matches!(value.0, Node::Boolean(true)));
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    unsafe { look(value, false, is_true) }
}

/// Stores an integer of 0 to 2^64 - 1 in `out`; returns whether the value is one.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_unsigned(value: *const Value, out: *mut u64) -> bool {
    let find = |value: &Value| match value.0 {
        Node::Unsigned(number) => Some(Some(number)),
        _ => None,
    };
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    let found = unsafe { look(value, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// Stores an integer of -2^63 to 2^63 - 1 in `out`; returns whether the value is one.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_integer(value: *const Value, out: *mut i64) -> bool {
    let find = |value: &Value| match value.0 {
        Node::Unsigned(number) => Some(i64::try_from(number).ok()),
        Node::Negative(number) => Some(Some(number)),
        _ => None,
    };
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    let found = unsafe { look(value, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// Stores any number in `out`, rounded to a double; returns whether the value is a number.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
/// written.
#[unsafe(no_mangle)]
#[allow(
    clippy::cast_precision_loss,
    reason = "the nearest is what is promised"
)]
pub unsafe extern "C" fn passthru_value_number(value: *const Value, out: *mut f64) -> bool {
    let find = |value: &Value| match value.0 {
        Node::Unsigned(number) => Some(Some(number as f64)),
        Node::Negative(number) => Some(Some(number as f64)),
        Node::Number(number) => Some(Some(number)),
        _ => None,
    };
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    let found = unsafe { look(value, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}

/// Stores the address of a string (`0000:01:00.0`) in `out`, packed as by
/// `passthru_address_parse()`; returns whether the value is an address.
///
/// # Safety
///
/// `value` is NULL or a value of a document that was not freed; `out` is NULL or may be
/// written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn passthru_value_address(value: *const Value, out: *mut u64) -> bool {
    let find = |value: &Value| {
        let address: Option<Address> = value.string()?.as_str().parse().ok();
        Some(address.map(packed))
    };
    // SAFETY: the caller promises NULL or a value of a document that was not freed.
    let found = unsafe { look(value, None, find) };
    // SAFETY: the caller promises that `out` is NULL or may be written.
    unsafe { put(found, out) }
}
