//! Trees: `lspci -t`, in which the bus of a leaf follows from its position.
//!
//! A root prints as `[0000:00]`, a bridge as `01.0-[02-05]`, or `01.0-[02]` with one bus below;
//! pciutils up to 3.1.6 prints their domain, too. The functions on a bus follow its bracket, and on
//! the lines below a `+` or `\` in the column of the first one's `+`.

use alloc::vec::Vec;

use super::digits::{hex, hex8, part};
use crate::Address;

/// A bus in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bus {
    domain: u32,
    number: u8,
}

/// A function in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Node {
    pub(super) address: Address,
    /// Secondary and subordinate bus number of a bridge.
    pub(super) buses: Option<(u8, u8)>,
    /// Span of its text in the line: the address, its buses, and the text of a leaf.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Offset of the text of a leaf.
    pub(super) text: usize,
}

/// The tree being parsed.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    /// The column of each `+`, with its bus; ascending. A column without bus is that of the roots.
    columns: Vec<(usize, Option<Bus>)>,
}

/// Whether `line` is the first line of a tree, or of a root in it.
pub(super) fn has_root(line: &str) -> bool {
    memchr::memchr_iter(b'[', line.as_bytes())
        .take(2)
        .any(|open| {
            line.as_bytes().get(open.wrapping_sub(1)) == Some(&b'-') && root(line, open).is_some()
        })
}

/// Contents of brackets.
#[derive(Clone, Copy, Debug)]
struct Bracket {
    domain: Option<u32>,
    first: u8,
    last: u8,
    /// The offset after the bracket.
    end: usize,
}

/// The bus of `[0000:00]-` at `open`, and the end of the bracket.
fn root(line: &str, open: usize) -> Option<(Bus, usize)> {
    let bracket = bracket(line, open)?;
    let bus = Bus {
        domain: bracket.domain?,
        number: bracket.first,
    };
    let dash = line.as_bytes().get(bracket.end) == Some(&b'-');
    dash.then_some((bus, bracket.end))
}

/// `[0000:00]`, `[00]`, `[00-0f]` or `[0000:00-0f]` at `open`.
fn bracket(line: &str, open: usize) -> Option<Bracket> {
    let inner = line.get(open..)?.strip_prefix('[')?;
    let length = inner.bytes().take(20).position(|byte| byte == b']')?;
    let body = inner.get(..length)?;
    let (domain, buses) = match body.split_once(':') {
        Some((domain, buses)) if (4..=8).contains(&domain.len()) => {
            (Some(hex(domain, domain.len())?), buses)
        }
        Some(_) => return None,
        None => (None, body),
    };
    let first = hex8(buses, 2)?;
    let last = match (buses.len(), buses.get(2..)?.strip_prefix('-')) {
        (2, None) => first,
        (5, Some(last)) => hex8(last, 2)?,
        _ => return None,
    };
    Some(Bracket {
        domain,
        first,
        last,
        end: open + length + 2,
    })
}

impl Tree {
    /// Parses a line of the tree: its functions in order; `None` for other lines.
    pub(super) fn line(&mut self, line: &str) -> Option<Vec<Node>> {
        let lead = line
            .bytes()
            .take_while(|byte| b" |>".contains(byte))
            .count();
        let mut at = lead;
        let mut bus = None;
        match line.as_bytes().get(at)? {
            b'-' => self.columns.clear(),
            b'+' | b'\\' => {
                self.columns.retain(|(column, _)| *column <= at);
                let (column, hangs) = self.columns.last()?;
                if *column != at {
                    return None;
                }
                bus = *hangs;
            }
            _ => return None,
        }
        at += 1;
        let mut nodes = Vec::new();
        let mut is_tree = bus.is_some();
        loop {
            // The dashes, with a plus if several functions follow.
            loop {
                match line.as_bytes().get(at) {
                    Some(b'-') => at += 1,
                    Some(b'+') => {
                        self.columns.push((at, bus));
                        at += 1;
                    }
                    _ => break,
                }
            }
            if let Some((root, end)) = root(line, at) {
                is_tree = true;
                bus = Some(root);
                at = end;
                continue;
            }
            let Some(node) = bus.and_then(|bus| node(line, at, bus)) else {
                break;
            };
            at = node.end;
            nodes.push(node);
            match node.buses {
                Some((number, _)) => bus = bus.map(|bus| Bus { number, ..bus }),
                None => break,
            }
        }
        is_tree.then_some(nodes)
    }
}

