//! Line-by-line parser: strict for intact lines, anchors first for damaged ones.

use alloc::string::ToString;
use alloc::vec::Vec;

use host_tree::Located;

use super::address_anchor::{Anchor, anchors};
use super::command::{self, EchoedCommand};
use super::digits::part;
use super::draft::Draft;
use super::head::{Place, class_part, is_headless};
use super::label::labels;
use super::line_numbers::LineNumbers;
use super::normal::normal;
use super::piece::Piece;
use super::record::{Damage, DamageKind, Listing};
use super::tree::Tree;
use super::verbose::{Depth, DetailsReader};
use super::wrapped_text::Wrapped;
use super::{machine_line, strict, value};
use crate::line_ends::LineEnds;
use crate::lspci::dump;

/// Output of one command.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Section {
    /// The command, if the text contains it.
    pub(super) command: Option<usize>,
    /// Whether `grep` put `--` between lines.
    pub(super) separated: bool,
}

/// An IOMMU group heading above or before the records of its functions.
pub(super) struct Heading {
    pub(super) group: Located<u32>,
    /// Whether it applies to records on following lines, not only to its own line.
    pub(super) above: bool,
    /// Whether a record has used it.
    pub(super) used: bool,
}

/// Parser state.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) drafts: Vec<Draft>,
    pub(super) commands: Vec<EchoedCommand>,
    pub(super) damage: Vec<Damage>,
    /// The record that following lines belong to: an index into `drafts`.
    pub(super) current: Option<usize>,
    pub(super) section: Section,
    /// The sections before the present one.
    pub(super) sections: Vec<Section>,
    pub(super) heading: Option<Heading>,
    pub(super) tree: Option<Tree>,
    /// Whether `current` is a record of tags and values.
    pub(super) in_machine_record: bool,
    /// Whether hex bytes belong to the last record.
    pub(super) hex_open: bool,
    pub(super) details: Option<DetailsReader>,
    /// The draft whose lines `details` parses.
    pub(super) detailed: Option<usize>,
    /// Indentation of the whole listing, in tabs.
    pub(super) indent: usize,
    /// A line that may continue on the next: wrapped by a narrow window or a mail program.
    pub(super) wrapped: Option<Wrapped>,
}

impl Reader {
    /// Reads all of `input`.
    pub(super) fn read(mut self, input: &str) -> Listing {
        let source = normal(input);
        let text = source.text();
        let mut offset = 0;
        let mut lines = LineNumbers::new(&source);
        let mut ends = LineEnds::new(text.as_bytes());
        loop {
            let end = ends.next();
            let line = part(text, offset, end.unwrap_or(text.len()));
            self.line(&Piece {
                text: line.strip_suffix('\r').unwrap_or(line),
                line: lines.next(offset),
                offset,
                source: &source,
            });
            let Some(end) = end else {
                return self.finish(text);
            };
            offset = end + 1;
        }
    }

    fn line(&mut self, line: &Piece<'_>) {
        let tabs = line.text.bytes().take(self.indent);
        let line = if tabs.filter(|byte| *byte == b'\t').count() == self.indent {
            line.part(self.indent, line.text.len())
        } else {
            self.indent = 0;
            *line
        };
        let line = &line;
        if !self.intact_line(line) {
            self.any_line(line);
        }
    }

    /// Parses a line in lspci's exact form; returns whether it is one.
    fn intact_line(&mut self, line: &Piece<'_>) -> bool {
        match line.text.as_bytes().first() {
            Some(b'\t') => {
                if self.current.is_none() || self.in_machine_record {
                    return false;
                }
                let line = &without_deeper_tabs(line);
                if let Some(label) = strict::field(line.text) {
                    self.field(
                        label,
                        &line.part(label.start, line.text.len()),
                        Depth::Function,
                    );
                    return true;
                }
                strict::is_detail(line.text) && self.detail(line)
            }
            Some(first) if first.is_ascii_hexdigit() => {
                if self.hex_line(line.text) {
                    return true;
                }
                let Some(head) = strict::head(line.text) else {
                    return false;
                };
                self.first_line(&head, line);
                true
            }
            _ => false,
        }
    }

    /// Parses a line of hex bytes; returns whether it is one.
    fn hex_line(&mut self, line: &str) -> bool {
        let Some((offset, start)) = dump::offset(line) else {
            return false;
        };
        let Some(draft) = self.drafts.last_mut().filter(|_| self.hex_open) else {
            return false;
        };
        let Ok((offset, bytes)) = dump::bytes(line, offset, start) else {
            return false;
        };
        draft.record.config.set(offset, &bytes);
        !bytes.is_empty()
    }

