//! A remark in a terminal that a command of libvirt does not end: `Hangs here` below the traced command.

use host_tree::{Evidence, numbered_lines};

use super::super::sentences::{self, Posts};
use crate::host::words::phrases::several_words::{HANGS, HANGS_HERE};
use crate::prompt::Prompt;

/// The most words of a remark.
const SHORT: usize = 8;

/// Commands that wait for a driver to release a device.
const DETACHES: [&str; 2] = ["virsh nodedev-detach", "virsh nodedev-dettach"];

/// The remark of the first such command.
pub(super) fn read(posts: &Posts<'_>) -> Option<Evidence> {
    posts.texts().find_map(|(text, _)| {
        if !DETACHES.iter().any(|command| text.text.contains(command)) {
            return None;
        }
        let mut is_behind = false;
        for (number, line) in numbered_lines(&text.text) {
            let line = line.trim();
            if line.is_empty() {
                continue;
            }
            let is_command = is_detach(line);
            let remark = match (is_command, line.find(['#', '<', '(']).filter(|at| *at > 0)) {
                (true, Some(at)) => line.get(at..),
                (true, None) => None,
                (false, _) => Some(line).filter(|_| is_behind),
            };
            if remark.is_some_and(is_remark) {
                return Some(Evidence::new(&*text.command, number, line));
            }
            is_behind = is_command;
        }
        None
    })
}

/// Whether the line is a command that a shell traces (`set -x`), or that is typed.
fn is_detach(line: &str) -> bool {
    let traced = line.trim_start_matches('+').strip_prefix(' ');
    let traced = traced.filter(|_| line.starts_with('+'));
    let command = traced.or_else(|| Prompt::read(line).map(|prompt| prompt.command));
    command.is_some_and(|command| DETACHES.iter().any(|name| command.starts_with(name)))
}

fn is_remark(line: &str) -> bool {
    let clause = sentences::clause(&line.to_lowercase());
    let before = clause.up_to(&HANGS);
    let hangs = before.is_some_and(|before| !before.is_negated());
    (hangs || clause.has(&HANGS_HERE)) && !clause.names_guest() && clause.words().len() <= SHORT
}
