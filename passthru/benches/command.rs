//! What the command costs on hosts with thousands of functions, beside `lspci -nnk` of pciutils
//! over the same tree: `cargo bench -p passthru --bench command`. The least time of some
//! rounds, in turns with the other.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints its result, and may fail so"
)]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use testkit::sysfs_tree::{SysfsTree, many, virtualized};

const ROUNDS: usize = 12;

fn main() {
    let memory = Path::new("/dev/shm");
    let temporary = std::env::temp_dir();
    let place = if memory.is_dir() { memory } else { &temporary };
    let plain = SysfsTree::below(place, "bench-plain", &many(4000));
    let cards = SysfsTree::below(place, "bench-cards", &virtualized(8, 256));
    for (name, tree) in [
        ("4,000 functions", &plain),
        ("2,056 functions of 8 cards", &cards),
    ] {
        let mut theirs = Command::new("lspci");
        theirs
            .args(["-A", "linux-sysfs", "-O"])
            .arg(format!("sysfs.path={}", tree.bus().display()))
            .arg("-nnk");
        let commands: [&[&str]; 6] = [
            &["lspci", "-nnk"],
            &["list"],
            &["list", "--json"],
            &["list", "--tree"],
            &["groups"],
            &["doctor"],
        ];
        let mut ours: Vec<(&[&str], Command, Duration)> = commands
            .iter()
            .map(|words| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_passthru"));
                command.args(*words).arg("--root").arg(&tree.root);
                (*words, command, Duration::MAX)
            })
            .collect();
        let mut least = Duration::MAX;
        for _ in 0..ROUNDS {
            least = least.min(timed(&mut theirs).unwrap_or(Duration::MAX));
            for (_, command, time) in &mut ours {
                *time = (*time).min(timed(command).unwrap());
            }
        }
        println!("{name}:");
        if least < Duration::MAX {
            println!("  lspci -nnk of pciutils: {least:?}");
        } else {
            println!("  skipped: lspci is not installed");
        }
        for (words, _, time) in ours {
            let ratio = least.as_secs_f64() / time.as_secs_f64();
            println!(
                "  passthru {}: {time:?}, {ratio:.1} times as fast",
                words.join(" ")
            );
        }
    }
}

/// How long the command runs; `None` where it cannot be started.
fn timed(command: &mut Command) -> Option<Duration> {
    let command = command.stdout(Stdio::null()).stderr(Stdio::null());
    let began = Instant::now();
    command.status().ok()?;
    Some(began.elapsed())
}
