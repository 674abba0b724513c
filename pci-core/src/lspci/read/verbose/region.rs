//! Regions: memory and I/O ports of base address registers.

use super::encoding;
use crate::lspci::read::digits::part;

/// A region of a function, or its expansion ROM.
///
/// ```
/// use pci_core::lspci::{self, RegionAddress, RegionKind};
/// let listing = lspci::parse(
///     "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n\
///      \tRegion 1: Memory at e000000000 (64-bit, prefetchable) [size=16G]\n",
/// );
/// let region = &listing.records[0].details.as_ref().unwrap().regions[0].value;
/// assert_eq!(region.index, Some(1));
/// assert_eq!(region.kind, RegionKind::Memory { bits: Some(64), prefetchable: true });
/// assert_eq!(region.address, RegionAddress::At(0xe0_0000_0000));
/// assert_eq!(region.size, Some(16 << 30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Region {
    /// BAR number, 0 to 5; `None` in `-v`, which omits it, and for the expansion ROM.
    pub index: Option<u8>,
    /// Kind of the region.
    pub kind: RegionKind,
    /// Address.
    pub address: RegionAddress,
    /// Size in bytes, if the text shows it.
    pub size: Option<u64>,
    /// `[virtual]`: the register differs from the operating system's view.
    pub is_virtual: bool,
    /// `[disabled]`: the region is disabled.
    pub is_disabled: bool,
    /// `[enhanced]`: from the Enhanced Allocation capability.
    pub is_enhanced: bool,
}

/// Kind of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum RegionKind {
    /// I/O ports.
    Io,
    /// Memory.
    Memory {
        /// Address width in bits: 32, 64, or 20 for `low-1M`; `None` for the reserved type.
        bits: Option<u8>,
        /// Whether it is prefetchable.
        prefetchable: bool,
    },
    /// The expansion ROM.
    Rom,
}

/// Address of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum RegionAddress {
    /// This address, as seen by the processor.
    At(u64),
    /// `<unassigned>`.
    Unassigned,
    /// `<ignored>`: unused by the operating system.
    Ignored,
    /// `<broken-64-bit-slot>`: the register of the upper half is missing.
    BrokenSlot,
}

/// Start of a region after its label and flags.
const MEMORY: &str = "Memory at ";
const PORTS: &str = "I/O ports at ";
const ROM: &str = "Expansion ROM at ";

/// Room for the flags before the kind: there are three.
const FLAGS_BEFORE: usize = 41;

/// Parses a region: `Region 0: Memory at 84000000 (32-bit, non-prefetchable) [size=16M]`, with its
/// flags at any place.
pub(super) fn region(text: &str) -> Option<Region> {
    let (index, body) = match text.strip_prefix("Region ") {
        Some(rest) => {
            let digit = rest.chars().next()?.to_digit(10)?;
            let body = rest.get(1..)?.strip_prefix(':')?;
            (Some(u8::try_from(digit).ok()?), body)
        }
        None => (None, text),
    };
    let body = body.trim_start();
    let (word, rest) = kind_word(body)?;
    let (address, rest) = address(rest)?;
    let kind = match word {
        PORTS => RegionKind::Io,
        ROM => RegionKind::Rom,
        _ => memory(rest)?,
    };
    let mut region = Region {
        index,
        kind,
        address,
        size: None,
        is_virtual: false,
        is_disabled: false,
        is_enhanced: false,
    };
    for open in memchr::memchr_iter(b'[', body.as_bytes()) {
        let flag = part(body, open + 1, body.len());
        match flag.as_bytes().first() {
            Some(b's') if region.size.is_none() => region.size = bracketed_size(flag),
            Some(b'v') => region.is_virtual |= flag.starts_with("virtual]"),
            Some(b'd') => region.is_disabled |= flag.starts_with("disabled"),
            Some(b'e') => region.is_enhanced |= flag.starts_with("enhanced]"),
            _ => {}
        }
    }
    Some(region)
}

