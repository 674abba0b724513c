//! Which version of the library this is.

use std::ffi::{CStr, c_char};

/// The version's first number, as the header knows it.
pub const PASSTHRU_VERSION_MAJOR: u32 = 0;
/// The version's second number.
pub const PASSTHRU_VERSION_MINOR: u32 = 1;
/// The version's third number.
pub const PASSTHRU_VERSION_PATCH: u32 = 0;

/// The version of the functions and types, counted from 1: it grows when something
/// is added.
pub const PASSTHRU_API_VERSION: u32 = 4;

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// The version of the library that runs, `0.1.0`. It is never freed.
#[unsafe(no_mangle)]
pub extern "C" fn passthru_version_string() -> *const c_char {
    VERSION.as_ptr()
}

/// `PASSTHRU_API_VERSION` of the library that runs. A program that was built with a
/// larger one may miss functions.
#[unsafe(no_mangle)]
pub extern "C" fn passthru_api_version() -> u32 {
    PASSTHRU_API_VERSION
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_numbers_are_the_packages() {
        let numbers = [
            PASSTHRU_VERSION_MAJOR,
            PASSTHRU_VERSION_MINOR,
            PASSTHRU_VERSION_PATCH,
        ];
        let numbers = numbers.map(|number| number.to_string()).join(".");
        assert_eq!(numbers, env!("CARGO_PKG_VERSION"));
        assert_eq!(VERSION.to_str(), Ok(numbers.as_str()));
    }
}
