//! How many system calls a reading costs, as `strace` counts them.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use pci_core::sysfs::{Wanted, read_wanted};
use pci_core::tree::DirTree;

use crate::program::{installed, missed};
use crate::sysfs_tree::{SysfsTree, many};

/// The tree that the traced process reads.
const TREE: &str = "PASSTHRU_TRACED_TREE";

/// What the traced process does; without a tree, nothing.
#[test]
fn traced() {
    if let Some(root) = std::env::var_os(TREE) {
        let found = read_wanted(&DirTree::open(root).unwrap(), Wanted::LISTING);
        assert!(found.devices.len() <= 4000);
    }
}

/// The system calls of a process that lists the functions of a tree, by name;
/// `None` where it may not be traced.
fn calls(tree: &Path) -> Option<BTreeMap<String, u64>> {
    let report = tree.join("calls");
    let this = std::env::current_exe().unwrap();
    let status = Command::new("strace")
        .args(["-f", "-qq", "-c", "-U", "name,calls", "-o"])
        .arg(&report)
        .arg(this)
        .args(["--exact", "calls::traced"])
        .env(TREE, tree)
        .output()
        .unwrap();
    let text = std::fs::read_to_string(&report).unwrap_or_default();
    let rows = text.lines().filter_map(|line| {
        let mut words = line.split_whitespace();
        let (name, count) = (words.next()?, words.next()?);
        Some((name.to_owned(), count.parse().ok()?))
    });
    let calls: BTreeMap<_, _> = rows.filter(|(name, _)| name != "total").collect();
    (status.status.success() && !calls.is_empty()).then_some(calls)
}

#[test]
fn a_listing_costs_nine_system_calls_for_each_function() {
    if !installed("strace") {
        return;
    }
    let count = |functions| {
        let tree = SysfsTree::new(&format!("calls-{functions}"), &many(functions));
        calls(&tree.root)
    };
    let (Some(few), Some(lots)) = (count(200), count(1200)) else {
        missed("strace may not trace here");
        return;
    };
    // What a process costs by itself, and the directory's own reading, fall out but
    // for the calls that ask for memory.
    let mut each = 0.0;
    for (name, count) in &lots {
        let more = count.saturating_sub(few.get(name).copied().unwrap_or(0));
        let more = f64::from(u32::try_from(more).unwrap()) / 1000.0;
        // An unoptimised program asks at each close whether the file is open.
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
