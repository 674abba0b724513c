//! The lines of `-k`.

use core::fmt::{self, Write};

use super::output_function::OutputFunction;

/// Writes the bound driver, and the usable modules.
pub(super) fn write(function: &OutputFunction<'_>, out: &mut dyn Write) -> fmt::Result {
    let Some(kernel) = &function.kernel else {
        return Ok(());
    };
    if let Some(driver) = &kernel.driver {
        writeln!(out, "\tKernel driver in use: {driver}")?;
    }
    if !kernel.modules.is_empty() {
        writeln!(out, "\tKernel modules: {}", kernel.modules.join(", "))?;
    }
    Ok(())
}
