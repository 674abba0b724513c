//! A tree that remembers what was asked of it.

use std::sync::{Mutex, PoisonError};

use super::lookup::{CommandText, HostTree, Listing, Lookup};
use super::memory::MemoryTree;

/// Passes questions on to another tree and keeps each answer, so that what was
/// read can be kept as a snapshot: the same questions then get the same answers.
///
/// ```
/// use pci_core::tree::{HostTree, Lookup, MemoryTree, Recorder};
/// let mut host = MemoryTree::whole();
/// host.insert_file("/proc/cmdline", "quiet\n");
/// host.insert_file("/etc/shadow", "secret\n");
/// let recorder = Recorder::new(&host);
/// recorder.read("/proc/cmdline");
/// recorder.read("/etc/kernel/cmdline");
/// let snapshot = recorder.into_tree();
/// assert_eq!(snapshot.read("/proc/cmdline"), host.read("/proc/cmdline"));
/// assert_eq!(snapshot.read("/etc/kernel/cmdline"), Lookup::Absent);
/// assert_eq!(snapshot.read("/etc/shadow"), Lookup::NotShown);
/// ```
pub struct Recorder<'a> {
    host: &'a dyn HostTree,
    seen: Mutex<MemoryTree>,
}

impl<'a> Recorder<'a> {
    /// A recorder in front of `host`.
    #[must_use]
    pub fn new(host: &'a dyn HostTree) -> Self {
        Self {
            host,
            seen: Mutex::new(MemoryTree::partial()),
        }
    }

    /// What was read, as a tree that shows just that.
    #[must_use]
    pub fn into_tree(self) -> MemoryTree {
        let mut tree = self
            .seen
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        for text in self.host.texts() {
            tree.insert_text(&text.command, &text.text);
        }
        tree
    }

    fn note(&self, record: impl FnOnce(&mut MemoryTree)) {
        record(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl HostTree for Recorder<'_> {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        let answer = self.host.read(path);
        self.note(|seen| match &answer {
            Lookup::Found(bytes) => seen.insert_file(path, bytes.clone()),
            Lookup::Absent => seen.insert_absent(path),
            Lookup::Unreadable(reason) => seen.insert_unreadable(path, reason),
            Lookup::NotShown => {}
        });
        answer
    }

    fn read_link(&self, path: &str) -> Lookup<String> {
        let answer = self.host.read_link(path);
        self.note(|seen| match &answer {
            Lookup::Found(target) => seen.insert_link(path, target),
            Lookup::Absent => seen.insert_absent(path),
            Lookup::Unreadable(reason) => seen.insert_unreadable(path, reason),
            Lookup::NotShown => {}
        });
        answer
    }

    fn list(&self, path: &str) -> Lookup<Listing> {
        let answer = self.host.list(path);
        self.note(|seen| match &answer {
            Lookup::Found(listing) => seen.insert_listing(path, listing),
            Lookup::Absent => seen.insert_absent(path),
            Lookup::Unreadable(reason) => seen.insert_unreadable(path, reason),
            Lookup::NotShown => {}
        });
        answer
    }

    fn texts(&self) -> &[CommandText] {
        self.host.texts()
    }
}
