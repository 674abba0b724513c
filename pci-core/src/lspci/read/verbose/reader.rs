//! Parser for the lines that only `lspci -v` prints.

use core::ops::Range;

use host_tree::Located;

use super::capability::{Entry, ListedCapability, entry};
use super::details::Details;
use super::fields::set_fields;
use super::flags::set_flags;
use super::interrupt::interrupt;
use super::region::{RegionKind, region};
use super::register_table::RegisterTable;
use super::registers::Place;
use super::special::{message_signaled, resizable};
use super::structure_head::set_head;
use super::titles::Titles;
use super::window::window;
use crate::config::{CapabilityId, ExtendedCapabilityId};
use crate::lspci::read::digits::part;
use crate::lspci::read::piece::Piece;
use crate::lspci::structures::{CapabilityKind, TITLE};

/// Indentation of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lspci::read) enum Depth {
    /// One tab: a line about the function.
    Function,
    /// Two tabs: a line about a capability, with a label.
    Capability,
    /// Three tabs: a continuation of the line above.
    Continued,
    /// The indentation is lost.
    Lost,
}

/// Parses the lines of all functions of a text.
pub(in crate::lspci::read) struct DetailsReader {
    table: RegisterTable,
    titles: Titles,
    /// The current structure, and its offset.
    structure: Range<usize>,
    base: u16,
    kind: Option<CapabilityKind>,
    in_capability: bool,
    /// The row of the last label, and its number of parsed fields.
    row: Option<(usize, usize)>,
    is_cardbus: bool,
}

impl DetailsReader {
    pub(in crate::lspci::read) fn new() -> Self {
        Self {
            titles: Titles::new(),
            table: RegisterTable::new(),
            structure: 0..0,
            base: 0,
            kind: None,
            in_capability: false,
            row: None,
            is_cardbus: false,
        }
    }

    /// Starts another function, which may be a CardBus bridge with different registers from 0x10
    /// on.
    pub(in crate::lspci::read) fn begin(&mut self, is_cardbus: bool) {
        self.structure = 0..0;
        self.kind = None;
        self.in_capability = false;
        self.row = None;
        self.is_cardbus = is_cardbus;
    }

    /// Parses a line, or an original line within one.
    pub(in crate::lspci::read) fn line(
        &mut self,
        details: &mut Details,
        piece: &Piece<'_>,
        depth: Depth,
    ) {
        let (text, span) = piece.trimmed();
        let line = &Line {
            piece,
            place: Place {
                line: piece.line,
                span,
            },
            depth,
        };
        if let Some(value) = text.strip_prefix("Capabilities:") {
            self.capability(details, line, value.trim_start());
        } else if depth == Depth::Function || depth == Depth::Lost && !self.in_capability {
            self.function_line(details, line, text);
        } else {
            self.capability_line(details, line, text);
        }
    }

    fn function_line(&mut self, details: &mut Details, line: &Line<'_>, text: &str) {
        if line.depth != Depth::Lost {
            return self.one_function_line(details, line, text);
        }
        let mut rest = text;
        // Regions have no label that ends the preceding line.
        for _ in 0..8 {
            let end = next_region(rest);
            self.one_function_line(details, line, part(rest, 0, end).trim());
            rest = part(rest, end, rest.len());
            if rest.is_empty() {
                break;
            }
        }
    }

    fn one_function_line(&mut self, details: &mut Details, line: &Line<'_>, text: &str) {
        // Fields with one line start with an unambiguous word.
        let first = text.as_bytes().first();
        let may_be = |firsts: &[u8]| {
            line.depth == Depth::Lost || first.is_some_and(|first| firsts.contains(first))
        };
        if let Some(found) = may_be(b"RMIE[").then(|| region(text)).flatten() {
            let found = line.locate(found);
            if found.value.kind == RegionKind::Rom {
                details.expansion_rom.get_or_insert(found);
            } else {
                details.regions.push(found);
            }
            return;
        }
        if let Some(found) = may_be(b"IMP").then(|| window(text)).flatten() {
            details.windows.push(line.locate(found));
            return;
        }
        if let Some(value) = text.strip_prefix("Flags:") {
            set_flags(&mut details.registers, value, &line.place);
        }
        if text.starts_with("Interrupt:")
            || text.starts_with("Interrupts:")
            || text.starts_with("Flags:")
        {
            if let (None, Some(found)) = (&details.interrupt, interrupt(text)) {
                details.interrupt = Some(line.locate(found));
            }
        }
        let Some((label, value)) = split_colon(text) else {
            // `PriDiscTmr-` below `BridgeCtl:`.
            self.continued(details, text, &line.place);
            return;
        };
        self.base = 0;
        self.row = None;
        if self.is_cardbus && !matches!(label, "Control" | "Status") {
            return;
        }
        for rows in self.table.header() {
            if let Some(at) = self.table.row(rows.clone(), rows.start, label) {
                self.structure = rows;
                self.row = Some((at, 0));
                self.continued(details, value, &line.place);
            }
        }
    }

