//! A directory of a tree that is asked for many of its entries.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::lookup::{HostTree, Listing, Lookup, text};

/// A directory that is opened once and then asked for its entries by name: on a
/// running host each answer costs the system calls of that one file alone.
///
/// Names are relative to the directory (`uevent`, `power/control`). The answers
/// are those of the tree for the joined path.
pub trait Directory: Sync {
    /// The bytes of a file.
    fn read(&self, name: &str) -> Lookup<Vec<u8>>;

    /// The first bytes of a file, at most `most`.
    fn read_start(&self, name: &str, most: usize) -> Lookup<Vec<u8>>;

    /// The target of a symbolic link, as it is stored.
    fn read_link(&self, name: &str) -> Lookup<String>;

    /// The names in it.
    fn list(&self) -> Lookup<Listing>;

    /// What is known of `name`, which [`list`](Self::list) does not have, without another
    /// look: whether it is absent or not shown. `None` where the tree has to be asked.
    fn unlisted(&self, name: &str) -> Option<Lookup<()>> {
        let _ = name;
        None
    }

    /// The directory `name` in this one, where its files are read from here for less
    /// than from the one at `path`, which is the same one and what its answers are about;
    /// `None` where they are not.
    fn below<'b>(&'b self, name: &str, path: &str) -> Option<Box<dyn Directory + 'b>> {
        let _ = (name, path);
        None
    }

    /// A file's text; bytes that are not UTF-8 become U+FFFD.
    fn read_text(&self, name: &str) -> Lookup<String> {
        self.read(name).map(text)
    }
}

/// The directory at `path` of any tree.
///
/// ```
/// use host_tree::{HostTree, MemoryTree};
/// let mut host = MemoryTree::whole();
/// host.insert_file("/sys/bus/pci/devices/0000:01:00.0/revision", "0xa1\n");
/// let function = host_tree::open(&host, "/sys/bus/pci/devices/0000:01:00.0");
/// assert_eq!(function.read_text("revision").found().as_deref(), Some("0xa1\n"));
/// assert!(function.read_link("driver").is_absent());
/// ```
#[must_use]
pub fn open<'a>(tree: &'a dyn HostTree, path: &str) -> Box<dyn Directory + 'a> {
    tree.directory(path).unwrap_or_else(|| {
        Box::new(Joined {
            tree,
            path: String::from(path.trim_end_matches('/')),
        })
    })
}

/// Paths that are put together anew for each question.
struct Joined<'a> {
    tree: &'a dyn HostTree,
    path: String,
}

impl Joined<'_> {
    fn of(&self, name: &str) -> String {
        format!("{}/{name}", self.path)
    }
}

impl Directory for Joined<'_> {
    fn read(&self, name: &str) -> Lookup<Vec<u8>> {
        self.tree.read(&self.of(name))
    }

    fn read_start(&self, name: &str, most: usize) -> Lookup<Vec<u8>> {
        self.tree.read_start(&self.of(name), most)
    }

    fn read_link(&self, name: &str) -> Lookup<String> {
        self.tree.read_link(&self.of(name))
    }

    fn list(&self) -> Lookup<Listing> {
        self.tree.list(&self.path)
    }
}
