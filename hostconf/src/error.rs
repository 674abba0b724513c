//! The error of this crate: its kind, its place, its message.

use std::borrow::Cow;
use std::fmt;

/// The result of this crate's functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A text that was not read, or an edit that was not made: the kind, the place and a message with
/// the expected and the actual value and, if known, a remedy.
///
/// ```
/// use hostconf::ErrorKind;
/// use hostconf::boot::kernel_cmdline::KernelCmdline;
/// let mut file = KernelCmdline::parse("root=/dev/sda2\n# console=ttyS0\n");
/// let error = file.edit(|line| line.set(&"iommu=pt".parse()?)).unwrap_err();
/// assert_eq!((error.kind(), error.line()), (ErrorKind::CmdlineIssue, Some(2)));
/// assert!(error.to_string().starts_with("line 2: expected no comment"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Inner {
    cause: Cause,
    path: Option<String>,
    line: Option<u32>,
}

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A kernel option has no name, or a character that a boot loader interprets.
    Parameter,
    /// A quote of the kernel options is not closed: a new option would become part of the last.
    OpenQuote,
    /// An item of a kernel option's list has a character that is not allowed there.
    ListItem,
    /// A kernel option that requires a list has no value.
    NoList,
    /// A file has no kernel options, or no boot entry of Linux.
    NoOptions,
    /// Only a shell can evaluate a value: it has expansions, conditions or commands.
    NotLiteral,
    /// A value is written in several pieces or without quotes.
    Pieces,
    /// A character cannot be written in the quotes of a value.
    Unwritable,
    /// An edit would have no effect: the boot loader or shell would read something else.
    NoEffect,
    /// A lone `--` ends the kernel's options: those after it are for init.
    EndsOptions,
    /// A later file sets the same variable.
    Overridden,
    /// Another file or setting decides which kernel options are used.
    OtherSource,
    /// A list is missing from a file, or is written in another form.
    ListNotFound,
    /// A line of `/etc/kernel/cmdline` is written wrong.
    CmdlineIssue,
    /// A text is not a GRUB environment block.
    NoEnvironmentBlock,
    /// A name is not allowed for a variable of a GRUB environment block.
    VariableName,
    /// A GRUB environment block has too little room.
    NoRoom,
    /// The options do not name the device of the root file system.
    NoRoot,
    /// A file is not in the input; [`Error::path`] names it.
    NotShown,
    /// A file or directory cannot be read.
    Unreadable,
    /// A file that must exist is missing.
    Missing,
    /// Where the boot loader's menu or entry is, is not in the input; the message names the
    /// command that shows it.
    LoaderNotShown,
    /// The boot loader's program cannot make the change; the message has the manual step.
    Unsupported,
    /// Another `softdep` of modprobe.d takes precedence.
    Shadowed,
    /// A quote of a module's options is not closed.
    ModuleQuote,
    /// A value or list has no end.
    OpenValue,
    /// The configuration of mkinitcpio sets no hooks.
    NoHooks,
    /// A text is not a libvirt guest's name.
    GuestName,
    /// A text is not an entry of vfio-pci's `ids=`.
    VfioId,
    /// A text is not a kernel release.
    Release,
    /// A word is not a binding method.
    Method,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Cause {
    #[error("expected the name of a kernel option, found none")]
    NoName,
    #[error(
        "expected only letters, digits and _ . , : = / ( ) * @ + - in a kernel option, \
         found {found:?} at byte {offset}"
    )]
    Character { found: char, offset: usize },
    #[error("expected a closing '\"' for the quote at byte {offset} of the kernel options")]
    OpenQuote { offset: usize },
    #[error("expected a list item of letters, digits and _ . : = / ( ) * @ + -, found {item:?}")]
    ListItem { item: String },
    #[error("expected \"{name}=...\" at byte {offset} of the kernel options, found no value")]
    NoList { name: String, offset: usize },
    #[error("expected the kernel options of an entry that boots Linux, found none")]
    NoOptions,
    #[error("{reason}; assign the whole value in one quoted text first")]
    GrubNotLiteral { reason: String },
    #[error(
        "expected the value of {variable} in one pair of quotes, found {found}; \
         write it as one quoted text first"
    )]
    Pieces {
        variable: &'static str,
        found: String,
    },
    #[error(
        "expected the value of {variable} without variables and commands, found {found}; \
         write the text in their place first"
    )]
    NotText {
        variable: &'static str,
        found: String,
    },
    #[error(
        "a carriage return ends the line of {variable}, and becomes a part of its value: the file \
         has the line ends of DOS; remove all carriage returns (CR) of the file first"
    )]
    CarriageReturn { variable: &'static str },
    #[error("expected the options in one pair of quotes, found {found}")]
    Unquoted { found: String },
    #[error("expected words without '$', '`', wildcards and commands")]
    Computed,
    #[error("expected the end of the value that begins here")]
    OpenValue,
    #[error("expected \"{key}: a,b\" on one line, or nothing")]
    NotOneLine { key: &'static str },
    #[error("{character:?} cannot be written in the quotes of the value")]
    Unwritable { character: char },
    #[error("an edit here would have no effect: {reader} would read something else")]
    NoEffect { reader: &'static str },
    #[error(
        "a lone -- ends the kernel's options here, and options of later lines and files are for \
         init; move it to the end of the last of them"
    )]
    EndsOptions,
    #[error(
        "the kernel options have a lone --, and the options after it are for init: the boot \
         loader's program adds options at the end, where the kernel would not see them; add them before the -- manually"
    )]
    EndsAppended,
    #[error(
        "assigns {variable} again, so an edit of {main} has no effect; change or remove that line"
    )]
    Overridden {
        variable: &'static str,
        main: &'static str,
    },
    #[error(
        "sets {options}, which an edit of {main} does not change; change the option in this line"
    )]
    SetElsewhere { options: String, main: &'static str },
    #[error("expected to read this file, which may assign {variable} again: {reason}")]
    Unseen {
        variable: &'static str,
        reason: String,
    },
    #[error("expected {expected}")]
    ListNotFound { expected: &'static str },
    #[error("expected one kernel option in each string of the list, found {found:?}")]
    NotOne { found: String },
    #[error("{0}")]
    CmdlineIssue(String),
    #[error("expected \"# GRUB Environment Block\" in the first line")]
    NoBlock,
    #[error("expected the name of a variable, found {found:?}")]
    VariableName { found: String },
    #[error("expected room for {needed} bytes in the block, found {room}")]
    NoRoom { needed: usize, room: usize },
    #[error(
        "expected KERNEL_CMDLINE[default] with root=: without it limine-entry-tool reads the \
         options from another place"
    )]
    NoBase,
    #[error("is not in the input, and the kernel options are in it")]
    NotShown,
    #[error("{0}")]
    Unreadable(Box<str>),
    #[error("expected the file, found none")]
    Missing,
    #[error("{1}")]
    Other(ErrorKind, Cow<'static, str>),
    #[error(
        "\"softdep {pattern}\" comes first for {module}, so a separate line would have no effect; \
         change that line"
    )]
    Shadowed { pattern: String, module: String },
    #[error("expected a closing '\"' in the options")]
    ModuleQuote,
    #[error(
        "expected HOOKS with the hooks of the image, found none; write the list there first, as \
         the package of mkinitcpio ships it"
    )]
    NoHooks,
    #[error("expected a guest's name of letters, digits, '.', '_', '+' and '-', found {found:?}")]
    GuestName { found: String },
    #[error("expected {expected} at byte {offset}")]
    VfioId {
        offset: usize,
        expected: &'static str,
    },
    #[error("expected a kernel release such as 6.8.12-1-pve, found {found:?}")]
    Release { found: String },
    #[error("expected one of {expected}, found {found:?}")]
    Method { expected: String, found: String },
}

