//! Files of a tree whose paths are only assumed: lines of a pasted text.

use alloc::string::String;
use alloc::vec::Vec;

use crate::Evidence;

/// The origin of a file whose path on the host no text names: a pasted configuration of a guest,
/// for example, is in the tree under an assumed path.
///
/// ```
/// use host_tree::{Evidence, Origin};
/// let origin = Origin::new("/etc/pve/qemu-server/0.conf", "post.txt", vec![12, 13]);
/// let line = Evidence::new("/etc/pve/qemu-server/0.conf", 2, "hostpci0: 01:00.0");
/// assert_eq!(origin.of(&line).unwrap().place(), "post.txt, line 13");
/// assert!(origin.of(&Evidence::new("/etc/modules", 2, "vfio")).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origin {
    /// The assumed path.
    pub path: String,
    /// The name of the text.
    pub source: String,
    /// The number of each line of the file in the text, from 1.
    pub lines: Vec<u32>,
}

impl Origin {
    /// The origin of the file at `path`: the `lines` of the text `source`, from 1.
    pub fn new(path: impl Into<String>, source: impl Into<String>, lines: Vec<u32>) -> Self {
        Self {
            path: path.into(),
            source: source.into(),
            lines,
        }
    }

    /// The evidence as a line of the text; `None` if it is not of this file.
    #[must_use]
    pub fn of(&self, evidence: &Evidence) -> Option<Evidence> {
        if evidence.source != self.path {
            return None;
        }
        let at = usize::try_from(evidence.line?).ok()?.checked_sub(1)?;
        let line = *self.lines.get(at)?;
        Some(Evidence::new(&*self.source, line, &*evidence.text))
    }
}
