//! Four times the input is at most 4.4 times the work and the memory, for each kind of input
//! and each command that reads it: counted in instructions, so the same under any load.

use crate::scale::counted::{instructions, peak, possible};
use crate::scale::inputs::{self, Input, Make};

/// A kind of input, its number of things, and the commands that read it.
struct Kind {
    name: &'static str,
    make: Make,
    count: usize,
    commands: &'static [&'static str],
}

const HOST: &[&str] = &["doctor", "plan 00:00.0", "check"];

const KINDS: [Kind; 18] = [
    Kind {
        name: "functions",
        make: inputs::functions,
        count: 150,
        commands: &[
            "list",
            "list --json",
            "list --tree",
            "list --svg",
            "groups",
            "doctor",
            "doctor --json",
            "check",
            "ask",
            "plan 00:00.0",
            "release 00:00.0",
            "report -o /dev/null",
            "capture -o /dev/null",
        ],
    },
    Kind {
        name: "functions of sysfs",
        make: inputs::functions_of_sysfs,
        count: 300,
        commands: &[
            "list",
            "list --json",
            "lspci -nnk",
            "lspci -vvv",
            "lspci -t",
            "groups --predict",
            "doctor",
            "check",
            "plan 00:00.0",
            "report -o /dev/null",
        ],
    },
    Kind {
        name: "cards",
        make: inputs::cards,
        count: 150,
        commands: &["list", "check", "doctor", "groups", "plan 0000:01:00.0"],
    },
    Kind {
        name: "virtual functions",
        make: inputs::virtual_functions,
        count: 60,
        commands: &["list", "groups", "doctor", "check", "plan 10:00.0"],
    },
    Kind {
        name: "duplicate IDs",
        make: inputs::duplicate_ids,
        count: 150,
        commands: &["list", "doctor", "check", "plan 00:00.0"],
    },
    Kind {
        name: "groups",
        make: inputs::groups,
        count: 200,
        commands: &["groups", "groups --json", "doctor", "check"],
    },
    Kind {
        name: "log lines",
        make: inputs::log_lines,
        count: 1000,
        commands: &["doctor", "ask", "list"],
    },
    Kind {
        name: "lines of modprobe.d",
        make: inputs::modprobe_lines,
        count: 400,
        commands: HOST,
    },
    Kind {
        name: "files of modprobe.d",
        make: inputs::modprobe_files,
        count: 150,
        commands: HOST,
    },
    Kind {
        name: "IDs of an option",
        make: inputs::listed_ids,
        count: 200,
        commands: HOST,
    },
    Kind {
        name: "kernel options",
        make: inputs::kernel_options,
        count: 300,
        commands: HOST,
    },
    Kind {
        name: "lines of a boot loader",
        make: inputs::boot_lines,
        count: 400,
        commands: HOST,
    },
    Kind {
        name: "guests of Proxmox VE",
        make: inputs::proxmox_guests,
        count: 60,
        commands: HOST,
    },
    Kind {
        name: "guests of libvirt",
        make: inputs::libvirt_guests,
        count: 60,
        commands: HOST,
    },
    Kind {
        name: "devices of a guest",
        make: inputs::guest_devices,
        count: 100,
        commands: &["convert --to qemu", "convert --to proxmox"],
    },
    Kind {
        name: "images of a ROM",
        make: inputs::rom_images,
        count: 100,
        commands: &["rom info", "rom verify", "rom carve"],
    },
    Kind {
        name: "bytes of a ROM",
        make: inputs::rom_bytes,
        count: 16,
        commands: &["rom info", "rom verify", "rom carve"],
    },
    Kind {
        name: "two hosts",
        make: inputs::captures,
        count: 150,
        commands: &["diff"],
    },
];

fn words(command: &str, input: &Input) -> Vec<String> {
    let words = command.split(' ').map(str::to_owned);
    words.chain(input.words.iter().cloned()).collect()
}

/// One row of the table that a failing test prints: three measures, and the growth beyond
/// that of an input with one thing.
fn grown(name: &str, of: &str, [one, few, more]: [u64; 3], slack: u64, failed: &mut Vec<String>) {
    let (few, more) = (few.saturating_sub(one), more.saturating_sub(one));
    let ratio = |more: u64, few: u64| more as f64 / few.max(1) as f64;
    let line = format!(
        "{name}: {one} {of}, +{few}, +{more}: {:.2}",
        ratio(more, few)
    );
    eprintln!("{line}");
    if more > slack && more * 10 > few * 44 + slack * 10 {
        failed.push(line);
    }
}

#[test]
fn four_times_the_input_is_four_times_the_work() {
    if !possible() {
        return;
    }
    let mut failed = Vec::new();
    for kind in KINDS {
        let inputs = [1, kind.count, 4 * kind.count].map(kind.make);
        for command in kind.commands {
            let name = format!("{command} of {}", kind.name);
            let all = inputs.each_ref().map(|input| words(command, input));
            let counts = all.each_ref().map(|words| instructions(words));
            // A page of the allocator, a table that doubles.
            grown(&name, "instructions", counts, 2_000_000, &mut failed);
            let peaks = all.each_ref().map(|words| peak(words));
            grown(&name, "KiB", peaks, 4096, &mut failed);
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// The commands fit their inputs: this needs no callgrind, and a command that is refused is not counted.
#[test]
fn each_command_reads_its_input() {
    let mut failed = Vec::new();
    for kind in KINDS {
        let input = (kind.make)(1);
        for command in kind.commands {
            let words = words(command, &input);
            let run = std::process::Command::new(env!("CARGO_BIN_EXE_passthru"))
                .args(&words)
                .output()
                .unwrap();
            if !matches!(run.status.code(), Some(0 | 1))
                || run.stdout.is_empty() && run.stderr.is_empty()
            {
                let said = String::from_utf8_lossy(&run.stderr).into_owned();
                failed.push(format!(
                    "{command} of {}: {:?} {said}",
                    kind.name, run.status
                ));
            }
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
