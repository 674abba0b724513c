//! `nova.conf` as a lossless document: sections, `key = value`, and continuation lines that begin
//! with a blank (oslo.config, "Configuration Files").

use core::fmt;
use core::ops::Range;

use host_tree::lines;

/// One value of the section `[pci]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NovaValue {
    /// The key.
    pub key: String,
    /// The value; its lines joined by `\n`.
    pub value: String,
    /// Its first line, from 1.
    pub line: u32,
    span: Range<usize>,
}

/// A `nova.conf`, read: the values of `[pci]`, which may occur more than once.
///
/// ```
/// use hvconf::nova::NovaConf;
/// let text = "[DEFAULT]\n[pci]\n# the cards\ndevice_spec = {\"address\": \"0000:01:00.0\"}\n";
/// let conf = NovaConf::parse(text);
/// assert_eq!(conf.to_string(), text);
/// assert_eq!(conf.values()[0].key, "device_spec");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NovaConf {
    text: String,
    values: Vec<NovaValue>,
    /// The place of a new line of `[pci]`: after its last line with a setting.
    end: Option<usize>,
}

impl NovaConf {
    /// Reads any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut conf = Self {
            text: text.to_owned(),
            values: Vec::new(),
            end: None,
        };
        let mut in_pci = false;
        let mut goes_on = false;
        for (line, span, content) in lines::spans(text) {
            let content = content.strip_suffix('\r').unwrap_or(content);
            if content.starts_with('#') || content.starts_with(';') {
                continue;
            }
            if content.trim().is_empty() {
                goes_on = false;
                continue;
            }
            if content.starts_with([' ', '\t']) {
                if let (true, true, Some(last)) = (in_pci, goes_on, conf.values.last_mut()) {
                    last.value.push('\n');
                    last.value.push_str(content.trim());
                    last.span.end = span.end;
                    conf.end = Some(span.end);
                }
                continue;
            }
            if let Some(section) = content.strip_prefix('[') {
                let name = section.split(']').next().unwrap_or_default();
                in_pci = name == "pci";
                goes_on = false;
                if in_pci {
                    conf.end = Some(span.end);
                }
                continue;
            }
            if !in_pci {
                continue;
            }
            // Of `=` and `:` the first ends the key.
            let Some(at) = content.find(['=', ':']) else {
                continue;
            };
            let (key, value) = content.split_at_checked(at).unwrap_or((content, ""));
            goes_on = true;
            conf.end = Some(span.end);
            conf.values.push(NovaValue {
                key: key.trim().to_owned(),
                value: unquoted(value.get(1..).unwrap_or_default().trim()).to_owned(),
                line,
                span,
            });
        }
        conf
    }

    /// The values of `[pci]` in the order of the file.
    #[must_use]
    pub fn values(&self) -> &[NovaValue] {
        &self.values
    }

    /// Adds a line to `[pci]`, after the last of its key, and the section where there is none.
    /// The callers know that it is not there.
    pub(super) fn add(&mut self, key: &str, value: &str) {
        debug_assert!(!value.contains(['\n', '\r', '$']));
        let line = format!("{key} = {value}");
        let last = self.values.iter().rfind(|one| one.key == key);
        let text = match last.map(|one| one.span.end).or(self.end) {
            None if self.text.is_empty() => format!("[pci]\n{line}\n"),
            None => lines::with_line(&lines::with_line(&self.text, "[pci]"), &line),
            Some(at)
                if self
                    .text
                    .get(..at)
                    .is_some_and(|before| before.ends_with('\n')) =>
            {
                lines::splice(&self.text, at..at, &format!("{line}\n"))
            }
            Some(at) => lines::splice(&self.text, at..at, &format!("\n{line}")),
        };
        *self = Self::parse(&text);
    }

    /// Removes a value's lines.
    pub fn remove(&mut self, value: &NovaValue) {
        let known = self.values.iter().any(|one| one == value);
        if known {
            *self = Self::parse(&lines::without_line(&self.text, value.span.clone()));
        }
    }
}

impl fmt::Display for NovaConf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// oslo.config removes one pair of quotes from a value.
fn unquoted(value: &str) -> &str {
    let pair = |quote: char| value.strip_prefix(quote)?.strip_suffix(quote);
    pair('"').or_else(|| pair('\'')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_changes() {
        for (before, after) in [
            ("", "[pci]\nalias = x\n"),
            ("[a]\nb=1", "[a]\nb=1\n[pci]\nalias = x"),
            (
                "[pci]\nalias = y\n\n[b]\n",
                "[pci]\nalias = y\nalias = x\n\n[b]\n",
            ),
            (
                "[pci]\n\n# c\n[b]\nalias=z\n",
                "[pci]\nalias = x\n\n# c\n[b]\nalias=z\n",
            ),
            (
                "[pci]\nalias = {\n  1 }\nq=1\n",
                "[pci]\nalias = {\n  1 }\nalias = x\nq=1\n",
            ),
            ("[pci]\nq=1", "[pci]\nq=1\nalias = x"),
        ] {
            let mut conf = NovaConf::parse(before);
            conf.add("alias", "x");
            assert_eq!(conf.to_string(), after);
            let added = conf
                .values()
                .iter()
                .find(|one| one.value == "x")
                .unwrap()
                .clone();
            conf.remove(&added);
            let left = conf.to_string();
            assert!(
                left == before || left == format!("{before}\n[pci]") || left == "[pci]\n",
                "{left:?}"
            );
        }
    }
}
