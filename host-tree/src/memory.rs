//! A tree in memory: pasted texts, snapshots, tests.

use alloc::borrow::Cow;
use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Bound;

use list_order::Order as _;

use super::lookup::{CommandText, IS_DIRECTORY, Listing, Lookup, NO_DIRECTORY, NO_LINK};
use crate::Origin;
use crate::directory::HostTree;

/// The stored answer for one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    File(Vec<u8>),
    Link(String),
    Directory(Listing),
    Absent,
    Unreadable(String),
}

/// A host tree in memory.
///
/// [`partial`](Self::partial) is for an excerpt of a host: a path that is not in it is
/// [`Lookup::NotShown`]. [`complete`](Self::complete) is for a complete host.
///
/// ```
/// use host_tree::{HostTree, Lookup, MemoryTree};
/// let mut host = MemoryTree::complete();
/// host.insert_file("/etc/modules", "vfio_pci\n");
/// host.insert_text("lspci -nn", "01:00.0 VGA compatible controller [0300]: ...\n");
/// assert_eq!(host.read_text("/etc/modules").found().as_deref(), Some("vfio_pci\n"));
/// assert_eq!(host.texts()[0].command, "lspci -nn");
/// assert_eq!(host.read("/etc/default/grub"), Lookup::Absent);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryTree {
    pub(super) entries: BTreeMap<String, Entry>,
    pub(super) texts: Vec<CommandText>,
    pub(super) complete: bool,
    pub(super) link_depths: Depths,
    /// The origins of assumed paths.
    pub(super) origins: BTreeMap<String, Origin>,
}

/// Depths of paths that may be links, one bit each: a path of sysfs is resolved at each read, and
/// nearly all links there are at few depths. No part of the value: a link may have been replaced.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Depths(u64);

impl PartialEq for Depths {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Depths {}

impl Depths {
    /// The bit of a depth; all from 63 have the last.
    const fn bit(depth: usize) -> u64 {
        1 << if depth < 63 { depth } else { 63 }
    }

    const fn has(self, depth: usize) -> bool {
        self.0 & Self::bit(depth) != 0
    }
}

impl MemoryTree {
    /// An empty tree of an excerpt of a host.
    #[must_use]
    pub fn partial() -> Self {
        Self::default()
    }

    /// An empty tree of a complete host.
    #[must_use]
    pub fn complete() -> Self {
        Self {
            complete: true,
            ..Self::default()
        }
    }

    /// Inserts a file at `path`, replacing the previous entry.
    pub fn insert_file(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.insert(path, Entry::File(bytes.into()));
    }

    /// Inserts a file at an assumed path, replacing the previous entry: `lines` of the text
    /// `source`, from 1, one for each line of `bytes`.
    pub fn insert_assumed(
        &mut self,
        path: &str,
        bytes: impl Into<Vec<u8>>,
        source: &str,
        lines: Vec<u32>,
    ) {
        self.insert_file(path, bytes);
        let origin = Origin::new(path, source, lines);
        self.origins.insert(normal(path).into_owned(), origin);
    }

    /// Inserts a symbolic link at `path`, replacing the previous entry.
    pub fn insert_link(&mut self, path: &str, target: &str) {
        self.insert(path, Entry::Link(target.to_string()));
    }

    /// Declares `path` a directory: with exactly the entries that the tree has below it
    /// (`complete`), or with at least those.
    pub fn insert_directory(&mut self, path: &str, complete: bool) {
        self.insert_listing(
            path,
            &Listing {
                names: Vec::new(),
                complete,
            },
        );
    }

    /// Inserts the names in the directory at `path`; their contents stay unknown until inserted.
    pub fn insert_listing(&mut self, path: &str, listing: &Listing) {
        self.insert(path, Entry::Directory(listing.clone()));
    }

    /// Records the target of a link; facts about the directory at `path` move to the link's target.
    #[cfg(feature = "std")]
    pub(super) fn record_link(&mut self, path: &str, target: &str) {
        let before = self.entries.remove(normal(path).as_ref());
        self.insert_link(path, target);
        if let Some(Entry::Directory(listing)) = before {
            self.record_listing(path, &listing);
        }
    }

