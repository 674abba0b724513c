//! Files with pieces of the options of a unified kernel image.

use super::parameter::Parameter;
use super::step::names;
use crate::error::Error;
use host_tree::{Edit, HostTree};
use list_order::Order as _;

/// Adds options to passthru's file, new or among the edits.
pub(super) fn add_own(
    edits: &mut Vec<Edit>,
    path: &str,
    options: &[Parameter],
    add: impl Fn(&str, &str) -> String,
) {
    if options.is_empty() {
        return;
    }
    let words: Vec<String> = options.iter().map(Parameter::to_string).collect();
    let words = words.join(" ");
    match edits.iter_mut().find(|edit| edit.path == path) {
        Some(edit) => edit.after = add(&edit.after, &words),
        None => edits.push(Edit::new_file(path, add("", &words))),
    }
}

/// The `.conf` files of a directory, in the order of their names.
pub(super) fn directory(tree: &dyn HostTree, place: &str) -> Result<Vec<(String, String)>, Error> {
    let mut names = names(tree, place)?;
    names.order();
    let mut found = Vec::new();
    for name in names.iter().filter(|name| name.ends_with(".conf")) {
        let path = format!("{place}/{name}");
        let text = super::step::text(tree, &path)?;
        found.push((path, text));
    }
    Ok(found)
}
