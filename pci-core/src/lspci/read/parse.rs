//! Reading a text: anchors first, then the lines that belong to them.

use alloc::borrow::ToOwned;
use alloc::vec::Vec;

use super::address_anchor::{Anchor, anchors};
use super::class_names::ClassNames;
use super::command::{self, EchoedCommand};
use super::digits::part;
use super::head::{ClassPart, Place, class_part, pair_part};
use super::label::{Field, Label, labels};
use super::piece::Piece;
use super::record::{Damage, DamageKind, Fields, Listing, Record};
use super::value;
use crate::Located;

/// Reads what `lspci` printed; what is no part of such a text is passed over.
///
/// The time is linear in the length of the text.
#[must_use]
pub fn parse(text: &str) -> Listing {
    Reader::new().read(text)
}

/// Reads what `command` printed: as [`parse`], for a text that does not show the
/// command itself.
///
/// ```
/// use pci_core::lspci::{Fields, parse_output};
/// let text = "01:00.0 3D controller [0302]: NVIDIA Corporation Device [10de:2330]\n";
/// let fields = |command| parse_output(command, text).records[0].fields;
/// // No line names a driver: no driver is bound.
/// assert_eq!(fields("lspci -nnk"), Fields::Whole);
/// // The lines were filtered away, or never asked for.
/// assert_eq!(fields("lspci -nnk | grep -i nvidia"), Fields::Presumed);
/// assert_eq!(fields("lspci -nn"), Fields::NotShown);
/// ```
#[must_use]
pub fn parse_output(command: &str, text: &str) -> Listing {
    let mut reader = Reader::new();
    reader.commands.push(EchoedCommand::known(command));
    reader.section.command = Some(0);
    reader.read(text)
}

/// What one command printed.
#[derive(Clone, Copy, Debug, Default)]
struct Section {
    /// The command, where the text shows it.
    command: Option<usize>,
    /// Whether `grep` put `--` between lines.
    separated: bool,
}

/// A record and what decides how far it can be trusted.
struct Draft {
    record: Record,
    section: usize,
    /// A line below the first was seen.
    fields: bool,
    /// A line was seen that only `-v` prints.
    verbose: bool,
}

/// An IOMMU group that stands above or before the records of its functions.
struct Heading {
    group: Located<u32>,
    /// Whether records on lines below belong to it, and not just that on its own.
    above: bool,
    /// Whether a record has taken it.
    used: bool,
}

struct Reader {
    names: ClassNames,
    drafts: Vec<Draft>,
    commands: Vec<EchoedCommand>,
    damage: Vec<Damage>,
    /// The record that following lines belong to: an index into `drafts`.
    current: Option<usize>,
    section: Section,
    /// The sections before the present one.
    sections: Vec<Section>,
    heading: Option<Heading>,
}

impl Reader {
    fn new() -> Self {
        Self {
            names: ClassNames::new(),
            drafts: Vec::new(),
            commands: Vec::new(),
            damage: Vec::new(),
            current: None,
            section: Section::default(),
            sections: Vec::new(),
            heading: None,
        }
    }

    fn read(mut self, text: &str) -> Listing {
        let mut offset = 0;
        for (number, line) in (1u32..).zip(text.split('\n')) {
            self.line(&Piece {
                text: line.strip_suffix('\r').unwrap_or(line),
                line: number,
                offset,
            });
            offset += line.len() + 1;
        }
        let mut listing = self.finish();
        if let Some(record) = listing.records.last_mut().filter(|_| is_cut(text)) {
            if record.fields == Fields::Whole && record.driver.is_none() {
                record.fields = Fields::Presumed;
            }
        }
        listing
    }

