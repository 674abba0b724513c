//! Reading the lines that only `lspci -v` prints.

use core::ops::Range;

use super::capability::{CapabilityKind, Entry, ListedCapability, entry};
use super::details::Details;
use super::encoding;
use super::interrupt::interrupt;
use super::region::{RegionKind, region};
use super::register_table::{RegisterTable, Row};
use super::registers::Place;
use super::titles::Titles;
use super::window::window;
use crate::lspci::read::digits::part;
use crate::lspci::read::piece::Piece;

/// How far a line is indented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lspci::read) enum Depth {
    /// By one tab: a line about the function.
    Function,
    /// By two: a line about a capability, with a label of its own.
    Capability,
    /// By three: it goes on with what the line above began.
    Continued,
    /// The indentation is lost.
    Lost,
}

/// Reads the lines of all functions of a text.
pub(in crate::lspci::read) struct DetailsReader {
    table: RegisterTable,
    titles: Titles,
    header: Range<usize>,
    bridge: Range<usize>,
    /// The structure that the lines are about, and where it begins.
    structure: Range<usize>,
    base: u16,
    kind: Option<CapabilityKind>,
    in_capability: bool,
    /// The row of the label that was last seen, and how many of its fields were.
    row: Option<(usize, usize)>,
    is_cardbus: bool,
}

impl DetailsReader {
    pub(in crate::lspci::read) fn new() -> Self {
        let table = RegisterTable::new();
        Self {
            header: table.structure("header"),
            bridge: table.structure("bridge"),
            titles: Titles::new(),
            table,
            structure: 0..0,
            base: 0,
            kind: None,
            in_capability: false,
            row: None,
            is_cardbus: false,
        }
    }

    /// Begins another function, which may be a `CardBus` bridge: its registers from
    /// 0x10 on are others.
    pub(in crate::lspci::read) fn begin(&mut self, is_cardbus: bool) {
        self.structure = 0..0;
        self.kind = None;
        self.in_capability = false;
        self.row = None;
        self.is_cardbus = is_cardbus;
    }

    /// Reads one line, or what was one.
    pub(in crate::lspci::read) fn line(
        &mut self,
        details: &mut Details,
        piece: &Piece<'_>,
        depth: Depth,
    ) {
        let text = piece.text.trim();
        if let Some(value) = text.strip_prefix("Capabilities:") {
            self.capability(details, piece, value.trim_start(), depth);
        } else if depth == Depth::Function || depth == Depth::Lost && !self.in_capability {
            self.function_line(details, piece, text, depth);
        } else {
            self.capability_line(details, piece, text, depth);
        }
    }

    fn function_line(
        &mut self,
        details: &mut Details,
        piece: &Piece<'_>,
        text: &str,
        depth: Depth,
    ) {
        let pieces = if depth == Depth::Lost { 8 } else { 1 };
        let mut rest = text;
        // Regions have no label that ends the line before them.
        for _ in 0..pieces {
            let end = if depth == Depth::Lost {
                next_region(rest)
            } else {
                rest.len()
            };
            self.one_function_line(details, piece, part(rest, 0, end).trim());
            rest = part(rest, end, rest.len());
            if rest.is_empty() {
                break;
            }
        }
    }

    fn one_function_line(&mut self, details: &mut Details, piece: &Piece<'_>, text: &str) {
        if let Some(found) = region(text) {
            let found = piece.locate(found);
            if found.value.kind == RegionKind::Rom {
                details.expansion_rom.get_or_insert(found);
            } else {
                details.regions.push(found);
            }
            return;
        }
        if let Some(found) = window(text) {
            details.windows.push(piece.locate(found));
            return;
        }
        let place = place(piece);
        if let Some(value) = text.strip_prefix("Flags:") {
            flags(details, value, &place);
        }
        if text.starts_with("Interrupt:") || text.starts_with("Flags:") {
            if let (None, Some(found)) = (&details.interrupt, interrupt(text)) {
                details.interrupt = Some(piece.locate(found));
            }
        }
        let Some((label, value)) = text.split_once(':') else {
            // `PriDiscTmr-` below `BridgeCtl:`.
            self.continued(details, text, &place);
            return;
        };
        self.base = 0;
        self.row = None;
        if self.is_cardbus && !matches!(label, "Control" | "Status") {
            return;
        }
        for rows in [self.header.clone(), self.bridge.clone()] {
            let list = self.table.rows(rows.clone());
            if let Some(at) = list.iter().position(|row| row.label == label) {
                self.structure = rows.clone();
                self.row = Some((rows.start + at, 0));
                self.continued(details, value, &place);
            }
        }
    }

