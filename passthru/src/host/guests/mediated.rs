//! Mediated devices and their types, as `mdevctl list` and `mdevctl types` print them.

use host_tree::{CommandText, Evidence, numbered_lines};
use pci_core::Address;

use crate::host::fact::Fact;

/// A line of mdevctl.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum Mediated {
    /// A mediated device that exists now: the function that it is of, and its type.
    Device(Address, String),
    /// A type, and how many devices of it can still be made.
    Type(String, u32),
}

/// Maximum number of lines.
const MOST: usize = 64;

/// The lines of the texts.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<Mediated>> {
    let mut found = Vec::new();
    for text in texts {
        let mut kind: Option<&str> = None;
        for (number, line) in numbered_lines(&text.text) {
            let bare = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let line = device(bare).or_else(|| {
                let free = bare.strip_prefix("Available instances: ")?;
                Some(Mediated::Type(kind?.to_owned(), free.trim().parse().ok()?))
            });
            match line {
                Some(line) if found.len() < MOST => {
                    let evidence = Evidence::new(&*text.command, number, bare);
                    found.push(Fact::new(line, evidence));
                }
                _ if is_type(bare) => kind = Some(bare),
                _ => {}
            }
        }
    }
    found
}

/// Whether the line is the name of a type, such as `nvidia-49` or `i915-GVTg_V5_4`, above mdevctl's
/// description.
fn is_type(bare: &str) -> bool {
    bare.contains('-')
        && bare.len() <= 64
        && bare
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// Whether the line names a mediated device by its UUID.
pub(in crate::host) fn names_device(line: &str) -> bool {
    line.split(|c: char| !c.is_ascii_hexdigit() && c != '-')
        .any(is_uuid)
}

fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// `c7d7a5a6-… 0000:01:00.0 nvidia-257 manual (defined)`. Without a word in parentheses the row
/// may be of a list of definitions, of which none need exist (mdevctl(8), list).
fn device(bare: &str) -> Option<Mediated> {
    let mut words = bare.split_ascii_whitespace();
    let uuid = words.next()?;
    let function = words.next().filter(|word| word.len() == 12)?.parse().ok()?;
    let kind = words.next()?;
    let is_there = bare.ends_with("(defined)") || bare.ends_with("(active)");
    (is_uuid(uuid) && is_there).then(|| Mediated::Device(function, kind.to_owned()))
}

#[cfg(test)]
mod tests;
