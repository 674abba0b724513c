//! Errors of the crate as the exceptions of `passthru.errors`, each with what
//! [`Failure`] tells of it. What the operating system refuses is an `OSError` with its
//! number and file name.

use std::io;
use std::path::Path;

use passthru::{Error, ErrorKind, Failure};
use pci_core::Address;
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

pyo3::import_exception!(passthru.errors, PassthruError);
pyo3::import_exception!(passthru.errors, InputError);

mod given {
    //! Apart, as these share their names with errors of the crate.
    pyo3::import_exception!(passthru.errors, DeviceError);
    pyo3::import_exception!(passthru.errors, TargetError);
    pyo3::import_exception!(passthru.errors, PlanError);
    pyo3::import_exception!(passthru.errors, PredictionError);
    pyo3::import_exception!(passthru.errors, ApplyError);
    pyo3::import_exception!(passthru.errors, ApplySystemError);
    pyo3::import_exception!(passthru.errors, RefusedError);
    pyo3::import_exception!(passthru.errors, VerifyError);
    pyo3::import_exception!(passthru.errors, RomDumpError);
    pyo3::import_exception!(passthru.errors, RomDumpSystemError);
}

/// The exception with the attributes of the failure.
fn with_attributes(raised: PyErr, failure: &Failure) -> PyErr {
    let set = Python::attach(|py| {
        let value = raised.value(py);
        value.setattr("code", failure.code.word())?;
        value.setattr("file", failure.file.as_deref())?;
        value.setattr("line", failure.line)?;
        let span = failure.span.as_ref();
        value.setattr("span", span.map(|span| (span.start, span.end)))?;
        value.setattr("help", failure.help.as_deref())?;
        value.setattr("_json", passthru::document::to_json(failure).ok())
    });
    match set {
        Ok(()) => raised,
        Err(other) => other,
    }
}

/// A text or word that is not what was expected.
pub(crate) fn input(error: impl Into<Failure>) -> PyErr {
    let failure = error.into();
    with_attributes(InputError::new_err(failure.message.clone()), &failure)
}

/// A text of our own about an argument.
pub(crate) fn argument(message: impl Into<String>) -> PyErr {
    input(Failure::new(ErrorKind::BadArgument, message))
}

pub(crate) fn device(error: impl Into<Failure>) -> PyErr {
    let failure = error.into();
    let raised = given::DeviceError::new_err(failure.message.clone());
    with_attributes(raised, &failure)
}

pub(crate) fn target(error: impl Into<Failure>) -> PyErr {
    let failure = error.into();
    let raised = given::TargetError::new_err(failure.message.clone());
    with_attributes(raised, &failure)
}

pub(crate) fn prediction(error: impl Into<Failure>) -> PyErr {
    let failure = error.into();
    let raised = given::PredictionError::new_err(failure.message.clone());
    with_attributes(raised, &failure)
}

pub(crate) fn plan(error: impl Into<Failure>) -> PyErr {
    let failure = error.into();
    with_attributes(given::PlanError::new_err(failure.message.clone()), &failure)
}

pub(crate) fn verify(error: impl Into<Failure>) -> PyErr {
    let failure = error.into();
    let raised = given::VerifyError::new_err(failure.message.clone());
    with_attributes(raised, &failure)
}

pub(crate) fn page(error: &Error) -> PyErr {
    match error.kind() {
        ErrorKind::BadDevice => device(error),
        _ => plan(error),
    }
}

pub(crate) fn apply(error: &Error) -> PyErr {
    let text = error.to_string();
    let number = error.io_error().and_then(io::Error::raw_os_error);
    let raised = match (error.kind(), number, error.file()) {
        (ErrorKind::Refused, ..) => {
            let refusals = error.refusals().into_iter().map(String::from);
            given::RefusedError::new_err((text, refusals.collect::<Vec<String>>()))
        }
        (_, Some(number), Some(file)) => {
            given::ApplySystemError::new_err((number, text, file.to_owned()))
        }
        _ => given::ApplyError::new_err(text),
    };
    with_attributes(raised, &Failure::from(error))
}

/// Why a ROM was not read from its card.
pub(crate) fn dump(error: &Error) -> PyErr {
    let failure = Failure::from(error);
    if failure.code == ErrorKind::BadDevice {
        return device(failure);
    }
    let text = failure.message.clone();
    let raised = match error.io_error() {
        // None if no system call failed, such as for an empty file.
        Some(from) => given::RomDumpSystemError::new_err((from.raw_os_error(), text)),
        None => given::RomDumpError::new_err(text),
    };
    with_attributes(raised, &failure)
}

/// The address in a word.
pub(crate) fn address(word: &str) -> PyResult<Address> {
    word.parse().map_err(|error: pci_core::Error| {
        let message = format!("address: {error}");
        device(Failure::new(ErrorKind::BadDevice, message))
    })
}

pub(crate) fn open(error: &host_tree::Error) -> PyErr {
    match (error.io_error(), error.path()) {
        (Some(system), Some(path)) => from_io(system, path),
        _ => input(error),
    }
}

/// `OSError(errno, text, path)`: Python makes `FileNotFoundError` and the like
/// of it by the number.
pub(crate) fn from_io(error: &io::Error, path: &Path) -> PyErr {
    // Python's message for such a name.
    if path.as_os_str().as_encoded_bytes().contains(&0) {
        return PyValueError::new_err("embedded null byte");
    }
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

/// Why there is no plan.
pub(crate) fn no_plan(error: &Error) -> PyErr {
    plan(error)
}