    fn capability(&mut self, details: &mut Details, piece: &Piece<'_>, value: &str, depth: Depth) {
        self.in_capability = true;
        self.row = None;
        self.structure = 0..0;
        match entry(value) {
            None => {}
            Some(Entry::End(end)) => {
                details.capabilities_end.get_or_insert(piece.locate(end));
            }
            Some(Entry::Listed(mut listed)) => {
                let (kind, structure) = self.titles.structure(listed.offset, &listed.title);
                listed.kind = kind;
                self.kind = kind;
                self.base = listed.offset;
                self.structure = structure.map_or(0..0, |name| self.table.structure(name));
                let place = place(piece);
                head(details, &listed, &place);
                let title = listed.title.clone();
                let version = listed.version;
                details.capabilities.push(piece.locate(listed));
                let first = self.table.rows(self.structure.clone()).first();
                // pciutils up to 3.1.5, which shows no versions, prints the bytes of
                // serial numbers in another order.
                let order_known = structure != Some("e03") || version.is_some();
                if first.is_some_and(|row| row.label == "-") && order_known {
                    self.row = Some((self.structure.start, 0));
                }
                if depth == Depth::Lost {
                    self.capability_line(details, piece, &title, depth);
                } else {
                    self.continued(details, &title, &place);
                    self.special(details, "-", &title, piece);
                }
            }
        }
    }

    fn capability_line(
        &mut self,
        details: &mut Details,
        piece: &Piece<'_>,
        text: &str,
        depth: Depth,
    ) {
        if self.structure.is_empty() {
            return;
        }
        if depth != Depth::Lost {
            self.labelled(details, piece, text, depth);
            return;
        }
        // Every label may have begun a line.
        let rows = self.table.rows(self.structure.clone());
        let mut starts = alloc::vec![0];
        for colon in memchr::memchr_iter(b':', text.as_bytes()) {
            let before = part(text, 0, colon);
            let longest = rows
                .iter()
                .filter(|row| before.ends_with(row.label))
                .map(|row| row.label.len())
                .max();
            // `LnkCtl2` is no `Ctl2`, but `IntMsgNum 0DevCap` is a `DevCap`.
            if let Some(length) = longest.filter(|length| *length < colon) {
                starts.push(colon - length);
            }
        }
        starts.push(text.len());
        for pair in starts.windows(2) {
            if let [start, end] = pair {
                self.labelled(details, piece, part(text, *start, *end).trim(), depth);
            }
        }
    }

    /// A line that begins with its label, or goes on with the one above.
    fn labelled(&mut self, details: &mut Details, piece: &Piece<'_>, text: &str, depth: Depth) {
        let place = place(piece);
        let label = text.split_once(':').filter(|_| depth != Depth::Continued);
        if let Some((label, value)) = label {
            if self.special(details, label, value, piece) {
                self.row = None;
                return;
            }
            let rows = self.table.rows(self.structure.clone());
            let found = rows.iter().position(|row| row.label == label);
            if let Some(at) = found {
                self.row = Some((self.structure.start + at, 0));
                self.continued(details, value, &place);
                return;
            }
            if depth == Depth::Capability && !INNER.contains(&label) {
                // Another register, with words that may be those of this one.
                self.row = None;
                return;
            }
        }
        self.continued(details, text, &place);
    }

    /// Finds the fields of the present row in `text`, from the one last seen on.
    fn continued(&mut self, details: &mut Details, text: &str, place: &Place) {
        let Some((at, mut seen)) = self.row else {
            return;
        };
        let Some(row) = self.table.rows(at..at + 1).first() else {
            return;
        };
        fields(&self.table, row, self.base, &mut seen, details, text, place);
        self.row = Some((at, seen));
    }

