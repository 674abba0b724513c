//! A tree on disk: the running host's root, or a directory with all or part of a host.

use std::io::{self, Read};
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::{Dir, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use self::manifest::{COMMANDS, MANIFEST, Manifest};
use crate::directory::HostTree;
use crate::error::{Cause, Error, Result};
use crate::lookup::{CommandText, DENIED, IS_DIRECTORY, Lookup, NO_FILE, NO_LINK};
use crate::memory::{MemoryTree, acceptable};

mod answers;
mod kmsg;
mod manifest;
mod open_dir;
mod walk;

/// Size limit of a file, in bytes. Configuration files, sysfs attributes and logs are far smaller.
pub(super) const MAX_FILE_SIZE: u64 = 64 << 20;

/// Attempts to open a path while other processes rename files or mount on it.
const TRIES: u32 = 64;

/// A host tree in a directory.
///
/// Symbolic links resolve as if the directory were `/`, and never lead out of it. A manifest
/// `_tree.json` in the directory lists the paths that the tree omits and the commands that printed
/// its texts (`docs/trees.md`). Without a manifest, a directory with both `etc` and `usr` is read
/// as an installed system, complete except for `/proc`, `/sys`, `/dev` and `/run`; any other
/// directory as part of a host.
pub struct DirTree {
    pub(super) root: OwnedFd,
    pub(super) place: PathBuf,
    pub(super) live: bool,
    pub(super) complete: bool,
    // Whether the manifest calls the tree complete, which includes the kernel's directories.
    pub(super) declared_complete: bool,
    /// Whether the files have the permissions that they have on the host.
    pub(super) has_modes: bool,
    /// The paths of the manifest; empty without one.
    pub(super) marks: MemoryTree,
    pub(super) commands: Vec<(String, String)>,
    // Read on first use on the running host: the kernel returns its log one record per call.
    pub(super) texts: OnceLock<Vec<CommandText>>,
}

impl DirTree {
    /// Opens the running host.
    ///
    /// # Errors
    ///
    /// If `/` cannot be opened.
    pub fn live() -> Result<Self> {
        let place = PathBuf::from("/");
        let root = open_directory(&place)?;
        Ok(Self {
            root,
            place,
            live: true,
            complete: true,
            declared_complete: false,
            has_modes: true,
            marks: MemoryTree::partial(),
            commands: Vec::new(),
            texts: OnceLock::new(),
        })
    }

    /// [`live`](Self::live) without the kernel's log, which the tree reads with its texts: reading
    /// and evaluating its thousands of lines is most of the work for a table of functions.
    ///
    /// # Errors
    ///
    /// If `/` cannot be opened.
    pub fn live_without_log() -> Result<Self> {
        let mut tree = Self::live()?;
        tree.texts = OnceLock::from(Vec::new());
        Ok(tree)
    }

    /// Opens the tree in the directory `place`.
    ///
    /// # Errors
    ///
    /// If the directory cannot be opened, or its manifest is invalid.
    pub fn open(place: impl Into<PathBuf>) -> Result<Self> {
        let place = place.into();
        let root = open_directory(&place)?;
        let mut tree = Self {
            root,
            place,
            live: false,
            complete: false,
            declared_complete: false,
            has_modes: false,
            marks: MemoryTree::partial(),
            commands: Vec::new(),
            texts: OnceLock::new(),
        };
        let manifest = tree.read(&format!("/{MANIFEST}"));
        if let Lookup::Unreadable(reason) = manifest {
            return Err(tree.unreadable(MANIFEST, reason));
        }
        if let Lookup::Found(bytes) = manifest {
            let manifest =
                Manifest::parse(&bytes).map_err(|error| error.of(tree.place.join(MANIFEST)))?;
            tree.complete = manifest.complete;
            tree.declared_complete = manifest.complete;
            for path in &manifest.absent {
                tree.marks.insert_absent(path);
            }
            for path in &manifest.complete_directories {
                tree.marks.insert_directory(path, true);
            }
            tree.commands = manifest
                .commands
                .into_iter()
                .map(|text| (text.file, text.command))
                .collect();
        } else {
            // A directory that this user cannot read exists too.
            let there = |name| {
                tree.open_below(name, OFlags::PATH | OFlags::DIRECTORY)
                    .is_ok()
            };
            tree.complete = there("etc") && there("usr");
            tree.has_modes = tree.complete;
        }
        tree.texts = OnceLock::from(tree.read_texts()?);
        Ok(tree)
    }

    pub(super) fn unreadable(&self, file: &str, reason: Box<str>) -> Error {
        Error::from(Cause::Unreadable(reason)).of(self.place.join(file))
    }

    /// The root directory of the tree.
    #[must_use]
    pub fn place(&self) -> &Path {
        &self.place
    }

    pub(super) fn open_below(&self, relative: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
        let relative = if relative.is_empty() { "." } else { relative };
        // Opening a FIFO or a terminal in the tree must not block.
        let waits = if flags.contains(OFlags::PATH) {
            OFlags::empty()
        } else {
            OFlags::NONBLOCK | OFlags::NOCTTY
        };
        let flags = flags | OFlags::CLOEXEC | waits;
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        let open = || rustix::fs::openat2(&self.root, relative, flags, Mode::empty(), resolve);
        let mut answer = open();
        // A path component was renamed or mounted during the call, anywhere on the host, and the
        // kernel could not resolve a `..` safely (openat2(2)).
        for _ in 0..TRIES {
            if !matches!(answer, Err(Errno::AGAIN)) {
                break;
            }
            answer = open();
        }
        match answer {
            // Linux before 5.6, or a sandbox without openat2.
            Err(Errno::NOSYS) if self.live => {
                rustix::fs::openat(&self.root, relative, flags, Mode::empty())
            }
            Err(Errno::NOSYS) => walk::open(&self.root, relative, flags),
            answer => answer,
        }
    }

    pub(super) fn read_file(&self, relative: &str) -> io::Result<Vec<u8>> {
        let bytes = self.read_at_most(relative, MAX_FILE_SIZE + 1)?;
        if bytes.len() as u64 > MAX_FILE_SIZE {
            return Err(io::Error::other("larger than 64 MiB"));
        }
        Ok(bytes)
    }

    pub(super) fn read_at_most(&self, relative: &str, most: u64) -> io::Result<Vec<u8>> {
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

    pub(super) fn names(&self, relative: &str) -> io::Result<Vec<String>> {
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

    pub(super) fn link(&self, relative: &str) -> io::Result<String> {
        let (parent, name) = relative.rsplit_once('/').unwrap_or(("", relative));
        let parent = self.open_below(parent, OFlags::PATH | OFlags::DIRECTORY)?;
        let target = rustix::fs::readlinkat(parent.as_fd(), name, Vec::new())?;
        Ok(String::from_utf8_lossy(target.to_bytes()).into_owned())
    }

    /// The kernel log of the running host.
    pub(super) fn read_log() -> Vec<CommandText> {
        let log = kmsg::read().map(|text| CommandText::output("dmesg", text));
        log.into_iter().collect()
    }

    /// The tree's texts: those of the manifest first.
    pub(super) fn read_texts(&self) -> Result<Vec<CommandText>> {
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
                Lookup::Found(bytes) => texts.push(CommandText::output(
                    command,
                    String::from_utf8_lossy(&bytes).into_owned(),
                )),
                Lookup::Unreadable(reason) if *reason != *IS_DIRECTORY => {
                    return Err(self.unreadable(&file, reason));
                }
                _ => {}
            }
        }
        Ok(texts)
    }

    /// The answer for `path` after a system error.
    pub(super) fn answer<T>(&self, path: &str, error: &io::Error) -> Lookup<T> {
        match Errno::from_io_error(error) {
            Some(Errno::NOENT | Errno::NOTDIR) => {
                if self.marks.is_known_absent(path) || (self.complete && !self.left_out(path)) {
                    Lookup::Absent
                } else {
                    Lookup::NotShown
                }
            }
            Some(Errno::ACCESS | Errno::PERM) => Lookup::Unreadable(DENIED.into()),
            Some(Errno::INVAL) => Lookup::Unreadable(NO_LINK.into()),
            Some(Errno::ISDIR) => Lookup::Unreadable(IS_DIRECTORY.into()),
            _ => Lookup::Unreadable(error.to_string().into()),
        }
    }

    /// Whether `path` is below a directory that only a running kernel fills.
    pub(super) fn left_out(&self, path: &str) -> bool {
        let first = path
            .split('/')
            .find(|part| !part.is_empty())
            .unwrap_or_default();
        !self.live && !self.declared_complete && matches!(first, "proc" | "sys" | "dev" | "run")
    }
}

pub(super) fn open_directory(path: &Path) -> Result<OwnedFd> {
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::open(path, flags, Mode::empty())
        .map_err(|error| Error::from(Cause::CannotOpen(error.into())).of(path.to_owned()))
}

pub(super) fn relative(path: &str) -> Option<&str> {
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
    fn a_manifest_lists_deliberately_missing_paths() {
        let scratch = Scratch::new("manifest");
        fs::create_dir(scratch.0.join(COMMANDS)).unwrap();
        fs::write(scratch.0.join("_commands/a.txt"), "one").unwrap();
        fs::write(scratch.0.join("_commands/lsmod.txt"), "two").unwrap();
        fs::write(
            scratch.0.join(MANIFEST),
            r#"{"schema": "passthru-tree/1", "title": "t", "complete": false,
                "absent": ["/etc/kernel/cmdline"], "complete_directories": ["/etc/modprobe.d"],
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
    fn a_tree_that_its_manifest_calls_complete_is_complete_below_sys_too() {
        let scratch = Scratch::new("complete");
        let manifest = r#"{"schema": "passthru-tree/1", "title": "t", "complete": true}"#;
        fs::write(scratch.0.join(MANIFEST), manifest).unwrap();
        fs::create_dir_all(scratch.0.join("sys/class/iommu")).unwrap();
        let tree = DirTree::open(&scratch.0).unwrap();
        assert!(tree.list("/sys/class/iommu").found().unwrap().complete);
        assert_eq!(tree.read("/proc/cmdline"), Lookup::Absent);
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
    fn permissions_are_those_of_an_installed_root() {
        use std::os::unix::fs::PermissionsExt as _;
        let scratch = Scratch::new("modes");
        let script = scratch.0.join("etc/script");
        fs::write(&script, "#!/bin/sh\n").unwrap();
        let is_executable = || {
            let tree = DirTree::open(&scratch.0).unwrap();
            let recorder = crate::Recorder::new(&tree);
            recorder.is_executable("/etc/script")
        };
        // Copied files may have other permissions than the host's.
        assert_eq!(is_executable(), Lookup::NotShown);
        fs::create_dir(scratch.0.join("usr")).unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(is_executable(), Lookup::Found(false));
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(is_executable(), Lookup::Found(true));
        fs::remove_file(&script).unwrap();
        assert_eq!(is_executable(), Lookup::Absent);
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
