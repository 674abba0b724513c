//! A function's first line.

use core::fmt::{self, Write};

use super::names::cut;
use super::options::OutputVerbosity;
use super::output_function::OutputFunction;
use super::page::Page;

/// Writes address, class, vendor and device, revision, and with `-v` the
/// programming interface.
pub(super) fn write(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let longest = page.version().longest_name();
    let class = function.class();
    page.address(out, function.address)?;
    let words = cut(page.words.class(class), longest);
    let device = cut(page.words.device(function.id()), longest);
    write!(out, " {words}: {device}")?;
    let revision = function.revision();
    if revision != 0 {
        write!(out, " (rev {revision:02x})")?;
    }
    if page.verbosity() > OutputVerbosity::Brief {
        let number = class.prog_if.unwrap_or(0);
        let name = page.words.prog_if(class);
        match name {
            Some(name) => write!(out, " (prog-if {number:02x} [{name}])")?,
            None if number != 0 => write!(out, " (prog-if {number:02x})")?,
            None => {}
        }
    }
    out.write_char('\n')
}