    /// Lines whose layout depends on other lines; whether it was one.
    fn special(
        &mut self,
        details: &mut Details,
        label: &str,
        value: &str,
        piece: &Piece<'_>,
    ) -> bool {
        let place = place(piece);
        match self.kind {
            Some(CapabilityKind::Conventional(id)) if id.0 == 0x05 => {
                message_signalled(details, self.base, label, value, &place)
            }
            Some(CapabilityKind::Extended(id)) if matches!(id.0, 0x15 | 0x24) => {
                resizable(details, self.base, label, value, &place)
            }
            Some(CapabilityKind::Extended(id)) if id.0 == 0x10 => {
                let text = piece.text.trim();
                let found = region(text).filter(|region| region.index.is_some());
                let is_region = found.is_some() && label.starts_with("Region ");
                if let Some(found) = found.filter(|_| is_region) {
                    let regions = &mut details.virtual_function_regions;
                    regions.push(piece.locate(found));
                }
                is_region
            }
            _ => false,
        }
    }
}

/// Labels inside of what another label begins.
const INNER: [&str; 4] = ["AtomicOpsCap", "AtomicOpsCtl", "Control", "Changed"];

fn place(piece: &Piece<'_>) -> Place {
    Place {
        line: piece.line,
        span: piece.span(),
    }
}

/// Where in `text`, but not at its start, a region begins.
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

/// The fields of `row` that stand in `text`.
fn fields(
    table: &RegisterTable,
    row: &Row,
    base: u16,
    seen: &mut usize,
    details: &mut Details,
    text: &str,
    place: &Place,
) {
    let list = table.fields(row);
    let offset = base.saturating_add(row.offset);
    let mut at = 0;
    while at < text.len() {
        let rest = part(text, at, text.len());
        let left = list.get(*seen..).unwrap_or_default();
        let found = left.iter().enumerate().find_map(|(skipped, field)| {
            let behind = rest.strip_prefix(field.text)?;
            let (value, length) = match field.value {
                Some(how) => encoding::read(how, behind)?,
                None => match behind.as_bytes().first()? {
                    b'+' => (1, 1),
                    b'-' => (0, 1),
                    _ => return None,
                },
            };
            Some((skipped, field, value, field.text.len() + length))
        });
        if let Some((skipped, field, value, length)) = found {
            let fits = field.width >= 64 || value >> field.width == 0;
            if fits {
                details
                    .registers
                    .set(offset, field.bit, field.width, value, place);
            }
            *seen += skipped + 1;
            at += length;
        }
        at = next_word(text, at);
    }
}

/// Where the next word of `text` begins behind `at`.
fn next_word(text: &str, at: usize) -> usize {
    let bytes = text.as_bytes().get(at..).unwrap_or_default();
    let end = bytes.iter().position(|byte| b" \t,;(/".contains(byte));
    let Some(end) = end else {
        return text.len();
    };
    let rest = bytes.get(end..).unwrap_or_default();
    // A slash is part of the word that it begins (`/32` of a count).
    let blanks = rest
        .iter()
        .take_while(|byte| b" \t,;(".contains(byte))
        .count();
    if blanks == 0 && end == 0 {
        return at + 1;
    }
    at + end + blanks
}

/// The id, version and link of a structure.
fn head(details: &mut Details, listed: &ListedCapability, place: &Place) {
    let registers = &mut details.registers;
    let is_extended = listed.offset >= 0x100;
    let before = details
        .capabilities
        .last()
        .map(|before| before.value.offset)
        .filter(|before| (*before >= 0x100) == is_extended);
    match listed.kind {
        Some(CapabilityKind::Conventional(id)) => {
            registers.set(listed.offset, 0, 8, u64::from(id.0), place);
        }
        Some(CapabilityKind::Extended(id)) => {
            registers.set(listed.offset, 0, 16, u64::from(id.0), place);
        }
        None => {}
    }
    if let Some(version) = listed.version {
        registers.set(listed.offset, 16, 4, u64::from(version), place);
    }
    // The low bits of a link are reserved.
    let link = u64::from(listed.offset >> 2);
    match before {
        Some(before) if is_extended => registers.set(before, 22, 10, link, place),
        Some(before) => registers.set(before, 10, 6, link, place),
        None => {}
    }
}

