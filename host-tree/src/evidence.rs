//! Where a fact was read: the line that proves it.

use alloc::string::String;

/// One line that proves something: where it stands and what it says.
///
/// Of a text it is a line ([`new`](Self::new), [`at`](Self::at)). That a file, a link or a
/// name in a directory is there comes of a tree's answer alone
/// ([`Lookup::shown`](crate::Lookup::shown),
/// [`Listing::entry`](crate::Listing::entry),
/// [`tree::presence`](crate::presence)), and that it is not there of
/// [`Lookup::absence`](crate::Lookup::absence): what could not be read proves nothing.
///
/// ```
/// use host_tree::Evidence;
/// let line = Evidence::new("/etc/modules", 3, "vfio_pci");
/// assert_eq!(line.place(), "/etc/modules:3");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Evidence {
    /// The file's path on the host, or the command whose output it is.
    pub source: String,
    /// The line's number in that source, from 1; `None` for what is no line,
    /// such as the target of a link.
    pub line: Option<u32>,
    /// The text itself, without its line end.
    pub text: String,
}

impl Evidence {
    /// The evidence of `text` at `line`, from 1, of the text that `source` names.
    pub fn new(source: impl Into<String>, line: u32, text: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            line: Some(line),
            text: text.into(),
        }
    }

    /// The evidence of what is no line: for a tree's answers.
    pub(crate) fn of_path(source: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            line: None,
            text: text.into(),
        }
    }

    /// The evidence that `path` was found, for a reader that was answered so by a tree.
    pub fn of_presence(path: impl Into<String>) -> Self {
        Self::of_path(path, "is there")
    }

    /// The same place, where another part of it is what proves something.
    #[must_use]
    pub fn saying(self, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..self
        }
    }

    /// The evidence of line `line`, from 1, of the text `text` of `source`, without
    /// the blanks around it; of an empty line where the text has none.
    ///
    /// ```
    /// let evidence = host_tree::Evidence::at("/etc/modules", "loop\n  vfio\n", 2);
    /// assert_eq!((evidence.text.as_str(), evidence.line), ("vfio", Some(2)));
    /// ```
    pub fn at(source: impl Into<String>, text: &str, line: u32) -> Self {
        let found = numbered_lines(text).find(|(number, _)| *number == line);
        Self::new(source, line, found.map_or("", |(_, found)| found.trim()))
    }

    /// Where it stands, for people: `/etc/modules:5`, `lspci -nn, line 2`, or just
    /// the source where there is no line.
    #[must_use]
    pub fn place(&self) -> String {
        match self.line {
            Some(line) if self.source.starts_with('/') => {
                alloc::format!("{}:{line}", self.source)
            }
            Some(line) => alloc::format!("{}, line {line}", self.source),
            None => self.source.clone(),
        }
    }
}

/// The lines of `text` with their numbers from 1, each without its line end.
pub fn numbered_lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..).zip(text.lines())
}
