//! A tree that records the answers of another tree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use super::directory::Directory;
use super::lookup::{
    CommandText, DENIED, IS_DIRECTORY, Listing, Lookup, NO_DIRECTORY, NO_FILE, NO_LINK,
};
use super::memory::MemoryTree;
use crate::Origin;
use crate::directory::HostTree;

/// Forwards reads to another tree and records each answer, for a snapshot: the same reads then
/// return the same answers.
///
/// ```
/// use host_tree::{HostTree, Lookup, MemoryTree, Recorder};
/// let mut host = MemoryTree::complete();
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
    keeps: Kept,
}

/// The answers to record.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    All,
    Unreadable,
}

/// A path that could not be read: permission denied, or an I/O error.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct UnreadablePath {
    /// The path, or the first unreadable directory on the way to it.
    pub path: String,
    /// The reason: `permission denied`, or the system error.
    pub reason: String,
}

impl<'a> Recorder<'a> {
    /// Records the answers of `host`.
    #[must_use]
    pub fn new(host: &'a dyn HostTree) -> Self {
        Self {
            host,
            seen: Mutex::new(MemoryTree::partial()),
            keeps: Kept::All,
        }
    }

    /// Records only the failed reads of `host` ([`unreadable_paths`](Self::unreadable_paths)).
    #[must_use]
    pub fn of_unreadable(host: &'a dyn HostTree) -> Self {
        Self {
            keeps: Kept::Unreadable,
            ..Self::new(host)
        }
    }

    /// Paths that could not be read, sorted; for paths in an unreadable directory, that directory.
    ///
    /// ```
    /// use host_tree::{HostTree, MemoryTree, Recorder};
    /// let mut host = MemoryTree::complete();
    /// host.insert_unreadable("/sys/firmware", "permission denied");
    /// let recorder = Recorder::of_unreadable(&host);
    /// recorder.read("/sys/firmware/acpi/tables/DMAR");
    /// let unreadable_paths = recorder.unreadable_paths();
    /// assert_eq!((unreadable_paths.len(), unreadable_paths[0].path.as_str()), (1, "/sys/firmware"));
    /// ```
    #[must_use]
    pub fn unreadable_paths(self) -> Vec<UnreadablePath> {
        let host = self.host;
        let tree = self.seen.into_inner();
        let tree = tree.unwrap_or_else(PoisonError::into_inner);
        let mut closed: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut found = BTreeSet::new();
        for (path, reason) in tree.unreadable() {
            let Some(reason) = refusal(path, reason) else {
                continue;
            };
            let ends = path.match_indices('/').map(|(at, _)| at).skip(1);
            let mut above = ends.filter_map(|end| path.get(..end)).map(|directory| {
                let answer = closed.entry(directory.to_owned()).or_insert_with(|| {
                    match host.list(directory) {
                        Lookup::Unreadable(reason) => {
                            refusal(directory, &reason).map(str::to_owned)
                        }
                        _ => None,
                    }
                });
                Some((directory, answer.clone()?))
            });
            let (path, reason) = match above.find_map(|found| found) {
                Some((directory, reason)) => (directory.to_owned(), reason),
                None => (path.to_owned(), reason.to_owned()),
            };
            found.insert(UnreadablePath { path, reason });
        }
        found.into_iter().collect()
    }

    /// The recorded answers as a tree.
    #[must_use]
    pub fn into_tree(self) -> MemoryTree {
        let mut tree = self
            .seen
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        tree.texts.extend_from_slice(self.host.texts());
        tree
    }

    /// Whether this answer is not recorded.
    fn leaves<T>(&self, answer: &Lookup<T>) -> bool {
        self.keeps == Kept::Unreadable && !matches!(answer, Lookup::Unreadable(_))
    }

    fn note<T>(
        &self,
        path: &str,
        answer: Lookup<T>,
        keep: impl FnOnce(&mut MemoryTree, &T),
    ) -> Lookup<T> {
        if self.leaves(&answer) {
            return answer;
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match &answer {
            Lookup::Found(value) => keep(&mut seen, value),
            Lookup::Absent => seen.insert_absent(path),
            Lookup::Unreadable(reason) => seen.insert_unreadable(path, reason),
            Lookup::NotShown => {}
        }
        answer
    }

    fn note_file(&self, path: &str, answer: Lookup<Vec<u8>>) -> Lookup<Vec<u8>> {
        self.note(path, answer, |seen, bytes| {
            seen.insert_file(path, bytes.clone());
        })
    }

    fn note_start(&self, path: &str, answer: Lookup<Vec<u8>>) -> Lookup<Vec<u8>> {
        self.note(path, answer, |seen, bytes| {
            // The complete file may have been read before.
            let known = seen.read(path).found().unwrap_or_default();
            if known.len() < bytes.len() || bytes.is_empty() {
                seen.insert_file(path, bytes.clone());
            }
        })
    }

    fn note_link(&self, path: &str, answer: Lookup<String>) -> Lookup<String> {
        self.note(path, answer, |seen, target| seen.record_link(path, target))
    }

    fn note_listing(&self, path: &str, answer: Lookup<Listing>) -> Lookup<Listing> {
        self.note(path, answer, |seen, listing| {
            seen.record_listing(path, listing);
        })
    }
}

/// The reason, unless `path` was read and is only of another kind than asked. Sysfs and procfs
/// attributes may return any error: for these, only denied permission is kept.
fn refusal<'r>(path: &str, reason: &'r str) -> Option<&'r str> {
    let is_attribute = path.starts_with("/sys/") || path.starts_with("/proc/");
    let counts = match reason {
        DENIED => true,
        IS_DIRECTORY | NO_DIRECTORY | NO_LINK | NO_FILE => false,
        _ => !is_attribute,
    };
    counts.then_some(reason)
}

