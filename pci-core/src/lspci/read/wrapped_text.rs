//! The start of a wrapped line.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::digits::part;
use super::form::Numbers;
use super::label::Field;
use super::piece::{Piece, trimmed};
use super::record::Record;
use super::strict;

/// Width below which no window is expected.
pub(super) const MIN_LEN: usize = 32;

/// The start of a wrapped line, and its missing part.
pub(super) struct Wrapped {
    pub(super) text: String,
    pub(super) missing: Missing,
    /// Number of its last line.
    pub(super) line: u32,
}

#[derive(Clone, Copy)]
pub(super) enum Missing {
    /// The IDs of a record's first line, or the text after them.
    Ids,
    Subsystem,
    Modules,
}

impl Wrapped {
    /// The first line of a record, `piece`, if its end is missing.
    pub(super) fn head(head: &strict::Head<'_>, piece: &Piece<'_>) -> Option<Self> {
        let is_complete = head.pair.is_closed && head.pair.bracketed;
        let numbered = !is_complete && {
            let class = part(
                piece.text,
                0,
                head.anchor.end - head.anchor.start + head.class.end,
            );
            class.trim_end().ends_with("]:")
        };
        let start = head.anchor.end - head.anchor.start + head.class.end;
        let text = part(piece.text, start, piece.text.len());
        (numbered && piece.text.len() >= MIN_LEN).then(|| Self::new(text, Missing::Ids, piece))
    }

    /// A line below it, `piece`, that `record` has used.
    pub(super) fn field(field: Field, record: &Record, piece: &Piece<'_>) -> Option<Self> {
        let missing = match field {
            Field::Subsystem
                if record.subsystem.is_none() && record.form.numbers == Some(Numbers::Both) =>
            {
                Missing::Subsystem
            }
            Field::Modules if piece.text.trim_end().ends_with(',') => Missing::Modules,
            _ => return None,
        };
        (piece.text.len() >= MIN_LEN).then(|| Self::new(piece.text, missing, piece))
    }

    fn new(text: &str, missing: Missing, piece: &Piece<'_>) -> Self {
        Self {
            text: trimmed(text).to_owned(),
            missing,
            line: piece.line,
        }
    }
}
