//! Names of PCI devices by this crate and by others, in one run: times in nanoseconds
//! and how many times this crate's. `scripts/bench` runs it.
//!
//! Rounds of all take turns, so that what else the machine does meets all; the best
//! round counts. Each crate is asked for the devices of its own database that ours
//! has, too, in one random order.

use std::hint::black_box;
use std::time::{Duration, Instant};

use pci_core::PciId;
use pci_core::names::{Database, LoadedNames, Names};

const TEXT: &[u8] = include_bytes!("../../../pci-core/data/pci.ids");
const ROUNDS: usize = 100;

type Work<'a> = (&'a str, Box<dyn Fn() -> usize + 'a>);

fn main() {
    let database = Database::parse(TEXT).expect("the committed text is good");
    let loaded = LoadedNames::parse(TEXT.to_vec()).expect("the committed text is good");
    let parsed = pciid_parser::Database::parse_db(TEXT).expect("the committed text is good");
    let names = Names::embedded();
    let from_text = loaded.names();

    let known = |id: &PciId| {
        pci_ids::Device::from_vid_pid(id.vendor.0, id.device.0).is_some()
            && parsed.vendors.contains_key(&id.vendor.0)
    };
    let mut devices: Vec<PciId> = database.devices().iter().map(|(id, _)| id).collect();
    devices.retain(known);
    shuffle(&mut devices);
    let absent: Vec<PciId> = devices
        .iter()
        .map(|id| PciId::new(id.vendor.0, !id.device.0))
        .filter(|id| names.device(*id).is_none() && !known(id))
        .collect();
    let host: Vec<PciId> = devices.iter().copied().take(100).cycle().take(20_000).collect();

    for (what, ids) in [("device", &devices), ("device of a host", &host), ("no device", &absent)] {
        let ours = || ids.iter().filter_map(|id| names.device(*id)).count();
        let at_run_time = || ids.iter().filter_map(|id| from_text.device(*id)).count();
        let pci_ids = || {
            let device = |id: &&PciId| pci_ids::Device::from_vid_pid(id.vendor.0, id.device.0);
            ids.iter().filter(|id| device(id).is_some()).count()
        };
        let pciid_parser = || {
            let device = |id: &&PciId| {
                let vendor = parsed.vendors.get(&id.vendor.0)?;
                vendor.devices.get(&id.device.0)
            };
            ids.iter().filter(|id| device(id).is_some()).count()
        };
        assert!([at_run_time(), pci_ids(), pciid_parser()].iter().all(|found| *found == ours()));
        compare(
            what,
            ids.len(),
            &[
                ("pci-core", Box::new(ours)),
                ("pci-core, text at run time", Box::new(at_run_time)),
                ("pci-ids 0.2.6", Box::new(pci_ids)),
                ("pciid-parser 0.8.1", Box::new(pciid_parser)),
            ],
        );
    }
    compare(
        "reading the text",
        1,
        &[
            (
                "pci-core",
                Box::new(|| Database::parse(TEXT).map_or(0, |database| database.devices().len())),
            ),
            (
                "pci-core, ready for lookups",
                Box::new(|| {
                    let loaded = LoadedNames::parse(TEXT.to_vec());
                    loaded.map_or(0, |loaded| loaded.names().version().len())
                }),
            ),
            (
                "pciid-parser 0.8.1",
                Box::new(|| {
                    pciid_parser::Database::parse_db(TEXT)
                        .map_or(0, |database| database.vendors.len())
                }),
            ),
        ],
    );
}

fn compare(what: &str, items: usize, works: &[Work<'_>]) {
    let mut best = vec![Duration::MAX; works.len()];
    for _ in 0..ROUNDS {
        for (best, (_, work)) in best.iter_mut().zip(works) {
            let start = Instant::now();
            black_box(work());
            *best = start.elapsed().min(*best);
        }
    }
    println!("{what}, {items} of them:");
    let each = |time: &Duration| time.as_nanos() as f64 / items as f64;
    for ((name, _), time) in works.iter().zip(&best) {
        let ratio = each(time) / each(&best[0]);
        println!("  {:<28} {:>12.1} ns {ratio:>8.2}", name, each(time));
    }
}

/// Fisher and Yates, with a xorshift generator of a fixed seed.
fn shuffle<T>(items: &mut [T]) {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for end in (1..items.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        items.swap(end, (state % (end as u64 + 1)) as usize);
    }
}
