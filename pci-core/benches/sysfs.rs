//! Cost of a listing of 4,000 functions, compared with `lspci -nnk` on the same tree: `cargo bench
//! -p pci-core --bench sysfs`. Plain `Instant`, the best of some rounds; each reads the tree
//! several times in a row, alternating with the other.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints its result, and may fail so"
)]

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use host_tree::DirTree;
use pci_core::sysfs::{Wanted, read, read_wanted};
use testkit::sysfs_tree::{SysfsTree, many};

const FUNCTIONS: usize = 4000;
const ROUNDS: usize = 6;
const IN_A_ROW: usize = 5;

fn main() {
    let memory = Path::new("/dev/shm");
    let temporary = std::env::temp_dir();
    let place = if memory.is_dir() { memory } else { &temporary };
    let tree = SysfsTree::below(place, "bench", &many(FUNCTIONS));
    let host = DirTree::open(&tree.root).unwrap();
    let mut lspci = Command::new("lspci");
    lspci
        .args(["-A", "linux-sysfs", "-O"])
        .arg(format!("sysfs.path={}", tree.bus().display()))
        .arg("-nnk")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let (mut ours, mut all, mut theirs) = (Duration::MAX, Duration::MAX, Duration::MAX);
    for round in 0..ROUNDS {
        for _ in 0..IN_A_ROW {
            ours = ours.min(timed(|| {
                let found = read_wanted(&host, Wanted::LISTING);
                assert_eq!(black_box(found).devices.len(), FUNCTIONS);
            }));
        }
        if round % 2 == 0 {
            all = all.min(timed(|| {
                assert_eq!(black_box(read(&host)).devices.len(), FUNCTIONS);
            }));
        }
        for _ in 0..IN_A_ROW {
            theirs = theirs.min(timed(|| {
                if let Ok(status) = lspci.status() {
                    assert!(status.success());
                }
            }));
        }
    }
    let each = ours.as_nanos() / FUNCTIONS as u128;
    println!(
        "sysfs, {FUNCTIONS} functions: a listing {ours:?} ({each} ns each), all facts {all:?}"
    );
    if lspci.status().is_ok() {
        let ratio = theirs.as_secs_f64() / ours.as_secs_f64();
        println!(
            "lspci -nnk over the same tree: {theirs:?}, {ratio:.1} times as long as a listing"
        );
    } else {
        println!("skipped: lspci is not installed");
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let began = Instant::now();
    work();
    began.elapsed()
}
