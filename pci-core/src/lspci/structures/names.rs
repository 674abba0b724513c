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
    /// Where the register is, from the start of the structure.
    pub(in crate::lspci) at: u16,
    /// Whether nothing stands between it and the value before.
    pub(in crate::lspci) is_glued: bool,
}

/// The label of a structure's first line.
pub(in crate::lspci) const TITLE: &str = "-";

/// Where in a list of rows the walk is.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Walk {
    label: &'static str,
    /// By how many tabs a line is indented that has a label.
    indent: usize,
    /// Whether the bits before were a value, not a sign.
    behind_value: bool,
}

impl Walk {
    /// At the start of the first line, or of the lines below it, which are indented by
    /// `indent` tabs.
    pub(in crate::lspci) const fn new(label: &'static str, indent: usize) -> Self {
        Self {
            label,
            indent,
            behind_value: false,
        }
    }

    /// Goes on with a row, and visits what it shows.
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
        self.behind_value &= !starts_word;
        for piece in pieces(template) {
            match piece {
                Piece::Text(text) => {
                    before = text;
                    if let Some((label, rest)) = label(text, self.indent, starts_line) {
                        (self.label, before) = (label, rest);
                        self.behind_value = false;
                    }
                }
                Piece::Field(field) => {
                    let name = name(before, self.behind_value);
                    let is_glued = !starts_line
                        && self.behind_value
                        && name.is_empty()
                        && !before.contains(' ');
                    visit(Named {
                        label: self.label,
                        name,
                        field,
                        at: row.at,
                        is_glued,
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
/// label is indented by so many tabs; by more, one that goes on.
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
    name.trim_start_matches([' ', ',', '('])
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::super::row::row;
    use super::*;

    #[test]
    fn names_stand_before_their_bits() {
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
