//! Hooks of libvirt that call virsh.

use host_tree::{Evidence, HostTree, numbered_lines};
use hostconf::binding::libvirt_hook;

use crate::host::fact::Fact;

/// Where libvirt has its hooks (libvirt, Hooks for specific system management).
pub(crate) const HOOKS: &str = "/etc/libvirt/hooks";

/// Depth of hooks below a directory: `qemu.d/VM/prepare/begin/NAME`.
const DEPTH: u8 = 5;

/// The guests with a hook of passthru that unbinds their display card.
pub(in crate::host) fn guest_hooks(tree: &dyn HostTree) -> Vec<Fact<String>> {
    let folder = libvirt_hook::DIRECTORY;
    let listing = tree.list(folder).found().unwrap_or_default();
    let hooks = listing.entries(folder).filter_map(|(name, evidence)| {
        let guest = name.strip_prefix("passthru-")?;
        Some(Fact::new(guest.to_owned(), evidence.saying("exists")))
    });
    hooks.collect()
}

/// Calls of virsh in hooks, each with its place.
pub(in crate::host) fn virsh_hooks(tree: &dyn HostTree) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    for name in tree.list(HOOKS).found().unwrap_or_default().names {
        // Hooks of networks and storage start no domain.
        if name == "qemu" || name == "qemu.d" {
            look(tree, &format!("{HOOKS}/{name}"), DEPTH, &mut found);
        }
    }
    found
}

fn look(tree: &dyn HostTree, path: &str, depth: u8, found: &mut Vec<Fact<String>>) {
    if let Some(listing) = tree.list(path).found() {
        if depth > 0 {
            for name in listing.names {
                look(tree, &format!("{path}/{name}"), depth - 1, found);
            }
        }
        return;
    }
    let Some(text) = tree.read_text(path).found() else {
        return;
    };
    for (number, line) in numbered_lines(&text) {
        if let Some(call) = call(line) {
            let evidence = Evidence::new(path, number, call.clone());
            found.push(Fact::new(call, evidence));
        }
    }
}

/// The call of virsh in a line of a script: the name and the command, without the rest of the line.
fn call(line: &str) -> Option<String> {
    let line = line.trim_start();
    if line.starts_with('#') {
        return None;
    }
    for command in line.split([';', '&', '|', '(', '`']) {
        let mut words = command.split_ascii_whitespace().skip_while(|word| {
            matches!(*word, "then" | "else" | "do" | "exec" | "sudo" | "!" | "{")
        });
        let program = words.next().unwrap_or_default();
        if program.rsplit('/').next() == Some("virsh") {
            // -c URI and other options precede the command.
            let is_command = |word: &&str| {
                !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
            };
            let command = words.find(|word| !word.starts_with('-') && is_command(word));
            return Some(match command {
                Some(command) => format!("virsh {command}"),
                None => "virsh".to_owned(),
            });
        }
    }
    None
}

/// The lines of a hook that are read, each where it was.
pub(crate) fn needed_hook_lines(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for line in text.lines() {
        kept.push_str(&call(line).unwrap_or_default());
        kept.push('\n');
    }
    kept
}

#[cfg(test)]
mod tests;