    fn line(&mut self, line: &Piece<'_>) {
        if line.text.trim().is_empty() {
            // The end of a list of groups, and perhaps the start of another text.
            self.heading.take_if(|heading| heading.used);
            return;
        }
        if line.text.trim() == "--" {
            self.section.separated = true;
            self.current = None;
            return;
        }
        let before = self.damage.len();
        let mut candidates = anchors(line.text).peekable();
        let mut head: Option<Anchor> = None;
        // Where the part of the line begins that is not read yet.
        let mut from = 0;
        while let Some(anchor) = candidates.next() {
            let limit = candidates.peek().map_or(line.text.len(), |next| next.start);
            let lead = part(line.text, from, anchor.start);
            let place = if head.is_none() && lead.trim().is_empty() {
                Place::LineStart
            } else {
                Place::Inside
            };
            let follows = part(line.text, anchor.end, limit);
            if class_part(follows, &self.names, place).is_none() {
                continue;
            }
            self.before_head(head, &line.part(from, anchor.start));
            if let Some(heading) = self.heading.as_mut().filter(|_| head.is_none()) {
                heading.above &= heading.group.line != line.line;
            }
            if head.is_some() {
                self.damaged(DamageKind::LostLineBreaks, line.line);
            }
            from = anchor.start;
            head = Some(anchor);
        }
        self.before_head(head, &line.part(from, line.text.len()));
        // One line is damaged once, however many breaks it lost.
        if self.damage.len() > before {
            let mut seen = Vec::new();
            let fresh = self.damage.split_off(before);
            for damage in fresh {
                if !seen.contains(&damage.kind) {
                    seen.push(damage.kind);
                    self.damage.push(damage);
                }
            }
        }
    }

    /// Reads a part of a line that ends where the next record begins or the line
    /// ends. It begins with a record's address where `head` is one.
    fn before_head(&mut self, head: Option<Anchor>, piece: &Piece<'_>) {
        let Some((start, end)) = command::find(piece.text) else {
            return self.content(head, piece);
        };
        let before = command::without_prompt(part(piece.text, 0, start));
        if head.is_some() || labels(before).next().is_some() {
            self.damaged(DamageKind::LostLineBreaks, piece.line);
            self.content(head, &piece.part(0, before.len()));
        }
        self.sections.push(self.section);
        self.section = Section {
            command: Some(self.commands.len()),
            separated: false,
        };
        self.current = None;
        self.heading = None;
        let shown = piece.part(start, end).locate(());
        self.commands.push(EchoedCommand {
            line: shown.line,
            span: shown.span,
            text: shown.text,
        });
    }

    fn content(&mut self, head: Option<Anchor>, piece: &Piece<'_>) {
        let mut fields = labels(piece.text).peekable();
        let first = fields.peek().map_or(piece.text.len(), |label| label.start);
        let mut breaks = 0;
        if let Some(anchor) = head {
            self.head(&anchor, &piece.part(0, first));
            breaks += 1;
        } else if fields.peek().is_none() {
            return self.other_line(piece);
        }
        while let Some(label) = fields.next() {
            let end = fields.peek().map_or(piece.text.len(), |next| next.start);
            self.field(label, &piece.part(label.start, end));
            breaks += 1;
        }
        if breaks > 1 {
            self.damaged(DamageKind::LostLineBreaks, piece.line);
        }
    }

    /// A line, or the start of one, without address and label.
    fn other_line(&mut self, piece: &Piece<'_>) {
        let text = piece.text.trim();
        if let Some(group) = value::group_heading(text) {
            self.heading = Some(Heading {
                group: piece.locate(group),
                above: true,
                used: false,
            });
            self.current = None;
        } else if text.starts_with("```") || text.starts_with(|first: char| !first.is_ascii()) {
            // Prose: what comes below it is no part of the record above.
            self.current = None;
            self.heading = None;
        }
    }

    fn head(&mut self, anchor: &Anchor, piece: &Piece<'_>) {
        let follows_at = anchor.end - anchor.start;
        let follows = piece.part(follows_at, piece.text.len()).text;
        let Some(ClassPart { class, name, end }) =
            class_part(follows, &self.names, Place::LineStart)
        else {
            return;
        };
        let pair = pair_part(part(follows, end, follows.len()));
        let mut record = Record::new(anchor.address, piece.locate(()));
        record.has_domain = anchor.has_domain;
        record.class = class;
        record.class_name = name.map(str::to_owned);
        record.id = pair.id;
        record.name = pair.name.map(str::to_owned);
        record.revision = pair.revision;
        if let (Some(class), Some(prog_if)) = (&mut record.class, pair.prog_if) {
            class.prog_if = Some(prog_if);
        }
        if let Some(heading) = &mut self.heading {
            if heading.above || heading.group.line == piece.line {
                record.iommu_group = Some(heading.group.clone());
                heading.used = true;
            }
        }
        if pair.cut {
            self.damaged(DamageKind::CutName, piece.line);
        }
        self.begin(record);
    }

