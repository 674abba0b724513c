//! Values of the machine-readable forms: a name, a number, or both.

use alloc::borrow::ToOwned;
use alloc::string::String;

use super::class_names::class_named;
use super::digits::hex16;
use super::form::Numbers;
use crate::ClassCode;

/// A class: `Host bridge`, `0600`, `Host bridge [0600]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) code: Option<ClassCode>,
    pub(super) name: Option<String>,
}

impl Class {
    pub(super) fn read(text: &str) -> Self {
        let bare = text
            .strip_prefix("Class ")
            .filter(|number| number.len() == 4);
        let value = Named::read(bare.unwrap_or(text), true);
        let code = value.number.map(|number| {
            let [base, sub] = number.to_be_bytes();
            ClassCode::new(base, sub, None)
        });
        let name = value.text.filter(|name| name != "Class");
        let named = || name.as_deref().and_then(class_named);
        Self {
            code: code.or_else(named),
            name,
        }
    }

    /// Whether it is printed as a number alone, as are then all IDs of its record.
    pub(super) fn is_numeric(&self) -> bool {
        self.code.is_some() && self.name.is_none()
    }

    pub(super) fn numbers(&self, vendor: &Named) -> Numbers {
        match &self.name {
            _ if vendor.bracketed => Numbers::Both,
            Some(_) => Numbers::None,
            // lspci prints `Class 4000` without a name.
            None if vendor.text.is_some() => Numbers::None,
            None => Numbers::Only,
        }
    }
}

/// A vendor or a device: `Intel Corporation`, `8086`, `Intel Corporation [8086]`, and lspci's text
/// for an unknown one: `Device 2d04`, `Device [2d04]`, `Unknown vendor 1234`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) number: Option<u16>,
    /// The text before the number.
    text: Option<String>,
    /// Whether the number is in brackets after the text.
    bracketed: bool,
    /// Whether the text is a name, not a placeholder.
    known: bool,
}

/// Placeholders for unknown names.
const NAMELESS: [&str; 4] = ["Device", "Vendor", "Unknown vendor", "Unknown device"];

impl Named {
    pub(super) fn read(text: &str, numeric: bool) -> Self {
        let text = text.trim();
        let digits = |text: &str| (text.len() == 4).then(|| hex16(text)).flatten();
        if let Some(number) = digits(text).filter(|_| numeric) {
            return Self {
                number: Some(number),
                ..Self::default()
            };
        }
        let bracketed = text
            .strip_suffix(']')
            .and_then(|text| text.rsplit_once(" ["));
        let mut in_brackets = false;
        let (name, number) = match bracketed.map(|(name, number)| (name, digits(number))) {
            Some((name, Some(number))) => {
                in_brackets = true;
                (name, Some(number))
            }
            _ => match text.rsplit_once(' ') {
                Some((name, number)) if NAMELESS.contains(&name) && digits(number).is_some() => {
                    (name, digits(number))
                }
                _ => (text, None),
            },
        };
        Self {
            number,
            bracketed: in_brackets,
            text: (!name.is_empty()).then(|| name.to_owned()),
            known: !NAMELESS.contains(&name) && !name.is_empty(),
        }
    }

    /// The name, if it is one.
    pub(super) fn name(&self) -> Option<&str> {
        self.text.as_deref().filter(|_| self.known)
    }

    /// The name or placeholder.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// Both names as one text, as in the human-readable forms; `None` if neither is known.
pub(super) fn joined(vendor: &Named, device: &Named) -> Option<String> {
    if vendor.name().is_none() && device.name().is_none() {
        return None;
    }
    let mut name = vendor.text().unwrap_or_default().to_owned();
    if let Some(device) = device.text() {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(device);
    }
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        let read = |text| {
            let value = Named::read(text, false);
            (value.number, value.name().map(str::to_owned))
        };
        assert_eq!(read("D"), (None, Some("D".into())));
        assert_eq!(read("abcd"), (None, Some("abcd".into())));
        assert_eq!(read("Device [2d04]"), (Some(0x2d04), None));
        assert_eq!(read("Device 2d04"), (Some(0x2d04), None));
        assert_eq!(read("Unknown vendor 1234"), (Some(0x1234), None));
        assert_eq!(read("A [B] [8086]"), (Some(0x8086), Some("A [B]".into())));
        assert_eq!(read("A [8087x]"), (None, Some("A [8087x]".into())));
        assert_eq!(read(""), (None, None));
        assert_eq!(Named::read("abcd", true).number, Some(0xabcd));
    }

    #[test]
    fn classes() {
        for text in [
            "0300",
            "VGA compatible controller",
            "Class [0300]",
            "Class 0300",
            "X [0300]",
        ] {
            let class = Class::read(text);
            assert_eq!(
                class.code.map(|class| (class.base, class.sub)),
                Some((3, 0)),
                "{text}"
            );
        }
        assert!(Class::read("0300").is_numeric());
        assert!(!Class::read("X [0300]").is_numeric());
        assert_eq!(Class::read("New thing").code, None);
    }
}