    /// Records the names in the directory at `path`, under the target if `path` is a link.
    #[cfg(feature = "std")]
    pub(super) fn record_listing(&mut self, path: &str, listing: &Listing) {
        let is_link = matches!(
            self.entries.get(normal(path).as_ref()),
            Some(Entry::Link(_))
        );
        match self.resolve(path) {
            Some(real) if is_link => self.insert_listing(&real, listing),
            _ => self.insert_listing(path, listing),
        }
    }

    /// Declares that `path` does not exist on the host.
    pub fn insert_absent(&mut self, path: &str) {
        self.insert(path, Entry::Absent);
    }

    /// Declares that reading `path` failed, with the reason. Only a listing of its directory
    /// ([`insert_listing`](Self::insert_listing)) proves that it exists.
    pub fn insert_unreadable(&mut self, path: &str, reason: &str) {
        self.insert(path, Entry::Unreadable(reason.to_string()));
    }

    /// Adds a text, with its name or its command: prose, typed commands and outputs in it are read.
    pub fn insert_text(&mut self, command: &str, text: &str) {
        self.texts.push(CommandText::new(command, text));
    }

    /// Adds the output of a command: a text without prose and without typed commands.
    pub fn insert_output(&mut self, command: &str, text: &str) {
        self.texts.push(CommandText::output(command, text));
    }

    /// Merges `other` into this tree; `other` wins for a path in both.
    pub fn absorb(&mut self, other: Self) {
        self.origins
            .retain(|path, _| !other.entries.contains_key(path));
        self.entries.extend(other.entries);
        self.texts.extend(other.texts);
        self.complete |= other.complete;
        self.link_depths.0 |= other.link_depths.0;
        self.origins.extend(other.origins);
    }

    /// A copy of the tree with the bytes of files replaced by `change`, unless it returns `None`.
    #[must_use]
    pub fn map_files(&self, change: impl Fn(&str, &[u8]) -> Option<Vec<u8>>) -> Self {
        let mut tree = self.clone();
        for (path, entry) in &mut tree.entries {
            if let Entry::File(bytes) = entry {
                if let Some(other) = change(path, bytes) {
                    *bytes = other;
                }
            }
        }
        tree
    }

    /// A copy of the tree with `change` applied to each UTF-8 file and each text.
    #[must_use]
    pub fn map_texts(&self, mut change: impl FnMut(&str) -> String) -> Self {
        let mut tree = self.clone();
        for entry in tree.entries.values_mut() {
            if let Entry::File(bytes) = entry {
                if let Ok(text) = core::str::from_utf8(bytes) {
                    *bytes = change(text).into_bytes();
                }
            }
        }
        for text in &mut tree.texts {
            text.text = change(&text.text);
        }
        tree
    }

