//! The version of the library.

use std::ffi::{CStr, c_char};

/// The major version of the header.
pub const PASSTHRU_VERSION_MAJOR: u32 = 0;
/// The minor version.
pub const PASSTHRU_VERSION_MINOR: u32 = 1;
/// The patch version.
pub const PASSTHRU_VERSION_PATCH: u32 = 0;

/// The version of the functions and types, from 1; it increases with each addition.
pub const PASSTHRU_API_VERSION: u32 = 4;

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// Returns the version of the running library: three numbers with dots. Do not free it.
#[unsafe(no_mangle)]
pub extern "C" fn passthru_version_string() -> *const c_char {
    VERSION.as_ptr()
}

/// Returns `PASSTHRU_API_VERSION` of the running library. A program that was built with a
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
