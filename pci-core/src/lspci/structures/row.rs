//! Rows of a structure in `lspci` output.

use core::fmt::{self, Write};
use core::ops::ControlFlow;

use super::registers::Registers;
use super::template::{Field, Form, Piece, pieces};
use super::units;
use crate::PciId;
use crate::config::conventional::express::DeviceType;
use crate::lspci::version::Version;

#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Row {
    /// Offset of the register in the structure.
    pub(in crate::lspci) at: u16,
    /// Minor versions of the first and last release that print it. A last release older than those
    /// that are written is the last one known.
    pub(in crate::lspci) releases: (u8, u8),
    /// Condition; always printed without one.
    pub(in crate::lspci) when: Option<fn(&Context<'_>) -> bool>,
    pub(in crate::lspci) part: Part,
}

/// Content of a row.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) enum Part {
    /// A [template](super::template).
    Text(&'static str),
    /// Nothing, if that many bytes of the structure are known; else this text, and the rest of the
    /// structure is skipped.
    Need(u16, &'static str),
    /// Other rows, until one of them needs unknown bytes.
    Rows(&'static [Row]),
    /// Rows for each of several equal parts.
    Each(&'static Each),
    /// Written by code.
    Code(fn(&Context<'_>, &mut dyn Write) -> fmt::Result),
}

/// Equal, consecutive parts of a structure.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Each {
    /// Their number.
    pub(in crate::lspci) count: fn(&Context<'_>) -> u16,
    /// Size of each, in bytes.
    pub(in crate::lspci) size: u16,
    /// Text for each unknown part.
    pub(in crate::lspci) unread: &'static str,
    pub(in crate::lspci) rows: &'static [Row],
}

impl Row {
    const fn new(at: u16, part: Part) -> Self {
        Self {
            at,
            releases: (0, u8::MAX),
            when: None,
            part,
        }
    }

    /// Printed since 3.`minor`.
    pub(super) const fn since(self, minor: u8) -> Self {
        Self {
            releases: (minor, self.releases.1),
            ..self
        }
    }

    /// Printed up to 3.`minor`.
    pub(super) const fn until(self, minor: u8) -> Self {
        Self {
            releases: (self.releases.0, minor),
            ..self
        }
    }

    /// Printed if `when` returns true.
    pub(super) const fn when(self, when: fn(&Context<'_>) -> bool) -> Self {
        Self {
            when: Some(when),
            ..self
        }
    }

    pub(super) fn is_in(&self, version: Version) -> bool {
        let minor = version.minor();
        self.releases.0 <= minor && minor <= self.releases.1
    }
}

/// A template whose bits are those of the register at `at`.
pub(super) const fn row(at: u16, template: &'static str) -> Row {
    Row::new(at, Part::Text(template))
}

/// Only `otherwise`, unless `count` bytes of the structure are known.
pub(super) const fn need(count: u16, otherwise: &'static str) -> Row {
    Row::new(0, Part::Need(count, otherwise))
}

/// Output of `write`.
pub(super) const fn code(write: fn(&Context<'_>, &mut dyn Write) -> fmt::Result) -> Row {
    Row::new(0, Part::Code(write))
}

/// Other rows.
pub(super) const fn rows(rows: &'static [Row]) -> Row {
    Row::new(0, Part::Rows(rows))
}

/// The same rows for each part; the first is at `at`.
pub(super) const fn each(at: u16, each: &'static Each) -> Row {
    Row::new(at, Part::Each(each))
}

/// A structure, and the output options.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Context<'a> {
    pub(in crate::lspci) registers: Registers<'a>,
    /// Offset of the structure, or of its part.
    pub(in crate::lspci) at: u16,
    /// Index of the part.
    pub(in crate::lspci) index: u16,
    pub(in crate::lspci) version: Version,
    /// Whether everything is printed: `-vvv`.
    pub(in crate::lspci) everything: bool,
    /// Whether the lines below the title are printed: `-vv`.
    pub(in crate::lspci) details: bool,
    /// Vendor and device ID of the function.
    pub(in crate::lspci) id: PciId,
    /// Device/port type, if known.
    pub(in crate::lspci) kind: Option<DeviceType>,
    /// Whether it is function 0 of device 0.
    pub(in crate::lspci) is_first: bool,
    /// Whether it has a base address register for memory.
    pub(in crate::lspci) has_memory_bar: bool,
}

impl Context<'_> {
    /// The part that begins `offset` bytes into this one.
    pub(super) fn part(&self, offset: u16, index: u16) -> Self {
        Self {
            at: self.at.saturating_add(offset),
            index,
            ..*self
        }
    }

    /// Whether the first `count` bytes are known.
    pub(super) fn has(&self, count: u16) -> bool {
        self.registers.has(self.at, count)
    }

    /// Bits `high` to `low`, at most 64, counted from the register at `at`.
    pub(super) fn bits(&self, at: u16, high: u16, low: u16) -> u64 {
        let place = self.at.saturating_add(at).saturating_add(low / 8);
        if high / 8 == low / 8 {
            let byte = u64::from(self.registers.byte(place));
            return byte >> (low % 8) & ((2 << (high - low)) - 1);
        }
        let mut value = 0;
        for (shift, byte) in (0..=high / 8 - low / 8).zip(place..).take(8) {
            value |= u64::from(self.registers.byte(byte)) << (8 * shift);
        }
        value >> (low % 8) & (u64::MAX >> (63 - (high - low).min(63)))
    }

    /// One bit, counted from the register at `at`.
    pub(super) fn bit(&self, at: u16, bit: u16) -> bool {
        self.bits(at, bit, bit) != 0
    }

    /// The header layout, from its register.
    pub(super) fn layout(&self) -> u8 {
        self.registers.byte(0x0e) & 0x7f
    }

    /// Whether it has one of these types.
    pub(super) fn is(&self, kinds: &[DeviceType]) -> bool {
        self.kind.is_some_and(|kind| kinds.contains(&kind))
    }

    /// Writes `rows`.
    pub(in crate::lspci) fn rows(&self, rows: &[Row], out: &mut dyn Write) -> fmt::Result {
        self.all(rows, out).map(|_| ())
    }

    /// Writes `rows`, until one needs unknown bytes.
    fn all(&self, rows: &[Row], out: &mut dyn Write) -> Result<ControlFlow<()>, fmt::Error> {
        for row in rows {
            if !row.is_in(self.version) || !row.when.is_none_or(|when| when(self)) {
                continue;
            }
            match row.part {
                Part::Text(template) => self.text(row.at, template, out)?,
                Part::Need(count, otherwise) => {
                    if !self.has(count) {
                        out.write_str(otherwise)?;
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Part::Rows(rows) => self.rows(rows, out)?,
                Part::Each(each) => {
                    for index in 0..(each.count)(self) {
                        let offset = row.at.saturating_add(index.saturating_mul(each.size));
                        let part = self.part(offset, index);
                        if part.has(each.size) {
                            part.rows(each.rows, out)?;
                        } else {
                            part.text(0, each.unread, out)?;
                        }
                    }
                }
                Part::Code(write) => write(self, out)?,
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Writes a template.
    pub(super) fn text(&self, at: u16, template: &'static str, out: &mut dyn Write) -> fmt::Result {
        for piece in pieces(template) {
            match piece {
                Piece::Text(text) => out.write_str(text)?,
                Piece::Index => units::decimal(self.index.into(), out)?,
                Piece::Place if self.everything => {
                    write!(out, "[{:x}]", self.at.saturating_add(at))?;
                }
                Piece::Place => {}
                Piece::Field(field) => self.field(at, field, out)?,
            }
        }
        Ok(())
    }

    /// Writes the bits of a field.
    pub(super) fn field(&self, at: u16, field: Field, out: &mut dyn Write) -> fmt::Result {
        let value = self.bits(at, field.high, field.low);
        match field.form {
            Form::Sign(inverted) => out.write_str(if (value != 0) == inverted { "-" } else { "+" }),
            Form::Value(spec) => units::write(spec, value, out),
        }
    }
}
