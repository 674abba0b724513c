//! A tree on disk: the running host's root, or a directory with (part of) one.

use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::{Dir, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::directory::Directory;
use super::kmsg;
use super::lookup::{
    CommandText, DENIED, HostTree, IS_DIRECTORY, Listing, Lookup, NO_FILE, NO_LINK,
};
pub use super::manifest::ManifestError;
use super::manifest::{COMMANDS, MANIFEST, Manifest};
use super::memory::{MemoryTree, acceptable};
use super::open_dir::OpenDir;

/// The most bytes that are read of one file. Configuration, sysfs and logs are
/// far smaller; a tree from somebody else may hold anything.
pub(super) const LARGEST_FILE: u64 = 64 << 20;

/// How often a path is opened anew while others move what is on its way.
const TRIES: u32 = 64;

/// A host tree in a directory.
///
/// Links are resolved as if the directory were `/`, and never lead out of it.
/// A manifest `_tree.json` in the directory says what the tree leaves out and
/// which of its texts are the output of which command; `docs/trees.md` of the
/// repository describes it. Without a manifest a directory that has both `etc`
/// and `usr` is taken for an installed system, whole but for `/proc`, `/sys`,
/// `/dev` and `/run`, and any other directory for part of a host.
pub struct DirTree {
    root: OwnedFd,
    place: PathBuf,
    live: bool,
    whole: bool,
    marks: MemoryTree,
    commands: Vec<(String, String)>,
    // Of the running host read once asked for: the kernel gives its log one line a call.
    texts: OnceLock<Vec<CommandText>>,
}

/// Why a directory could not be opened as a tree.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory itself.
    #[error("cannot open the directory {}: {error}", path.display())]
    Directory {
        /// The directory as given.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Its manifest, or a text that it keeps, is there and cannot be read.
    #[error("{}: {reason}", path.display())]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// Its manifest.
    #[error("{}: {error}", path.display())]
    Manifest {
        /// The manifest's path.
        path: PathBuf,
        /// What is wrong with it.
        error: ManifestError,
    },
}

impl DirTree {
    /// The running host.
    ///
    /// # Errors
    ///
    /// When `/` cannot be opened.
    pub fn live() -> Result<Self, OpenError> {
        let place = PathBuf::from("/");
        let root = open_directory(&place)?;
        Ok(Self {
            root,
            place,
            live: true,
            whole: true,
            marks: MemoryTree::partial(),
            commands: Vec::new(),
            texts: OnceLock::new(),
        })
    }

    /// The tree in the directory `place`.
    ///
    /// # Errors
    ///
    /// When it is no directory that can be opened, or its manifest is not valid.
    pub fn open(place: impl Into<PathBuf>) -> Result<Self, OpenError> {
        let place = place.into();
        let root = open_directory(&place)?;
        let mut tree = Self {
            root,
            place,
            live: false,
            whole: false,
            marks: MemoryTree::partial(),
            commands: Vec::new(),
            texts: OnceLock::new(),
        };
        let manifest = tree.read(&format!("/{MANIFEST}"));
        if let Lookup::Unreadable(reason) = manifest {
            return Err(tree.unreadable(MANIFEST, reason));
        }
        if let Lookup::Found(bytes) = manifest {
            let manifest = Manifest::parse(&bytes).map_err(|error| OpenError::Manifest {
                path: tree.place.join(MANIFEST),
                error,
            })?;
            tree.whole = manifest.whole;
            for path in &manifest.absent {
                tree.marks.insert_absent(path);
            }
            for path in &manifest.whole_directories {
                tree.marks.insert_directory(path, true);
            }
            tree.commands = manifest
                .commands
                .into_iter()
                .map(|text| (text.file, text.command))
                .collect();
        } else {
            // Both are there also where they are closed to the one who asks.
            let there = |name| {
                tree.open_below(name, OFlags::PATH | OFlags::DIRECTORY)
                    .is_ok()
            };
            tree.whole = there("etc") && there("usr");
            // Most roots that are unpacked or mounted hold these empty.
            for path in ["/proc", "/sys", "/dev", "/run"] {
                tree.marks.insert_directory(path, false);
            }
        }
        tree.texts = OnceLock::from(tree.read_texts()?);
        Ok(tree)
    }

    fn unreadable(&self, file: &str, reason: String) -> OpenError {
        OpenError::Unreadable {
            path: self.place.join(file),
            reason,
        }
    }

    /// The directory that the tree is in.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    fn open_below(&self, relative: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let relative = if relative.is_empty() { "." } else { relative };
        // A FIFO or a terminal in somebody's tree must not make us wait.
        let waits = if flags.contains(OFlags::PATH) {
            OFlags::empty()
        } else {
            OFlags::NONBLOCK | OFlags::NOCTTY
        };
        let flags = flags | OFlags::CLOEXEC | waits;
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let open = || rustix::fs::openat2(&self.root, relative, flags, Mode::empty(), resolve);
        let mut answer = open();
        // Something was renamed or mounted meanwhile, anywhere on the host, and the kernel
        // is not sure where a `..` led (openat2(2)).
        for _ in 0..TRIES {
            if !matches!(answer, Err(Errno::AGAIN)) {
                break;
            }
            answer = open();
        }
        match answer {
            // Linux before 5.6, or a sandbox that does not know the call.
            Err(Errno::NOSYS) if self.live => {
                rustix::fs::openat(&self.root, relative, flags, Mode::empty())
            }
            Err(Errno::NOSYS) => super::walk::open(&self.root, relative, flags),
            answer => answer,
        }
    }

    fn read_file(&self, relative: &str) -> Result<Vec<u8>, io::Error> {
        let bytes = self.read_at_most(relative, LARGEST_FILE + 1)?;
        if bytes.len() as u64 > LARGEST_FILE {
            return Err(io::Error::other("is larger than 64 MiB"));
        }
        Ok(bytes)
    }

    fn read_at_most(&self, relative: &str, most: u64) -> Result<Vec<u8>, io::Error> {
        let file = self.open_below(relative, OFlags::RDONLY)?;
        let kind = FileType::from_raw_mode(rustix::fs::fstat(&file)?.st_mode);
        match kind {
            FileType::RegularFile => {}
            FileType::Directory => return Err(Errno::ISDIR.into()),
            _ => return Err(io::Error::other(NO_FILE)),
        }
        let mut bytes = Vec::new();
        std::fs::File::from(file)
            .take(most)
            .read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn names(&self, relative: &str) -> Result<Vec<String>, io::Error> {
        let directory = self.open_below(relative, OFlags::RDONLY | OFlags::DIRECTORY)?;
        let mut names = Vec::new();
        for entry in Dir::new(directory)? {
            let name = String::from_utf8_lossy(entry?.file_name().to_bytes()).into_owned();
            let ours = relative.is_empty() && (name == MANIFEST || name == COMMANDS);
            if name != "." && name != ".." && !ours {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    fn link(&self, relative: &str) -> Result<String, io::Error> {
        let (parent, name) = relative.rsplit_once('/').unwrap_or(("", relative));
        let parent = self.open_below(parent, OFlags::PATH | OFlags::DIRECTORY)?;
        let target = rustix::fs::readlinkat(parent.as_fd(), name, Vec::new())?;
        Ok(String::from_utf8_lossy(target.to_bytes()).into_owned())
    }

    /// The kernel's log of the running host.
    fn read_log() -> Vec<CommandText> {
        let log = kmsg::read().map(|text| CommandText {
            command: "dmesg".into(),
            text,
        });
        log.into_iter().collect()
    }

    /// The tree's texts: those of the manifest first.
    fn read_texts(&self) -> Result<Vec<CommandText>, OpenError> {
        let mut files = self.commands.clone();
        let names = match self.list(&format!("/{COMMANDS}")) {
            Lookup::Unreadable(reason) => return Err(self.unreadable(COMMANDS, reason)),
            listing => listing.found().unwrap_or_default().names,
        };
        for name in names {
            let file = format!("{COMMANDS}/{name}");
            if files.iter().all(|(known, _)| *known != file) {
                let stem = name
                    .rsplit_once('.')
                    .map_or(name.as_str(), |(stem, _)| stem);
                files.push((file.clone(), stem.to_owned()));
            }
        }
        let mut texts = Vec::new();
        for (file, command) in files {
            match self.read(&format!("/{file}")) {
                Lookup::Found(bytes) => texts.push(CommandText {
                    command,
                    text: String::from_utf8_lossy(&bytes).into_owned(),
                }),
                Lookup::Unreadable(reason) if reason != IS_DIRECTORY => {
                    return Err(self.unreadable(&file, reason));
                }
                _ => {}
            }
        }
        Ok(texts)
    }

    /// What an error about `path` means.
    pub(super) fn answer<T>(&self, path: &str, error: &io::Error) -> Lookup<T> {
        match Errno::from_io_error(error) {
            Some(Errno::NOENT | Errno::NOTDIR) => {
                if self.marks.says_absent(path) || (self.whole && !self.left_out(path)) {
                    Lookup::Absent
                } else {
                    Lookup::NotShown
                }
            }
            Some(Errno::ACCESS | Errno::PERM) => Lookup::Unreadable(DENIED.into()),
            Some(Errno::INVAL) => Lookup::Unreadable(NO_LINK.into()),
            Some(Errno::ISDIR) => Lookup::Unreadable(IS_DIRECTORY.into()),
            _ => Lookup::Unreadable(error.to_string()),
        }
    }

    /// Whether `path` is in a part of the root that only a running kernel fills.
    fn left_out(&self, path: &str) -> bool {
        let first = path
            .split('/')
            .find(|part| !part.is_empty())
            .unwrap_or_default();
        !self.live && matches!(first, "proc" | "sys" | "dev" | "run")
    }
}

impl HostTree for DirTree {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        let Some(relative) = relative(path) else {
            return Lookup::NotShown;
        };
        self.read_file(relative)
            .map_or_else(|error| self.answer(path, &error), Lookup::Found)
    }

    fn read_start(&self, path: &str, most: usize) -> Lookup<Vec<u8>> {
        let Some(relative) = relative(path) else {
            return Lookup::NotShown;
        };
        let most = u64::try_from(most).unwrap_or(LARGEST_FILE);
        self.read_at_most(relative, most.min(LARGEST_FILE))
            .map_or_else(|error| self.answer(path, &error), Lookup::Found)
    }

    fn directory<'a>(&'a self, path: &str) -> Option<Box<dyn Directory + 'a>> {
        let handle = self
            .open_below(relative(path)?, OFlags::PATH | OFlags::DIRECTORY)
            .ok()?;
        Some(Box::new(OpenDir::new(self, handle, path)))
    }

    fn read_link(&self, path: &str) -> Lookup<String> {
        let Some(relative) = relative(path) else {
            return Lookup::NotShown;
        };
        self.link(relative)
            .map_or_else(|error| self.answer(path, &error), Lookup::Found)
    }

    fn list(&self, path: &str) -> Lookup<Listing> {
        let Some(relative) = relative(path) else {
            return Lookup::NotShown;
        };
        let marked = self
            .marks
            .list(path)
            .found()
            .is_some_and(|listing| listing.whole);
        let whole = marked || (self.whole && !self.left_out(path));
        match self.names(relative) {
            Ok(names) => Lookup::Found(Listing { names, whole }),
            Err(error) => match self.answer(path, &error) {
                // The manifest says that it is there, with nothing in it.
                Lookup::Absent | Lookup::NotShown if marked => Lookup::Found(Listing {
                    names: Vec::new(),
                    whole,
                }),
                answer => answer,
            },
        }
    }

    fn texts(&self) -> &[CommandText] {
        self.texts.get_or_init(Self::read_log)
    }
}

fn open_directory(path: &Path) -> Result<OwnedFd, OpenError> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty()).map_err(|error| OpenError::Directory {
        path: path.to_owned(),
        error: error.into(),
    })
}

