//! How many system calls a reading costs, as `strace` counts them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use host_tree::DirTree;
use pci_core::sysfs::{Wanted, read_wanted};
use testkit::program::installed;
use testkit::skipped::skip;
use testkit::sysfs_tree::{Function, SysfsTree, functions, many};

/// The tree that the traced process reads.
const TREE: &str = "PASSTHRU_TRACED_TREE";

/// How the traced process reads: all facts that wake no function, or those of a
/// listing.
const ALL: &str = "PASSTHRU_TRACED_ALL";

/// What the traced process does; without a tree, nothing.
#[test]
fn traced() {
    if let Some(root) = std::env::var_os(TREE) {
        let wanted = match std::env::var_os(ALL) {
            Some(_) => Wanted::NO_WAKE,
            None => Wanted::LISTING,
        };
        let found = read_wanted(&DirTree::open(root).unwrap(), wanted);
        assert!(found.devices.len() <= 4000);
    }
}

/// What `strace` with `options` reports of a process that reads `tree`; `None` where
/// it may not be traced.
fn report(tree: &Path, options: &[&str], all: bool) -> Option<String> {
    let report = tree.join("calls");
    let this = std::env::current_exe().unwrap();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq"]).args(options).arg("-o");
    strace.arg(&report).arg(this);
    strace
        .args(["--exact", "oracles::calls::traced"])
        .env(TREE, tree);
    if all {
        strace.env(ALL, "1");
    }
    let output = strace.output().unwrap();
    let text = std::fs::read_to_string(&report).unwrap_or_default();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// The system calls of a process that lists the functions of a tree, by name.
fn calls(tree: &Path) -> Option<BTreeMap<String, u64>> {
    let text = report(tree, &["-c", "-U", "name,calls"], false)?;
    let rows = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, count) = (words.next()?, words.next()?);
        Some((name.to_owned(), count.parse().ok()?))
    });
    let calls: BTreeMap<_, _> = rows.filter(|(name, _)| name != "total").collect();
    (!calls.is_empty()).then_some(calls)
}

#[test]
fn a_listing_costs_nine_system_calls_for_each_function() {
    if !installed(&["strace"]) {
        return;
    }
    let count = |functions| {
        let tree = SysfsTree::new(&format!("calls-{functions}"), &many(functions));
        calls(&tree.root)
    };
    let (Some(few), Some(lots)) = (count(200), count(1200)) else {
        skip("strace may not trace here", "run as root");
        return;
    };
    // The calls of any process, and those that read the directory, cancel out; only the calls
    // that allocate memory do not.
    let mut each = 0.0;
    for (name, count) in &lots {
        let more = count.saturating_sub(few.get(name).copied().unwrap_or(0));
        let more = f64::from(u32::try_from(more).unwrap()) / 1000.0;
        // An unoptimized program asks at each close whether the file is open.
        if name == "fcntl" {
            continue;
        }
        // Memory, and waiting for other threads, cost a little too.
        if more > 0.2 {
            assert!(
                ["openat", "openat2", "read", "close", "readlinkat"].contains(&name.as_str()),
                "{more} {name} for each function"
            );
        }
        each += more;
    }
    assert!(each <= 9.0, "{each} system calls for each function");
    // Two files; every fourth function of the tree has no driver, which costs a look.
    assert!(
        each >= 6.0,
        "{each}: less than a listing needs, so it was not read"
    );
}

/// What the kernel answers by way of the function itself, or what does something to it
/// (`drivers/pci/pci-sysfs.c`).
const WAKES: [&str; 9] = [
    "config",
    "rom",
    "vpd",
    "resource0",
    "resource0_wc",
    "reset",
    "remove",
    "rescan",
    "serial_number",
];

/// What is answered from registers.
const REGISTERS: [&str; 7] = [
    "current_link_speed",
    "current_link_width",
    "max_link_speed",
    "max_link_width",
    "resource0_resize",
    "secondary_bus_number",
    "subordinate_bus_number",
];

#[test]
fn a_reading_opens_nothing_that_wakes_a_function() {
    if !installed(&["strace"]) {
        return;
    }
    let functions = functions().into_iter().map(|function| {
        let asleep = function.address.starts_with("0000:01");
        let status = if asleep { "suspended" } else { "active" };
        let put = |function: Function, name: &&'static str| function.has(name, "1");
        let function = WAKES.iter().skip(1).fold(function, put);
        let function = REGISTERS.iter().fold(function, put);
        function.has("power/runtime_status", status)
    });
    let tree = SysfsTree::new("wakes", &functions.collect::<Vec<_>>());
    let Some(text) = report(&tree.root, &["-y", "-e", "trace=openat,openat2"], true) else {
        skip("strace may not trace here", "run as root");
        return;
    };
    // `openat(5</…/0000:01:00.0>, "uevent", O_RDONLY…) = 6</…/0000:01:00.0/uevent>`.
    let opened = |line: &str| {
        let (_, file) = line.rsplit_once(" = ")?;
        let (function, name) = file.split_once("/sys/devices/")?.1.split_once("/0000:")?;
        let (function, name) = match name.rsplit_once("/0000:") {
            Some((_, inner)) => inner.split_once('/')?,
            None => name.split_once('/').unwrap_or((function, "")),
        };
        Some((function.to_owned(), name.trim_end_matches('>').to_owned()))
    };
    let opened: Vec<(String, String)> = text.lines().filter_map(opened).collect();
    let of = |name: &str| opened.iter().filter(|(_, file)| file == name).count();
    assert_eq!(of("uevent"), 10, "{text}");
    for name in WAKES {
        assert_eq!(of(name), 0, "{name}");
    }
    for name in REGISTERS {
        assert_eq!(of(name), 8, "{name}");
        let asleep =
            |(function, file): &(String, String)| file == name && function.starts_with("01");
        assert!(!opened.iter().any(asleep), "{name}");
    }
}
