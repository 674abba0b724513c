//! Edits of a `.vmx`: a document that preserves every byte.

use core::fmt;
use core::str::FromStr;

use super::vmx::statement;
use crate::error::{Cause, Error};

/// A key of a `.vmx`: a letter or `.`, then letters, digits, `_`, `.`, `:`, `-`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct VmxKey(String);

impl FromStr for VmxKey {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:-".contains(&byte);
        let first = |c: char| c.is_ascii_alphabetic() || c == '.';
        if text.starts_with(first) && text.bytes().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Cause::VmxKey.into())
        }
    }
}

impl fmt::Display for VmxKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `key = "value"`: `"`, `|` and control characters as `|XX`, so that no value ends early or adds a
/// line.
#[must_use]
pub fn vmx_line(key: &VmxKey, value: &str) -> String {
    let mut line = format!("{key} = \"");
    for c in value.chars() {
        match c {
            '"' | '|' => line.push_str(&format!("|{:02X}", u32::from(c))),
            c if c.is_ascii_control() => line.push_str(&format!("|{:02X}", u32::from(c))),
            c => line.push(c),
        }
    }
    line.push('"');
    line
}

/// A `.vmx` to be edited.
///
/// ```
/// use hvconf::esxi::VmxDocument;
/// let text = "memSize = \"4096\"\n# mine\n";
/// let mut document = VmxDocument::parse(text);
/// document.set(&"svga.present".parse()?, "FALSE");
/// assert_eq!(document.to_string(), format!("{text}svga.present = \"FALSE\"\n"));
/// document.unset(&"svga.present".parse()?);
/// assert_eq!(document.to_string(), text);
/// # Ok::<(), hvconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmxDocument {
    // Each with its line end; joined they are the text.
    lines: Vec<String>,
}

impl VmxDocument {
    /// The document of any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.split_inclusive('\n').map(str::to_owned).collect();
        Self { lines }
    }

    /// Sets `key`: replaces the last one, which takes effect; otherwise appends a line. An
    /// equivalent line is unchanged.
    pub fn set(&mut self, key: &VmxKey, value: &str) {
        let line = vmx_line(key, value);
        let found = self.lines.iter().rposition(|old| is(old, key));
        if let Some(old) = found.and_then(|at| self.lines.get_mut(at)) {
            let content = old.trim_end_matches(['\n', '\r']);
            let new_value = statement(&line).ok().flatten().map(|(_, value)| value);
            let old_value = statement(content).ok().flatten().map(|(_, value)| value);
            if old_value != new_value {
                let end = old.get(content.len()..).unwrap_or_default();
                *old = format!("{line}{end}");
            }
            return;
        }
        let end = match self.lines.first() {
            Some(first) if first.ends_with("\r\n") => "\r\n",
            _ => "\n",
        };
        match self.lines.last() {
            // The last line stays the one without a line end.
            Some(last) if !last.ends_with('\n') => {
                let at = self.lines.len() - 1;
                self.lines.insert(at, format!("{line}{end}"));
            }
            _ => self.lines.push(format!("{line}{end}")),
        }
    }

    /// Removes every line of `key`.
    pub fn unset(&mut self, key: &VmxKey) {
        self.lines.retain(|line| !is(line, key));
    }
}

/// Whether a line is about `key`: also one that ESXi rejects for its value.
fn is(line: &str, key: &VmxKey) -> bool {
    let found = match statement(line.trim_end_matches(['\n', '\r'])) {
        Ok(Some((found, _))) => Some(found),
        Err((_, found, _)) => found,
        Ok(None) => None,
    };
    found.is_some_and(|found| found.eq_ignore_ascii_case(&key.0))
}

impl fmt::Display for VmxDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| f.write_str(line))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::esxi::Vmx;

    fn key(text: &str) -> VmxKey {
        text.parse().unwrap()
    }

    #[test]
    fn the_effective_line_is_replaced() {
        let text = "a = \"1\"\r\nb = FALSE\r\nA = \"2\" # why\r\nlast = \"x\"";
        let mut document = VmxDocument::parse(text);
        document.set(&key("a"), "2");
        assert_eq!(document.to_string(), text);
        document.set(&key("b"), "FALSE");
        document.set(&key("new"), "n");
        let new = document.to_string();
        assert_eq!(
            new,
            text.replace("b = FALSE", "b = \"FALSE\"")
                .replace("last", "new = \"n\"\r\nlast")
        );
        document.set(&key("new"), "n");
        assert_eq!(document.to_string(), new);
        document.unset(&key("A"));
        assert_eq!(Vmx::parse(&document.to_string()).entries.len(), 3);
    }

    #[test]
    fn no_value_breaks_out() {
        for hostile in ["a\"b", "a\nx = \"1", "|22", "\"", "a\r", "\0", "é", "|"] {
            let mut document = VmxDocument::parse("z = \"1\"\n");
            document.set(&key("k"), hostile);
            let vmx = Vmx::parse(&document.to_string());
            assert_eq!(vmx.faults, []);
            assert_eq!(vmx.entries.len(), 2);
            assert_eq!(vmx.get("k").unwrap().value, hostile);
        }
        for text in ["", "1a", "a b", "a=b", "a\"", "a\n", "é"] {
            assert_eq!(text.parse::<VmxKey>(), Err(Cause::VmxKey.into()), "{text}");
        }
    }
}