    /// Parses a line of a capability's details.
    fn detail(&mut self, line: &Piece<'_>) -> bool {
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return false;
        };
        draft.fields = true;
        draft.verbose = true;
        // Releases 3.5 and 3.6 print blank lines between those of a capability.
        self.hex_open |= self.current == self.drafts.len().checked_sub(1);
        let depth = if line.text.starts_with("\t\t\t") {
            Depth::Continued
        } else {
            Depth::Capability
        };
        self.details_line(line, depth);
        true
    }

    /// Parses a line that only `-v` prints.
    pub(super) fn details_line(&mut self, piece: &Piece<'_>, depth: Depth) {
        let Some(at) = self.current else { return };
        let Some(draft) = self.drafts.get_mut(at) else {
            return;
        };
        let reader = self.details.get_or_insert_with(DetailsReader::new);
        if self.detailed != Some(at) {
            self.detailed = Some(at);
            // CardBus bridges are class 0607.
            let class = draft.record.class.map(|class| (class.base, class.sub));
            reader.begin(class == Some((0x06, 0x07)));
        }
        let details = draft.record.details.get_or_insert_default();
        reader.line(details, piece, depth);
    }

    fn any_line(&mut self, line: &Piece<'_>) {
        if line.text.trim().is_empty() {
            // The end of a list of groups, and possibly the start of another text.
            self.heading.take_if(|heading| heading.used);
            self.tree = None;
            self.hex_open = false;
            self.end_machine_record();
            return;
        }
        let indent = line.text.trim_start_matches([' ', '\t', '>']);
        if indent.len() < line.text.len() && self.hex_line(indent.trim_end()) {
            return;
        }
        if self.machine_record_line(line) || self.tree_line(line) {
            return;
        }
        self.tree = None;
        if line.text.trim() == "--" {
            self.section.separated = true;
            self.current = None;
            return;
        }
        let before = self.damage.len();
        let mut candidates = anchors(line.text).peekable();
        let mut head: Option<Anchor> = None;
        // Offset of the unparsed part of the line.
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
            if class_part(follows, place).is_none() && machine_line::parse(follows).is_none() {
                continue;
            }
            self.before_head(head, &line.part(from, anchor.start));
            self.group_before(&line.part(from, anchor.start));
            if let Some(heading) = self.heading.as_mut().filter(|_| head.is_none()) {
                heading.above &= heading.group.line != line.line;
            }
            if head.is_some() {
                self.damaged(DamageKind::LostLineBreaks, line.line);
            }
            if head.is_none() && lead.bytes().all(|byte| byte == b'\t') {
                self.indent += lead.len();
            }
            from = anchor.start;
            head = Some(anchor);
        }
        self.before_head(head, &line.part(from, line.text.len()));
        // A line is damaged once, however many breaks it lost.
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

    /// Parses a part of a line that ends before the next record or at the line's end. It starts
    /// with a record's address if `head` is one.
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
            text: shown.text.to_string(),
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
            self.field(label, &piece.part(label.start, end), Depth::Lost);
            breaks += 1;
        }
        if breaks > 1 {
            self.damaged(DamageKind::LostLineBreaks, piece.line);
        }
    }

    /// Records the group before a record's address on its line.
    fn group_before(&mut self, lead: &Piece<'_>) {
        // In `Flags: fast devsel, IOMMU group 17` the group belongs to the previous record.
        let group = value::trailing_group(lead.text);
        if let Some(group) = group.filter(|_| labels(lead.text).next().is_none()) {
            self.heading = Some(Heading {
                group: lead.locate(group),
                above: true,
                used: false,
            });
        }
    }

    /// A line, or the start of one, without address and label.
    fn other_line(&mut self, piece: &Piece<'_>) {
        let text = piece.text.trim();
        if self.is_continued(piece) {
            return;
        }
        self.wrapped_name(piece);
        if is_headless(text) {
            // The lines below belong to a function whose address is lost.
            self.current = None;
            return;
        }
        if let Some(group) = value::group_heading(text) {
            self.heading = Some(Heading {
                group: piece.locate(group),
                above: true,
                used: false,
            });
            self.current = None;
        } else if self.continues(piece) {
            self.details_line(piece, Depth::Lost);
        } else if text.starts_with("```") || text.starts_with(|first: char| !first.is_ascii()) {
            // Prose: the lines below it do not belong to the record above.
            self.current = None;
            self.heading = None;
        }
    }

    /// Whether a line without a label continues the `-v` lines above.
    fn continues(&self, piece: &Piece<'_>) -> bool {
        let draft = self.current.and_then(|at| self.drafts.get(at));
        draft.is_some_and(|draft| draft.verbose)
            && piece
                .text
                .trim_start()
                .starts_with(|first: char| first.is_ascii() && first != '`')
    }

    /// Reports characters that differ from lspci's.
    pub(super) fn rewritten(&mut self, piece: &Piece<'_>) {
        if piece.is_rewritten() {
            self.damaged(DamageKind::Rewritten, piece.line);
        }
    }

    pub(super) fn damaged(&mut self, kind: DamageKind, line: u32) {
        self.damage.push(Damage { kind, line });
    }
}

/// The line with one tab, if a page indented it further and its label is not a capability's.
fn without_deeper_tabs<'a>(line: &Piece<'a>) -> Piece<'a> {
    let label = line.text.trim_start_matches('\t');
    let tabs = line.text.len() - label.len();
    let starts = ["Subsystem: ", "Kernel driver in use: ", "Kernel modules: "];
    if tabs > 1 && starts.iter().any(|start| label.starts_with(start)) {
        line.part(tabs - 1, line.text.len())
    } else {
        *line
    }
}
