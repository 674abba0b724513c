//! The command `passthru`, for the console script.

use std::ffi::OsString;
use std::path::PathBuf;

use pyo3::prelude::*;

/// Run the command with these arguments after its name; gives the exit status.
///
/// It reads and writes the process's own standard input, output and error.
#[pyfunction]
#[pyo3(signature = (arguments, /))]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<PathBuf>) -> u8 {
    // The name is always this one: `__main__.py` would be no help in `--help`.
    let name = OsString::from("passthru");
    let words = std::iter::once(name).chain(arguments.into_iter().map(PathBuf::into_os_string));
    py.detach(|| passthru::cli::main(words))
}
