//! Evidence: the line that proves a fact.

use alloc::string::String;

/// The line that proves a fact, and its source.
///
/// For a text, a line ([`new`](Self::new), [`at`](Self::at)). Evidence that a file, a link or a
/// directory entry exists comes only from a tree's answer ([`Lookup::shown`](crate::Lookup::shown),
/// [`Listing::entry`](crate::Listing::entry), [`presence`](crate::presence)), evidence that it does
/// not exist from [`Lookup::absence`](crate::Lookup::absence): a failed read proves nothing.
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
    /// Path of the file on the host, or the command that printed the text.
    pub source: String,
    /// Line number in that source, from 1; `None` if the evidence is not a line, such as the target
    /// of a link.
    pub line: Option<u32>,
    /// The line, without its line end.
    pub text: String,
}

impl Evidence {
    /// Evidence of `text` on line `line`, from 1, of `source`.
    pub fn new(source: impl Into<String>, line: u32, text: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            line: Some(line),
            text: text.into(),
        }
    }

    /// Evidence that is not a line: for a tree's answers.
    pub(crate) fn of_path(source: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            source: source.into(),
            line: None,
            text: text.into(),
        }
    }

    /// Evidence that `path` exists, for a reader that a tree answered so.
    pub fn of_presence(path: impl Into<String>) -> Self {
        Self::of_path(path, "exists")
    }

    /// The same line with another text as evidence.
    #[must_use]
    pub fn saying(self, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            ..self
        }
    }

    /// Evidence of line `line`, from 1, of `text` of `source`, trimmed; an empty line if the text
    /// has fewer lines.
    ///
    /// ```
    /// let evidence = host_tree::Evidence::at("/etc/modules", "loop\n  vfio\n", 2);
    /// assert_eq!((evidence.text.as_str(), evidence.line), ("vfio", Some(2)));
    /// ```
    pub fn at(source: impl Into<String>, text: &str, line: u32) -> Self {
        let found = numbered_lines(text).find(|(number, _)| *number == line);
        Self::new(source, line, found.map_or("", |(_, found)| found.trim()))
    }

    /// The place, for people: `/etc/modules:5`, `lspci -nn, line 2`, or only the source if the
    /// evidence is not a line.
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

/// The lines of `text` with their numbers from 1, without line ends.
pub fn numbered_lines(text: &str) -> impl Iterator<Item = (u32, &str)> {
    (1u32..).zip(text.lines())
}
