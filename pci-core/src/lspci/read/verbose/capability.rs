//! Capability structures in `lspci -v`.

use host_tree::SharedText;

use crate::lspci::read::digits::hex;
use crate::lspci::structures::CapabilityKind;

/// A capability structure in a list: `Capabilities: [100 v2] Advanced Error
/// Reporting`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ListedCapability {
    /// Offset in configuration space; from 0x100 on it is an extended capability.
    pub offset: u16,
    /// Capability ID; `None` for an unknown title, and for `Virtual Channel`, which two
    /// capabilities share.
    pub kind: Option<CapabilityKind>,
    /// Version of an extended capability, printed by `-vv`.
    pub version: Option<u8>,
    /// The title, with the rest of its first line.
    pub title: SharedText,
}

/// Why a capability list ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum CapabilitiesEnd {
    /// `<access denied>`: lspci was not run as root.
    AccessDenied,
    /// `<chain looped>`: a structure points to a previous one.
    Looped,
    /// `<chain broken>`: the next structure reads as all ones.
    Broken,
    /// `<unreadable>`: the structure could not be read.
    Unreadable,
    /// Another remark.
    Other,
}

/// The text after `Capabilities:`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Entry<'a> {
    Listed {
        offset: u16,
        version: Option<u8>,
        title: &'a str,
    },
    End(CapabilitiesEnd),
}

/// Parses the text after `Capabilities:`.
pub(super) fn entry(value: &str) -> Option<Entry<'_>> {
    if let Some(end) = end(value) {
        return Some(Entry::End(end));
    }
    let inner = value.strip_prefix('[')?;
    let length = inner.bytes().take(12).position(|byte| byte == b']')?;
    let (place, rest) = inner.split_at_checked(length)?;
    let title = rest.strip_prefix(']')?.trim_start();
    if let Some(end) = end(title) {
        return Some(Entry::End(end));
    }
    let blank = place.bytes().position(|byte| byte == b' ');
    let (offset, version) = match blank.and_then(|blank| place.split_at_checked(blank)) {
        Some((offset, version)) => (offset, Some(version.strip_prefix(" v")?.parse().ok()?)),
        None => (place, None),
    };
    let offset = (2..=3).contains(&offset.len()).then_some(offset)?;
    let offset = u16::try_from(hex(offset, offset.len())?).ok()?;
    Some(Entry::Listed {
        offset,
        version,
        title,
    })
}

fn end(text: &str) -> Option<CapabilitiesEnd> {
    let remark = text.strip_prefix('<')?;
    Some(if remark.starts_with("access denied") {
        CapabilitiesEnd::AccessDenied
    } else if remark.starts_with("chain looped") {
        CapabilitiesEnd::Looped
    } else if remark.starts_with("chain broken") {
        CapabilitiesEnd::Broken
    } else if remark.starts_with("unreadable") {
        CapabilitiesEnd::Unreadable
    } else {
        CapabilitiesEnd::Other
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_versions_and_ends() {
        let listed = |text| match entry(text) {
            Some(Entry::Listed {
                offset,
                version,
                title,
            }) => (offset, version, title),
            _ => panic!("{text}"),
        };
        assert_eq!(listed("[60] MSI: x"), (0x60, None, "MSI: x"));
        assert_eq!(listed("[100 v2] A"), (0x100, Some(2), "A"));
        for (text, wanted) in [
            ("<access denied>", CapabilitiesEnd::AccessDenied),
            ("[50] <chain looped>", CapabilitiesEnd::Looped),
            ("[fc] <chain broken>", CapabilitiesEnd::Broken),
            ("[50] <unreadable>", CapabilitiesEnd::Unreadable),
        ] {
            assert!(
                matches!(entry(text), Some(Entry::End(end)) if end == wanted),
                "{text}"
            );
        }
        for text in ["", "[", "[6] x", "[60", "[1000] x", "[60 vx] x", "x"] {
            assert!(entry(text).is_none(), "{text}");
        }
    }
}