    /// Paths and contents of all files, sorted by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.entries.iter().filter_map(|(path, entry)| match entry {
            Entry::File(bytes) => Some((path.as_str(), bytes.as_slice())),
            _ => None,
        })
    }

    /// Unreadable paths with the reasons, sorted by path.
    #[cfg(feature = "std")]
    pub(super) fn unreadable(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().filter_map(|(path, entry)| match entry {
            Entry::Unreadable(reason) => Some((path.as_str(), reason.as_str())),
            _ => None,
        })
    }

    pub(super) fn insert(&mut self, path: &str, mut entry: Entry) {
        if let Entry::Directory(listing) = &mut entry {
            listing.names.order();
        }
        let path = normal(path).into_owned();
        if matches!(entry, Entry::Link(_)) {
            self.link_depths.0 |= Depths::bit(path.split('/').skip(1).count());
        }
        self.origins.remove(&path);
        self.entries.insert(path, entry);
    }

    fn missing<T>(&self) -> Lookup<T> {
        if self.complete {
            Lookup::Absent
        } else {
            Lookup::NotShown
        }
    }

    /// `path` itself if an entry has exactly that name (a snapshot stores paths as they were read,
    /// through links); otherwise `path` with links resolved.
    fn stored_or_resolved<'p>(&self, path: &'p str) -> Option<Cow<'p, str>> {
        let literal = normal(path);
        match self.entries.get(literal.as_ref()) {
            Some(Entry::Link(_)) => self.resolve(path).map(Cow::Owned),
            None if self.may_pass_link(&literal) => self.resolve(path).map(Cow::Owned),
            _ => Some(literal),
        }
    }

    /// Whether a prefix of a normal path is a link: false for nearly every path that is read.
    fn may_pass_link(&self, path: &str) -> bool {
        let ends = path.match_indices('/').skip(1).map(|(end, _)| end);
        let is_link = |at| matches!(self.entries.get(at), Some(Entry::Link(_)));
        self.link_depths.0 != 0
            && (1..).zip(ends).any(|(depth, end)| {
                self.link_depths.has(depth) && path.get(..end).is_some_and(is_link)
            })
    }

    /// `path` with links resolved; `None` if they form a loop or exceed the length limit of a link.
    fn resolve(&self, path: &str) -> Option<String> {
        let mut left: Vec<&str> = parts(path).rev().collect();
        let mut done = String::new();
        let mut depth = 0_usize;
        let mut links = 0;
        while let Some(part) = left.pop() {
            let above = done.len();
            if part == ".." {
                done.truncate(done.rfind('/').unwrap_or_default());
                depth = depth.saturating_sub(1);
                continue;
            }
            done.push('/');
            done.push_str(part);
            depth += 1;
            if !self.link_depths.has(depth) {
                continue;
            }
            if let Some(Entry::Link(target)) = self.entries.get(&done) {
                links += 1;
                // The kernel's limit on links in one lookup (path_resolution(7)).
                if links > 40 || target.len() > MAX_LEN {
                    return None;
                }
                done.truncate(above);
                depth -= 1;
                if target.starts_with('/') {
                    done.clear();
                    depth = 0;
                }
                left.extend(parts(target).rev());
            }
        }
        if done.is_empty() {
            done.push('/');
        }
        Some(done)
    }
}

impl HostTree for MemoryTree {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        if !acceptable(path) {
            return self.missing();
        }
        let Some(real) = self.stored_or_resolved(path) else {
            return Lookup::Unreadable("too many symbolic links".into());
        };
        match self.entries.get(real.as_ref()) {
            Some(Entry::File(bytes)) => Lookup::Found(bytes.clone()),
            Some(Entry::Unreadable(reason)) => Lookup::Unreadable(reason.as_str().into()),
            Some(Entry::Absent) => Lookup::Absent,
            Some(Entry::Directory(_)) => Lookup::Unreadable(IS_DIRECTORY.into()),
            Some(Entry::Link(_)) | None => self.absent_or_not_shown(&real),
        }
    }

    fn read_link(&self, path: &str) -> Lookup<String> {
        if !acceptable(path) {
            return self.missing();
        }
        let path = normal(path);
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
        let Some(parent) = self.resolve(parent) else {
            return Lookup::Unreadable("too many symbolic links".into());
        };
        // An entry with exactly that name takes precedence, as for files.
        let real = if self.entries.contains_key(path.as_ref()) {
            path.to_string()
        } else if parent == "/" {
            alloc::format!("/{name}")
        } else {
            alloc::format!("{parent}/{name}")
        };
        match self.entries.get(&real) {
            Some(Entry::Link(target)) => Lookup::Found(target.clone()),
            Some(Entry::Absent) => Lookup::Absent,
            Some(Entry::Unreadable(reason)) => Lookup::Unreadable(reason.as_str().into()),
            Some(Entry::File(_) | Entry::Directory(_)) => Lookup::Unreadable(NO_LINK.into()),
            None => self.absent_or_not_shown(&real),
        }
    }

    fn list(&self, path: &str) -> Lookup<Listing> {
        if self.entries.is_empty() || !acceptable(path) {
            return self.missing();
        }
        let Some(real) = self.stored_or_resolved(path) else {
            return Lookup::Unreadable("too many symbolic links".into());
        };
        let mut prefix = String::with_capacity(real.len() + 1);
        prefix.push_str(&real);
        if !prefix.ends_with('/') {
            prefix.push('/');
        }
        let from = (Bound::Included(prefix.as_str()), Bound::Unbounded);
        let mut names: Vec<String> = Vec::new();
        for (below, entry) in self.entries.range::<str, _>(from) {
            let Some(rest) = below.strip_prefix(&prefix) else {
                break;
            };
            let name = rest.split('/').next().unwrap_or(rest);
            let is_unproved = matches!(entry, Entry::Unreadable(_));
            let gone = is_unproved || rest == name && matches!(entry, Entry::Absent);
            if !gone && !name.is_empty() && names.last().is_none_or(|last| last != name) {
                names.push(name.to_string());
            }
        }
        let complete = match self.entries.get(real.as_ref()) {
            Some(Entry::Directory(listing)) => {
                names.extend(listing.names.iter().cloned());
                listing.complete
            }
            Some(Entry::Absent) => return Lookup::Absent,
            Some(Entry::Unreadable(reason)) => return Lookup::Unreadable(reason.as_str().into()),
            Some(Entry::File(_)) => return Lookup::Unreadable(NO_DIRECTORY.into()),
            Some(Entry::Link(_)) | None if names.is_empty() => {
                return self.absent_or_not_shown(&real);
            }
            Some(Entry::Link(_)) | None => self.complete,
        };
        names.order();
        names.dedup();
        Lookup::Found(Listing { names, complete })
    }

    fn texts(&self) -> &[CommandText] {
        &self.texts
    }

    fn origins(&self) -> Vec<Origin> {
        self.origins.values().cloned().collect()
    }
}