/// The bits behind the words of `Flags:`.
fn flags(details: &mut Details, value: &str, place: &Place) {
    let has = |word: &str| u64::from(value.contains(word));
    let registers = &mut details.registers;
    registers.set(0x04, 2, 1, has("bus master"), place);
    for (value, word) in (0u64..).zip(["fast devsel", "medium devsel", "slow devsel"]) {
        if has(word) == 1 {
            registers.set(0x06, 9, 2, value, place);
        }
    }
    if let Some(at) = value.find("latency ") {
        if let Some((latency, _)) = encoding::read("d", part(value, at + 8, value.len())) {
            registers.set(0x0d, 0, 8, latency, place);
        }
    }
}

/// The lines of Message Signalled Interrupts, whose places depend on the width of
/// the address (PCI Local Bus Specification 3.0, section 6.8.1).
fn message_signalled(
    details: &mut Details,
    base: u16,
    label: &str,
    value: &str,
    place: &Place,
) -> bool {
    if !matches!(label, "Address" | "Masking") {
        return false;
    }
    let wide = details.registers.bit(base, 23);
    let hex = |text: &str| encoding::read("x", text.trim_start()).map(|(value, _)| value);
    let second = value.split_once(':').and_then(|(_, second)| hex(second));
    let (Some(wide), Some(first), Some(second)) = (wide, hex(value), second) else {
        return true;
    };
    let registers = &mut details.registers;
    let data = if wide { 12 } else { 8 };
    if label == "Address" {
        registers.set(base, 32, if wide { 64 } else { 32 }, first, place);
        registers.set(base, data * 8, 16, second, place);
    } else {
        registers.set(base, (data + 4) * 8, 32, first, place);
        registers.set(base, (data + 8) * 8, 32, second, place);
    }
    true
}

/// `BAR 0: current size: 256MB, supported: 256MB 512MB`: one of up to six (PCI
/// Express Base Specification 6.0, section 7.8.6).
fn resizable(details: &mut Details, base: u16, label: &str, value: &str, place: &Place) -> bool {
    let Some(bar) = label
        .strip_prefix("BAR ")
        .and_then(|bar| bar.parse::<u64>().ok())
    else {
        return false;
    };
    // The control register of each entry shows its BAR first.
    let taken = (0u16..6).find(|entry| details.registers.bit(base, 64 + entry * 64).is_none());
    let Some(entry) = taken.filter(|_| bar < 6) else {
        return true;
    };
    let registers = &mut details.registers;
    registers.set(base, 64 + entry * 64, 3, bar, place);
    let after = |word: &str| {
        value
            .find(word)
            .map(|at| part(value, at + word.len(), value.len()))
    };
    if let Some(size) = after("current size: ").and_then(size_code) {
        registers.set(base, 64 + entry * 64 + 8, 6, size, place);
    }
    if let Some(list) = after("supported: ") {
        let codes = list.split_whitespace().map_while(size_code);
        let bits = codes.fold(0u64, |bits, code| {
            bits | 1u64
                .checked_shl(u32::try_from(code).unwrap_or(63))
                .unwrap_or(0)
        });
        // Sizes from 2^48 on stand in the control register.
        registers.set(base, 32 + entry * 64 + 4, 28, bits & 0x0fff_ffff, place);
        registers.set(base, 64 + entry * 64 + 16, 16, bits >> 28, place);
    }
    true
}

/// The code of `256MB`: the power of two of its megabytes.
fn size_code(text: &str) -> Option<u64> {
    let (number, length) = encoding::read("log2", text)?;
    let unit = part(text, length, text.len());
    let scale = ["MB", "GB", "TB", "PB", "EB"];
    let (shift, _) = (0u64..)
        .step_by(10)
        .zip(scale)
        .find(|(_, unit_text)| unit.starts_with(unit_text))?;
    Some(number + shift)
}
