//! Edits as a diff that `patch -p1` (GNU patch 2.7 and later) and `git apply` read,
//! with the permissions of new files.

use host_tree::Edit;
use similar::algorithms::{Capture, Compact, Replace, myers};
use similar::udiff::UnifiedHunkHeader;

/// One edit as a unified diff, with the host's path after `a/` and `b/`.
#[must_use]
pub fn of(edit: &Edit) -> String {
    let before = edit.before.as_deref().unwrap_or_default();
    let old = match edit.before {
        Some(_) => format!("a{}", edit.path),
        None => "/dev/null".to_owned(),
    };
    let new = format!("b{}", edit.path);
    let mut text = format!("diff --git a{0} b{0}\n", edit.path);
    if let (None, Some(mode)) = (&edit.before, edit.mode) {
        // 100 marks a regular file, as git writes it.
        text.push_str(&format!("new file mode 100{mode:03o}\n"));
    }
    let hunks = hunks(before, &edit.after);
    if !hunks.is_empty() {
        text.push_str(&format!("--- {old}\n+++ {new}\n{hunks}"));
    }
    text
}

/// The hunks of a unified diff. A line ends with a line feed alone, as for `patch`: a
/// carriage return is one of its characters.
fn hunks(before: &str, after: &str) -> String {
    let lines = |text| str::split_inclusive(text, '\n').collect::<Vec<_>>();
    let (before, after) = (lines(before), lines(after));
    let (before, after) = (&*before, &*after);
    // One algorithm alone: the choice between all would be a hundredth of the static command.
    let mut found = Compact::new(Replace::new(Capture::new()), before, after);
    let Ok(()) = myers::diff(&mut found, before, 0..before.len(), after, 0..after.len());
    let groups = found.into_inner().into_inner().into_grouped_ops(3);
    let mut text = String::new();
    for group in groups {
        text.push_str(&format!("{}\n", UnifiedHunkHeader::new(&group)));
        for change in group.iter().flat_map(|op| op.iter_changes(before, after)) {
            text.push_str(&format!("{}{}", change.tag(), change.value()));
            if !change.value().ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        }
    }
    text
}

/// All edits, one after the other.
#[must_use]
pub fn of_all(edits: &[Edit]) -> String {
    edits.iter().map(of).collect()
}
