//! Time of a lookup, in nanoseconds, over all devices in random order: `cargo bench -p pci-core
//! --bench names`. Plain `Instant`, the best of some rounds.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::hint::black_box;
use std::time::Instant;

use pci_core::names::{Database, Names};
use pci_core::{PciId, SubsystemId};

const ROUNDS: usize = 200;

fn main() {
    let text = include_bytes!("../data/pci.ids");
    let Ok(database) = Database::parse(text) else {
        return println!("the text does not parse");
    };
    let names = Names::embedded();
    let mut devices: Vec<PciId> = database.devices().iter().map(|(id, _)| id).collect();
    let entries = database.subsystems();
    let mut subsystems: Vec<(PciId, SubsystemId)> = entries.iter().map(|(id, _)| id).collect();
    shuffle(&mut devices);
    shuffle(&mut subsystems);
    best("device", devices.len(), || {
        devices.iter().filter_map(|&id| names.device(id)).count()
    });
    // As many as in a large host.
    let host = devices.get(..100).unwrap_or_default();
    best("device, 100 of them again and again", 100 * 100, || {
        let again = (0..100).flat_map(|_| host);
        again.filter_map(|&id| names.device(id)).count()
    });
    best("device, not there", devices.len(), || {
        let absent = |id: &PciId| PciId::new(id.device.0, id.vendor.0);
        devices
            .iter()
            .filter_map(|id| names.device(absent(id)))
            .count()
    });
    best("subsystem", subsystems.len(), || {
        let name = |&(id, subsystem)| names.subsystem(id, subsystem);
        subsystems.iter().filter_map(name).count()
    });
    best("search of three words", 1, || {
        names.search("nvidia rtx 3060").len()
    });
    best("parse of the whole text", 1, || {
        Database::parse(text).map_or(0, |database| database.devices().len())
    });
}

fn best(what: &str, lookups: usize, work: impl Fn() -> usize) {
    let round = || {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    let best = (0..ROUNDS).map(|_| round()).min().unwrap_or_default();
    let each = best.as_nanos() / u128::try_from(lookups).unwrap_or(1).max(1);
    println!("{what}: {each} ns");
}

/// Fisher and Yates, with a xorshift generator of a fixed seed.
fn shuffle<T>(items: &mut [T]) {
    let mut numbers = testkit::Random::new(0x2545_f491_4f6c_dd1d);
    for end in (1..items.len()).rev() {
        let state = numbers.number();
        items.swap(end, usize::try_from(state).unwrap_or(0) % (end + 1));
    }
}
