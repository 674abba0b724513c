//! What `lspci` prints for a dump, in every form.

use pci_core::Names;
use pci_core::lspci::dump;
use pci_core::lspci::write::{Form, Function, Options, Verbosity, Version, write};

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(functions) = dump::parse(text) else {
        return;
    };
    let functions: Vec<Function<'_>> = functions.iter().map(Function::from).collect();
    for version in Version::ALL {
        for form in [Form::Text, Form::Machine, Form::Tree] {
            let options = Options {
                version,
                form,
                verbosity: Verbosity::Everything,
                ..Options::default()
            };
            let mut out = String::new();
            let _ = write(&functions, Names::embedded(), &options, &mut out);
        }
    }
}
