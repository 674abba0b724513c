//! Pasted and saved texts, put in their places in a host tree.
//!
//! The kind of a text is found from its content, not from its name, since texts are pasted. Output
//! of a command is stored as that command's output; the text of a configuration file is stored at
//! its path on the host.
//!
//! ```
//! use passthru::input::Input;
//! let mut input = Input::new();
//! input.add("a.txt", b"01:00.0 VGA compatible controller [0300]: NVIDIA Corporation \
//!                       Device [10de:2d04] (rev a1)\n")?;
//! input.add("b.txt", b"options vfio-pci ids=10de:2d04\n")?;
//! let host = passthru::Host::read(&input.finish()?);
//! assert_eq!(host.devices().len(), 1);
//! # Ok::<(), passthru::Error>(())
//! ```

mod answers;
mod ask_output;
mod commands;
mod config_file;
mod escaped;
mod host_lines;
mod html;
mod kind;
mod lines;
mod log_line;
mod margin;
mod page;
mod pieces;
mod placed;
mod recognized;
mod shapes;
mod sources;
mod talos;
mod text_kind;
mod utf16;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::collections::BTreeSet;

use host_tree::{HostTree, Lookup, MemoryTree};
use iommu::acpi::dumped_tables;
pub use kind::kinds;
use list_order::Inserts as _;
pub use margin::{Attribution, attributions, not_understood};
pub use page::page;
pub use sources::{SOURCES, Source, SourceSystem};
pub use text_kind::TextKind;
pub(crate) use text_kind::{KUBEVIRT_OBJECTS, UNNAMED, is_unnamed};

use crate::failure::{Cause, ErrorKind, Place, into_error};
pub(crate) use crate::input::log_line::{LONGEST_TEXT, is_logged, whole_log};
use crate::text::{Text, text};

/// Collects texts and snapshots into one tree that shows part of a host.
///
/// ```
/// use host_tree::{HostTree, Lookup};
/// use passthru::input::Input;
/// let mut input = Input::new();
/// // What it is, the text says; the name says where it goes.
/// input.add("vfio.conf", b"options vfio-pci ids=10de:2d04\n")?;
/// let tree = input.finish()?;
/// assert!(matches!(tree.read("/etc/modprobe.d/vfio.conf"), Lookup::Found(_)));
/// assert_eq!(tree.read("/etc/modules"), Lookup::NotShown);
/// # Ok::<(), passthru::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Input {
    tree: MemoryTree,
    added: usize,
    /// The requested host.
    host: Option<String>,
    /// The hosts that prompts named, each once.
    hosts: Vec<String>,
    /// Whether a text has a line with a usable fact.
    usable: bool,
    /// The lines that no source recognizes, and all that are not blank.
    not_understood: (usize, usize),
    /// The first line of the first text, with the text's name.
    first_line: Option<(String, u32, String)>,
}

/// Reason why a text was refused.
#[derive(Debug)]
pub(crate) enum InputCause {
    /// The text is empty.
    Empty {
        /// The text's name.
        name: String,
    },
    /// The bytes are not text.
    Binary {
        /// The text's name.
        name: String,
        /// The kind of the data.
        what: &'static str,
    },
    /// A snapshot that cannot be read.
    Snapshot {
        /// The text's name.
        name: String,
        /// The error, with line and column.
        error: host_tree::Error,
    },
    /// No text has a line with a usable fact.
    NothingUsable {
        /// The first text's name.
        name: String,
        /// Its first line that is not blank.
        line: u32,
        /// The text of that line, cut.
        found: String,
    },
    /// A snapshot of texts from several hosts, in which files are not assigned to a host.
    MixedSnapshot {
        /// The snapshot's name.
        name: String,
        /// The requested host.
        host: String,
        /// The hosts that its prompts name.
        hosts: Vec<String>,
    },
    /// No prompt names the requested host.
    NoHost {
        /// The requested host.
        host: String,
        /// The hosts that prompts do name.
        hosts: Vec<String>,
    },
    /// Nothing was added at all.
    Nothing,
}

into_error!(InputCause);

