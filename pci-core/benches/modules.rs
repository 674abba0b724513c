//! Lookup of the modules of 4,000 functions among 20,000 aliases: `cargo bench -p pci-core --bench
//! modules`. Plain `Instant`, the best of some rounds.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use pci_core::modules::{Aliases, alias_matches};

const FUNCTIONS: u32 = 4000;
const ALIASES: u32 = 20_000;
const ROUNDS: usize = 20;

fn main() {
    // As of a distribution's kernel: most aliases name a device, some a vendor, a
    // few a class alone; a third are one vendor's.
    let text: String = (0..ALIASES)
        .map(|at| {
            let vendor = if at % 3 == 0 {
                0x8086
            } else {
                0x1000 + at % 400
            };
            match at {
                0..40 => format!(
                    "alias pci:v*d*sv*sd*bc{:02X}sc{at:02X}i* class{at}\n",
                    at % 16
                ),
                40..400 => format!(
                    "alias pci:v{vendor:08X}d*sv*sd*bc{:02X}sc*i* vendor{at}\n",
                    at % 16
                ),
                _ => format!(
                    "alias pci:v{vendor:08X}d{at:08X}sv*sd*bc*sc*i* module{}\n",
                    at % 2500
                ),
            }
        })
        .collect();
    let functions: Vec<String> = (0..FUNCTIONS)
        .map(|at| {
            let device = 400 + at * 5 % ALIASES;
            let vendor = if device % 3 == 0 {
                0x8086
            } else {
                0x1000 + device % 400
            };
            format!(
                "pci:v{vendor:08X}d{device:08X}sv00001462sd00008A96bc{:02X}sc00i00",
                at % 16
            )
        })
        .collect();
    let parsing = best(|| {
        black_box(Aliases::parse(black_box(&text)));
    });
    let aliases = Aliases::parse(&text);
    let mut found = 0;
    let looking = best(|| {
        found = functions
            .iter()
            .map(|modalias| aliases.matching(modalias).count())
            .sum();
    });
    println!(
        "modules: {ALIASES} aliases read in {parsing:?}, {FUNCTIONS} functions looked up in \
         {looking:?} ({found} found)"
    );
    // Without the index, one function in a hundred.
    let some: Vec<&String> = functions.iter().step_by(100).collect();
    let lines: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split(' ').nth(1))
        .collect();
    let began = Instant::now();
    for modalias in &some {
        let matching = lines
            .iter()
            .filter(|pattern| alias_matches(pattern, modalias));
        black_box(matching.count());
    }
    let each = began.elapsed().as_secs_f64() / f64::from(FUNCTIONS / 100);
    let ratio = each / (looking.as_secs_f64() / f64::from(FUNCTIONS));
    println!("modules: {ratio:.0} times as fast as matching every alias");
}

fn best(mut work: impl FnMut()) -> Duration {
    let rounds = (0..ROUNDS).map(|_| {
        let began = Instant::now();
        work();
        began.elapsed()
    });
    rounds.min().unwrap_or_default()
}
