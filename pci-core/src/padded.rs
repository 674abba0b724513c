//! Padding of composed output.

use alloc::string::String;
use core::fmt;

/// Prints the output of `print`, padded to the width of `f`: `{:<14}` of an address is a table
/// column. Without a width nothing is buffered.
pub(crate) fn padded(
    f: &mut fmt::Formatter<'_>,
    print: impl Fn(&mut dyn fmt::Write) -> fmt::Result,
) -> fmt::Result {
    if f.width().is_none() && f.precision().is_none() {
        return print(f);
    }
    let mut text = String::new();
    print(&mut text)?;
    f.pad(&text)
}
