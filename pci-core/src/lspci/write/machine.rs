//! The machine-readable forms: `-mm`, and `-vmm` with a tag on each line.

use core::fmt::{self, Write};

use super::options::{Drivers, OutputForm};
use super::output_function::OutputFunction;
use super::page::Page;

/// Writes the line of `-mm`.
pub(super) fn line(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let id = function.id();
    let class = function.class();
    page.address(out, function.address)?;
    quoted(out, &page.words.class(class))?;
    quoted(out, &page.words.vendor_alone(id))?;
    quoted(out, &page.words.device_alone(id))?;
    if function.revision() != 0 {
        write!(out, " -r{:02x}", function.revision())?;
    }
    write!(out, " -p{:02x}", class.prog_if.unwrap_or(0))?;
    match function.subsystem() {
        Some(subsystem) => {
            quoted(out, &page.words.subsystem_vendor_alone(subsystem))?;
            quoted(out, &page.words.subsystem_alone(id, subsystem))?;
        }
        None => out.write_str(" \"\" \"\"")?,
    }
    out.write_char('\n')
}

/// Writes ` "text"`, in which a quote or backslash has a backslash before it.
fn quoted(out: &mut dyn Write, text: &str) -> fmt::Result {
    out.write_str(" \"")?;
    for character in text.chars() {
        if matches!(character, '"' | '\\') {
            out.write_char('\\')?;
        }
        out.write_char(character)?;
    }
    out.write_char('"')
}

/// Writes the lines of `-vmm`.
pub(super) fn record(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let id = function.id();
    let class = function.class();
    out.write_str(match page.options.form {
        OutputForm::MachineCompatible => "Device:\t",
        _ => "Slot:\t",
    })?;
    page.address(out, function.address)?;
    writeln!(out, "\nClass:\t{}", page.words.class(class))?;
    writeln!(out, "Vendor:\t{}", page.words.vendor_alone(id))?;
    writeln!(out, "Device:\t{}", page.words.device_alone(id))?;
    if let Some(subsystem) = function.subsystem() {
        let vendor = page.words.subsystem_vendor_alone(subsystem);
        writeln!(out, "SVendor:\t{vendor}")?;
        let device = page.words.subsystem_alone(id, subsystem);
        writeln!(out, "SDevice:\t{device}")?;
    }
    let kernel = function.kernel.as_ref();
    if let Some(slot) = kernel.and_then(|kernel| kernel.physical_slot.as_ref()) {
        writeln!(out, "PhySlot:\t{slot}")?;
    }
    if function.revision() != 0 {
        writeln!(out, "Rev:\t{:02x}", function.revision())?;
    }
    writeln!(out, "ProgIf:\t{:02x}", class.prog_if.unwrap_or(0))?;
    let Some(kernel) = kernel else {
        return Ok(());
    };
    if page.options.drivers == Drivers::Shown {
        if let Some(driver) = &kernel.driver {
            writeln!(out, "Driver:\t{driver}")?;
        }
        for module in &kernel.modules {
            writeln!(out, "Module:\t{module}")?;
        }
    }
    if let Some(node) = kernel.numa_node {
        writeln!(out, "NUMANode:\t{node}")?;
    }
    if let Some(node) = &kernel.device_tree_node {
        writeln!(out, "DTNode:\t{node}")?;
    }
    if let Some(group) = kernel.iommu_group {
        writeln!(out, "IOMMUGroup:\t{group}")?;
    }
    Ok(())
}
