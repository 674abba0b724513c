//! Reading a text: anchors first, then the lines that belong to them.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;
use alloc::vec::Vec;

use super::address_anchor::{Anchor, anchors};
use super::class_names::ClassNames;
use super::command::{self, EchoedCommand};
use super::digits::{decimal, hex8, part};
use super::form::{Layout, Numbers, Verbosity};
use super::head::{ClassPart, Place, class_part, pair_part};
use super::label::{Field, Label, labels};
use super::machine_line;
use super::machine_record::{Tag, Tagged, tags};
use super::named_value::{Class, Named, joined};
use super::normal::normal;
use super::paths;
use super::piece::Piece;
use super::record::{BridgeBuses, Damage, DamageKind, Fields, Listing, Record};
use super::strict;
use super::tree::{self, Node, Tree};
use super::value;
use super::verbose::{Depth, DetailsReader};
use crate::lspci::dump;
use crate::{Address, AddressPath, ClassCode, Located, PciId, SubsystemId};

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
    // A record is large, and a list of them moves as it grows.
    record: Box<Record>,
    section: usize,
    /// A line below the first was seen.
    fields: bool,
    /// A line was seen that only `-v` prints.
    verbose: bool,
    machine: Option<Box<Machine>>,
}

/// What the lines of a machine-readable record say one by one.
#[derive(Debug, Default)]
struct Machine {
    class: Option<Class>,
    vendor: Option<Named>,
    device: Option<Named>,
    subsystem_vendor: Option<Named>,
    subsystem: Option<Located<Named>>,
    prog_if: Option<u8>,
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
    tree: Option<Tree>,
    /// Whether `current` is a record of tags and values.
    in_machine_record: bool,
    /// Whether hex bytes belong to the last record.
    hex_open: bool,
    details: Option<DetailsReader>,
    /// The draft that `details` reads lines of.
    detailed: Option<usize>,
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
            tree: None,
            in_machine_record: false,
            hex_open: false,
            details: None,
            detailed: None,
        }
    }

    fn read(mut self, input: &str) -> Listing {
        let source = normal(input);
        let text = source.text();
        let mut offset = 0;
        let mut lines = LineNumbers::new(input);
        loop {
            let rest = text.get(offset..).unwrap_or_default();
            let length = memchr::memchr(b'\n', rest.as_bytes());
            let line = part(rest, 0, length.unwrap_or(rest.len()));
            self.line(&Piece {
                text: line.strip_suffix('\r').unwrap_or(line),
                line: lines.at(source.span(offset..offset).start),
                offset,
                source: &source,
            });
            let Some(length) = length else {
                break;
            };
            offset += length + 1;
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
        if !self.intact_line(line) {
            self.any_line(line);
        }
    }

    /// Reads a line that is just as lspci prints it; whether it was one.
    fn intact_line(&mut self, line: &Piece<'_>) -> bool {
        match line.text.as_bytes().first() {
            Some(b'\t') => {
                if self.current.is_none() || self.in_machine_record {
                    return false;
                }
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
                let Some(head) = strict::head(line.text, &self.names) else {
                    return false;
                };
                self.first_line(&head, line);
                true
            }
            _ => false,
        }
    }

    /// Reads a line of hex bytes; whether it was one.
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

    /// Reads a line of a capability's details.
    fn detail(&mut self, line: &Piece<'_>) -> bool {
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return false;
        };
        draft.fields = true;
        draft.verbose = true;
        let depth = if line.text.starts_with("\t\t\t") {
            Depth::Continued
        } else {
            Depth::Capability
        };
        self.details_line(line, depth);
        true
    }

    /// Reads a line that only `-v` prints.
    fn details_line(&mut self, piece: &Piece<'_>, depth: Depth) {
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
            // The end of a list of groups, and perhaps the start of another text.
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
            if class_part(follows, &self.names, place).is_none()
                && machine_line::parse(follows, &self.names).is_none()
            {
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
            self.field(label, &piece.part(label.start, end), Depth::Lost);
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
        } else if self.goes_on(piece) {
            self.details_line(piece, Depth::Lost);
        } else if text.starts_with("```") || text.starts_with(|first: char| !first.is_ascii()) {
            // Prose: what comes below it is no part of the record above.
            self.current = None;
            self.heading = None;
        }
    }

    /// Whether a line without a label is part of the lines of `-v` above it.
    fn goes_on(&self, piece: &Piece<'_>) -> bool {
        let draft = self.current.and_then(|at| self.drafts.get(at));
        draft.is_some_and(|draft| draft.verbose)
            && piece
                .text
                .trim_start()
                .starts_with(|first: char| first.is_ascii() && first != '`')
    }

    fn head(&mut self, anchor: &Anchor, piece: &Piece<'_>) {
        let follows_at = anchor.end - anchor.start;
        let follows = piece.part(follows_at, piece.text.len()).text;
        if machine_line::begins(follows) {
            self.machine_line(anchor, piece);
            return;
        }
        let Some(class) = class_part(follows, &self.names, Place::LineStart) else {
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

    /// Begins a record with its first line, which begins with the address.
    fn first_line(&mut self, head: &strict::Head<'_>, piece: &Piece<'_>) {
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
        self.begin(record);
    }

    /// Tells of characters that were not as lspci prints them.
    fn rewritten(&mut self, piece: &Piece<'_>) {
        if piece.is_rewritten() {
            self.damaged(DamageKind::Rewritten, piece.line);
        }
    }

    fn take_heading(&mut self, record: &mut Record, line: u32) {
        if let Some(heading) = &mut self.heading {
            if heading.above || heading.group.line == line {
                record.iommu_group = Some(heading.group.clone());
                heading.used = true;
            }
        }
    }

    /// Begins a record of one line of quoted strings.
    fn machine_line(&mut self, anchor: &Anchor, piece: &Piece<'_>) {
        let follows_at = anchor.end - anchor.start;
        let follows = part(piece.text, follows_at, piece.text.len());
        let Some(line) = machine_line::parse(follows, &self.names) else {
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
        // lspci before 3.8 leaves out a programming interface that is 0.
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
        // Nothing below it is its own.
        self.current = None;
    }

    /// Reads a line of tags and values; whether it was one.
    fn machine_record_line(&mut self, line: &Piece<'_>) -> bool {
        let mut list = tags(line.text).peekable();
        let Some(first) = list.peek() else {
            return false;
        };
        if !self.in_machine_record && !begins_machine_record(line.text, *first) {
            return false;
        }
        let mut count = 0;
        while let Some(tagged) = list.next() {
            let end = list.peek().map_or(line.text.len(), |next| next.start);
            let piece = line.part(tagged.start, end);
            self.rewritten(&piece);
            let value = part(line.text, tagged.value, end).trim();
            self.tag(tagged.tag, value, &piece);
            count += 1;
        }
        if count > 1 {
            self.damaged(DamageKind::LostLineBreaks, line.line);
        }
        true
    }

    fn tag(&mut self, tag: Tag, value: &str, piece: &Piece<'_>) {
        if matches!(tag, Tag::Slot | Tag::Device) {
            if let Some((address, path, has_domain)) = slot(value) {
                let mut record = Record::new(address, piece.locate(()));
                record.path = path;
                record.has_domain = has_domain;
                record.form.layout = Layout::MachineRecord;
                self.begin(record);
                self.in_machine_record = true;
                return;
            }
        }
        let Some(draft) = self.current.and_then(|at| self.drafts.get_mut(at)) else {
            return;
        };
        let record = &mut draft.record;
        let machine = draft.machine.get_or_insert_default();
        let numeric = machine.class.as_ref().is_some_and(Class::is_numeric);
        let named = || Named::read(value, numeric);
        match tag {
            Tag::Slot => {}
            // A tag whose value was cut off says nothing.
            _ if value.is_empty() => {}
            Tag::Class => machine.class = Some(Class::read(value, &self.names)),
            Tag::Vendor => machine.vendor = Some(named()),
            Tag::Device => machine.device = Some(named()),
            Tag::SubsystemVendor => machine.subsystem_vendor = Some(named()),
            Tag::Subsystem => machine.subsystem = Some(piece.locate(named())),
            Tag::PhysicalSlot => record.physical_slot = Some(piece.locate(value.to_owned())),
            Tag::Revision => record.revision = hex8(value, 2),
            Tag::ProgIf => machine.prog_if = hex8(value, 2),
            Tag::Driver => {
                draft.fields = true;
                record.driver = Some(piece.locate(value.to_owned()));
            }
            Tag::Module => {
                draft.fields = true;
                match &mut record.modules {
                    Some(modules) => modules.value.push(value.to_owned()),
                    None => record.modules = Some(piece.locate([value.to_owned()].to_vec())),
                }
            }
            Tag::NumaNode => record.numa_node = decimal(value).map(|node| piece.locate(node)),
            Tag::TreeNode => {}
            Tag::Group => record.iommu_group = decimal(value).map(|group| piece.locate(group)),
        }
    }

    fn end_machine_record(&mut self) {
        if self.in_machine_record {
            self.in_machine_record = false;
            self.current = None;
        }
    }

    /// Reads a line of a tree; whether it was one.
    fn tree_line(&mut self, line: &Piece<'_>) -> bool {
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
        let said = part(line.text, node.text, node.end);
        let pair = pair_part(said);
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

    fn begin(&mut self, mut record: Record) {
        record.command = self.section.command;
        self.current = Some(self.drafts.len());
        self.drafts.push(Draft {
            record: Box::new(record),
            section: self.sections.len(),
            fields: false,
            verbose: false,
            machine: None,
        });
        self.in_machine_record = false;
        self.hex_open = true;
    }

    fn field(&mut self, label: Label, piece: &Piece<'_>, depth: Depth) {
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
            self.begin(Record::new(Some(address), head));
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
        let shows_drivers = self
            .drafts
            .iter()
            .any(|draft| draft.record.form.layout == Layout::MachineRecord && draft.fields);
        for (draft, fields) in self.drafts.iter_mut().zip(trust) {
            let fields = match fields {
                // The one record that has no driver, of others that have: with -k.
                Fields::NotShown
                    if shows_drivers && draft.record.form.layout == Layout::MachineRecord =>
                {
                    Fields::Presumed
                }
                fields => fields,
            };
            draft.end_machine();
            let command = draft.record.command.and_then(|at| self.commands.get(at));
            let verbose = draft.verbose || command.is_some_and(EchoedCommand::is_verbose);
            draft.record.fields = fields;
            if let Some(class) = draft.record.class.as_mut().filter(|_| verbose) {
                // lspci -v leaves out a programming interface that is 0 and has
                // no name.
                class.prog_if = class.prog_if.or(Some(0));
            }
        }
        let mut records: Vec<Record> = self
            .drafts
            .into_iter()
            .filter(Draft::is_whole)
            .map(|draft| *draft.record)
            .collect();
        paths::place(&mut records);
        Listing {
            records,
            commands: self.commands,
            damage: self.damage,
        }
    }
}

impl Draft {
    /// Whether it is a function: not every `Slot:` begins one.
    fn is_whole(&self) -> bool {
        self.record.form.layout != Layout::MachineRecord || self.record.form.numbers.is_some()
    }

    /// Puts together what a machine-readable record said in pieces.
    fn end_machine(&mut self) {
        let Some(machine) = self.machine.take() else {
            return;
        };
        let record = &mut self.record;
        let (Some(class), Some(vendor)) = (machine.class, &machine.vendor) else {
            return;
        };
        record.form.numbers = Some(class.numbers(vendor));
        record.class = class.code.map(|code| ClassCode {
            prog_if: machine.prog_if,
            ..code
        });
        record.class_name = class.name;
        if let Some(device) = &machine.device {
            record.id = vendor
                .number
                .zip(device.number)
                .map(|(vendor, device)| PciId::new(vendor, device));
            record.name = joined(vendor, device);
            record.vendor_name = vendor.name().map(str::to_owned);
        }
        if let (Some(vendor), Some(device)) = (&machine.subsystem_vendor, &machine.subsystem) {
            record.subsystem_name = joined(vendor, &device.value);
            record.subsystem = vendor
                .number
                .zip(device.value.number)
                .map(|(v, d)| device.clone().map(|_| SubsystemId::new(v, d)));
        }
    }
}

/// Whether a line begins a record of tags: `Slot:`, or `Device:` of `-vm`, with an
/// address.
fn begins_machine_record(line: &str, tagged: Tagged) -> bool {
    let value = part(line, tagged.value, line.len()).trim_start();
    let end = value
        .find(|letter: char| !(letter.is_ascii_hexdigit() || ":./".contains(letter)))
        .unwrap_or(value.len());
    matches!(tagged.tag, Tag::Slot | Tag::Device) && slot(part(value, 0, end)).is_some()
}

/// The address or path that is the value of a slot, and whether it has a domain.
fn slot(value: &str) -> Option<(Option<Address>, Option<AddressPath>, bool)> {
    let path: AddressPath = value.parse().ok()?;
    let has_domain = value.split('/').next()?.matches(':').count() == 2;
    let address = path.address();
    let path = Some(path).filter(|path| !path.hops().is_empty());
    Some((address, path, has_domain))
}

/// The path that an anchor at the start of `piece` is, where it is one.
fn path(anchor: &Anchor, piece: &Piece<'_>) -> Option<AddressPath> {
    let text = part(piece.text, 0, anchor.end - anchor.start);
    text.parse().ok().filter(|_| anchor.is_path)
}

/// The numbers of the lines that ascending offsets are in.
struct LineNumbers<'a> {
    input: &'a str,
    offset: usize,
    line: u32,
}

impl<'a> LineNumbers<'a> {
    const fn new(input: &'a str) -> Self {
        Self {
            input,
            offset: 0,
            line: 1,
        }
    }

    fn at(&mut self, offset: usize) -> u32 {
        let passed = self.input.as_bytes().get(self.offset..offset);
        let breaks = memchr::memchr_iter(b'\n', passed.unwrap_or_default()).count();
        self.line = self
            .line
            .saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX));
        self.offset = self.offset.max(offset);
        self.line
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
