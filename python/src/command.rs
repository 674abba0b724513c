//! The command `passthru`, for the console script and for its texts.

use std::ffi::OsString;
use std::path::PathBuf;

use passthru::render::Style;
use pyo3::prelude::*;

/// The words with the command's name before them. The name is always this one:
/// `__main__.py` would be no help in `--help`.
fn words(arguments: Vec<PathBuf>) -> impl Iterator<Item = OsString> {
    let name = OsString::from("passthru");
    std::iter::once(name).chain(arguments.into_iter().map(PathBuf::into_os_string))
}

/// Run the command with these arguments after its name; returns the exit status.
///
/// It reads and writes the process's own standard input, output and error.
#[pyfunction]
#[pyo3(signature = (arguments, /))]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<PathBuf>) -> u8 {
    py.detach(|| passthru::cli::main(words(arguments)))
}

/// Run the command with these arguments after its name, and give its exit status, what
/// it prints, and what it prints on standard error, all without colors.
#[pyfunction]
#[pyo3(signature = (arguments, /, columns = 80))]
pub(crate) fn command_output(
    py: Python<'_>,
    arguments: Vec<PathBuf>,
    columns: usize,
) -> (u8, String, String) {
    py.detach(|| {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let style = Style {
            columns: columns.clamp(40, 1000),
            ..Style::PLAIN
        };
        let status = passthru::cli::run(words(arguments), style, &mut out, &mut err);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        (status, text(out), text(err))
    })
}