    fn capability(&mut self, details: &mut Details, line: &Line<'_>, value: &str) {
        self.in_capability = true;
        self.row = None;
        self.structure = 0..0;
        match entry(value) {
            None => {}
            Some(Entry::End(end)) => {
                details
                    .capabilities_end
                    .get_or_insert_with(|| line.locate(end));
            }
            Some(Entry::Listed {
                offset,
                version,
                title,
            }) => {
                let (kind, known) = self.titles.structure(offset, title);
                self.kind = kind;
                self.base = offset;
                self.structure = known.map_or(0..0, |known| self.table.structure(known));
                let listed = ListedCapability {
                    offset,
                    kind,
                    version,
                    title: line.piece.keep(title),
                };
                set_head(details, &listed, &line.place);
                details.capabilities.push(line.locate(listed));
                let first = self.table.rows(self.structure.clone()).first();
                // pciutils up to 3.1.5, which shows no versions, prints the bytes of
                // serial numbers in another order.
                let is_serial = kind == Some(CapabilityKind::Extended(ExtendedCapabilityId(0x03)));
                if first.is_some_and(|row| row.label == TITLE) && (version.is_some() || !is_serial)
                {
                    self.row = Some((self.structure.start, 0));
                }
                if line.depth == Depth::Lost {
                    self.capability_line(details, line, title);
                } else {
                    self.continued(details, title, &line.place);
                    self.special(details, TITLE, title, line);
                }
            }
        }
    }

    fn capability_line(&mut self, details: &mut Details, line: &Line<'_>, text: &str) {
        // The lines of Resizable BAR are in no table.
        let is_resizable = matches!(
            self.kind,
            Some(CapabilityKind::Extended(
                ExtendedCapabilityId::RESIZABLE_BAR | ExtendedCapabilityId::VF_RESIZABLE_BAR
            ))
        );
        if self.structure.is_empty() && !is_resizable {
            return;
        }
        if line.depth != Depth::Lost {
            self.labeled(details, line, text);
            return;
        }
        // Every label may start a line.
        let rows = self.table.rows(self.structure.clone());
        let mut starts = alloc::vec![0];
        for colon in memchr::memchr_iter(b':', text.as_bytes()) {
            let before = part(text, 0, colon);
            let longest = rows
                .iter()
                .filter(|row| before.ends_with(row.label))
                .map(|row| row.label.len())
                .max();
            // `LnkCtl2` does not contain `Ctl2`, but `IntMsgNum 0DevCap` contains `DevCap`.
            if let Some(length) = longest.filter(|length| *length < colon) {
                starts.push(colon - length);
            }
        }
        starts.push(text.len());
        for pair in starts.windows(2) {
            if let [start, end] = pair {
                self.labeled(details, line, part(text, *start, *end).trim());
            }
        }
    }

    /// A line that starts with its label, or continues the one above.
    fn labeled(&mut self, details: &mut Details, line: &Line<'_>, text: &str) {
        let label = if line.depth == Depth::Continued {
            None
        } else {
            split_colon(text)
        };
        if let Some((label, value)) = label {
            if self.special(details, label, value, line) {
                self.row = None;
                return;
            }
            let next = self.row.map_or(0, |(at, _)| at);
            if let Some(at) = self.table.row(self.structure.clone(), next, label) {
                self.row = Some((at, 0));
                self.continued(details, value, &line.place);
                return;
            }
            if line.depth == Depth::Capability && !INNER.contains(&label) {
                // Another register, whose words may equal those of this one.
                self.row = None;
                return;
            }
        }
        self.continued(details, text, &line.place);
    }

    /// Parses the fields of the current row in `text`, from the last one on.
    fn continued(&mut self, details: &mut Details, text: &str, place: &Place) {
        let Some((at, seen)) = self.row else {
            return;
        };
        let Some(row) = self.table.rows(at..at + 1).first() else {
            return;
        };
        let registers = &mut details.registers;
        let seen = set_fields(registers, row, self.base, seen, text, place);
        self.row = Some((at, seen));
    }

    /// Lines whose layout depends on other lines; returns whether it is one.
    fn special(
        &mut self,
        details: &mut Details,
        label: &str,
        value: &str,
        line: &Line<'_>,
    ) -> bool {
        let registers = &mut details.registers;
        match self.kind {
            Some(CapabilityKind::Conventional(CapabilityId(0x05))) => {
                message_signaled(registers, self.base, label, value, &line.place)
            }
            Some(CapabilityKind::Extended(ExtendedCapabilityId(0x15 | 0x24))) => {
                resizable(registers, self.base, label, value, &line.place)
            }
            Some(CapabilityKind::Extended(ExtendedCapabilityId(0x10))) => {
                let (text, _) = line.piece.trimmed();
                let found = region(text).filter(|region| region.index.is_some());
                let is_region = found.is_some() && label.starts_with("Region ");
                if let Some(found) = found.filter(|_| is_region) {
                    let regions = &mut details.virtual_function_regions;
                    regions.push(line.locate(found));
                }
                is_region
            }
            _ => false,
        }
    }
}

/// The text before and after the first colon.
fn split_colon(text: &str) -> Option<(&str, &str)> {
    let colon = memchr::memchr(b':', text.as_bytes())?;
    Some((text.get(..colon)?, text.get(colon + 1..)?))
}

/// A line, or an original line within one.
struct Line<'a> {
    piece: &'a Piece<'a>,
    place: Place,
    depth: Depth,
}

impl Line<'_> {
    fn locate<T>(&self, value: T) -> Located<T> {
        self.piece.locate_at(self.place.span.clone(), value)
    }
}

/// Labels that occur within others.
const INNER: [&str; 4] = ["AtomicOpsCap", "AtomicOpsCtl", "Control", "Changed"];

/// Offset in `text`, after its start, of the next region.
fn next_region(text: &str) -> usize {
    let mut next = text.len();
    for word in [
        "Region ",
        "Expansion ROM at ",
        "Memory at ",
        "I/O ports at ",
        "[virtual] ",
    ] {
        let from = text.len().min(12);
        let found = text
            .get(from..)
            .and_then(|rest| rest.find(word))
            .map(|at| at + from);
        next = next.min(found.unwrap_or(next));
    }
    next
}