impl Cause for InputCause {
    fn kind(&self) -> ErrorKind {
        match self {
            Self::NoHost { .. } => ErrorKind::BadRequest,
            _ => ErrorKind::BadText,
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::Empty { name } => text!(
                "{name} is empty: expected the output of a command, a configuration file or a \
                 snapshot",
                name
            ),
            Self::Binary { name, what } => text!(
                "{name} is {data}: expected text, or a snapshot of passthru capture",
                name,
                data = *what
            ),
            Self::Snapshot { name, error } if error.kind() == host_tree::ErrorKind::Schema => {
                text!(
                    "{name}: this snapshot cannot be read: {error}",
                    name,
                    error = Text::of_english(error.to_string())
                )
            }
            Self::Snapshot { name, error } => text!(
                "{name}: this snapshot cannot be read, it may be cut short: {error}",
                name,
                error = Text::of_english(error.to_string())
            ),
            Self::NothingUsable { name, line, found } => text!(
                "{name}:{line}: no line of this text shows a PCI passthrough host; the first is \
                 \"{found}\"\nTo be judged, paste the output of: lspci -nnk; dmesg; cat \
                 /proc/cmdline (ESXi: esxcli hardware pci list, and the guest's vmware.log)\n\
                 All inputs that are read: docs/inputs.md",
                name,
                line,
                found
            ),
            Self::MixedSnapshot { name, host, hosts } => text!(
                "{name}: this snapshot was made from texts of several hosts ({hosts}); make one \
                 of {host} alone: passthru capture --host {host}",
                name,
                hosts,
                host
            ),
            Self::NoHost { host, hosts } => {
                let expected = if hosts.is_empty() {
                    text!("expected a text with prompts, such as root@pve:~# lspci")
                } else {
                    text!("expected one of: {hosts}", hosts)
                };
                text!("host \"{host}\": no prompt in the input names it", host).then(&expected)
            }
            Self::Nothing => text!("no input: expected at least one text"),
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::Empty { name } | Self::Binary { name, .. } => {
                Place::file(name).with_help(TextKind::names())
            }
            Self::Snapshot { name, error } => match (error.line(), error.column()) {
                (Some(line), Some(column)) => {
                    Place::file(name).at_line(line).at_bytes(column..column + 1)
                }
                _ => Place::file(name),
            },
            Self::NothingUsable { name, line, .. } => Place::file(name)
                .at_line(*line)
                .with_help(TextKind::names()),
            Self::MixedSnapshot { name, hosts, .. } => {
                Place::file(name).with_help(hosts.join(", "))
            }
            Self::NoHost { hosts, .. } if !hosts.is_empty() => Place::help(hosts.join(", ")),
            Self::NoHost { .. } | Self::Nothing => Place::default(),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Snapshot { error, .. } => Some(error),
            _ => None,
        }
    }
}

impl Input {
    /// An empty input.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Input of one host only: of each text whose prompts also name others, it reads the parts
    /// after prompts of `host`, up to the next prompt, the end of the code block or the head of
    /// another post. Texts whose prompts name no other host are read completely. Line numbers are
    /// unchanged.
    ///
    /// ```
    /// use passthru::input::Input;
    /// let mut input = Input::of_host("tower");
    /// input.add("thread.txt", b"root@pve:~# lspci -nn\n\
    ///     01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
    ///     root@tower:~# lspci -nn\n\
    ///     01:00.0 VGA compatible controller [0300]: AMD Device [1002:73bf]\n")?;
    /// let host = passthru::Host::read(&input.finish()?);
    /// let card = &host.devices()[&"01:00.0".parse().unwrap()];
    /// assert_eq!(card.id.as_ref().unwrap().value.to_string(), "1002:73bf");
    /// # Ok::<(), passthru::Error>(())
    /// ```
    #[must_use]
    pub fn of_host(host: &str) -> Self {
        Self {
            host: Some(host.to_owned()),
            ..Self::default()
        }
    }

