//! Edits as a diff that `patch -p1` (GNU patch 2.7 and later) and `git apply` read,
//! with the permissions of new files.

use hvconf::Edit;
use similar::TextDiff;

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
    let hunks = TextDiff::from_lines(before, edit.after.as_str())
        .unified_diff()
        .context_radius(3)
        .header(&old, &new)
        .to_string();
    text.push_str(&hunks);
    text
}

/// All edits, one after the other.
#[must_use]
pub fn of_all(edits: &[Edit]) -> String {
    edits.iter().map(of).collect()
}
