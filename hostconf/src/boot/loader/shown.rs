//! Files of the tree, as evidence.

use host_tree::{Evidence, HostTree};

pub(super) fn first_line(source: &str, text: &str) -> Evidence {
    Evidence::new(source, 1, text.lines().next().unwrap_or_default())
}

pub(super) fn found(
    tree: &dyn HostTree,
    path: &str,
    evidence: &mut Vec<Evidence>,
) -> Option<String> {
    let text = tree.read_text(path).found()?;
    evidence.push(first_line(path, &text));
    Some(text)
}
