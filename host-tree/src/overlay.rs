//! A tree with the files of an edit or a plan applied.

use alloc::string::String;
use alloc::vec::Vec;

use list_order::Order as _;

use super::lookup::{CommandText, Listing, Lookup};
use super::memory::MemoryTree;
use crate::Origin;
use crate::directory::HostTree;

/// `base` with the files of `changes` instead of its own.
///
/// ```
/// use host_tree::{HostTree, MemoryTree, Overlay};
/// let mut host = MemoryTree::complete();
/// host.insert_file("/etc/modules", "loop\n");
/// let mut changes = MemoryTree::partial();
/// changes.insert_file("/etc/modules", "loop\nvfio_pci\n");
/// let after = Overlay::new(&host, changes);
/// assert_eq!(after.read_text("/etc/modules").found().as_deref(), Some("loop\nvfio_pci\n"));
/// // `base` itself is unchanged.
/// assert_eq!(host.read_text("/etc/modules").found().as_deref(), Some("loop\n"));
/// ```
pub struct Overlay<'a> {
    base: &'a dyn HostTree,
    changes: MemoryTree,
    texts: Vec<CommandText>,
}

impl<'a> Overlay<'a> {
    /// `base` with the files, links and absences of `changes` on top. `changes` must be
    /// [partial](MemoryTree::partial): paths that it does not show are read from `base`.
    #[must_use]
    pub fn new(base: &'a dyn HostTree, changes: MemoryTree) -> Self {
        let texts = [base.texts(), changes.texts()].concat();
        Self {
            base,
            changes,
            texts,
        }
    }
}

impl HostTree for Overlay<'_> {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        match self.changes.read(path) {
            Lookup::NotShown => self.base.read(path),
            answer => answer,
        }
    }

    fn read_start(&self, path: &str, most: usize) -> Lookup<Vec<u8>> {
        match self.changes.read_start(path, most) {
            Lookup::NotShown => self.base.read_start(path, most),
            answer => answer,
        }
    }

    fn read_link(&self, path: &str) -> Lookup<String> {
        match self.changes.read_link(path) {
            Lookup::NotShown => self.base.read_link(path),
            answer => answer,
        }
    }

    fn list(&self, path: &str) -> Lookup<Listing> {
        match (self.changes.list(path), self.base.list(path)) {
            (Lookup::Found(above), Lookup::Found(below)) => {
                let mut names = above.names;
                names.extend(below.names.into_iter().filter(|name| {
                    !self
                        .changes
                        .read(&alloc::format!("{path}/{name}"))
                        .is_absent()
                }));
                names.order();
                names.dedup();
                Lookup::Found(Listing {
                    names,
                    complete: below.complete,
                })
            }
            (Lookup::Found(above), below) => Lookup::Found(Listing {
                complete: below.is_absent(),
                ..above
            }),
            (_, below) => below,
        }
    }

    fn is_executable(&self, path: &str) -> Lookup<bool> {
        match self.changes.read_start(path, 0) {
            Lookup::NotShown => self.base.is_executable(path),
            _ => Lookup::NotShown,
        }
    }

    fn texts(&self) -> &[CommandText] {
        &self.texts
    }

    fn origins(&self) -> Vec<Origin> {
        let mut origins = self.base.origins();
        origins.retain(|origin| matches!(self.changes.read(&origin.path), Lookup::NotShown));
        origins.extend(self.changes.origins());
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_win_and_the_rest_shows_through() {
        let mut base = MemoryTree::complete();
        base.insert_file("/etc/a", "1");
        base.insert_file("/etc/b", "2");
        let mut changes = MemoryTree::partial();
        changes.insert_file("/etc/b", "3");
        changes.insert_absent("/etc/a");
        changes.insert_file("/etc/c", "4");
        let tree = Overlay::new(&base, changes);
        assert_eq!(tree.read("/etc/a"), Lookup::Absent);
        assert_eq!(tree.read("/etc/b"), Lookup::Found(b"3".to_vec()));
        assert_eq!(tree.list("/etc").found().unwrap().names, ["b", "c"]);
        assert!(tree.list("/etc").found().unwrap().complete);
    }
}
