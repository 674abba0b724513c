//! A guest's configuration in any format becomes one in any other, or an error.

use hvconf::convert::{Format, Source, Wanted, convert};

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Some(source) = Source::of(text) else {
        return;
    };
    for target in Format::ALL {
        let _ = convert(&source, target, &Wanted::default());
    }
}
