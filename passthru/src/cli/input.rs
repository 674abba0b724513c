//! The host that the arguments name.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use host_tree::{DENIED, DirTree, HostTree, MemoryTree, Overlay};

use crate::host::Host;
use crate::input;
use crate::text::{Text, text};

/// The reason why there is no input.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.text())]
pub(super) enum InputError {
    Read {
        path: PathBuf,
        error: std::io::Error,
    },
    Closed(host_tree::Error),
    NoText(String),
    Texts(#[from] input::InputError),
    Open(host_tree::Error),
}

impl InputError {
    /// The error, for people.
    pub(super) fn text(&self) -> Text {
        match self {
            Self::Read { path, error } => text!(
                "{path}: {error}",
                path = path.display().to_string(),
                error = reason(error)
            ),
            Self::Closed(error) => text!(
                "{error}; retry with sudo",
                error = Text::of_english(error.to_string())
            ),
            Self::NoText(host) => text!(
                "--machine {host}: expected a pasted text to select the host from: --from FILE",
                host
            ),
            Self::Texts(error) => Text::of_english(error.to_string()),
            Self::Open(error) => Text::of_english(error.to_string()),
        }
    }
}

impl From<host_tree::Error> for InputError {
    fn from(error: host_tree::Error) -> Self {
        if error.is_permission_denied() {
            Self::Closed(error)
        } else {
            Self::Open(error)
        }
    }
}

/// The system's reason.
fn reason(error: &std::io::Error) -> Text {
    match error.kind() {
        ErrorKind::NotFound => text!("no such file"),
        ErrorKind::PermissionDenied => text!(
            "{reason}; retry with sudo",
            reason = Text::of_english(DENIED)
        ),
        ErrorKind::IsADirectory => text!("a directory; to read a directory: --root"),
        _ => Text::of_english(error.to_string()),
    }
}

impl InputError {
    /// Whether the input was read but includes no fact about a host.
    pub(super) const fn is_unusable(&self) -> bool {
        matches!(
            self,
            Self::Texts(input::InputError::NothingUsable { .. } | input::InputError::Empty { .. })
        )
    }
}

/// The input: a tree, and pasted texts over it.
pub(super) struct Source {
    base: Option<DirTree>,
    texts: Option<MemoryTree>,
    /// The lines of the texts that no source recognizes, and all that are not blank.
    pub(super) not_understood: (usize, usize),
}

impl Source {
    /// Opens the input of the arguments: this machine without any.
    pub(super) fn open(input: &Input, files: &[PathBuf]) -> Result<Self, InputError> {
        let mut base = match &input.root {
            Some(root) => Some(DirTree::open(root)?),
            None => None,
        };
        let mut pasted = match &input.machine {
            Some(host) => input::Input::of_machine(host),
            None => input::Input::new(),
        };
        let mut taken = false;
        for path in input.from.iter().chain(files) {
            if path.is_dir() && base.is_none() {
                base = Some(DirTree::open(path)?);
                continue;
            }
            let bytes = read(path)?;
            let name = if path.as_os_str() == "-" {
                Path::new("standard input")
            } else {
                path
            };
            pasted.add(&name.to_string_lossy(), &bytes)?;
            taken = true;
        }
        if let (Some(machine), false) = (&input.machine, taken) {
            return Err(InputError::NoText(machine.clone()));
        }
        if base.is_none() && !taken {
            base = Some(DirTree::live()?);
        }
        let not_understood = pasted.not_understood();
        let texts = if taken { Some(pasted.finish()?) } else { None };
        Ok(Self {
            base,
            texts,
            not_understood,
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

/// The bytes of a file, or of standard input for `-`.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, InputError> {
    let error = |error| InputError::Read {
        path: path.to_owned(),
        error,
    };
    let limit = 256 << 20;
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin()
            .lock()
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(error)?;
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(limit).read_to_end(&mut bytes))
            .map_err(error)?;
    }
    Ok(bytes)
}

/// Where the host is read from.
#[derive(Debug, Args)]
pub(super) struct Input {
    /// Read the host from a directory, such as a chroot or an unpacked archive
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// Read a snapshot or a pasted text, such as lspci output; - is standard input.
    /// Repeatable
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) from: Vec<PathBuf>,
    /// If the pasted text covers several hosts, use the output after this host's prompt:
    /// pve of root@pve:~#
    #[arg(long, global = true, value_name = "NAME")]
    pub(super) machine: Option<String>,
}

impl Input {
    /// Whether an argument names the host, which otherwise is this machine.
    pub(super) fn is_given(&self) -> bool {
        self.root.is_some() || !self.from.is_empty()
    }
}
