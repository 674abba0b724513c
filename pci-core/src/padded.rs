//! Widths for what prints in several pieces.

use alloc::string::String;
use core::fmt;

/// Prints what `print` writes, as wide as `f` asks for: `{:<14}` of an address is a
/// column of a table. What has no width goes out piece by piece.
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
