//! Names of the bits in rows.

use super::row::{Part, Row};
use super::template::{Field, Form, Piece, pieces};

/// Bits in a row, with their name.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Named {
    /// Start of the line: `LnkCap`; `-` for the first line of a structure.
    pub(in crate::lspci) label: &'static str,
    /// Text before the bits: `Speed `; empty if there is only the label.
    pub(in crate::lspci) name: &'static str,
    pub(in crate::lspci) field: Field,
    /// Offset of the register in the structure.
    pub(in crate::lspci) at: u16,
    /// Whether it directly follows the value before.
    pub(in crate::lspci) is_joined: bool,
}

/// The label of a structure's first line.
pub(in crate::lspci) const TITLE: &str = "-";

/// Position of the walk in a list of rows.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Walk {
    label: &'static str,
    /// Indentation of a line with a label, in tabs.
    indent: usize,
    /// Whether the bits before are a value, not a sign.
    after_value: bool,
}

impl Walk {
    /// Starts at the first line, or at the lines below it, which are indented by `indent` tabs.
    pub(in crate::lspci) const fn new(label: &'static str, indent: usize) -> Self {
        Self {
            label,
            indent,
            after_value: false,
        }
    }

    /// Advances by a row, and visits its fields.
    pub(in crate::lspci) fn row(&mut self, row: &Row, visit: &mut dyn FnMut(Named)) {
        let template = match row.part {
            Part::Text(template) => template,
            Part::Rows(rows) => return rows.iter().for_each(|row| self.row(row, visit)),
            Part::Need(..) | Part::Each(_) | Part::Code(_) => return,
        };
        let mut before = "";
        let mut starts_line = true;
        // What goes on begins with a blank, or what divides.
        let starts_word = template.starts_with(|first: char| first.is_ascii_alphanumeric());
        self.after_value &= !starts_word;
        for piece in pieces(template) {
            match piece {
                Piece::Text(text) => {
                    before = text;
                    if let Some((label, rest)) = label(text, self.indent, starts_line) {
                        (self.label, before) = (label, rest);
                        self.after_value = false;
                    }
                }
                Piece::Field(field) => {
                    let name = name(before, self.after_value);
                    let is_joined = !starts_line
                        && self.after_value
                        && name.is_empty()
                        && !before.contains(' ');
                    visit(Named {
                        label: self.label,
                        name,
                        field,
                        at: row.at,
                        is_joined,
                    });
                    self.after_value = !matches!(field.form, Form::Sign(_));
                    before = "";
                }
                Piece::Index | Piece::Place => before = "",
            }
            starts_line = false;
        }
    }
}

/// The label of the last line that starts in `text`, and the text after it. A line with a label is
/// indented by exactly `indent` tabs; a continuation by more.
fn label(
    text: &'static str,
    indent: usize,
    starts_line: bool,
) -> Option<(&'static str, &'static str)> {
    let line = match text.trim_end_matches('\n').rfind('\n') {
        Some(at) => text.get(at + 1..)?,
        None if starts_line => text,
        None => return None,
    };
    let label = line.trim_start_matches('\t');
    if line.len() - label.len() != indent {
        return None;
    }
    Some(label.split_once(':').unwrap_or((label, "")))
}

/// The part of the text between two fields that is the name of the second.
fn name(before: &'static str, after_value: bool) -> &'static str {
    let mut name = before;
    if after_value && !name.starts_with('/') {
        // The unit of the value before.
        name = name
            .find([' ', '\t', '\n'])
            .and_then(|end| name.get(end..))
            .unwrap_or_default();
    }
    for end in ["\n", "\t", ", ", "; "] {
        name = name.rsplit_once(end).map_or(name, |(_, name)| name);
    }
    name.trim_start_matches([' ', ',', '('])
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::row::row;
    use super::*;

    #[test]
    fn names_are_before_their_bits() {
        let mut walk = Walk::new(TITLE, 2);
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
