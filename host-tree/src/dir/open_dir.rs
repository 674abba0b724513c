//! An open directory of a [`DirTree`].

use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::sync::atomic::{AtomicBool, Ordering};

use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::{DirTree, MAX_FILE_SIZE};
use crate::directory::Directory;
use crate::directory::HostTree;
use crate::lookup::{Listing, Lookup};

/// Buffer size of one `read`. A sysfs attribute is at most a page of text
/// (`Documentation/filesystems/sysfs.rst` of the kernel), and a configuration space 4096 bytes: a
/// shorter read is the complete file.
const ONE_READ: usize = 4096 + 1;

/// A directory of a tree, held open. A file costs three system calls and a link one; unusual cases
/// (a link to a file, a long or an empty file) go to the tree.
pub(super) struct OpenDir<'a> {
    tree: &'a DirTree,
    handle: OwnedFd,
    path: String,
}

impl<'a> OpenDir<'a> {
    pub(super) fn new(tree: &'a DirTree, handle: OwnedFd, path: &str) -> Self {
        Self {
            tree,
            handle,
            path: path.trim_end_matches('/').to_owned(),
        }
    }

    fn of(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// Opens `name`, if no link is on the way to it.
    fn open(&self, name: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let flags = flags | OFlags::CLOEXEC | OFlags::NOFOLLOW;
        // A single component only must not be a link.
        if !name.contains('/') && name != ".." {
            return rustix::fs::openat(&self.handle, name, flags, Mode::empty());
        }
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        rustix::fs::openat2(&self.handle, name, flags, Mode::empty(), resolve)
    }

    /// Opens the file `name`; `None` if the tree must read it.
    fn open_file(&self, name: &str) -> Result<Option<OwnedFd>, Errno> {
        // Opening a FIFO or a terminal in the tree must not block.
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
        match self.open(name, flags) {
            Ok(file) => Ok(Some(file)),
            Err(error @ (Errno::NOENT | Errno::NOTDIR | Errno::ACCESS | Errno::PERM)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    fn answer<T>(&self, name: &str, error: Errno) -> Lookup<T> {
        self.tree.answer(&self.of(name), &error.into())
    }
}

impl Directory for OpenDir<'_> {
    fn read(&self, name: &str) -> Lookup<Vec<u8>> {
        let file = match self.open_file(name) {
            Ok(Some(file)) => file,
            Ok(None) => return self.tree.read(&self.of(name)),
            Err(error) => return self.answer(name, error),
        };
        read_once(&file).map_or_else(|| self.tree.read(&self.of(name)), Lookup::Found)
    }

    fn read_start(&self, name: &str, most: usize) -> Lookup<Vec<u8>> {
        let file = match self.open_file(name) {
            Ok(Some(file)) => file,
            Ok(None) => return self.tree.read_start(&self.of(name), most),
            Err(error) => return self.answer(name, error),
        };
        let largest = usize::try_from(MAX_FILE_SIZE).unwrap_or(usize::MAX);
        let mut bytes = vec![0; most.min(largest)];
        match rustix::io::read(&file, &mut bytes) {
            Ok(length) if length > 0 => {
                bytes.truncate(length);
                Lookup::Found(bytes)
            }
            _ => self.tree.read_start(&self.of(name), most),
        }
    }

    fn read_link(&self, name: &str) -> Lookup<String> {
        // A component before the last may be a link out of the tree.
        if name.contains(['/', '\0']) || name == ".." {
            return self.tree.read_link(&self.of(name));
        }
        match rustix::fs::readlinkat(&self.handle, name, Vec::new()) {
            Ok(target) => Lookup::Found(String::from_utf8_lossy(target.to_bytes()).into_owned()),
            Err(error) => self.answer(name, error),
        }
    }

    fn list(&self) -> Lookup<Listing> {
        self.tree.list(&self.path)
    }

    fn unlisted(&self, name: &str) -> Option<Lookup<()>> {
        Some(self.answer(name, Errno::NOENT))
    }

    fn below<'b>(&'b self, name: &str, path: &str) -> Option<Box<dyn Directory + 'b>> {
        let one_step = !name.contains('/') && !matches!(name, "" | "." | "..");
        one_step.then(|| -> Box<dyn Directory + 'b> {
            Box::new(Below {
                above: self,
                name: name.to_owned(),
                path: path.trim_end_matches('/').to_owned(),
                is_there: AtomicBool::new(false),
            })
        })
    }
}

/// A subdirectory of an open directory, not opened itself: this saves half of the system calls.
/// Until a file was found in it, it may not exist or be a link, so the tree answers.
struct Below<'a> {
    above: &'a OpenDir<'a>,
    name: String,
    path: String,
    is_there: AtomicBool,
}

impl Below<'_> {
    fn of(&self, name: &str) -> String {
        join(&self.path, name)
    }

    /// The path of `name` relative to the open directory.
    fn relative(&self, name: &str) -> String {
        join(&self.name, name)
    }

    fn is_there(&self) -> bool {
        self.is_there.load(Ordering::Relaxed)
    }
}

