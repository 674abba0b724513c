//! A directory of a [`DirTree`] that is held open.

use std::os::fd::OwnedFd;

use rustix::fs::{Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::dir::{DirTree, LARGEST_FILE};
use super::directory::Directory;
use super::lookup::{HostTree, Listing, Lookup};

/// What one `read` asks for. An attribute of sysfs has at most a page of text
/// (`Documentation/filesystems/sysfs.rst` of the kernel), and a configuration
/// space has 4096 bytes: an answer that does not fill this is all there is.
const ONE_READ: usize = 4096 + 1;

/// A directory of a tree, held open. A file costs three system calls and a link
/// one; what is out of the ordinary (a link to a file, a long or an empty file)
/// is left to the tree.
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
        format!("{}/{name}", self.path)
    }

    /// The file `name` when there is no link on the way to it.
    fn open(&self, name: &str) -> Result<OwnedFd, Errno> {
        // Nothing may wait on a FIFO or a terminal in somebody's tree.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        rustix::fs::openat2(&self.handle, name, flags, Mode::empty(), resolve)
    }

    /// What one `read` into `buffer` gives; `None` where the tree must look.
    fn read_once(&self, name: &str, buffer: &mut [u8]) -> Result<Option<usize>, Errno> {
        let file = match self.open(name) {
            Ok(file) => file,
            Err(error @ (Errno::NOENT | Errno::NOTDIR | Errno::ACCESS | Errno::PERM)) => {
                return Err(error);
            }
            Err(_) => return Ok(None),
        };
        Ok(rustix::io::read(&file, buffer)
            .ok()
            .filter(|length| *length > 0))
    }

    fn answer<T>(&self, name: &str, error: Errno) -> Lookup<T> {
        self.tree.answer(&self.of(name), &error.into())
    }
}

impl Directory for OpenDir<'_> {
    fn read(&self, name: &str) -> Lookup<Vec<u8>> {
        let mut buffer = [0; ONE_READ];
        match self.read_once(name, &mut buffer) {
            Ok(Some(length)) if length < ONE_READ => {
                Lookup::Found(buffer.get(..length).unwrap_or_default().to_vec())
            }
            Ok(_) => self.tree.read(&self.of(name)),
            Err(error) => self.answer(name, error),
        }
    }

    fn read_start(&self, name: &str, most: usize) -> Lookup<Vec<u8>> {
        let largest = usize::try_from(LARGEST_FILE).unwrap_or(usize::MAX);
        let mut bytes = vec![0; most.min(largest)];
        match self.read_once(name, &mut bytes) {
            Ok(Some(length)) => {
                bytes.truncate(length);
                Lookup::Found(bytes)
            }
            Ok(None) => self.tree.read_start(&self.of(name), most),
            Err(error) => self.answer(name, error),
        }
    }

    fn read_link(&self, name: &str) -> Lookup<String> {
        // A component before the last may be a link that leads out of the tree.
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree;
    use std::fs;
    use std::os::unix::fs::symlink;

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
        let directory = tree::open(&host, whole_path);
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
        }
        fs::remove_dir_all(&place).unwrap();
    }
}
