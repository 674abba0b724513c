//! Output of talosctl in the line of [`crate::ask`]: files and directories of a node.

use std::collections::BTreeSet;

use host_tree::{Listing, MemoryTree};

use super::placed::{GROUPS, groups, is_path};

/// Adds the file or the directory that the command shows; `false` if the output is a listing that
/// other readers know, or not that of one node.
pub(super) fn place(words: &[&str], body: &str, whole: bool, tree: &mut MemoryTree) -> bool {
    let ["talosctl", command @ ("read" | "list"), .., path] = words else {
        return false;
    };
    if !is_path(path) {
        return false;
    }
    if let Some(reason) = refused(body) {
        match reason {
            "no such file or directory" => tree.insert_absent(path),
            reason => tree.insert_unreadable(path, reason),
        }
        return true;
    }
    if *command == "read" {
        tree.insert_file(path, body.as_bytes());
        return true;
    }
    let Some(names) = names(body) else {
        return false;
    };
    let is_recursive = words.contains(&"-r");
    if *path == GROUPS && is_recursive && whole {
        groups(names.into_iter(), tree);
        return true;
    }
    if !is_recursive {
        let names = names.into_iter().map(str::to_owned).collect();
        tree.insert_listing(
            path,
            &Listing {
                names,
                complete: whole,
            },
        );
    }
    !is_recursive
}

/// The names in the output of `talosctl list -l`, if it is that of one node: after the columns node,
/// mode, owner, group, size, time and, in newer releases, label (Talos, cmd/talosctl, list).
fn names(body: &str) -> Option<Vec<&str>> {
    let mut lines = body.lines();
    let head = lines.find(|line| !line.trim().is_empty())?;
    if !(head.starts_with("NODE ") && head.trim_end().ends_with(" NAME")) {
        return None;
    }
    let mut nodes = BTreeSet::new();
    let mut names = Vec::new();
    for line in lines {
        let (front, _) = line.split_once(" -> ").unwrap_or((line, ""));
        nodes.extend(front.split_ascii_whitespace().next());
        let name = front.split_ascii_whitespace().next_back();
        names.extend(name.filter(|name| *name != "."));
    }
    (nodes.len() == 1).then_some(names)
}

/// The reason for which talosctl printed neither a file nor a directory: the end of its error.
fn refused(body: &str) -> Option<&str> {
    let text = body.trim();
    let is_error = text.lines().count() <= 4 && text.contains("rpc error: code = ");
    let reason = text.rsplit(": ").next()?;
    is_error.then_some(reason)
}