impl HostTree for Recorder<'_> {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        self.note_file(path, self.host.read(path))
    }

    fn read_start(&self, path: &str, most: usize) -> Lookup<Vec<u8>> {
        self.note_start(path, self.host.read_start(path, most))
    }

    fn read_link(&self, path: &str) -> Lookup<String> {
        self.note_link(path, self.host.read_link(path))
    }

    fn list(&self, path: &str) -> Lookup<Listing> {
        self.note_listing(path, self.host.list(path))
    }

    fn is_executable(&self, path: &str) -> Lookup<bool> {
        self.host.is_executable(path)
    }

    fn texts(&self) -> &[CommandText] {
        self.host.texts()
    }

    fn origins(&self) -> Vec<Origin> {
        self.host.origins()
    }

    fn directory<'a>(&'a self, path: &str) -> Option<Box<dyn Directory + 'a>> {
        let directory = self.host.directory(path)?;
        Some(Box::new(Recorded {
            recorder: self,
            directory,
            path: path.trim_end_matches('/').to_owned(),
        }))
    }
}

/// An open directory whose answers are recorded.
struct Recorded<'a> {
    recorder: &'a Recorder<'a>,
    directory: Box<dyn Directory + 'a>,
    path: String,
}

impl<'a> Recorded<'a> {
    /// The answer for `name`, recorded under its path. The path is built only if the answer is
    /// kept: this runs for many attributes of thousands of functions.
    fn noted<T>(
        &self,
        name: &str,
        answer: Lookup<T>,
        note: impl FnOnce(&Recorder<'a>, &str, Lookup<T>) -> Lookup<T>,
    ) -> Lookup<T> {
        if self.recorder.leaves(&answer) {
            return answer;
        }
        note(self.recorder, &format!("{}/{name}", self.path), answer)
    }
}

impl Directory for Recorded<'_> {
    fn read(&self, name: &str) -> Lookup<Vec<u8>> {
        self.noted(name, self.directory.read(name), Recorder::note_file)
    }

    fn read_start(&self, name: &str, most: usize) -> Lookup<Vec<u8>> {
        let answer = self.directory.read_start(name, most);
        self.noted(name, answer, Recorder::note_start)
    }

    fn read_link(&self, name: &str) -> Lookup<String> {
        self.noted(name, self.directory.read_link(name), Recorder::note_link)
    }

    fn list(&self) -> Lookup<Listing> {
        self.recorder
            .note_listing(&self.path, self.directory.list())
    }

    fn unlisted(&self, name: &str) -> Option<Lookup<()>> {
        let answer = self.directory.unlisted(name)?;
        Some(self.noted(name, answer, |recorder, path, answer| {
            recorder.note(path, answer, |_, ()| {})
        }))
    }

    fn below<'b>(&'b self, name: &str, path: &str) -> Option<Box<dyn Directory + 'b>> {
        let directory = self.directory.below(name, path)?;
        Some(Box::new(Recorded {
            recorder: self.recorder,
            directory,
            path: path.trim_end_matches('/').to_owned(),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A function's directory is a link: its target and the names there must both be kept, in
    /// either order of the reads.
    #[test]
    fn a_link_and_the_directory_that_it_leads_to_are_both_kept() {
        let link = "/sys/bus/pci/devices/0000:01:00.0";
        let target = "../../../devices/pci0000:00/0000:01:00.0";
        let mut host = MemoryTree::complete();
        host.insert_link(link, target);
        host.insert_file("/sys/devices/pci0000:00/0000:01:00.0/uevent", "x");
        host.insert_file("/sys/devices/pci0000:00/0000:01:00.0/rom", "");
        for list_first in [true, false] {
            let recorder = Recorder::new(&host);
            if list_first {
                recorder.list(link);
            }
            recorder.read_link(link);
            recorder.read(&format!("{link}/uevent"));
            if !list_first {
                recorder.list(link);
            }
            let snapshot = recorder.into_tree();
            let text = snapshot.to_snapshot().unwrap();
            for tree in [
                &snapshot,
                &MemoryTree::from_snapshot(text.as_bytes()).unwrap(),
            ] {
                assert_eq!(tree.read_link(link).found().as_deref(), Some(target));
                assert_eq!(tree.list(link), host.list(link));
                assert_eq!(
                    tree.read(&format!("{link}/uevent")),
                    Lookup::Found(b"x".to_vec())
                );
                assert!(tree.read(&format!("{link}/driver")).is_absent());
                assert_eq!(tree.read(&format!("{link}/rom")), Lookup::NotShown);
            }
        }
    }

    #[test]
    fn the_start_of_a_file_is_kept_as_it_was_read() {
        let mut host = MemoryTree::complete();
        host.insert_file("/config", vec![1; 256]);
        let recorder = Recorder::new(&host);
        recorder.read_start("/config", 64);
        assert_eq!(
            recorder.read_start("/config", 16),
            Lookup::Found(vec![1; 16])
        );
        let snapshot = recorder.into_tree();
        assert_eq!(snapshot.read("/config"), Lookup::Found(vec![1; 64]));
    }
}
