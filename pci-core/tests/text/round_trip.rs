//! Each form of each dump, read back, says what the dump says.
#![allow(clippy::panic, reason = "a test may fail so")]

use pci_core::Address;
use pci_core::lspci::write::{
    Domains, Drivers, OutputForm, OutputFunction, OutputOptions, OutputVerbosity, Path, Version,
};
use pci_core::lspci::{Layout, Numbers, Record, parse};

use crate::text::texts::{dumps, functions, text};

/// Holds what a text says of a function against the function.
fn compare(record: &Record, function: &OutputFunction<'_>, options: &OutputOptions, text: &str) {
    let place = format!("{} {options:?}\n{text}", function.address);
    let is_tree = options.form == OutputForm::Tree;
    if let Some(id) = record.id {
        assert_eq!(id, function.id(), "{place}");
    }
    let shows_names = is_tree && options.verbosity == OutputVerbosity::Brief;
    assert!(
        record.id.is_some() || is_tree || options.numbers == Numbers::None,
        "{place}"
    );
    assert!(!shows_names || record.id.is_none(), "{place}");
    if let Some(class) = record.class.filter(|_| options.numbers != Numbers::None) {
        let bytes = [0x0a, 0x0b].map(|at| function.config.byte(at));
        assert_eq!([Some(class.sub), Some(class.base)], bytes, "{place}");
    }
    if !is_tree {
        assert_eq!(
            Some(record.revision.unwrap_or(0)),
            function.config.byte(8),
            "{place}"
        );
    }
    let kernel = function.kernel.as_ref();
    let is_machine =
        options.form != OutputForm::Text && options.verbosity == OutputVerbosity::Brief;
    if options.drivers == Drivers::Shown && !is_tree && !is_machine {
        let driver = record.driver.as_ref().map(|driver| &driver.value);
        assert_eq!(
            driver,
            kernel.and_then(|kernel| kernel.driver.as_ref()),
            "{place}"
        );
        let modules = record
            .modules
            .as_ref()
            .map(|modules| modules.value.as_slice());
        let wanted = kernel.map_or(&[][..], |kernel| kernel.modules.as_slice());
        assert_eq!(modules.unwrap_or_default(), wanted, "{place}");
    }
    // Each bit that the lines of -v show is that of configuration space.
    for register in record
        .details
        .iter()
        .flat_map(|details| details.registers.iter())
    {
        let Some(bits) = function.config.dword(register.offset) else {
            continue;
        };
        assert_eq!(
            register.value,
            bits & register.known,
            "{:03x} {place}",
            register.offset
        );
    }
}

#[test]
fn every_form_of_every_dump_is_read_back() {
    for dump in dumps() {
        let functions = functions(&dump);
        for version in Version::ALL {
            for (form, layout) in [
                (OutputForm::Text, Layout::Lines),
                (OutputForm::MachineCompatible, Layout::MachineLine),
                (OutputForm::Machine, Layout::MachineLine),
                (OutputForm::Tree, Layout::Tree),
            ] {
                for numbers in [Numbers::None, Numbers::Only, Numbers::Both] {
                    for verbosity in [
                        OutputVerbosity::Brief,
                        OutputVerbosity::Verbose,
                        OutputVerbosity::Everything,
                    ] {
                        for path in [Path::Address, Path::BridgesAndBuses] {
                            let options = OutputOptions {
                                version,
                                form,
                                numbers,
                                verbosity,
                                path,
                                drivers: Drivers::Shown,
                                domains: Domains::Always,
                                ..OutputOptions::default()
                            };
                            let text = text(&functions, &options);
                            let listing = parse(&text);
                            assert_eq!(listing.damage, [], "{} {options:?}\n{text}", dump.name);
                            let is_record = layout == Layout::MachineLine
                                && verbosity != OutputVerbosity::Brief;
                            let layout = if is_record {
                                Layout::MachineRecord
                            } else {
                                layout
                            };
                            check(&listing.records, &functions, &options, layout, &text);
                        }
                    }
                }
            }
        }
    }
}

fn check(
    records: &[Record],
    functions: &[OutputFunction<'_>],
    options: &OutputOptions,
    layout: Layout,
    text: &str,
) {
    let mut found: Vec<Address> = Vec::new();
    for record in records {
        assert_eq!(record.form.layout, layout, "{options:?}\n{text}");
        let address = record.address;
        let function = functions
            .iter()
            .find(|function| Some(function.address) == address);
        let function = function.unwrap_or_else(|| panic!("{record:?} {options:?}\n{text}"));
        found.push(function.address);
        compare(record, function, options, text);
    }
    // A tree of 3.9 leaves out buses that no bridge leads to.
    if layout != Layout::Tree {
        let mut wanted: Vec<Address> = functions.iter().map(|function| function.address).collect();
        wanted.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, wanted, "{options:?}\n{text}");
    }
}
