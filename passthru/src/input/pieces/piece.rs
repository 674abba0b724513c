//! A piece of a file, and names for further files of one kind.

use crate::input::text_kind::TextKind;

/// A piece of a file that the text shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::input) struct Piece {
    /// Its path on the host.
    pub(in crate::input) path: String,
    /// The text, without the marks of a forum or a mail.
    pub(in crate::input) body: String,
    pub(in crate::input) kind: Option<TextKind>,
    /// The numbers of its lines in the complete text.
    pub(in crate::input) lines: Vec<u32>,
}

impl Piece {
    pub(super) const fn new(path: String, kind: Option<TextKind>) -> Self {
        Self {
            path,
            body: String::new(),
            kind,
            lines: Vec::new(),
        }
    }

    /// Whether the piece has all the lines that its file can have: a file of sysfs has one
    /// value (Linux Documentation/filesystems/sysfs.rst), but for lists of resources and
    /// variables.
    pub(super) fn is_full(&self) -> bool {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        self.path.starts_with("/sys/")
            && !matches!(name, "resource" | "uevent")
            && !self.lines.is_empty()
    }

    pub(super) fn append(&mut self, more: Self) {
        self.body.push_str(&more.body);
        self.lines.extend(more.lines);
    }

    /// Replaces the variables that `newer` sets, too, and adds the others.
    pub(super) fn set_assignments(&mut self, newer: Self) {
        let name = |line: &str| {
            let (name, _) = line.trim().split_once('=')?;
            Some(name.to_owned())
        };
        let set: Vec<String> = newer.body.lines().filter_map(name).collect();
        let mut body = String::new();
        for line in self.body.lines() {
            if !name(line).is_some_and(|name| set.contains(&name)) {
                body.push_str(line);
                body.push('\n');
            }
        }
        body.push_str(&newer.body);
        self.body = body;
        self.lines.extend(newer.lines);
    }

    /// Whether both have settings of two different guests.
    pub(super) fn is_other_guest(&self, other: &Self) -> bool {
        let said = |body: &str, key: &str| -> Option<String> {
            let mut lines = body.lines().map(str::trim);
            lines.find(|line| line.starts_with(key)).map(str::to_owned)
        };
        ["name:", "smbios1:", "vmgenid:", "<name>", "<uuid>"]
            .iter()
            .any(|key| {
                let (one, two) = (said(&self.body, key), said(&other.body, key));
                one.is_some() && two.is_some() && one != two
            })
    }
}

pub(super) fn push(piece: &mut Piece, number: u32, line: &str) {
    piece.body.push_str(line.trim_end());
    piece.body.push('\n');
    piece.lines.push(number);
}

/// Names for further files of one kind, where a host may have several and the text names
/// none. They sort after the first, in the order of the text.
pub(super) fn numbered(path: &str) -> impl Iterator<Item = String> {
    let stem = path.strip_suffix(".conf").map(str::to_owned);
    stem.into_iter()
        .flat_map(|stem| (2..100).map(move |number| format!("{stem}_{number:02}.conf")))
}

/// Paths for further guests.
pub(super) fn guests(path: &str) -> impl Iterator<Item = String> {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let (stem, end) = file.rsplit_once('.').unwrap_or((file, ""));
    let (folder, stem, end) = (folder.to_owned(), stem.to_owned(), end.to_owned());
    (1..100).map(move |number| match stem.parse::<u32>() {
        Ok(id) => format!("{folder}/{}.{end}", id.saturating_add(number)),
        Err(_) => format!("{folder}/{stem}-{number}.{end}"),
    })
}