    /// Adds a text and returns the kinds of text in it. `name` is its name in evidence.
    ///
    /// # Errors
    ///
    /// If it is empty or not text, or a snapshot that cannot be read or is of several hosts
    /// although one was requested.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> crate::Result<Vec<TextKind>> {
        let name_owned = || name.to_owned();
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(InputCause::Empty { name: name_owned() }.into());
        }
        if let Some(signature) = kind::iommu_table(bytes) {
            self.add_table(signature, bytes);
            self.added += 1;
            self.usable = true;
            return Ok(vec![TextKind::AcpiTables]);
        }
        let decoded = utf16::text(bytes);
        let bytes = decoded.as_deref().map_or(bytes, str::as_bytes);
        if let Some(what) = kind::binary(bytes) {
            return Err(InputCause::Binary {
                name: name_owned(),
                what,
            }
            .into());
        }
        if kind::is_snapshot(bytes) {
            let snapshot =
                MemoryTree::from_snapshot(bytes).map_err(|error| InputCause::Snapshot {
                    name: name_owned(),
                    error,
                })?;
            self.see_snapshot(name, &snapshot)?;
            self.tree.absorb(snapshot);
            self.added += 1;
            self.usable = true;
            return Ok(vec![TextKind::Snapshot]);
        }
        let text = String::from_utf8_lossy(bytes);
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let text = &*match &self.host {
            Some(host) => {
                self.hosts
                    .extend(host_lines::named(text).map(str::to_owned));
                host_lines::only(text, host)
            }
            None => Cow::Borrowed(text),
        };
        if text.len() > LONGEST_TEXT
            && let Some(lines) = whole_log(text)
            && (text.starts_with('[') || text.contains(" kernel: "))
            && matches!(escaped::plain(text), Cow::Borrowed(_))
        {
            self.tree.insert_output(name, text);
            self.not_understood.1 += lines;
            self.added += 1;
            self.usable = true;
            return Ok(vec![TextKind::KernelLog]);
        }
        let (text, parts) = ask_output::split(text);
        // A file is stored byte by byte.
        let text = &*match config_file::config_file(&text) {
            Some(_) => text,
            None => Cow::Owned(escaped::plain(&text).into_owned()),
        };
        let mut shown: Vec<TextKind> = Vec::new();
        for part in &parts {
            ask_output::place(part, &mut self.tree);
            for kind in recognized::recognized(&part.body).kinds {
                if !shown.contains(&kind) {
                    shown.push(kind);
                }
            }
            self.usable = true;
        }
        if text.trim().is_empty() {
            // All of it was placed, or is of others.
            self.added += 1;
            return Ok(shown);
        }
        let file = config_file::config_file(text);
        let recognized = match file {
            Some(_) => recognized::Recognized::default(),
            None => recognized::recognized(text),
        };
        if let Some(map) = shapes::memory_map(text) {
            self.tree.insert_file("/proc/iomem", map.as_bytes());
        }
        for table in dumped_tables(text) {
            self.add_table(table.signature, &table.bytes);
        }
        for (path, listing) in answers::directories(text) {
            self.tree.insert_listing(path, &listing);
        }
        for path in answers::absent(text) {
            self.tree.insert_absent(path);
        }
        if let Some(only) = file {
            let dedented = margin::dedented(text);
            let text = &*dedented;
            match only.path(name, text) {
                Some(path) => {
                    let mut bytes = text.as_bytes().to_vec();
                    // Objects may be separate: a YAML text may have several documents.
                    if let (TextKind::KubeVirtObjects, Lookup::Found(there)) =
                        (only, self.tree.read(&path))
                    {
                        bytes = [&*there, b"\n---\n", &*bytes].concat();
                    }
                    let lines = 1..=u32::try_from(text.lines().count()).unwrap_or(u32::MAX);
                    let is_named = || text.contains(&path) || path.ends_with(&format!("/{name}"));
                    if is_assumed(&path) && !is_named() {
                        let lines = lines.collect();
                        self.tree.insert_assumed(&path, bytes, name, lines);
                    } else {
                        self.tree.insert_file(&path, bytes);
                    }
                }
                None => self.tree.insert_text(name, text),
            }
            self.count(&margin::of_file(text, only));
            self.added += 1;
            self.usable = true;
            shown.retain(|kind| *kind != only);
            shown.insert(0, only);
            return Ok(shown);
        }
        // The lines around the files may be output of commands.
        self.tree.insert_text(name, text);
        let pieces = pieces::pieces(name, text);
        self.count(&margin::of_lines(text, &pieces, &recognized));
        let mut kinds = recognized.kinds;
        shown.retain(|kind| !kinds.contains(kind));
        kinds.extend(shown);
        let not_of_path = |c: char| !(c.is_alphanumeric() || "/._@+-".contains(c));
        let words = LazyCell::new(|| text.split(not_of_path).into_set());
        for piece in pieces {
            let (path, body) = (&*piece.path, piece.body.as_bytes());
            if is_assumed(path) && !words.contains(path) {
                self.tree.insert_assumed(path, body, name, piece.lines);
            } else {
                self.tree.insert_file(path, body);
            }
            kinds.extend(piece.kind.filter(|kind| !kinds.contains(kind)));
            self.usable = true;
        }
        self.usable |= !kinds.is_empty();
        self.first_line.get_or_insert_with(|| {
            let mut lines = host_tree::numbered_lines(text);
            let first = lines.find(|(_, line)| !line.trim().is_empty());
            let (line, found) = first.unwrap_or((1, ""));
            let found: String = clean(found.trim()).chars().take(60).collect();
            (name.to_owned(), line, found)
        });
        self.added += 1;
        Ok(kinds)
    }

    /// Stores a table of the firmware where the kernel shows it.
    fn add_table(&mut self, signature: &str, bytes: &[u8]) {
        let path = format!("/sys/firmware/acpi/tables/{signature}");
        self.tree.insert_file(&path, bytes);
    }

    fn count(&mut self, lines: &[Attribution]) {
        let (unknown, all) = not_understood(lines);
        self.not_understood.0 += unknown;
        self.not_understood.1 += all;
    }

    /// The number of lines that no source recognizes, and of all that are not blank, in the texts
    /// so far.
    #[must_use]
    pub const fn not_understood(&self) -> (usize, usize) {
        self.not_understood
    }

    /// A snapshot has files apart from the texts that showed them, so of several hosts'
    /// none can be chosen.
    fn see_snapshot(&mut self, name: &str, snapshot: &MemoryTree) -> Result<(), InputCause> {
        let Some(host) = &self.host else {
            return Ok(());
        };
        let texts = snapshot.texts().iter();
        let hosts = texts.flat_map(|text| host_lines::named(&text.text));
        let hosts = each_once(hosts.map(str::to_owned));
        if hosts.iter().any(|named| !named.eq_ignore_ascii_case(host)) {
            return Err(InputCause::MixedSnapshot {
                name: name.to_owned(),
                host: host.clone(),
                hosts,
            });
        }
        self.hosts.extend(hosts);
        Ok(())
    }

    /// Returns the tree of all texts.
    ///
    /// # Errors
    ///
    /// Without a usable text, or if no prompt named the requested host.
    pub fn finish(self) -> crate::Result<MemoryTree> {
        if self.added == 0 {
            return Err(InputCause::Nothing.into());
        }
        if let Some(host) = self.host
            && !self
                .hosts
                .iter()
                .any(|named| named.eq_ignore_ascii_case(&host))
        {
            let hosts = each_once(self.hosts.into_iter());
            return Err(InputCause::NoHost { host, hosts }.into());
        }
        match self.first_line {
            Some((name, line, found)) if !self.usable => {
                Err(InputCause::NothingUsable { name, line, found }.into())
            }
            _ => Ok(self.tree),
        }
    }
}

/// Whether the path of a file may be assumed: the text has the contents, and perhaps not the name.
fn is_assumed(path: &str) -> bool {
    path.starts_with("/etc/libvirt/qemu/")
        || path.starts_with("/etc/pve/qemu-server/")
        || path.contains("/pasted")
}

/// Text for a terminal: no control characters.
fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// The hosts in their order, each once.
fn each_once(hosts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = BTreeSet::new();
    hosts
        .filter(|host| seen.insert(host.to_ascii_lowercase()))
        .collect()
}
