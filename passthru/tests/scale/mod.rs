//! The instructions that the command needs grow as the functions of a host do: counted by
//! valgrind, and so the same on any machine and under any load.

use std::process::Command;

use testkit::sysfs_tree::{SysfsTree, many};

const FEW: usize = 250;
const MORE: usize = 1000;

/// The instructions of one run; `None` where valgrind is not installed.
fn instructions(words: &[&str], tree: &SysfsTree) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(env!("CARGO_BIN_EXE_passthru"))
        .args(words)
        .arg("--root")
        .arg(&tree.root)
        .output()
        .ok()?;
    let message = String::from_utf8_lossy(&output.stderr);
    let count = message
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let (_, count) = count.unwrap_or_else(|| panic!("{words:?}: {message}"));
    Some(count.trim().parse().unwrap())
}

#[test]
fn four_times_the_functions_are_four_times_the_instructions() {
    let few = SysfsTree::new("instructions-few", &many(FEW));
    let more = SysfsTree::new("instructions-more", &many(MORE));
    for words in [&["doctor", "--json"][..], &["list", "--json"], &["list"]] {
        let Some(small) = instructions(words, &few) else {
            return testkit::skipped::missing("valgrind");
        };
        let large = instructions(words, &more).unwrap();
        // A search in a tree of four times the size needs a few steps more.
        assert!(
            large <= small * 5,
            "{words:?}: {small} instructions for {FEW} functions, {large} for {MORE}"
        );
    }
}
