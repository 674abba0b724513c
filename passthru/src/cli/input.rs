//! The host that the arguments name.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use host_tree::{DENIED, DirTree, HostTree, MemoryTree, Overlay};
use list_order::Order as _;

use crate::failure::{Cause, ErrorKind, into_error};
use crate::host::Host;
use crate::input::{self, InputCause};
use crate::text::{Text, text};

/// The reason why there is no input.
#[derive(Debug)]
enum SourceCause {
    Read {
        path: PathBuf,
        error: std::io::Error,
    },
    Open(host_tree::Error),
    NoText(String),
}

into_error!(SourceCause);

impl Cause for SourceCause {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::Read { .. } | Self::Open(_) => ErrorKind::CannotOpen,
            Self::NoText(_) => ErrorKind::BadRequest,
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::Read { path, error } => text!(
                "{path}: {error}",
                path = path.display().to_string(),
                error = reason(error)
            ),
            Self::Open(error) if error.is_permission_denied() => text!(
                "{error}; retry with sudo",
                error = Text::of_english(error.to_string())
            ),
            Self::Open(error) => Text::of_english(error.to_string()),
            Self::NoText(host) => text!(
                "--host {host}: expected a pasted text to select the host from: --from FILE",
                host
            ),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read { error, .. } => Some(error),
            Self::Open(error) => Some(error),
            Self::NoText(_) => None,
        }
    }
}

/// The system's reason.
fn reason(error: &std::io::Error) -> Text {
    match error.kind() {
        io::ErrorKind::NotFound => text!("no such file"),
        io::ErrorKind::PermissionDenied => text!(
            "{reason}; retry with sudo",
            reason = Text::of_english(DENIED)
        ),
        io::ErrorKind::IsADirectory => text!("a directory; to read a directory: --root"),
        _ => Text::of_english(error.to_string()),
    }
}

/// Whether the input was read but includes no fact about a host.
pub(super) fn is_unusable(error: &crate::Error) -> bool {
    matches!(
        error.cause(),
        Some(InputCause::NothingUsable { .. } | InputCause::Empty { .. })
    )
}

/// Whether the other files of the input are usable without this one.
fn concerns_one_file(error: &crate::Error) -> bool {
    let is_unread = matches!(error.cause(), Some(SourceCause::Read { .. }));
    let is_no_text = matches!(
        error.cause(),
        Some(InputCause::Empty { .. } | InputCause::Binary { .. } | InputCause::Snapshot { .. })
    );
    is_unread || is_no_text
}

/// The input: a tree, and pasted texts over it.
pub(super) struct Source {
    /// Whether the input is this machine.
    pub(super) is_this_machine: bool,
    base: Option<DirTree>,
    texts: Option<MemoryTree>,
    /// The lines of the texts that no source recognizes, and all that are not blank.
    pub(super) not_understood: (usize, usize),
    /// Errors of files that were ignored, since others were read.
    pub(super) ignored: Vec<crate::Error>,
}

impl Source {
    /// Opens the input of the arguments: this machine without any. A file that cannot be read does
    /// not stop the others; a missing file does, since its name may be mistyped.
    pub(super) fn open(input: &Input, files: &[PathBuf]) -> crate::Result<Self> {
        let mut base = match &input.root {
            Some(root) => Some(DirTree::open(root).map_err(SourceCause::Open)?),
            None => None,
        };
        let mut pasted = match &input.host {
            Some(host) => input::Input::of_host(host),
            None => input::Input::new(),
        };
        let mut taken = false;
        let mut ignored = Vec::new();
        let mut paths = Vec::new();
        for path in input.from.iter().chain(files) {
            match texts_of(path)? {
                Some(texts) => paths.extend(texts),
                None => paths.push(path.clone()),
            }
        }
        for path in &paths {
            if path.is_dir() && base.is_none() {
                base = Some(DirTree::open(path).map_err(SourceCause::Open)?);
                continue;
            }
            let name = if path.as_os_str() == "-" {
                Path::new("standard input")
            } else {
                path
            };
            let added = match read(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Err(unreadable(path, error));
                }
                Err(error) => Err(unreadable(path, error)),
                Ok(bytes) => pasted.add(&name.to_string_lossy(), &bytes),
            };
            match added {
                Ok(_) => taken = true,
                Err(error) if concerns_one_file(&error) => ignored.push(error),
                Err(error) => return Err(error),
            }
        }
        if !taken && base.is_none() && !ignored.is_empty() {
            return Err(ignored.remove(0));
        }
        if let (Some(host), false) = (&input.host, taken) {
            return Err(SourceCause::NoText(host.clone()).into());
        }
        let is_this_machine = base.is_none() && !taken;
        if is_this_machine {
            base = Some(DirTree::live().map_err(SourceCause::Open)?);
        }
        let not_understood = pasted.not_understood();
        let texts = if taken { Some(pasted.finish()?) } else { None };
        Ok(Self {
            is_this_machine,
            base,
            texts,
            not_understood,
            ignored,
        })
    }

    /// Calls `look` with the tree.
    pub(super) fn with_tree<T>(self, look: impl FnOnce(&dyn HostTree) -> T) -> T {
        match (self.base, self.texts) {
            (Some(base), Some(texts)) => look(&Overlay::new(&base, texts)),
            (Some(base), None) => look(&base),
            (None, texts) => look(&texts.unwrap_or_default()),
        }
    }

    /// Reads the host.
    pub(super) fn host(self) -> Host {
        self.with_tree(Host::read)
    }
}

/// Parts of a host's root directory that are read (the table of SECURITY.md), and those of a snapshot.
const OF_HOST: [&str; 17] = [
    "sys",
    "proc",
    "dev",
    "etc",
    "boot",
    "efi",
    "lib",
    "usr",
    "run",
    "opt",
    "ostree",
    "bootbank",
    "vmfs",
    "data",
    "var",
    "_tree.json",
    "_commands",
];

/// The files of a directory of texts, sorted by name; `None` for a file, and for the root directory of a
/// host or a part of one.
fn texts_of(path: &Path) -> crate::Result<Option<Vec<PathBuf>>> {
    if !path.is_dir() || OF_HOST.iter().any(|name| path.join(name).exists()) {
        return Ok(None);
    }
    let entries = std::fs::read_dir(path).map_err(|error| unreadable(path, error))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    files.order();
    if files.is_empty() {
        let missing = io::Error::other("the directory has neither files nor the parts of a host");
        return Err(unreadable(path, missing));
    }
    Ok(Some(files))
}

/// The bytes of a file, or of standard input for `-`.
pub(super) fn file_bytes(path: &Path) -> crate::Result<Vec<u8>> {
    read(path).map_err(|error| unreadable(path, error))
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let limit = 256 << 20;
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().take(limit).read_to_end(&mut bytes)?;
    } else {
        let file = std::fs::File::open(path)?;
        file.take(limit).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: io::Error) -> crate::Error {
    let path = path.to_owned();
    SourceCause::Read { path, error }.into()
}

/// Where the host is read from.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Read the host from a directory, such as a chroot or an unpacked archive
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Read a snapshot or a pasted text, such as lspci output, or a directory of them; - is
    /// standard input. Repeatable
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) from: Vec<PathBuf>,
    /// If the pasted text covers several hosts, use the output after this host's prompt:
    /// pve of root@pve:~#
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) host: Option<String>,
}

impl Input {
    /// Whether an argument names the host, which otherwise is this machine.
    pub(super) fn is_given(&self) -> bool {
        self.root.is_some() || !self.from.is_empty()
    }
}
