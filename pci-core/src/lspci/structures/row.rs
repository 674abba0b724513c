//! What `lspci` prints of a structure, row by row.

use core::fmt::{self, Write};

use super::context::Context;
use crate::lspci::version::Version;

/// A part of what is printed below the title of a structure, or in it.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Row {
    /// Where the register is, from the start of the structure.
    pub(in crate::lspci) at: u16,
    /// The first and the last release that print it: the second number of each. Where one
    /// is older than those that are written, it is the last known to.
    pub(in crate::lspci) releases: (u8, u8),
    /// Where else it is printed; everywhere without one.
    pub(in crate::lspci) when: Option<fn(&Context<'_>) -> bool>,
    pub(in crate::lspci) part: Part,
}

/// What a row prints.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) enum Part {
    /// A [template](super::template).
    Text(&'static str),
    /// Nothing, where that many bytes of the structure were read; else this, and no
    /// more of the structure.
    Need(u16, &'static str),
    /// Other rows, until one of them needs more than was read.
    Rows(&'static [Row]),
    /// Rows, for each of several equal parts.
    Each(&'static Each),
    /// What no row says.
    Code(fn(&Context<'_>, &mut dyn Write) -> fmt::Result),
}

/// Equal parts of a structure, one behind the other.
#[derive(Clone, Copy, Debug)]
pub(in crate::lspci) struct Each {
    /// How many there are.
    pub(in crate::lspci) count: fn(&Context<'_>) -> u16,
    /// How many bytes each has.
    pub(in crate::lspci) size: u16,
    /// What is printed for those that were not read, each.
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

    /// Printed where `when` holds.
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

/// A template, whose bits are those of the register at `at`.
pub(super) const fn row(at: u16, template: &'static str) -> Row {
    Row::new(at, Part::Text(template))
}

/// No more than `otherwise`, unless `count` bytes of the structure were read.
pub(super) const fn need(count: u16, otherwise: &'static str) -> Row {
    Row::new(0, Part::Need(count, otherwise))
}

/// What `write` writes.
pub(super) const fn code(write: fn(&Context<'_>, &mut dyn Write) -> fmt::Result) -> Row {
    Row::new(0, Part::Code(write))
}

/// Other rows.
pub(super) const fn rows(rows: &'static [Row]) -> Row {
    Row::new(0, Part::Rows(rows))
}

/// The same rows for each part, of which the first is at `at`.
pub(super) const fn each(at: u16, each: &'static Each) -> Row {
    Row::new(at, Part::Each(each))
}