impl MemoryTree {
    /// Whether `path`, in a tree without links, is known not to exist.
    #[cfg(feature = "std")]
    pub(super) fn is_known_absent(&self, path: &str) -> bool {
        if self.entries.is_empty() {
            return self.complete;
        }
        let path = normal(path);
        match self.entries.get(path.as_ref()) {
            Some(entry) => matches!(entry, Entry::Absent),
            None => self.absent_or_not_shown::<()>(&path).is_absent(),
        }
    }

    /// The answer if nothing is stored at `real`: absent below a directory that is complete or
    /// absent, otherwise not shown.
    fn absent_or_not_shown<T>(&self, real: &str) -> Lookup<T> {
        if self.entries.is_empty() {
            return self.missing();
        }
        let mut at = real;
        while let Some((parent, _)) = at.rsplit_once('/') {
            let parent = if parent.is_empty() { "/" } else { parent };
            match self.entries.get(parent) {
                Some(Entry::Directory(listing)) => {
                    let name = at.rsplit('/').next().unwrap_or(at);
                    let names = &listing.names;
                    let named = names
                        .binary_search_by(|known| known.as_str().cmp(name))
                        .is_ok();
                    return if listing.complete && !named {
                        Lookup::Absent
                    } else {
                        self.missing()
                    };
                }
                Some(Entry::Absent | Entry::File(_)) => return Lookup::Absent,
                Some(Entry::Unreadable(reason)) => {
                    return Lookup::Unreadable(reason.as_str().into());
                }
                Some(Entry::Link(_)) => return self.missing(),
                None => {}
            }
            if parent == "/" {
                break;
            }
            at = parent;
        }
        self.missing()
    }
}

/// Length limit of a path and of a link's target, in bytes: `PATH_MAX` less its NUL
/// (path_resolution(7)).
const MAX_LEN: usize = 4095;

/// Whether `path` is valid for a lookup: absolute, within the length limit, without `..` and NUL.
pub(super) fn acceptable(path: &str) -> bool {
    path.starts_with('/')
        && path.len() <= MAX_LEN
        && !path.as_bytes().contains(&0)
        && (is_plain(path) || path.split('/').all(|part| part != ".."))
}

/// Whether each component of `path` has one `/` before it and none starts with a dot: so has
/// nearly every path that is read, and needs no further look.
fn is_plain(path: &str) -> bool {
    let is_odd = |pair: &[u8]| matches!(pair, [b'/', b'/' | b'.']);
    path.starts_with('/')
        && (path.len() == 1 || !path.ends_with('/'))
        && !path.as_bytes().windows(2).any(is_odd)
}

fn parts(path: &str) -> impl DoubleEndedIterator<Item = &str> {
    path.split('/')
        .filter(|part| !part.is_empty() && *part != ".")
}

