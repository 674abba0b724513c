//! Lines below a record's first line that start with a label.

use host_tree::Located;

use super::form::Verbosity;
use super::label::{Field, Label};
use super::piece::Piece;
use super::reader::Reader;
use super::record::{Damage, DamageKind, Record};
use super::value;
use super::verbose::Depth;
use super::wrapped_text::Wrapped;

impl Reader {
    /// Parses `piece`, which starts with `label`.
    pub(super) fn field(&mut self, label: Label, piece: &Piece<'_>, depth: Depth) {
        if self.current.is_none() {
            self.orphan(label.field, piece.line);
        }
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return;
        };
        draft.fields = true;
        if piece.is_rewritten() {
            self.damage.push(Damage {
                kind: DamageKind::Rewritten,
                line: piece.line,
            });
        }
        let verbosity = match label.field {
            Field::Flags | Field::UnknownHeader | Field::Buses => Verbosity::Verbose,
            Field::Verbose if piece.text.starts_with("Control:") => Verbosity::VeryVerbose,
            Field::Verbose => Verbosity::Verbose,
            _ => Verbosity::Plain,
        };
        draft.verbose |= verbosity > Verbosity::Plain;
        draft.record.form.verbosity = draft.record.form.verbosity.max(verbosity);
        if draft.verbose && verbosity > Verbosity::Plain {
            self.details_line(piece, depth);
        }
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return;
        };
        value::set(&mut draft.record, label, piece);
        self.wrapped = Wrapped::field(label.field, &draft.record, piece);
    }

    /// A line whose record has no first line: `lspci -s 02:00.0 -v | grep driver` prints such
    /// lines, and the command identifies the function.
    fn orphan(&mut self, field: Field, line: u32) {
        // The other labels also occur in other texts.
        if !matches!(field, Field::Driver | Field::Modules) {
            return;
        }
        let command = self.section.command.and_then(|at| self.commands.get(at));
        let selected = command.and_then(|command| Some((command, command.selected()?)));
        if let Some((command, address)) = selected {
            let head = Located {
                value: (),
                line: command.line,
                span: command.span.clone(),
                text: command.text.as_str().into(),
            };
            self.begin(Record::new(Some(address), head));
        } else {
            self.damaged(DamageKind::OrphanField, line);
        }
    }
}
