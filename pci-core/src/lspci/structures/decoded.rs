//! Capability structures, decoded with lspci's names.

use alloc::string::String;
use alloc::vec::Vec;

use super::names::{TITLE, Walk};
use super::registers::Registers;
use super::row::{Context, Part, Row};
use super::structure::{CapabilityKind, Structure};
use super::{capability, extended_capability};
use crate::PciId;
use crate::config::{Capabilities, ConfigSpace, ExtendedCapabilities, device_type};
use crate::lspci::version::Version;

/// A capability structure, decoded with lspci's names of its bits: every structure that `lspci
/// -vvv` decodes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodedStructure {
    /// Offset.
    pub offset: u16,
    /// Capability ID.
    pub kind: CapabilityKind,
    /// Its specification; empty if not public.
    pub source: &'static str,
    /// Fields of its registers, as far as known.
    pub fields: Vec<DecodedField>,
}

/// A field of a register.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecodedField {
    /// Start of the line in `lspci`: `LnkCap`; `-` for the structure's first line.
    pub register: &'static str,
    /// Name before the bits: `MaxPayload`.
    pub name: &'static str,
    /// Index of the repeated part of the structure, from 0.
    pub part: u16,
    /// Byte offset in configuration space that bits are relative to.
    pub offset: u16,
    /// Highest and lowest bit.
    pub bits: (u16, u16),
    /// Value.
    pub value: u64,
    /// Text of the value in `lspci`: `+`, `64ns`, `Endpoint`.
    pub text: String,
}

impl DecodedStructure {
    /// Value of the first field with this name in this register.
    #[must_use]
    pub fn value(&self, register: &str, name: &str) -> Option<u64> {
        let mut fields = self.fields.iter();
        let found = fields.find(|field| field.register == register && field.name == name);
        found.map(|field| field.value)
    }
}

/// Decodes the capabilities of a function, in list order.
///
/// ```
/// use pci_core::config::ConfigSpace;
/// use pci_core::lspci::decode;
/// let mut bytes = [0; 4096];
/// bytes[0x06] = 0x10; // Status: there is a list
/// bytes[0x34] = 0x40;
/// bytes[0x40..0x44].copy_from_slice(&[0x10, 0x00, 0x02, 0x00]); // PCI Express
/// bytes[0x100..0x108].copy_from_slice(&[0x0d, 0x00, 0x01, 0x00, 0x5f, 0x00, 0x1d, 0x00]);
/// let found = decode(ConfigSpace::new(&bytes));
/// assert_eq!(found[1].source, "PCI Express Base Specification 6.3, section 7.7.11");
/// assert_eq!(found[1].value("ACSCtl", "SrcValid"), Some(1));
/// assert_eq!(found[1].value("ACSCtl", "TransBlk"), Some(0));
/// assert_eq!(found[1].value("ACSCtl", "Nothing"), None);
/// ```
#[must_use]
pub fn decode(space: ConfigSpace<'_>) -> Vec<DecodedStructure> {
    let cx = Context {
        registers: Registers::new(space),
        at: 0,
        index: 0,
        version: Version::V3_15,
        everything: false,
        details: true,
        id: PciId::new(space.word(0).unwrap_or(0), space.word(2).unwrap_or(0)),
        kind: device_type(space),
        is_first: true,
        has_memory_bar: true,
    };
    let mut all = Vec::new();
    for listed in &Capabilities::read(space).capabilities {
        if let Some(structure) = capability(listed.id) {
            all.push(decoded(structure, &cx.part(listed.offset, 0)));
        }
    }
    for listed in &ExtendedCapabilities::read(space).capabilities {
        if let Some(structure) = extended_capability(listed.id) {
            all.push(decoded(structure, &cx.part(listed.offset, 0)));
        }
    }
    all
}

fn decoded(structure: &Structure, cx: &Context<'_>) -> DecodedStructure {
    let mut fields = Vec::new();
    add(structure.title, TITLE, cx, &mut fields);
    add(structure.rows, "", cx, &mut fields);
    DecodedStructure {
        offset: cx.at,
        kind: structure.kind,
        source: structure.source,
        fields,
    }
}

fn add(rows: &[Row], label: &'static str, cx: &Context<'_>, fields: &mut Vec<DecodedField>) {
    let mut walk = Walk::new(label, 2);
    for row in rows {
        if !row.is_in(cx.version) || !row.when.is_none_or(|when| when(cx)) {
            continue;
        }
        if let Part::Rows(rows) = row.part {
            add(rows, "", cx, fields);
            continue;
        }
        if let Part::Each(each) = row.part {
            for index in 0..(each.count)(cx) {
                let part = cx.part(
                    row.at.saturating_add(index.saturating_mul(each.size)),
                    index,
                );
                if !part.has(each.size) {
                    break;
                }
                add(each.rows, "", &part, fields);
            }
        }
        if matches!(row.part, Part::Need(count, _) if !cx.has(count)) {
            break;
        }
        walk.row(row, &mut |named| {
            let end = row.at.saturating_add(named.field.high / 8 + 1);
            let mut text = String::new();
            if cx.has(end) && cx.field(row.at, named.field, &mut text).is_ok() {
                fields.push(DecodedField {
                    register: named.label,
                    name: named.name.trim_end_matches([' ', ':', '=', '#']),
                    part: cx.index,
                    offset: cx.at.saturating_add(row.at),
                    bits: (named.field.high, named.field.low),
                    value: cx.bits(row.at, named.field.high, named.field.low),
                    text,
                });
            }
        });
    }
}
