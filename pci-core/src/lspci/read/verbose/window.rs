//! Bridge windows in `lspci -v`.

use super::region::size;

/// A bridge window: addresses forwarded to the secondary bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct BridgeWindow {
    /// Kind.
    pub kind: WindowKind,
    /// First and last address; the first is higher if the window is closed. `None` if not in the
    /// text.
    pub range: Option<(u64, u64)>,
    /// Size in bytes, if the text shows it.
    pub size: Option<u64>,
    /// Whether the window is closed.
    pub is_closed: bool,
    /// Address width in bits: 16, 32 or 64; since pciutils 3.8.
    pub bits: Option<u8>,
}

/// Kind of a bridge window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum WindowKind {
    /// I/O ports.
    Io,
    /// Memory.
    Memory,
    /// Prefetchable memory.
    PrefetchableMemory,
}

/// Parses a window: `Memory behind bridge: f6000000-f70fffff [size=17M] [32-bit]`.
pub(super) fn window(text: &str) -> Option<BridgeWindow> {
    let (kind, value) = [
        ("I/O behind bridge:", WindowKind::Io),
        ("Memory behind bridge:", WindowKind::Memory),
        (
            "Prefetchable memory behind bridge:",
            WindowKind::PrefetchableMemory,
        ),
    ]
    .into_iter()
    .find_map(|(label, kind)| Some((kind, text.strip_prefix(label)?.trim_start())))?;
    let bits = [("[16-bit]", 16), ("[32-bit]", 32), ("[64-bit]", 64)];
    let bits = bits.iter().find(|(word, _)| value.contains(word));
    let range = range(value);
    let is_closed = value.starts_with("None")
        || value.contains("[disabled]")
        || range.is_some_and(|(first, last)| first > last);
    (is_closed || range.is_some()).then_some(BridgeWindow {
        kind,
        range,
        size: size(value),
        is_closed,
        bits: bits.map(|(_, bits)| *bits),
    })
}

fn range(value: &str) -> Option<(u64, u64)> {
    let (first, rest) = number(value)?;
    let (last, _) = number(rest.strip_prefix('-')?)?;
    Some((first, last))
}

fn number(text: &str) -> Option<(u64, &str)> {
    let count = text
        .bytes()
        .take_while(u8::is_ascii_hexdigit)
        .take(17)
        .count();
    let (digits, rest) = text.split_at_checked(count)?;
    Some((u64::from_str_radix(digits, 16).ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wordings_of_all_versions() {
        let open = window("Memory behind bridge: f6000000-f70fffff [size=17M] [32-bit]").unwrap();
        assert_eq!(open.range, Some((0xf600_0000, 0xf70f_ffff)));
        assert_eq!(
            (open.size, open.bits, open.is_closed),
            (Some(17 << 20), Some(32), false)
        );
        let old = window("Memory behind bridge: f6000000-f70fffff").unwrap();
        assert_eq!(
            (old.range, old.bits, old.is_closed),
            (open.range, None, false)
        );
        for text in [
            "I/O behind bridge: None",
            "I/O behind bridge: [disabled]",
            "I/O behind bridge: [disabled] [16-bit]",
            "I/O behind bridge: 0000f000-00000fff",
            "I/O behind bridge: f000-0fff [disabled] [16-bit]",
        ] {
            assert!(window(text).unwrap().is_closed, "{text}");
        }
        assert_eq!(window("Memory behind bridge: x"), None);
        assert_eq!(window("Memory at 0"), None);
    }
}
