//! A directory of a tree that is asked for many of its entries.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::lookup::{CommandText, Listing, Lookup, text};
use crate::Evidence;

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

/// The evidence that the host has a file or a directory at `path`: it was read, or the
/// directory that it is in names it. That it cannot be read proves nothing, for so may
/// be a directory on the way to it.
///
/// ```
/// use host_tree::{MemoryTree, presence};
/// let mut host = MemoryTree::partial();
/// host.insert_unreadable("/boot", "permission denied");
/// host.insert_unreadable("/boot/grub/grub.cfg", "permission denied");
/// assert_eq!(presence(&host, "/boot"), None);
/// host.insert_file("/etc/default/grub", "");
/// let evidence = presence(&host, "/etc/default").unwrap();
/// assert_eq!((evidence.place().as_str(), evidence.text.as_str()), ("/etc/default", "is there"));
/// ```
#[must_use]
pub fn presence(tree: &dyn HostTree, path: &str) -> Option<Evidence> {
    let named = || {
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let parent = if parent.is_empty() { "/" } else { parent };
        match tree.list(parent) {
            Lookup::Found(listing) if listing.names.iter().any(|known| known == name) => {
                Lookup::Found(())
            }
            _ => Lookup::NotShown,
        }
    };
    let mut answer = tree.read_start(path, 1).map(drop);
    if answer != Lookup::Found(()) {
        answer = tree.list(path).map(drop);
    }
    if matches!(answer, Lookup::Unreadable(_)) {
        answer = named();
    }
    let found = answer.shown(path, |()| "is there").found();
    found.map(|(_, evidence)| evidence)
}

/// A host, as far as it is known: files, links, directories, and what commands
/// printed.
///
/// Paths are absolute and name the host's own files (`/etc/default/grub`),
/// wherever the tree keeps them. A path with a `..` component or a NUL byte, or of more
/// than 4,095 bytes, as many as Linux takes, is never found. Several threads may ask at once.
///
/// What takes a `&dyn HostTree` works on a running host, on a directory, on a
/// snapshot and on pasted texts:
///
/// ```
/// use host_tree::{HostTree, Lookup, MemoryTree};
/// fn driver(host: &dyn HostTree, function: &str) -> Lookup<String> {
///     let link = host.read_link(&format!("/sys/bus/pci/devices/{function}/driver"));
///     link.map(|target| target.rsplit('/').next().unwrap_or_default().to_string())
/// }
/// let mut host = MemoryTree::partial();
/// host.insert_link(
///     "/sys/bus/pci/devices/0000:01:00.0/driver",
///     "../../../../bus/pci/drivers/nouveau",
/// );
/// assert_eq!(driver(&host, "0000:01:00.0"), Lookup::Found("nouveau".to_string()));
/// assert_eq!(driver(&host, "0000:01:00.1"), Lookup::NotShown);
/// ```
pub trait HostTree: Sync {
    /// The bytes of a file. Links are followed within the tree.
    fn read(&self, path: &str) -> Lookup<Vec<u8>>;

    /// The target of a symbolic link, as it is stored.
    fn read_link(&self, path: &str) -> Lookup<String>;

    /// The names in a directory.
    fn list(&self, path: &str) -> Lookup<Listing>;

    /// What commands printed, in the order in which the tree keeps them.
    fn texts(&self) -> &[CommandText];

    /// The first bytes of a file, at most `most`: for a file whose reading costs
    /// by the byte, such as a function's configuration space.
    fn read_start(&self, path: &str, most: usize) -> Lookup<Vec<u8>> {
        self.read(path).map(|mut bytes| {
            bytes.truncate(most);
            bytes
        })
    }

    /// A file's text; bytes that are not UTF-8 become U+FFFD.
    fn read_text(&self, path: &str) -> Lookup<String> {
        self.read(path).map(text)
    }

    /// The directory at `path`, opened once, where the tree can ask it for less
    /// than paths cost; `None` where it cannot. [`open`](super::open) gives a
    /// directory of any tree.
    fn directory<'a>(&'a self, path: &str) -> Option<Box<dyn Directory + 'a>> {
        let _ = path;
        None
    }
}
