//! What `lspci` prints for a dump, in every form.

use pci_core::Names;
use pci_core::lspci::dump;
use pci_core::lspci::write::{
    OutputForm, OutputFunction, OutputOptions, OutputVerbosity, Version, write,
};

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(functions) = dump::parse(text) else {
        return;
    };
    let functions: Vec<OutputFunction<'_>> = functions.iter().map(OutputFunction::from).collect();
    for version in Version::ALL {
        for form in [OutputForm::Text, OutputForm::Machine, OutputForm::Tree] {
            let options = OutputOptions {
                version,
                form,
                verbosity: OutputVerbosity::Everything,
                ..OutputOptions::default()
            };
            let mut out = String::new();
            let _ = write(&functions, Names::embedded(), &options, &mut out);
        }
    }
}
