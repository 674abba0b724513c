//! The texts.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::fs;
use std::path::Path;

use pci_core::lspci::dump;
use pci_core::lspci::dump::DumpedFunction;
use pci_core::lspci::write::{Function, Kernel, Options, write};
use pci_core::{Names, lspci};

/// A dump's functions.
pub(crate) struct Dump {
    pub(crate) name: String,
    pub(crate) functions: Vec<DumpedFunction>,
}

/// Those of `tests/dumps`, and of the folder that `PASSTHRU_DUMPS` names.
pub(crate) fn dumps() -> Vec<Dump> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dumps");
    let more = std::env::var_os("PASSTHRU_DUMPS").map(Into::into);
    let mut dumps = Vec::new();
    for folder in [Some(own.clone()), Some(own.join("extended")), more] {
        let Some(folder) = folder else { continue };
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_dump = path.extension().is_none_or(|kind| kind == "txt");
            if !(path.is_file() && is_dump) {
                continue;
            }
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            dumps.push(Dump {
                name: path.file_name().unwrap().to_string_lossy().into_owned(),
                functions: dump::parse(&text).unwrap(),
            });
        }
    }
    assert!(dumps.len() >= 19, "{}", dumps.len());
    dumps
}

/// What is known of a dump's functions: who drives some, and their groups.
pub(crate) fn functions(dump: &Dump) -> Vec<Function<'_>> {
    let functions = dump.functions.iter().enumerate();
    let functions = functions.map(|(number, dumped)| {
        let driver = ["vfio-pci", "e1000e", ""][number % 3];
        let modules: &[&str] = if number % 2 == 0 {
            &["nvidiafb", "snd_hda_intel"]
        } else {
            &[]
        };
        Function {
            kernel: Some(Kernel {
                driver: Some(driver.to_owned()).filter(|driver| !driver.is_empty()),
                modules: modules.iter().map(|name| (*name).to_owned()).collect(),
                ..Kernel::default()
            }),
            ..Function::from(dumped)
        }
    });
    functions.collect()
}

/// The text of `functions`.
pub(crate) fn text(functions: &[Function<'_>], options: &Options) -> String {
    let mut text = String::new();
    write(functions, Names::embedded(), options, &mut text).unwrap();
    text
}

/// What a person sees of each function: address, class, ids, revision, card, driver,
/// modules.
pub(crate) fn seen(text: &str) -> Vec<String> {
    let seen = |record: &lspci::Record| {
        let class = record
            .class
            .map(|class| format!("{:02x}{:02x}", class.base, class.sub));
        format!(
            "{:?} {class:?} {:?} {:?} {:?} {:?} {:?}",
            record.address.map(|address| address.to_string()),
            record.id.map(|id| id.to_string()),
            record.revision,
            record.subsystem.as_ref().map(|card| card.value.to_string()),
            record.driver.as_ref().map(|driver| &driver.value),
            record.modules.as_ref().map(|modules| &modules.value),
        )
    };
    lspci::parse(text).records.iter().map(seen).collect()
}
