//! First lines of records.

use alloc::borrow::ToOwned;

use super::address_anchor::Anchor;
use super::digits::part;
use super::draft::Draft;
use super::form::{Layout, Numbers};
use super::head::{ClassPart, Place, class_part, pair_part};
use super::piece::Piece;
use super::reader::Reader;
use super::record::{BridgeBuses, DamageKind, Record};
use super::tree::{self, Node};
use super::wrapped_text::Wrapped;
use super::{machine_line, strict};
use crate::AddressPath;

impl Reader {
    /// Starts a record with a first line that contains an address.
    pub(super) fn head(&mut self, anchor: &Anchor, piece: &Piece<'_>) {
        let follows_at = anchor.end - anchor.start;
        let follows = piece.part(follows_at, piece.text.len()).text;
        if machine_line::begins(follows) {
            self.machine_line(anchor, piece);
            return;
        }
        let Some(class) = class_part(follows, Place::LineStart) else {
            return;
        };
        let pair = pair_part(part(follows, class.end, follows.len()));
        let anchor = *anchor;
        let head = strict::Head {
            anchor,
            class,
            pair,
        };
        self.first_line(&head, piece);
    }

    /// Starts a record with its first line, which starts with the address.
    pub(super) fn first_line(&mut self, head: &strict::Head<'_>, piece: &Piece<'_>) {
        let strict::Head {
            anchor,
            class: ClassPart { class, name, .. },
            pair,
        } = head;
        let mut record = Record::new(anchor.address, piece.locate(()));
        record.path = path(anchor, piece);
        record.has_domain = anchor.has_domain;
        record.class = *class;
        record.class_name = name.map(str::to_owned);
        record.id = pair.id;
        record.name = pair.name.map(str::to_owned);
        record.revision = pair.revision;
        record.form.numbers = match (name, &record.name, pair.id) {
            (None, ..) if pair.bare => Some(Numbers::Only),
            (None, None, None) => None,
            _ if pair.bracketed => Some(Numbers::Both),
            _ => Some(Numbers::None),
        };
        if let (Some(class), Some(prog_if)) = (&mut record.class, pair.prog_if) {
            class.prog_if = Some(prog_if);
        }
        self.take_heading(&mut record, piece.line);
        if pair.cut {
            self.damaged(DamageKind::CutName, piece.line);
        }
        self.rewritten(piece);
        self.wrapped = Wrapped::head(head, piece);
        self.begin(record);
    }

    fn take_heading(&mut self, record: &mut Record, line: u32) {
        if let Some(heading) = &mut self.heading {
            if heading.above || heading.group.line == line {
                record.iommu_group = Some(heading.group.clone());
                heading.used = true;
            }
        }
    }

    /// Starts a record of one line of quoted strings.
    fn machine_line(&mut self, anchor: &Anchor, piece: &Piece<'_>) {
        let follows_at = anchor.end - anchor.start;
        let follows = part(piece.text, follows_at, piece.text.len());
        let Some(line) = machine_line::parse(follows) else {
            return;
        };
        let shown = piece.part(0, follows_at + line.end);
        self.rewritten(&shown);
        let mut record = Record::new(anchor.address, shown.locate(()));
        record.path = path(anchor, piece);
        record.has_domain = anchor.has_domain;
        record.form.layout = Layout::MachineLine;
        record.revision = line.revision;
        self.take_heading(&mut record, piece.line);
        self.begin(record);
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return;
        };
        // lspci before 3.8 omits a programming interface of 0.
        let absent = line.subsystem.as_ref().map(|_| 0);
        let machine = draft.machine.get_or_insert_default();
        machine.prog_if = line.prog_if.or(absent);
        machine.class = Some(line.class);
        machine.vendor = Some(line.vendor);
        machine.device = Some(line.device);
        if let Some((vendor, device)) = line.subsystem {
            machine.subsystem_vendor = Some(vendor);
            machine.subsystem = Some(shown.locate(device));
        }
        // It has no further lines.
        self.current = None;
    }

    /// Parses a line of a tree; returns whether it is one.
    pub(super) fn tree_line(&mut self, line: &Piece<'_>) -> bool {
        if self.tree.is_none() && !tree::has_root(line.text) {
            return false;
        }
        let nodes = self.tree.get_or_insert_default().line(line.text);
        let Some(nodes) = nodes else {
            self.tree = None;
            return false;
        };
        self.end_machine_record();
        for node in nodes {
            self.node(&node, &line.part(node.start, node.end), line);
        }
        self.current = None;
        true
    }

    fn node(&mut self, node: &Node, piece: &Piece<'_>, line: &Piece<'_>) {
        let mut record = Record::new(Some(node.address), piece.locate(()));
        record.form.layout = Layout::Tree;
        record.buses = node.buses.map(|(secondary, subordinate)| {
            piece.locate(BridgeBuses {
                primary: None,
                secondary,
                subordinate,
            })
        });
        let shown = part(line.text, node.text, node.end);
        let pair = pair_part(shown);
        record.id = pair.id;
        record.name = pair.name.map(str::to_owned);
        record.form.numbers = match (&record.name, record.id) {
            _ if pair.bracketed => Some(Numbers::Both),
            _ if pair.bare => Some(Numbers::Only),
            (None, None) => None,
            _ => Some(Numbers::None),
        };
        if pair.cut {
            self.damaged(DamageKind::CutName, piece.line);
        }
        self.begin(record);
    }

    /// Starts a record with the facts known so far.
    pub(super) fn begin(&mut self, mut record: Record) {
        record.command = self.section.command;
        self.current = Some(self.drafts.len());
        self.drafts.push(Draft {
            record,
            section: self.sections.len(),
            fields: false,
            verbose: false,
            machine: None,
        });
        self.in_machine_record = false;
        self.hex_open = true;
    }
}

/// The path of an anchor at the start of `piece`, if it is one.
fn path(anchor: &Anchor, piece: &Piece<'_>) -> Option<AddressPath> {
    let text = part(piece.text, 0, anchor.end - anchor.start);
    text.parse().ok().filter(|_| anchor.is_path)
}
