//! A substring that shares the memory of its text.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::{Deref, Range};

/// A substring that shares the memory of its text: the evidence of many values is in memory once.
/// It derefs to `str` and compares like one.
///
/// ```
/// use host_tree::SharedText;
/// let text = SharedText::from("Kernel driver in use: vfio-pci");
/// assert_eq!(text, "Kernel driver in use: vfio-pci");
/// assert!(text.ends_with("vfio-pci"));
/// ```
#[derive(Clone)]
pub struct SharedText {
    whole: Arc<str>,
    start: usize,
    end: usize,
}

impl SharedText {
    /// The substring of `whole` at `span`; empty if `span` is out of range or splits a character.
    pub fn of(whole: &Arc<str>, span: Range<usize>) -> Self {
        Self {
            whole: Arc::clone(whole),
            start: span.start,
            end: span.end,
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.whole.get(self.start..self.end).unwrap_or_default()
    }
}

impl Deref for SharedText {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for SharedText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        Self {
            start: 0,
            end: text.len(),
            whole: Arc::from(text),
        }
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<&SharedText> for String {
    fn from(text: &SharedText) -> Self {
        Self::from(text.as_str())
    }
}

impl fmt::Debug for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for SharedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl PartialEq for SharedText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for SharedText {}

impl PartialEq<str> for SharedText {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for SharedText {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for SharedText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for SharedText {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(feature = "serde")]
impl<'de> serde::Deserialize<'de> for SharedText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn a_piece_is_what_it_shows() {
        let whole: Arc<str> = Arc::from("a bé c");
        let piece = SharedText::of(&whole, 2..5);
        assert_eq!(piece, "bé");
        assert_eq!(piece, SharedText::from("bé"));
        assert_eq!(piece.to_string(), "bé");
        assert_eq!(alloc::format!("{piece:?}"), "\"bé\"");
        // Within a character, and past the end.
        assert_eq!(SharedText::of(&whole, 2..4), "");
        assert_eq!(SharedText::of(&whole, 5..99), "");
    }
}
