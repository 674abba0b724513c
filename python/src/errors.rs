//! Errors of the crate as the exceptions of `passthru.errors`. What the operating
//! system refused is an `OSError` with its number and file name.

use std::io;
use std::path::Path;

use passthru::UnknownTarget;
use passthru::intake::IntakeError;
use passthru::plan::{MethodError, PlanError};
use passthru::predicted::PredictedError;
use passthru::select::SelectError;
use pci_core::tree::OpenError;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

pyo3::import_exception!(passthru.errors, PassthruError);
pyo3::import_exception!(passthru.errors, InputError);

mod given {
    //! Apart, as these share their names with errors of the crate.
    pyo3::import_exception!(passthru.errors, DeviceError);
    pyo3::import_exception!(passthru.errors, TargetError);
    pyo3::import_exception!(passthru.errors, PlanError);
    pyo3::import_exception!(passthru.errors, PredictionError);
}

pub(crate) fn from_intake(error: &IntakeError) -> PyErr {
    InputError::new_err(error.to_string())
}

pub(crate) fn from_select(error: &SelectError) -> PyErr {
    given::DeviceError::new_err(error.to_string())
}

pub(crate) fn from_target(error: &UnknownTarget) -> PyErr {
    given::TargetError::new_err(error.to_string())
}

pub(crate) fn from_predicted(error: &PredictedError) -> PyErr {
    given::PredictionError::new_err(error.to_string())
}

pub(crate) fn from_plan(error: &PlanError) -> PyErr {
    given::PlanError::new_err(error.to_string())
}

pub(crate) fn from_method(error: &MethodError) -> PyErr {
    given::PlanError::new_err(error.to_string())
}

pub(crate) fn from_open(error: OpenError) -> PyErr {
    match error {
        OpenError::Directory { path, error } => from_io(&error, &path),
        other @ OpenError::Manifest { .. } => InputError::new_err(other.to_string()),
    }
}

/// `OSError(errno, text, path)`: Python makes `FileNotFoundError` and the like
/// of it by the number.
pub(crate) fn from_io(error: &io::Error, path: &Path) -> PyErr {
    let path = path.to_path_buf();
    match error.raw_os_error() {
        Some(number) => {
            let text = error.to_string();
            // "No such file or directory (os error 2)": Python adds the number.
            let text = text
                .split(" (os error ")
                .next()
                .unwrap_or_default()
                .to_owned();
            PyOSError::new_err((number, text, path.into_os_string()))
        }
        None => PyOSError::new_err(format!("{}: {error}", path.display())),
    }
}
