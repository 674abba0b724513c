//! The hosts of the guides against the guides themselves: a file that a tree does not call
//! standard is in a guide, word for word. The guides are not part of the project; without
//! their texts beside it there is nothing to compare.

use std::collections::BTreeSet;
use std::fs;

use testkit::files_below;

use crate::command::top;
use crate::guides::trees;

const GUIDES: &str = "../shared/guides";

/// One line from two places of its guide, which says in words where `disable_vga=1` belongs.
const JOINED: &str = "options vfio-pci ids=10de:0fc6,10de:0e1b disable_vga=1";

/// The text without blanks, which web pages add and remove.
fn dense(text: &str) -> String {
    text.split_whitespace().collect()
}

#[test]
fn the_lines_of_the_trees_are_in_the_guides() {
    let folder = top().join(GUIDES);
    if !folder.is_dir() {
        let why = "the guides' texts are not there";
        return testkit::skipped::optional(why, "the folder shared/guides");
    }
    let guides: String = files_below(&folder, "")
        .unwrap()
        .iter()
        .map(|guide| dense(&String::from_utf8_lossy(&fs::read(guide).unwrap())))
        .collect();
    let (mut quoted, mut others) = (0, Vec::new());
    for (host, tree) in trees() {
        let root = top().join(format!("examples/hosts/{host}/{tree}"));
        let manifest = fs::read_to_string(root.join("_tree.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        let standard: BTreeSet<&str> = manifest["defaults"]
            .as_object()
            .into_iter()
            .flat_map(|paths| paths.keys())
            .map(|path| path.trim_start_matches('/'))
            .collect();
        for file in files_below(&root, "").unwrap() {
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap();
            if path == "_tree.json" || standard.contains(path) {
                continue;
            }
            for line in fs::read_to_string(&file).unwrap().lines() {
                if line == JOINED || guides.contains(&dense(line)) {
                    quoted += 1;
                } else {
                    others.push(format!("{host}/{tree}/{path}: {line}"));
                }
            }
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
    assert!(quoted > 150, "{quoted}");
}
