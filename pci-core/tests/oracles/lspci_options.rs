//! The options of `lspci`, as those of `lspci::write`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use pci_core::lspci::Numbers;
use pci_core::lspci::write::{
    Domains, Drivers, Hex, OutputForm, OutputOptions, OutputVerbosity, Path as BridgePath, Version,
    View,
};

/// Reads options as `lspci` does, of those that are compared.
pub(crate) fn options(version: Version, flags: &[&str]) -> OutputOptions {
    let mut options = OutputOptions {
        version,
        ..OutputOptions::default()
    };
    let mut words = flags.iter();
    while let Some(word) = words.next() {
        match *word {
            "-s" => options.slots = words.next().unwrap().parse().unwrap(),
            "-d" => options.ids = words.next().unwrap().parse().unwrap(),
            cluster => letters(cluster.trim_start_matches('-'), &mut options),
        }
    }
    options
}

fn letters(cluster: &str, options: &mut OutputOptions) {
    let count = |letter| cluster.matches(letter).count();
    options.verbosity = [
        OutputVerbosity::Brief,
        OutputVerbosity::Verbose,
        OutputVerbosity::VeryVerbose,
        OutputVerbosity::Everything,
    ][count('v')];
    options.numbers = [Numbers::None, Numbers::Only, Numbers::Both][count('n')];
    options.path = [
        BridgePath::Address,
        BridgePath::Bridges,
        BridgePath::BridgesAndBuses,
    ][count('P')];
    options.hex = match count('x') {
        0 => Hex::Nothing,
        1 => Hex::Header,
        3 => Hex::Conventional,
        _ => Hex::Extended,
    };
    options.form = match (count('m'), count('t')) {
        (0, 0) => OutputForm::Text,
        (1, _) => OutputForm::MachineCompatible,
        (2, _) => OutputForm::Machine,
        _ => OutputForm::Tree,
    };
    if cluster.contains('k') {
        options.drivers = Drivers::Shown;
    }
    if cluster.contains('D') {
        options.domains = Domains::Always;
    }
    if cluster.contains('b') {
        options.view = View::Bus;
    }
    let rest = cluster.trim_matches(|letter| "vnPxmtkDb".contains(letter));
    assert!(rest.is_empty(), "{cluster}");
}