impl Directory for Below<'_> {
    fn read(&self, name: &str) -> Lookup<Vec<u8>> {
        let file = match self.above.open_file(&self.relative(name)) {
            Ok(Some(file)) => file,
            Err(error) if self.is_there() => {
                return self.above.tree.answer(&self.of(name), &error.into());
            }
            Ok(None) | Err(_) => return self.above.tree.read(&self.of(name)),
        };
        self.is_there.store(true, Ordering::Relaxed);
        read_once(&file).map_or_else(|| self.above.tree.read(&self.of(name)), Lookup::Found)
    }

    fn read_start(&self, name: &str, most: usize) -> Lookup<Vec<u8>> {
        self.above.tree.read_start(&self.of(name), most)
    }

    fn read_link(&self, name: &str) -> Lookup<String> {
        // A link on the way may lead out of the tree.
        if !self.is_there() || name.contains(['/', '\0']) || name == ".." {
            return self.above.tree.read_link(&self.of(name));
        }
        match rustix::fs::readlinkat(&self.above.handle, self.relative(name), Vec::new()) {
            Ok(target) => Lookup::Found(String::from_utf8_lossy(target.to_bytes()).into_owned()),
            Err(error) => self.above.tree.answer(&self.of(name), &error.into()),
        }
    }

    fn list(&self) -> Lookup<Listing> {
        self.above.tree.list(&self.path)
    }

    fn unlisted(&self, name: &str) -> Option<Lookup<()>> {
        let error = Errno::NOENT.into();
        Some(self.above.tree.answer(&self.of(name), &error))
    }
}

/// `directory/name`, in one allocation.
fn join(directory: &str, name: &str) -> String {
    let mut path = String::with_capacity(directory.len() + 1 + name.len());
    path.push_str(directory);
    path.push('/');
    path.push_str(name);
    path
}

/// The content of `file`, if one `read` returns it; `None` for a file that reads as empty or does
/// not fit.
fn read_once(file: &OwnedFd) -> Option<Vec<u8>> {
    let mut buffer = [MaybeUninit::uninit(); ONE_READ];
    match rustix::io::read(file, &mut buffer) {
        Ok((bytes, _)) if !bytes.is_empty() && bytes.len() < ONE_READ => Some(bytes.to_vec()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn an_open_directory_answers_as_the_tree_does() {
        let place = std::env::temp_dir().join(format!("pci-core-open-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        let function = place.join("sys/devices/function");
        fs::create_dir_all(function.join("power")).unwrap();
        fs::create_dir_all(place.join("sys/bus")).unwrap();
        fs::write(function.join("uevent"), "DRIVER=x\n").unwrap();
        fs::write(function.join("empty"), "").unwrap();
        fs::write(function.join("power/control"), "auto\n").unwrap();
        for size in [ONE_READ - 1, ONE_READ, 3 * ONE_READ] {
            fs::write(function.join(size.to_string()), vec![7; size]).unwrap();
        }
        symlink("uevent", function.join("inside")).unwrap();
        symlink("/etc/passwd", function.join("outside")).unwrap();
        symlink("../../../../../etc", function.join("up")).unwrap();
        symlink("../devices/function", place.join("sys/bus/function")).unwrap();
        let host = DirTree::open(&place).unwrap();
        let whole_path = "/sys/bus/function";
        let directory = crate::open(&host, whole_path);
        let devices = crate::open(&host, "/sys/devices");
        let below = devices.below("function", whole_path).unwrap();
        let missing = devices.below("none", whole_path).unwrap();
        assert!(devices.below("..", whole_path).is_none());
        assert!(devices.below("function/power", whole_path).is_none());
        assert_eq!(
            below.read_link("inside"),
            host.read_link("/sys/bus/function/inside")
        );
        assert_eq!(directory.list(), host.list(whole_path));
        let mut names = directory.list().found().unwrap().names;
        names.extend(
            [
                "none",
                "power/control",
                "power/none",
                "uevent/x",
                "up/passwd",
                "..",
                "../x",
                "a\0",
            ]
            .map(String::from),
        );
        for name in names {
            let path = format!("{whole_path}/{name}");
            for directory in [&directory, &below, &missing] {
                assert_eq!(directory.read(&name), host.read(&path), "{name}");
                assert_eq!(directory.read_text(&name), host.read_text(&path), "{name}");
                assert_eq!(directory.read_link(&name), host.read_link(&path), "{name}");
                for most in [0, 4, 64, 5000] {
                    let (ours, theirs) = (
                        directory.read_start(&name, most),
                        host.read_start(&path, most),
                    );
                    assert_eq!(ours, theirs, "{name} {most}");
                }
                assert_eq!(directory.list(), host.list(whole_path));
            }
        }
        fs::remove_dir_all(&place).unwrap();
    }
}
