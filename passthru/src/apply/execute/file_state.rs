//! The state of a file of a plan, by its bytes, not by the journal.

use std::io;

use host_tree::Edit;

use super::file::{self, FileNow};
use super::place::{Root, Way};
use crate::apply::record::{Attributes, Kept};
use crate::text::{Text, text};

/// The state of a file with respect to an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FileState {
    /// As before the edit.
    Before,
    /// As after the edit.
    After,
    /// Changed otherwise; with the change.
    Other(Text),
}

/// A path and the state of its file.
pub(super) struct Look {
    pub(super) way: Way,
    pub(super) now: Option<FileNow>,
}

/// Looks at the file that `path` leads to.
pub(super) fn look(root: &Root, path: &str) -> io::Result<Look> {
    let way = root.follow(path)?;
    let now = match &way {
        Way::Whole(place) => file::read(place)?,
        Way::Broken { .. } => None,
    };
    Ok(Look { way, now })
}

/// The state of the present file.
pub(super) fn of(edit: &Edit, kept: &Kept, now: Option<&FileNow>) -> FileState {
    let Some(now) = now else {
        return if edit.before.is_none() {
            FileState::Before
        } else {
            FileState::Other(text!("the file is missing"))
        };
    };
    let before = edit.before.as_deref().map(str::as_bytes);
    let is_before = before == Some(&now.bytes);
    let is_after = edit.after.as_bytes() == now.bytes;
    let was = kept.before.as_ref();
    if is_before && was.is_some_and(|was| same_access(was, &now.attributes)) {
        return FileState::Before;
    }
    if is_after {
        let wanted = mode_after(edit, was);
        let owned =
            was.is_none_or(|was| (was.uid, was.gid) == (now.attributes.uid, now.attributes.gid));
        if owned && wanted == now.attributes.mode {
            return FileState::After;
        }
    }
    if is_before || is_after {
        FileState::Other(text!("its owner or permissions have changed"))
    } else if before.is_none() {
        FileState::Other(text!("another program or person has created or changed it"))
    } else {
        FileState::Other(text!("it has changed"))
    }
}

/// The permission bits that the edit leaves.
pub(super) fn mode_after(edit: &Edit, was: Option<&Attributes>) -> u32 {
    edit.mode
        .or(was.map(|was| was.mode))
        .unwrap_or(Edit::FILE_MODE)
}

fn same_access(one: &Attributes, other: &Attributes) -> bool {
    (one.mode, one.uid, one.gid) == (other.mode, other.uid, other.gid)
}
