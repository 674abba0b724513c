//! The traits of a host tree and of an open directory in it.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::lookup::{CommandText, Listing, Lookup, text};
use crate::{Evidence, Origin};

/// A directory that is opened once and then read by name: on a running host each answer costs only
/// the system calls for that one file.
///
/// Names are relative to the directory (`uevent`, `power/control`). The answers are those of the
/// tree for the joined path.
pub trait Directory: Sync {
    /// Reads a file.
    fn read(&self, name: &str) -> Lookup<Vec<u8>>;

    /// Reads the first bytes of a file, at most `most`.
    fn read_start(&self, name: &str, most: usize) -> Lookup<Vec<u8>>;

    /// Returns the target of a symbolic link, as stored.
    fn read_link(&self, name: &str) -> Lookup<String>;

    /// Lists the directory.
    fn list(&self) -> Lookup<Listing>;

    /// The answer for `name`, which is not in [`list`](Self::list), without a further read: absent
    /// or not shown. `None` if the tree must be read.
    fn unlisted(&self, name: &str) -> Option<Lookup<()>> {
        let _ = name;
        None
    }

    /// The subdirectory `name`, if reading its files through this directory is cheaper than opening
    /// `path`, the same directory. `None` if it is not.
    fn below<'b>(&'b self, name: &str, path: &str) -> Option<Box<dyn Directory + 'b>> {
        let _ = (name, path);
        None
    }

    /// Reads a file as text; bytes that are not UTF-8 become U+FFFD.
    fn read_text(&self, name: &str) -> Lookup<String> {
        self.read(name).map(text)
    }
}

/// Opens the directory at `path` of any tree.
///
/// ```
/// use host_tree::{HostTree, MemoryTree};
/// let mut host = MemoryTree::complete();
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

/// A directory that joins the path again for each read.
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

/// Returns the evidence that a file or a directory exists at `path`: it was read, or its parent
/// directory lists it. A failed read is no evidence: a parent directory may be unreadable.
///
/// ```
/// use host_tree::{MemoryTree, presence};
/// let mut host = MemoryTree::partial();
/// host.insert_unreadable("/boot", "permission denied");
/// host.insert_unreadable("/boot/grub/grub.cfg", "permission denied");
/// assert_eq!(presence(&host, "/boot"), None);
/// host.insert_file("/etc/default/grub", "");
/// let evidence = presence(&host, "/etc/default").unwrap();
/// assert_eq!((evidence.place().as_str(), evidence.text.as_str()), ("/etc/default", "exists"));
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
    let found = answer.shown(path, |()| "exists").found();
    found.map(|(_, evidence)| evidence)
}

/// A host, as far as it is known: files, symbolic links, directories, and the output of commands.
///
/// Paths are absolute and name the host's own files (`/etc/default/grub`), wherever the tree stores
/// them. A path with a `..` component, with a NUL byte, or longer than 4,095 bytes (Linux's limit)
/// is never found. Several threads may read at once.
///
/// A function of a `&dyn HostTree` works on a running host, a directory, a snapshot and pasted
/// texts:
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
    /// Reads a file. Symbolic links are followed within the tree.
    fn read(&self, path: &str) -> Lookup<Vec<u8>>;

    /// Returns the target of a symbolic link, as stored.
    fn read_link(&self, path: &str) -> Lookup<String>;

    /// Lists a directory.
    fn list(&self, path: &str) -> Lookup<Listing>;

    /// The output of commands, in the order of the tree.
    fn texts(&self) -> &[CommandText];

    /// The origins of files whose paths are only assumed.
    fn origins(&self) -> Vec<Origin> {
        Vec::new()
    }

    /// Reads the first bytes of a file, at most `most`: for a file whose cost of reading grows with
    /// each byte, such as a function's configuration space.
    fn read_start(&self, path: &str, most: usize) -> Lookup<Vec<u8>> {
        self.read(path).map(|mut bytes| {
            bytes.truncate(most);
            bytes
        })
    }

    /// Reads a file as text; bytes that are not UTF-8 become U+FFFD.
    fn read_text(&self, path: &str) -> Lookup<String> {
        self.read(path).map(text)
    }

    /// Whether anybody may execute the file, by its permissions; `NotShown` in trees without the
    /// host's permissions, such as snapshots.
    fn is_executable(&self, path: &str) -> Lookup<bool> {
        let _ = path;
        Lookup::NotShown
    }

    /// Opens the directory at `path` once, if that is cheaper than reading by path; `None` if it is
    /// not. [`open`](super::open) returns a directory of any tree.
    fn directory<'a>(&'a self, path: &str) -> Option<Box<dyn Directory + 'a>> {
        let _ = path;
        None
    }
}
