//! GRUB's environment block, `grubenv`: where RHEL 8's entries have their options
//! from (`$kernelopts`).
//!
//! A first line `# GRUB Environment Block`, then `name=value` lines in which a backslash escapes
//! itself and a newline, then `#` to the end; the size is constant (GRUB 2.06,
//! `grub-core/lib/envblk.c`; grub-editenv(1)).

use core::fmt;
use core::ops::Range;

use crate::error::{Cause, Error};

/// The line that a block begins with.
const SIGNATURE: &str = "# GRUB Environment Block\n";

/// Its path for `grub2-editenv` and GRUB on Fedora and RHEL.
pub const PATH: &str = "/boot/grub2/grubenv";

/// An environment block.
///
/// ```
/// use hostconf::boot::grubenv::GrubEnv;
/// let mut text = "# GRUB Environment Block\nkernelopts=root=/dev/sda2 ro \n".to_owned();
/// text.push_str(&"#".repeat(1024 - text.len()));
/// let mut block = GrubEnv::parse(&text)?;
/// assert_eq!(block.get("kernelopts").as_deref(), Some("root=/dev/sda2 ro "));
/// block.set("kernelopts", "root=/dev/sda2 ro iommu=pt")?;
/// assert_eq!(block.to_string().len(), 1024);
/// # Ok::<(), hostconf::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrubEnv {
    text: String,
}

impl GrubEnv {
    /// Reads a block.
    ///
    /// # Errors
    ///
    /// When it does not begin with the line that all do.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if !text.starts_with(SIGNATURE) {
            return Err(Cause::NoBlock.into());
        }
        Ok(Self {
            text: text.to_owned(),
        })
    }

    /// The variables, in order, with their values.
    pub fn variables(&self) -> impl Iterator<Item = (&str, String)> {
        self.fields().filter_map(|(name, span)| {
            let raw = self.text.get(span)?;
            Some((name, unescaped(raw)))
        })
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        self.variables()
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// Sets a variable; a new one is appended. The size of the block is constant.
    ///
    /// # Errors
    ///
    /// When the name cannot be one, or the block has no room.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Error> {
        if name.is_empty() || name.starts_with('#') || name.contains(['=', '\n', '\\']) {
            return Err(Cause::VariableName {
                found: name.to_owned(),
            }
            .into());
        }
        let value = value.replace('\\', "\\\\").replace('\n', "\\\n");
        let (span, new) = match self.fields().find(|(found, _)| *found == name) {
            Some((_, span)) => (span, value),
            None => {
                let end = self.end();
                (end..end, format!("{name}={value}\n"))
            }
        };
        let end = self.end();
        let room = self.text.len() - end + span.len();
        if new.len() > room {
            return Err(Cause::NoRoom {
                needed: new.len(),
                room,
            }
            .into());
        }
        let size = self.text.len();
        let mut out =
            host_tree::lines::splice(self.text.get(..end).unwrap_or_default(), span, &new);
        // The padding is not part of an unterminated last line.
        if out.len() < size && !out.ends_with('\n') {
            out.push('\n');
        }
        out.push_str(&"#".repeat(size - out.len()));
        self.text = out;
        Ok(())
    }

    /// Name and place of the value of each variable.
    fn fields(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let mut at = 0;
        core::iter::from_fn(move || {
            loop {
                let rest = self.text.get(at..).filter(|rest| !rest.is_empty())?;
                let start = at;
                if rest.starts_with('#') {
                    at += rest.find('\n').map_or(rest.len(), |end| end + 1);
                    continue;
                }
                let end = line_end(rest);
                at += end + 1;
                let line = rest.get(..end).unwrap_or_default();
                if let Some((name, _)) = line.split_once('=') {
                    return Some((name, start + name.len() + 1..start + end));
                }
            }
        })
    }

    /// Where the filling begins.
    fn end(&self) -> usize {
        let filling = self.text.trim_end_matches('#').len();
        // A comment at the end of the text is not padding, nor is text after a newline that is part
        // of a value.
        let lines = self.text.get(..filling).unwrap_or_default();
        let ended = lines.strip_suffix('\n').is_some_and(|lines| {
            let escapes = lines.len() - lines.trim_end_matches('\\').len();
            escapes % 2 == 0
        });
        if lines.is_empty() || ended {
            filling
        } else {
            self.text.len()
        }
    }
}

impl fmt::Display for GrubEnv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The end of the line at the start of `rest`: a newline after a backslash is part of it.
fn line_end(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'\n' => return at,
            _ => {}
        }
    }
    rest.len()
}

fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' {
            chars.next().unwrap_or(c)
        } else {
            c
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(body: &str) -> GrubEnv {
        let mut text = format!("{SIGNATURE}{body}");
        text.push_str(&"#".repeat(1024 - text.len()));
        GrubEnv::parse(&text).unwrap()
    }

    #[test]
    fn values_are_escaped_and_the_size_stays() {
        let mut env = block("# remark\na=1\nb=x\\\\y\\\nz\n");
        assert_eq!(env.get("b").unwrap(), "x\\y\nz");
        env.set("a", "longer\\").unwrap();
        env.set("c", "new\nline").unwrap();
        assert_eq!(env.to_string().len(), 1024);
        assert_eq!(env.get("a").unwrap(), "longer\\");
        assert_eq!(env.get("c").unwrap(), "new\nline");
        assert_eq!(env.variables().count(), 3);
        let full = env.set("d", &"x".repeat(2000));
        assert_eq!(full.unwrap_err().kind(), crate::ErrorKind::NoRoom);
        assert!(env.set("a=b", "").is_err());
        assert_eq!(GrubEnv::parse("a=1\n"), Err(Cause::NoBlock.into()));
    }

    #[test]
    fn padding_is_not_part_of_a_value() {
        for text in [
            "kernelopts=root=/dev/sda2",
            "kernelopts=root=/dev/sda2 quiet\nlast=x",
        ] {
            let text = format!("{SIGNATURE}{text}");
            let mut block = GrubEnv::parse(&text).unwrap();
            let last = block.get("last");
            block.set("kernelopts", "quiet").unwrap();
            assert_eq!(block.get("kernelopts").as_deref(), Some("quiet"));
            assert_eq!(block.get("last"), last);
            assert_eq!(block.to_string().len(), text.len());
        }
        let text = format!("{SIGNATURE}last=x\\\n##########################");
        let mut block = GrubEnv::parse(&text).unwrap();
        assert!(block.set("a", "b").is_err());
    }
}
