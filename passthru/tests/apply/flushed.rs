//! Power cuts: each file is flushed before it is renamed, then its directory, and only then
//! the step is recorded.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::apply::place::{self, Place};

#[test]
fn each_step_is_on_the_disk_before_the_next() {
    if !testkit::program::installed(&["strace"]) {
        return;
    }
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    let plan = place.join("plan.json");
    let made = place::plan(&root);
    place::save(&made, &plan);
    for words in [
        &["apply", plan.to_str().unwrap(), "--yes"][..],
        &["undo", "--yes"],
    ] {
        let log = place.join("log");
        let calls = "trace=openat,write,fsync,fdatasync,renameat,renameat2,unlinkat,mkdirat";
        let status = Command::new("strace")
            .args(["-y", "-e", calls, "-o", log.to_str().unwrap()])
            .arg(env!("CARGO_BIN_EXE_passthru"))
            .args(words)
            .arg("--root")
            .arg(&root)
            .output()
            .unwrap();
        assert!(status.status.success());
        check(&fs::read_to_string(&log).unwrap(), made.edits.len());
    }
}

/// The path that strace -y shows for a descriptor: `5</etc/x>`.
fn shown(argument: &str) -> String {
    let start = argument.find('<').unwrap() + 1;
    argument[start..argument.rfind('>').unwrap()].to_owned()
}

fn check(log: &str, edits: usize) {
    // Files that were written and are not flushed, directories whose names changed.
    let mut files: BTreeSet<String> = BTreeSet::new();
    let mut directories: BTreeSet<String> = BTreeSet::new();
    let mut renamed = 0;
    for line in log.lines() {
        let Some((call, rest)) = line.split_once('(') else {
            continue;
        };
        if rest.contains(" = -1 ") {
            continue;
        }
        let arguments: Vec<&str> = rest.split(", ").collect();
        match call {
            "write" if rest.contains("/root/") => {
                let path = shown(arguments[0]);
                if path.ends_with(".journal") {
                    assert!(
                        files.is_empty() && directories.is_empty(),
                        "{line}: {files:?} {directories:?}"
                    );
                }
                files.insert(path);
            }
            "fsync" | "fdatasync" => {
                let path = shown(rest.split(')').next().unwrap());
                files.remove(&path);
                directories.remove(&path);
            }
            "renameat" | "renameat2" => {
                let directory = shown(arguments[0]);
                let name = arguments[1].trim_matches('"');
                let from = format!("{directory}/{name}");
                assert!(
                    !files.contains(&from),
                    "{line}: renamed before it is flushed"
                );
                directories.insert(directory);
                renamed += 1;
            }
            // The leftovers of an interruption may come back.
            "unlinkat" if !rest.contains(".passthru-new") => {
                directories.insert(shown(arguments[0]));
            }
            "mkdirat" => {
                directories.insert(shown(arguments[0]));
            }
            _ => {}
        }
    }
    assert!(
        files.is_empty() && directories.is_empty(),
        "{files:?} {directories:?}"
    );
    assert!(renamed >= edits / 2, "{log}");
}
