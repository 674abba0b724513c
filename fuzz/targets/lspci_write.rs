#![no_main]
//! What `lspci` prints for a dump, in every form.

use libfuzzer_sys::fuzz_target;
use pci_core::Names;
use pci_core::lspci::dump;
use pci_core::lspci::write::{Form, Function, Options, Verbosity, Version, write};

fuzz_target!(|text: &str| {
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
});