/// The function at `at`: `01.0`, with its buses or its text.
fn node(line: &str, at: usize, bus: Bus) -> Option<Node> {
    let device = hex8(line.get(at..)?, 2)?;
    let rest = line.get(at + 2..)?.strip_prefix('.')?;
    let function = char::from(*rest.as_bytes().first()?).to_digit(8)?;
    let address = Address::new(bus.domain, bus.number, device, u8::try_from(function).ok()?)?;
    let after = at + 4;
    if part(line, after, after + 2) == "-[" {
        let bracket = bracket(line, after + 1)?;
        return Some(Node {
            address,
            buses: Some((bracket.first, bracket.last)),
            start: at,
            end: bracket.end,
            text: bracket.end,
        });
    }
    let rest = line.get(after..)?;
    let blank = rest.starts_with("  ") || rest.trim().is_empty();
    blank.then_some(Node {
        address,
        buses: None,
        start: at,
        end: line.len(),
        text: after,
    })
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::*;

    /// Address, buses, and label.
    type Shown = (String, Option<(u8, u8)>, String);

    fn read(text: &str) -> Vec<Shown> {
        let mut tree = Tree::default();
        let mut found = Vec::new();
        for line in text.lines() {
            assert_eq!(has_root(line), line.contains(':'), "{line}");
            for node in tree.line(line).unwrap_or_else(|| panic!("{line}")) {
                let label = part(line, node.text, node.end).trim().to_string();
                found.push((node.address.to_string(), node.buses, label));
            }
        }
        found
    }

    #[test]
    fn a_leaf_is_on_the_bus_that_it_hangs_on() {
        let text = "\
-+-[0000:ff]-+-00.0  One
 |           \\-02.1
 \\-[0000:00]-+-00.0  Two
             +-01.0-[1]
";
        // A bus of one digit is none: that line says nothing.
        let mut tree = Tree::default();
        let counts: Vec<_> = text
            .lines()
            .map(|line| tree.line(line).map(|n| n.len()))
            .collect();
        assert_eq!(counts, [Some(1), Some(1), Some(1), Some(0)]);
        let text = "\
-+-[0001:40]---02.0-[0001:41-50]----01.0  Three
 +-[0000:00]-+-00.0  Two
 |           +-01.0-[0a]--
 |           +-03.0-[0b-0e]----00.0-[0c-0e]--+-00.0-[0d]----00.0  Four
 |           |                               \\-02.0-[0e]--
 |           \\-1f.7  Five
 \\-[10000:e0]-
";
        let found = read(text);
        let wanted = [
            ("0001:40:02.0", Some((0x41, 0x50)), ""),
            ("0001:41:01.0", None, "Three"),
            ("0000:00:00.0", None, "Two"),
            ("0000:00:01.0", Some((0x0a, 0x0a)), ""),
            ("0000:00:03.0", Some((0x0b, 0x0e)), ""),
            ("0000:0b:00.0", Some((0x0c, 0x0e)), ""),
            ("0000:0c:00.0", Some((0x0d, 0x0d)), ""),
            ("0000:0d:00.0", None, "Four"),
            ("0000:0c:02.0", Some((0x0e, 0x0e)), ""),
            ("0000:00:1f.7", None, "Five"),
        ];
        let wanted: Vec<_> = wanted
            .iter()
            .map(|(a, b, t)| ((*a).to_string(), *b, (*t).to_string()))
            .collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn other_lines_are_not_part_of_a_tree() {
        let mut tree = Tree::default();
        for line in [
            "",
            "- [x]",
            "+-01.0",
            " |",
            "-01.0",
            "\\-01.0",
            "--",
            "-[10]-",
            "+-[00:00.0]",
        ] {
            assert_eq!(tree.line(line), None, "{line}");
            assert!(!has_root(line), "{line}");
        }
    }
}
