//! Names of kernel modules and drivers, safe for embedding in a text.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error, Result};

/// The name of a module: letters, digits, `_` and `-`.
///
/// ```
/// use pci_core::modules::ModuleName;
/// assert!("vfio-pci".parse::<ModuleName>().is_ok());
/// assert!("x\ninstall y /bin/sh".parse::<ModuleName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(String);

impl FromStr for ModuleName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        // A leading '-' would be an option of modprobe.
        if text.is_empty() || text.starts_with('-') || !text.chars().all(allowed) {
            return Err(Cause::ModuleName { found: text.into() }.into());
        }
        Ok(Self(text.to_owned()))
    }
}

impl ModuleName {
    /// The name as given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ModuleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
