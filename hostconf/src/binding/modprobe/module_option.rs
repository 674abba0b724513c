//! Module options that are safe to write in a line of `modprobe.d`.
use crate::boot::parameter::Parameter;
use crate::error::Error;

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
    pub fn new(key: &str, value: Option<&str>) -> Result<Self, Error> {
        Parameter::new(key, value).map(Self)
    }

    pub(super) const fn parameter(&self) -> &Parameter {
        &self.0
    }
}