fn relative(path: &str) -> Option<&str> {
    acceptable(path).then(|| path.trim_matches('/'))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;

    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let place =
                std::env::temp_dir().join(format!("pci-core-{}-{name}", std::process::id()));
            let _ = fs::remove_dir_all(&place);
            fs::create_dir_all(place.join("etc/modprobe.d")).unwrap();
            Self(place)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn links_stay_within_the_tree() {
        let scratch = Scratch::new("links");
        fs::write(scratch.0.join("etc/modules"), "vfio\n").unwrap();
        symlink("/etc/modules", scratch.0.join("etc/absolute")).unwrap();
        symlink("../../../../../../etc/modules", scratch.0.join("etc/up")).unwrap();
        let tree = DirTree::open(&scratch.0).unwrap();
        for path in ["/etc/modules", "/etc/absolute", "/etc/up"] {
            assert_eq!(tree.read(path), Lookup::Found(b"vfio\n".to_vec()), "{path}");
        }
        assert_eq!(
            tree.read_link("/etc/absolute").found().as_deref(),
            Some("/etc/modules")
        );
        assert_eq!(tree.read("/etc/passwd"), Lookup::NotShown);
        assert_eq!(tree.read("/etc/../etc/modules"), Lookup::NotShown);
    }

    #[test]
    fn a_manifest_says_what_is_missing_on_purpose() {
        let scratch = Scratch::new("manifest");
        fs::create_dir(scratch.0.join(COMMANDS)).unwrap();
        fs::write(scratch.0.join("_commands/a.txt"), "one").unwrap();
        fs::write(scratch.0.join("_commands/lsmod.txt"), "two").unwrap();
        fs::write(
            scratch.0.join(MANIFEST),
            r#"{"schema": "passthru-tree/1", "title": "t", "whole": false,
                "absent": ["/etc/kernel/cmdline"], "whole_directories": ["/etc/modprobe.d"],
                "commands": [{"file": "_commands/a.txt", "command": "lspci -nn"}]}"#,
        )
        .unwrap();
        let tree = DirTree::open(&scratch.0).unwrap();
        assert_eq!(tree.read("/etc/kernel/cmdline"), Lookup::Absent);
        assert_eq!(tree.read("/etc/modprobe.d/x.conf"), Lookup::Absent);
        assert_eq!(tree.read("/etc/modules"), Lookup::NotShown);
        assert_eq!(tree.list("/").found().unwrap().names, ["etc"]);
        let texts: Vec<_> = tree
            .texts()
            .iter()
            .map(|text| text.command.as_str())
            .collect();
        assert_eq!(texts, ["lspci -nn", "lsmod"]);
    }

    #[test]
    fn a_broken_manifest_is_an_error_with_its_line() {
        let scratch = Scratch::new("broken");
        fs::write(
            scratch.0.join(MANIFEST),
            "{\n \"schema\": \"passthru-tree/1\",\n oops }",
        )
        .unwrap();
        let error = DirTree::open(&scratch.0).err().unwrap().to_string();
        assert!(
            error.contains("_tree.json") && error.contains("line 3"),
            "{error}"
        );
    }

    #[test]
    fn an_installed_root_is_whole_but_for_what_the_kernel_fills() {
        let scratch = Scratch::new("installed");
        fs::create_dir(scratch.0.join("usr")).unwrap();
        let tree = DirTree::open(&scratch.0).unwrap();
        assert_eq!(tree.read("/etc/default/grub"), Lookup::Absent);
        assert_eq!(tree.read("/proc/cmdline"), Lookup::NotShown);
    }
}