impl Cause {
    /// The error at a line, from 1.
    pub(crate) fn at(self, line: u32) -> Error {
        Error::from(self).at(line)
    }

    /// The error about a file.
    pub(crate) fn in_file(self, path: impl Into<String>) -> Error {
        Error::from(self).in_file(path)
    }
}

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        Self(Box::new(Inner {
            cause,
            path: None,
            line: None,
        }))
    }
}

impl Error {
    /// An error of `kind` with a message that occurs in one place only.
    pub(crate) fn other(kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Self {
        Cause::Other(kind, message.into()).into()
    }

    pub(crate) fn at(mut self, line: u32) -> Self {
        self.0.line.get_or_insert(line);
        self
    }

    pub(crate) fn in_file(mut self, path: impl Into<String>) -> Self {
        self.0.path.get_or_insert_with(|| path.into());
        self
    }

    /// The kind of the error.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match &self.0.cause {
            Cause::NoName | Cause::Character { .. } => ErrorKind::Parameter,
            Cause::OpenQuote { .. } => ErrorKind::OpenQuote,
            Cause::ListItem { .. } => ErrorKind::ListItem,
            Cause::NoList { .. } => ErrorKind::NoList,
            Cause::NoOptions => ErrorKind::NoOptions,
            Cause::GrubNotLiteral { .. } | Cause::Computed => ErrorKind::NotLiteral,
            Cause::Pieces { .. }
            | Cause::NotText { .. }
            | Cause::CarriageReturn { .. }
            | Cause::Unquoted { .. }
            | Cause::NotOneLine { .. } => ErrorKind::Pieces,
            Cause::OpenValue => ErrorKind::OpenValue,
            Cause::Unwritable { .. } => ErrorKind::Unwritable,
            Cause::NoEffect { .. } => ErrorKind::NoEffect,
            Cause::EndsOptions | Cause::EndsAppended => ErrorKind::EndsOptions,
            Cause::Overridden { .. } | Cause::SetElsewhere { .. } => ErrorKind::Overridden,
            Cause::Unseen { .. } | Cause::Unreadable(_) => ErrorKind::Unreadable,
            Cause::ListNotFound { .. } | Cause::NotOne { .. } => ErrorKind::ListNotFound,
            Cause::CmdlineIssue(_) => ErrorKind::CmdlineIssue,
            Cause::NoBlock => ErrorKind::NoEnvironmentBlock,
            Cause::VariableName { .. } => ErrorKind::VariableName,
            Cause::NoRoom { .. } => ErrorKind::NoRoom,
            Cause::NoBase => ErrorKind::NoRoot,
            Cause::NotShown => ErrorKind::NotShown,
            Cause::Missing => ErrorKind::Missing,
            Cause::Other(kind, _) => *kind,
            Cause::Shadowed { .. } => ErrorKind::Shadowed,
            Cause::ModuleQuote => ErrorKind::ModuleQuote,
            Cause::NoHooks => ErrorKind::NoHooks,
            Cause::GuestName { .. } => ErrorKind::GuestName,
            Cause::VfioId { .. } => ErrorKind::VfioId,
            Cause::Release { .. } => ErrorKind::Release,
            Cause::Method { .. } => ErrorKind::Method,
        }
    }

    /// The file or directory that the error is about, where a function read a host's tree.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// The line in the file or text, from 1.
    #[must_use]
    pub fn line(&self) -> Option<u32> {
        self.0.line
    }

    /// The byte offset in a kernel option, in kernel options or in an entry of `ids=`, from 0.
    #[must_use]
    pub fn offset(&self) -> Option<usize> {
        match self.0.cause {
            Cause::Character { offset, .. }
            | Cause::OpenQuote { offset }
            | Cause::NoList { offset, .. }
            | Cause::VfioId { offset, .. } => Some(offset),
            _ => None,
        }
    }

    /// The same error without its file, for a message that names the file already.
    #[must_use]
    pub fn without_path(mut self) -> Self {
        self.0.path = None;
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { cause, path, line } = &*self.0;
        match (path, line) {
            (Some(path), Some(line)) => write!(f, "{path}: line {line}: {cause}"),
            (Some(path), None) => write!(f, "{path}: {cause}"),
            (None, Some(line)) => write!(f, "line {line}: {cause}"),
            (None, None) => cause.fmt(f),
        }
    }
}

impl std::error::Error for Error {}