/// The word for the kind of a region, and the text after it. Flags of old versions precede it.
fn kind_word(text: &str) -> Option<(&'static str, &str)> {
    for word in [MEMORY, PORTS] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((word, rest));
        }
    }
    let near = text.bytes().take(FLAGS_BEFORE).enumerate();
    near.filter(|(_, byte)| matches!(byte, b'M' | b'I' | b'E'))
        .find_map(|(at, _)| {
            let here = text.get(at..)?;
            let words = [MEMORY, PORTS, ROM].into_iter();
            words
                .filter_map(|word| Some((word, here.strip_prefix(word)?)))
                .next()
        })
}

fn address(text: &str) -> Option<(RegionAddress, &str)> {
    if !text.starts_with('<') {
        let (value, digits) = encoding::hexadecimal(text)?;
        return Some((RegionAddress::At(value), text.get(digits..)?));
    }
    for (word, address) in [
        ("<unassigned>", RegionAddress::Unassigned),
        ("<ignored>", RegionAddress::Ignored),
        ("<broken-64-bit-slot>", RegionAddress::BrokenSlot),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            return Some((address, rest));
        }
    }
    None
}

fn memory(rest: &str) -> Option<RegionKind> {
    let inner = rest.get(memchr::memchr(b'(', rest.as_bytes())? + 1..)?;
    let inner = inner.get(..memchr::memchr(b')', inner.as_bytes())?)?;
    let bits = if inner.starts_with("32-bit") {
        Some(32)
    } else if inner.starts_with("64-bit") {
        Some(64)
    } else if inner.starts_with("low-1M") {
        Some(20)
    } else {
        None
    };
    Some(RegionKind::Memory {
        bits,
        prefetchable: inner.ends_with(", prefetchable") || !inner.contains("non-prefetchable"),
    })
}

/// The bytes of `[size=16M]`.
pub(super) fn size(text: &str) -> Option<u64> {
    let mut opens = memchr::memchr_iter(b'[', text.as_bytes());
    opens.find_map(|open| bracketed_size(text.get(open + 1..)?))
}

/// The bytes of `size=16M]`.
fn bracketed_size(text: &str) -> Option<u64> {
    let rest = text.strip_prefix("size=")?;
    let (number, digits) = encoding::decimal(rest)?;
    let shift = match rest.as_bytes().get(digits)? {
        b']' => 0,
        b'K' => 10,
        b'M' => 20,
        b'G' => 30,
        b'T' => 40,
        _ => return None,
    };
    number.checked_mul(1 << shift)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_may_be_anywhere() {
        let wanted = region(
            "Region 2: Memory at <ignored> (64-bit, prefetchable) [virtual] [disabled] [size=256M]",
        );
        let wanted = wanted.unwrap();
        assert!(wanted.is_virtual && wanted.is_disabled && !wanted.is_enhanced);
        assert_eq!(wanted.size, Some(256 << 20));
        for text in [
            "Region 2: [virtual] Memory at <ignored> (64-bit, prefetchable) [disabled] [size=256M]",
            "Region 2: Memory at <ignored> (64-bit, prefetchable) [disabled] [virtual] [size=256M]",
        ] {
            assert_eq!(region(text), Some(wanted), "{text}");
        }
        let rom = region("[virtual] Expansion ROM at c0000 [disabled] [size=128K]").unwrap();
        assert_eq!((rom.kind, rom.size), (RegionKind::Rom, Some(128 << 10)));
        assert_eq!(rom.address, RegionAddress::At(0xc0000));
        assert!(rom.is_virtual);
        let ports = region("I/O ports at e000 [size=32]").unwrap();
        assert_eq!((ports.kind, ports.size), (RegionKind::Io, Some(32)));
        let low = region("Memory at 000a0000 (low-1M, non-prefetchable)").unwrap();
        assert_eq!(
            low.kind,
            RegionKind::Memory {
                bits: Some(20),
                prefetchable: false
            }
        );
        for text in [
            "",
            "Region 0:",
            "Region x: Memory at 0",
            "Memory at",
            "Memory at x (32-bit)",
            "Memory at 10",
        ] {
            assert_eq!(region(text), None, "{text}");
        }
        assert_eq!(size("[size=4294967296T]"), None);
    }
}
