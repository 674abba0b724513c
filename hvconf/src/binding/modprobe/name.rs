//! Names and options that cannot break out of a line of `modprobe.d`.

use core::fmt;
use core::str::FromStr;

use crate::boot::parameter::{Parameter, ParameterError};

/// The name of a module: letters, digits, `_` and `-`.
///
/// ```
/// use hvconf::binding::modprobe::ModuleName;
/// assert!("vfio-pci".parse::<ModuleName>().is_ok());
/// assert!("x\ninstall y /bin/sh".parse::<ModuleName>().is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModuleName(String);

/// Why a text is no module's name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a module's name of letters, digits, '_' and '-', found {found:?}")]
pub struct NameError {
    /// The text.
    pub found: String,
}

impl FromStr for ModuleName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        // A leading '-' would be an option of modprobe.
        if text.is_empty() || text.starts_with('-') || !text.chars().all(allowed) {
            return Err(NameError {
                found: text.to_owned(),
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl ModuleName {
    /// The name as it was given.
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

/// An option of a module, `key` or `key=value`, of the characters that a
/// [`Parameter`] may have.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ModuleOption(Parameter);

impl ModuleOption {
    /// The option `key`, or `key=value`.
    ///
    /// # Errors
    ///
    /// When a character is not one that a [`Parameter`] may have.
    pub fn new(key: &str, value: Option<&str>) -> Result<Self, ParameterError> {
        Parameter::new(key, value).map(Self)
    }

    pub(super) const fn parameter(&self) -> &Parameter {
        &self.0
    }
}