/// `path` with one `/` before each component, and no `.`: nearly every path that is read already is.
fn normal(path: &str) -> Cow<'_, str> {
    let is_odd = || {
        ["//", "/./"].iter().any(|part| path.contains(part))
            || path.len() > 1 && path.ends_with('/')
            || path.ends_with("/.")
    };
    if is_plain(path) || path.starts_with('/') && !is_odd() {
        return Cow::Borrowed(path);
    }
    let mut normal = String::with_capacity(path.len());
    for part in parts(path) {
        normal.push('/');
        normal.push_str(part);
    }
    if normal.is_empty() {
        normal.push('/');
    }
    Cow::Owned(normal)
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn not_shown_and_absent_are_kept_apart() {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/etc/modules", "vfio\n");
        tree.insert_absent("/etc/kernel/cmdline");
        tree.insert_directory("/etc/modprobe.d", true);
        assert_eq!(tree.read("/etc/default/grub"), Lookup::NotShown);
        assert_eq!(tree.read("/etc/kernel/cmdline"), Lookup::Absent);
        assert_eq!(tree.read("/etc/modprobe.d/vfio.conf"), Lookup::Absent);
        assert_eq!(
            tree.list("/etc/modprobe.d").found(),
            Some(Listing {
                names: vec![],
                complete: true
            })
        );
        assert_eq!(MemoryTree::complete().read("/etc/modules"), Lookup::Absent);
    }

    #[test]
    fn links_are_followed_and_loops_end() {
        let mut tree = MemoryTree::complete();
        tree.insert_link(
            "/sys/bus/pci/devices/0000:01:00.0",
            "../../../devices/pci0000:00/0000:01:00.0",
        );
        tree.insert_file("/sys/devices/pci0000:00/0000:01:00.0/vendor", "0x10de\n");
        tree.insert_link("/a", "/b");
        tree.insert_link("/b", "a");
        assert!(matches!(
            tree.read("/sys/bus/pci/devices/0000:01:00.0/vendor"),
            Lookup::Found(_)
        ));
        assert!(matches!(tree.read("/a"), Lookup::Unreadable(_)));
        assert!(matches!(tree.read("/sys/../etc/passwd"), Lookup::Absent));
    }

    #[test]
    fn a_listing_names_each_entry_once() {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/d/a/1", "");
        tree.insert_file("/d/a-b", "");
        tree.insert_file("/d/a/2", "");
        tree.insert_absent("/d/gone");
        let listing = tree.list("/d").found().unwrap();
        assert_eq!(listing.names, ["a", "a-b"]);
        assert!(!listing.complete);
    }

    #[test]
    fn nothing_is_longer_than_a_path_can_be() {
        let mut tree = MemoryTree::complete();
        let long = "/a".repeat(2047);
        tree.insert_file(&alloc::format!("{long}/b"), "x");
        tree.insert_file(&alloc::format!("{long}b"), "x");
        assert_eq!(
            tree.read(&alloc::format!("{long}b")).found().as_deref(),
            Some(&b"x"[..])
        );
        assert_eq!(tree.read(&alloc::format!("{long}/b")), Lookup::Absent);
        tree.insert_file("/a", "x");
        tree.insert_link("/link", &alloc::format!("{}a", "/".repeat(4094)));
        assert!(matches!(tree.read("/link"), Lookup::Found(_)));
        tree.insert_link("/link", &alloc::format!("{}a", "/".repeat(4095)));
        assert!(matches!(tree.read("/link"), Lookup::Unreadable(_)));
    }

    /// A snapshot may list the names of a directory in any order.
    #[test]
    fn a_listed_name_is_found_in_any_order() {
        let mut tree = MemoryTree::partial();
        let names = ["b", "a", "c"].map(ToString::to_string).to_vec();
        tree.insert_listing(
            "/d",
            &Listing {
                names,
                complete: true,
            },
        );
        for name in ["/d/a", "/d/b", "/d/c"] {
            assert_eq!(tree.read(name), Lookup::NotShown, "{name}");
        }
        assert_eq!(tree.read("/d/e"), Lookup::Absent);
    }
}
