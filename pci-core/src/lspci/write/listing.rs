//! A listing: all functions in one of the forms.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt::{self, Write};

use super::options::{Drivers, Hex, OutputForm, OutputOptions, OutputVerbosity, View};
use super::output_function::OutputFunction;
use super::page::Page;
use super::{drivers, hex, machine, terse, tree, verbose};
use crate::config::ConfigSpace;
use crate::names::Names;

/// Writes the output of `lspci` for `functions` with these `options`.
///
/// # Errors
/// An error of `out`; a `String` never fails.
///
/// ```
/// use pci_core::Names;
/// use pci_core::config::ConfigSpace;
/// use pci_core::lspci::{write::OutputFunction, write::OutputOptions, write::write};
///
/// let mut header = [0; 64];
/// header[..4].copy_from_slice(&[0xde, 0x10, 0x04, 0x2d]);
/// header[8..12].copy_from_slice(&[0xa1, 0x00, 0x00, 0x03]);
/// let gpu = OutputFunction::new("01:00.0".parse()?, ConfigSpace::new(&header));
/// let mut text = String::new();
/// write(&[gpu], Names::embedded(), &OutputOptions::default(), &mut text)?;
/// assert_eq!(
///     text,
///     "01:00.0 VGA compatible controller: NVIDIA Corporation GB206 [GeForce RTX 5060 Ti] (rev a1)\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(
    functions: &[OutputFunction<'_>],
    names: Names<'_>,
    options: &OutputOptions,
    out: &mut dyn Write,
) -> fmt::Result {
    // libpci reads bytes that a dump omits, before its last, as ones.
    let filled: Vec<Option<Vec<u8>>> = functions.iter().map(gaps_as_ones).collect();
    let read = functions.iter().zip(&filled).map(|(function, filled)| {
        let mut function = Cow::Borrowed(function);
        if let Some(bytes) = filled {
            function.to_mut().config = ConfigSpace::new(bytes);
        }
        if options.view == View::Bus && function.kernel.is_some() {
            function.to_mut().drop_register_facts();
        }
        function
    });
    let read: Vec<Cow<'_, OutputFunction<'_>>> = read.collect();
    let mut all: Vec<&OutputFunction<'_>> = read.iter().map(Cow::as_ref).collect();
    all.sort_by_key(|function| function.address);
    let selected = |function: &&OutputFunction<'_>| {
        options.slots.contains(function.address) && options.ids.contains(function)
    };
    if options.form == OutputForm::Tree {
        return tree::write(&all, selected, names, options, out);
    }
    let page = Page::new(&all, names, options);
    for function in all.into_iter().filter(selected) {
        one(function, &page, out)?;
    }
    Ok(())
}

fn has_gaps(function: &OutputFunction<'_>) -> bool {
    let config = function.config;
    config.bytes(0, config.len()).is_none()
}

/// The bytes of a space with gaps, filled with ones.
fn gaps_as_ones(function: &OutputFunction<'_>) -> Option<Vec<u8>> {
    let config = function.config;
    let bytes = |at| config.byte(at).unwrap_or(u8::MAX);
    has_gaps(function).then(|| (0..config.len()).map(bytes).collect())
}

fn one(function: &OutputFunction<'_>, page: &Page<'_>, out: &mut dyn Write) -> fmt::Result {
    let options = page.options;
    let brief = options.verbosity == OutputVerbosity::Brief;
    match (options.form, brief) {
        (OutputForm::Machine | OutputForm::MachineCompatible, true) => {
            machine::line(function, page, out)?
        }
        (OutputForm::Machine | OutputForm::MachineCompatible, false) => {
            machine::record(function, page, out)?
        }
        (_, true) => {
            terse::write(function, page, out)?;
            if options.drivers == Drivers::Shown {
                verbose::card(function, page, out)?;
                drivers::write(function, out)?;
            }
        }
        (_, false) => verbose::write(function, page, out)?,
    }
    if options.hex != Hex::Nothing {
        hex::write(function, options.hex, out)?;
    }
    if !brief || options.hex != Hex::Nothing {
        out.write_char('\n')?;
    }
    Ok(())
}
