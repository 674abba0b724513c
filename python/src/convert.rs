//! One hypervisor's machine as another's.

use std::fmt::Display;

use hvconf::convert::{Format, Wanted};
use passthru::conversion::{self, ConversionInput};
use pyo3::prelude::*;

use crate::host::Host;
use crate::{document, errors};

fn wrong(name: &str, error: impl Display) -> PyErr {
    errors::argument(format!("{name}: {error}"))
}

/// The machine in `text` for another hypervisor, as JSON.
#[pyfunction]
#[pyo3(signature = (text, to, name, host, vm, mappings, system, /))]
#[allow(clippy::too_many_arguments, reason = "keywords in Python")]
pub(crate) fn convert(
    py: Python<'_>,
    text: &str,
    to: &str,
    name: &str,
    host: Option<&Bound<'_, Host>>,
    vm: Option<&str>,
    mappings: Option<&str>,
    system: Option<&str>,
) -> PyResult<String> {
    let to: Format = to.parse().map_err(|error| errors::input(&error))?;
    let host = host.map(Bound::get);
    let wanted = Wanted {
        number: vm
            .map(str::parse)
            .transpose()
            .map_err(|error| wrong("vm", error))?,
        system: system
            .map(str::parse)
            .transpose()
            .map_err(|error| wrong("system", error))?,
        ..Wanted::default()
    };
    py.detach(|| {
        let source = ConversionInput {
            name,
            text,
            host: host.map(Host::host),
            mappings,
        };
        let (from, emitted) =
            conversion::of_text(&source, to, &wanted).map_err(|error| errors::input(&error))?;
        document::text(&conversion::document(from, to, &emitted))
    })
}
