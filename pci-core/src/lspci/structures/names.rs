//! The names of what rows show.

use super::row::{Part, Row};
use super::template::{Field, Form, Piece, pieces};

/// Bits that a row shows, and what it calls them.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Named {
    /// What begins the line: `LnkCap`; `-` for the first line of a structure.
    pub(in crate::lspci) label: &'static str,
    /// What stands before the bits: `Speed `; nothing where there is only the label.
    pub(in crate::lspci) name: &'static str,
    pub(in crate::lspci) field: Field,
}

/// The label of a structure's first line.
pub(in crate::lspci) const TITLE: &str = "-";

/// Where in a list of rows the walk is.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Walk {
    label: &'static str,
    /// Whether the bits before were a value, not a sign.
    behind_value: bool,
}

impl Walk {
    /// At the start of the first line, or of the lines below it.
    pub(in crate::lspci) const fn new(label: &'static str) -> Self {
        Self {
            label,
            behind_value: false,
        }
    }

    /// Goes on with a row, and visits what it shows.
    pub(in crate::lspci) fn row(&mut self, row: &Row, visit: &mut dyn FnMut(Named)) {
        let Part::Text(template) = row.part else {
            return;
        };
        let mut before = "";
        let mut starts_line = true;
        for piece in pieces(template) {
            match piece {
                Piece::Text(text) => {
                    before = text;
                    if let Some((label, rest)) = label(text, starts_line) {
                        (self.label, before) = (label, rest);
                        self.behind_value = false;
                    }
                }
                Piece::Field(field) => {
                    let name = name(before, self.behind_value);
                    visit(Named {
                        label: self.label,
                        name,
                        field,
                    });
                    self.behind_value = !matches!(field.form, Form::Sign(_));
                    before = "";
                }
                Piece::Index | Piece::Place => before = "",
            }
            starts_line = false;
        }
    }
}

/// The label of the last line that begins in `text`, and what is behind it. A line of a
/// label is indented by two tabs; by three, one that goes on.
fn label(text: &'static str, starts_line: bool) -> Option<(&'static str, &'static str)> {
    let line = match text.rfind("\n\t\t") {
        Some(at) => text.get(at + 3..)?,
        None if starts_line => text.strip_prefix("\t\t")?,
        None => return None,
    };
    if line.starts_with('\t') {
        return None;
    }
    Some(line.split_once(':').unwrap_or((line, "")))
}

/// What of the text between two fields is the name of the second.
fn name(before: &'static str, behind_value: bool) -> &'static str {
    let mut name = before;
    if behind_value && !name.starts_with('/') {
        // The unit of the value before.
        name = name
            .find([' ', '\t', '\n'])
            .and_then(|end| name.get(end..))
            .unwrap_or_default();
    }
    for end in ["\n", "\t", ", ", "; "] {
        name = name.rsplit_once(end).map_or(name, |(_, name)| name);
    }
    name.trim_start_matches([' ', ','])
}

#[cfg(test)]
mod tests {
    use super::super::row::row;
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn names_stand_before_their_bits() {
        let mut walk = Walk::new(TITLE);
        let mut all = Vec::new();
        let mut visit = |named: Named| all.push((named.label, named.name));
        walk.row(&row(0, "Fine version {3:0}, Bit{4}"), &mut visit);
        walk.row(
            &row(
                0,
                "\t\tCap:\tA{0} Latency L0s {3:1}us, L1 {5:4}mA PME(D0{6},D1{7}",
            ),
            &mut visit,
        );
        walk.row(
            &row(0, "\n\t\t\tMore {1:0}/{3:2}\n\t\tSta: {4}\n"),
            &mut visit,
        );
        assert_eq!(
            all,
            [
                ("-", "Fine version "),
                ("-", "Bit"),
                ("Cap", "A"),
                ("Cap", "Latency L0s "),
                ("Cap", "L1 "),
                ("Cap", "PME(D0"),
                ("Cap", "D1"),
                ("Cap", "More "),
                ("Cap", "/"),
                ("Sta", ""),
            ]
        );
    }
}
