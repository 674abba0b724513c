//! Parsing of attribute texts.

use alloc::format;
use alloc::string::{String, ToString};

use host_tree::Lookup;

use crate::{ClassCode, PciId, SubsystemId};

/// Contents of `uevent` (`drivers/pci/pci-driver.c`, `pci_uevent`).
#[derive(Clone, Debug, Default)]
pub(super) struct Uevent {
    pub(super) class: Option<ClassCode>,
    pub(super) id: Option<PciId>,
    pub(super) subsystem: Option<SubsystemId>,
    pub(super) driver: Option<String>,
    pub(super) modalias: Option<String>,
    /// Whether it has the line that the kernel always prints for a PCI function.
    pub(super) whole: bool,
}

impl Uevent {
    // Takes ownership of the text.
    #[allow(clippy::needless_pass_by_value)]
    pub(super) fn new(text: String) -> Self {
        let mut uevent = Self::default();
        for line in text.lines() {
            let Some((key, value)) = memchr::memchr(b'=', line.as_bytes())
                .and_then(|at| Some((line.get(..at)?, line.get(at + 1..)?)))
            else {
                continue;
            };
            match key {
                // Without leading zeros.
                "PCI_CLASS" => uevent.class = class(value),
                "PCI_ID" => uevent.id = value.parse().ok(),
                "PCI_SUBSYS_ID" => uevent.subsystem = value.parse().ok(),
                "DRIVER" if !value.is_empty() => uevent.driver = Some(value.to_string()),
                "MODALIAS" if !value.is_empty() => uevent.modalias = Some(value.to_string()),
                _ => {}
            }
        }
        uevent.whole = uevent.class.is_some() && uevent.id.is_some();
        uevent
    }
}

/// The value in an attribute's text; `Unreadable` if it has another form.
pub(super) fn parsed<T>(
    text: Lookup<String>,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Lookup<T> {
    match text {
        Lookup::Found(text) => match parse(text.trim_end()) {
            Some(value) => Lookup::Found(value),
            None => {
                let reason = format!("expected {expected}, found \"{}\"", short(&text));
                Lookup::Unreadable(reason.into())
            }
        },
        Lookup::Absent => Lookup::Absent,
        Lookup::NotShown => Lookup::NotShown,
        Lookup::Unreadable(reason) => Lookup::Unreadable(reason),
    }
}

pub(super) fn short(text: &str) -> String {
    text.trim_end().chars().take(40).collect()
}

/// An attribute's text without its line end; `Absent` if `none` returns true for it.
pub(super) fn unless(text: Lookup<String>, none: impl FnOnce(&str) -> bool) -> Lookup<String> {
    match text {
        Lookup::Found(text) if none(text.trim_end()) => Lookup::Absent,
        other => other.map(|text| text.trim_end().to_string()),
    }
}

/// Two values, if both were found.
pub(super) fn both<A, B>(first: Lookup<A>, second: Lookup<B>) -> Lookup<(A, B)> {
    match first {
        Lookup::Found(first) => second.map(|second| (first, second)),
        Lookup::Absent => Lookup::Absent,
        Lookup::NotShown => Lookup::NotShown,
        Lookup::Unreadable(reason) => Lookup::Unreadable(reason),
    }
}

/// A class in hex with at most six digits, with or without `0x`.
pub(super) fn class(text: &str) -> Option<ClassCode> {
    number(text, 6).map(ClassCode::from_u24)
}

/// A number of sixteen bits in hex.
pub(super) fn hex16(text: &str) -> Option<u16> {
    number(text, 4).and_then(|value| u16::try_from(value).ok())
}

/// A number of eight bits in hex.
pub(super) fn hex8(text: &str) -> Option<u8> {
    number(text, 2).and_then(|value| u8::try_from(value).ok())
}

/// `0` or `1`.
pub(super) fn switch(text: &str) -> Option<bool> {
    match text {
        "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

fn number(text: &str, most: usize) -> Option<u32> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    (hex && digits.len() <= most).then(|| u32::from_str_radix(digits, 16).ok())?
}

/// The last component of a link's target.
pub(super) fn last_component(target: String) -> String {
    match target.trim_end_matches('/').rsplit_once('/') {
        Some((_, name)) => String::from(name),
        None => target,
    }
}
