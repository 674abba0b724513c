//! Words of a caller: devices, hypervisors, guests.

use passthru::{Target, select};
use pci_core::Address;
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::errors;

/// Words, such as those that choose devices: of one string, or of an iterable of
/// strings.
///
/// A string is one word, since `doctor("01:00.0")` can mean nothing else.
#[derive(Default)]
pub(crate) struct Words(Vec<String>);

impl<'py> FromPyObject<'_, 'py> for Words {
    type Error = PyErr;

    fn extract(given: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if given.is_instance_of::<PyString>() {
            return Ok(Self(vec![given.extract()?]));
        }
        given
            .try_iter()?
            .map(|word| word?.extract())
            .collect::<PyResult<_>>()
            .map(Self)
    }
}

impl Words {
    /// The words, in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub(crate) fn into_words(self) -> Vec<String> {
        self.0
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The functions that the words select, as in the command.
    pub(crate) fn chosen(&self, host: &passthru::Host) -> PyResult<Vec<Address>> {
        select::all(host, &self.0).map_err(|error| errors::device(&error))
    }

    /// The functions of a list that is narrowed to the words: of an ID, a kind or a name all
    /// functions that match.
    pub(crate) fn listed(&self, host: &passthru::Host) -> PyResult<Vec<Address>> {
        select::listed(host, &self.0).map_err(|error| errors::device(&error))
    }
}

/// The hypervisor of a word.
pub(crate) fn target(word: Option<&str>) -> PyResult<Option<Target>> {
    word.map(str::parse)
        .transpose()
        .map_err(|error| errors::target(&error))
}

/// A guest: a name, or a number as in Proxmox VE.
#[derive(FromPyObject)]
pub(crate) enum Guest {
    /// A name, or a number as text.
    Name(String),
    /// A number.
    Number(u32),
}

impl Guest {
    pub(crate) fn into_word(self) -> String {
        match self {
            Self::Name(name) => name,
            Self::Number(number) => number.to_string(),
        }
    }
}