    fn begin(&mut self, mut record: Record) {
        record.command = self.section.command;
        self.current = Some(self.drafts.len());
        self.drafts.push(Draft {
            record,
            section: self.sections.len(),
            fields: false,
            verbose: false,
        });
    }

    fn field(&mut self, label: Label, piece: &Piece<'_>) {
        if self.current.is_none() {
            self.orphan(label.field, piece.line);
        }
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return;
        };
        draft.fields = true;
        draft.verbose |= matches!(
            label.field,
            Field::Verbose | Field::Flags | Field::UnknownHeader
        );
        value::set(&mut draft.record, label, piece);
    }

    /// A line whose record has no first line: `lspci -s 02:00.0 -v | grep driver`
    /// prints such, and then the command says whose it is.
    fn orphan(&mut self, field: Field, line: u32) {
        // The other labels are words that also stand in other texts.
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
                text: command.text.clone(),
            };
            self.begin(Record::new(address, head));
        } else {
            self.damaged(DamageKind::OrphanField, line);
        }
    }

    fn damaged(&mut self, kind: DamageKind, line: u32) {
        self.damage.push(Damage { kind, line });
    }

    fn finish(mut self) -> Listing {
        self.sections.push(self.section);
        let last_of_section = |at: usize, drafts: &[Draft]| {
            let next = drafts.get(at + 1).map(|draft| draft.section);
            next != drafts.get(at).map(|draft| draft.section)
        };
        let trust: Vec<Fields> = (0..self.drafts.len())
            .zip(&self.drafts)
            .map(|(at, draft)| {
                let section = self
                    .sections
                    .get(draft.section)
                    .copied()
                    .unwrap_or_default();
                let command = section.command.and_then(|at| self.commands.get(at));
                trust(draft, section, command, last_of_section(at, &self.drafts))
            })
            .collect();
        for (draft, fields) in self.drafts.iter_mut().zip(trust) {
            let command = draft.record.command.and_then(|at| self.commands.get(at));
            let verbose = draft.verbose || command.is_some_and(EchoedCommand::is_verbose);
            draft.record.fields = fields;
            if let Some(class) = draft.record.class.as_mut().filter(|_| verbose) {
                // lspci -v leaves out a programming interface that is 0 and has
                // no name.
                class.prog_if = class.prog_if.or(Some(0));
            }
        }
        Listing {
            records: self.drafts.into_iter().map(|draft| draft.record).collect(),
            commands: self.commands,
            damage: self.damage,
        }
    }
}

/// Whether the text stops in the midst of a function's lines: `Kernel dri`.
fn is_cut(text: &str) -> bool {
    let last = text.lines().rev().find(|line| !line.trim().is_empty());
    last.is_some_and(|line| line.starts_with([' ', '\t']) && !line.contains(':'))
}

fn trust(draft: &Draft, section: Section, command: Option<&EchoedCommand>, last: bool) -> Fields {
    if section.separated || command.is_some_and(EchoedCommand::filters) {
        return Fields::Presumed;
    }
    if command.is_some_and(EchoedCommand::shows_drivers) {
        return Fields::Whole;
    }
    if !draft.fields {
        return Fields::NotShown;
    }
    // Without the command, a record is whole when it has the line that comes
    // first for nearly every function, and its last lines or another record
    // below it: a text may be filtered or cut anywhere.
    let record = &draft.record;
    let begun = draft.verbose || record.subsystem.is_some() || record.subsystem_name.is_some();
    let ended = record.driver.is_some() || record.modules.is_some() || !last;
    if begun && ended {
        Fields::Whole
    } else {
        Fields::Presumed
    }
}
