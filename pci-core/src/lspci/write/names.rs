//! Names and numbers of IDs, by the options.

use alloc::format;
use alloc::string::{String, ToString};

use crate::lspci::read::Numbers;
use crate::names::{Names, PairText};
use crate::{ClassCode, PciId, SubsystemId};

/// The database, and whether IDs print as names or numbers.
#[derive(Clone, Copy)]
pub(super) struct Words<'a> {
    names: Names<'a>,
    numbers: Numbers,
}

impl<'a> Words<'a> {
    pub(super) const fn new(names: Names<'a>, numbers: Numbers) -> Self {
        Self { names, numbers }
    }

    /// The class: `VGA compatible controller [0300]`.
    pub(super) fn class(&self, class: ClassCode) -> String {
        let text = self.names.class_text(class);
        match self.numbers {
            Numbers::None => text.to_string(),
            Numbers::Both => format!("{text:#}"),
            Numbers::Only => format!("{:02x}{:02x}", class.base, class.sub),
        }
    }

    /// Vendor and device: `NVIDIA Corporation GB206 [10de:2d04]`.
    pub(super) fn device(&self, id: PciId) -> String {
        self.pair(self.names.device_text(id), id)
    }

    /// Subsystem vendor and subsystem of a function.
    pub(super) fn subsystem(&self, id: PciId, subsystem: SubsystemId) -> String {
        let shown = PciId::new(subsystem.vendor.0, subsystem.device.0);
        self.pair(self.names.subsystem_text(id, subsystem), shown)
    }

    fn pair(&self, text: PairText<'_>, id: PciId) -> String {
        match self.numbers {
            Numbers::None => text.to_string(),
            Numbers::Both => format!("{text:#}"),
            Numbers::Only => id.to_string(),
        }
    }

    /// The vendor alone: `NVIDIA Corporation [10de]`.
    pub(super) fn vendor_alone(&self, id: PciId) -> String {
        self.alone("Vendor", self.names.vendor(id.vendor), id.vendor.0)
    }

    /// The device alone: `GB206 [2d04]`.
    pub(super) fn device_alone(&self, id: PciId) -> String {
        self.alone("Device", self.names.device(id), id.device.0)
    }

    /// The subsystem vendor alone.
    pub(super) fn subsystem_vendor_alone(&self, subsystem: SubsystemId) -> String {
        let name = self.names.vendor(subsystem.vendor);
        self.alone("Unknown vendor", name, subsystem.vendor.0)
    }

    /// The subsystem alone.
    pub(super) fn subsystem_alone(&self, id: PciId, subsystem: SubsystemId) -> String {
        let name = self.names.subsystem_text(id, subsystem).device();
        self.alone("Device", name, subsystem.device.0)
    }

    fn alone(&self, kind: &str, name: Option<&str>, number: u16) -> String {
        match (self.numbers, name) {
            (Numbers::Only, _) => format!("{number:04x}"),
            (Numbers::None, Some(name)) => name.to_string(),
            (Numbers::Both, Some(name)) => format!("{name} [{number:04x}]"),
            (Numbers::None, None) => format!("{kind} {number:04x}"),
            (Numbers::Both, None) => format!("{kind} [{number:04x}]"),
        }
    }

    /// The bracketed text after the programming interface, if any.
    pub(super) fn prog_if(&self, class: ClassCode) -> Option<String> {
        if let Some(name) = self.names.prog_if(class) {
            return Some(name.to_string());
        }
        let is_ide = class.base == 0x01 && class.sub == 0x01;
        let bits = class.prog_if.filter(|bits| bits & RESERVED_IDE_BITS == 0)?;
        is_ide.then(|| ide_prog_if(bits))
    }
}

/// Reserved bits of an IDE controller's programming interface.
const RESERVED_IDE_BITS: u8 = 0x70;

/// The bits of an IDE controller's programming interface: bus master, and for both channels whether
/// the mode can be switched and whether it is native (PCI IDE Controller Specification 1.0, section
/// 2.0).
fn ide_prog_if(bits: u8) -> String {
    const WORDS: [(u8, &str); 5] = [
        (0x80, "Master"),
        (0x08, "SecP"),
        (0x04, "SecO"),
        (0x02, "PriP"),
        (0x01, "PriO"),
    ];
    let words = WORDS.iter().filter(|(bit, _)| bits & bit != 0);
    let words: alloc::vec::Vec<_> = words.map(|(_, word)| *word).collect();
    words.join(" ")
}

/// `text` in at most `longest` bytes; a longer text ends in three dots.
pub(super) fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        let mut end = longest.saturating_sub(3);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
        text.push_str("...");
    }
    text
}
