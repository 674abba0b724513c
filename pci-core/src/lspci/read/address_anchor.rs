//! Addresses in running text: the anchors at which records may begin.

use super::digits::{hex, hex8, part};
use crate::hex_digit::hex2;
use crate::{Address, Hop};

/// A place in the form of an address followed by a blank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Anchor {
    /// The offset of the address in the line.
    pub(super) start: usize,
    /// The offset after its function digit, or after the path that starts with it.
    pub(super) end: usize,
    /// `None` for a path without the bus of its last function.
    pub(super) address: Option<Address>,
    /// Whether it is a path through bridges.
    pub(super) is_path: bool,
    pub(super) has_domain: bool,
}

/// The anchor at the start of `line`.
pub(super) fn leading(line: &str) -> Option<Anchor> {
    if let Some(anchor) = short(line) {
        return Some(anchor);
    }
    // The longest domain has eight digits.
    let near = line.as_bytes().get(..line.len().min(15))?;
    let dot = near.iter().position(|byte| *byte == b'.')?;
    anchor_at(line, dot).filter(|anchor| anchor.start == 0)
}

/// The anchor of nearly all lines: `01:00.0 ` at the start.
fn short(line: &str) -> Option<Anchor> {
    let [b1, b2, b':', d1, d2, b'.', function, b' '] = *line.as_bytes().first_chunk()? else {
        return None;
    };
    let function = Some(function.wrapping_sub(b'0')).filter(|function| *function < 8)?;
    let address = Address::new(0, hex2([b1, b2])?, hex2([d1, d2])?, function)?;
    Some(Anchor {
        start: 0,
        end: 7,
        address: Some(address),
        is_path: false,
        has_domain: false,
    })
}

/// The anchors of a line, in order. An address may directly follow a word if a line break was lost
/// (`nvidia01:00.1 Audio device`).
pub(super) fn anchors(line: &str) -> impl Iterator<Item = Anchor> {
    let dots = memchr::memchr_iter(b'.', line.as_bytes());
    dots.filter_map(|dot| anchor_at(line, dot))
}

/// The anchor whose first function follows the dot at `dot`.
pub(super) fn anchor_at(line: &str, dot: usize) -> Option<Anchor> {
    let bytes = line.as_bytes();
    let function = char::from(*bytes.get(dot + 1)?).to_digit(8)?;
    let bus_at = dot.checked_sub(5)?;
    if bytes.get(bus_at + 2) != Some(&b':') {
        return None;
    }
    let slot = line.get(bus_at..dot)?;
    let bus = hex8(slot, 2)?;
    let device = hex8(slot.get(3..)?, 2)?;
    if is_hop(bytes, bus_at) {
        return None;
    }
    let path = hops(line, dot + 2)?;
    let rest = line.get(path.end..)?;
    if !rest.starts_with(' ') && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let digits = domain_digits(line, bus_at);
    let start = if digits == 0 {
        bus_at
    } else {
        bus_at - 1 - digits
    };
    let domain = if digits == 0 {
        0
    } else {
        hex(line.get(start..)?, digits)?
    };
    let root = Address::new(domain, bus, device, u8::try_from(function).ok()?)?;
    Some(Anchor {
        start,
        end: path.end,
        address: match path.last {
            None => Some(root),
            Some(hop) => hop
                .bus()
                .and_then(|bus| Address::new(domain, bus, hop.device(), hop.function())),
        },
        is_path: path.last.is_some(),
        has_domain: digits != 0,
    })
}

/// Whether the bus at `bus_at` belongs to a hop in a path: `.0/05:00.0`.
fn is_hop(bytes: &[u8], bus_at: usize) -> bool {
    let back = |count: usize| bus_at.checked_sub(count).and_then(|at| bytes.get(at));
    back(1) == Some(&b'/') && back(3) == Some(&b'.') && back(2).is_some_and(u8::is_ascii_digit)
}

/// The part of a path after its first function.
struct Hops {
    last: Option<Hop>,
    end: usize,
}

/// The hops of a path (`/00.0`, `/05:00.0`) from `at`; `None` if a `/` is not followed by one.
fn hops(line: &str, mut at: usize) -> Option<Hops> {
    let mut last = None;
    while line.as_bytes().get(at) == Some(&b'/') {
        at += 1;
        let mut bus = None;
        if line.as_bytes().get(at + 2) == Some(&b':') {
            bus = Some(hex8(line.get(at..)?, 2)?);
            at += 3;
        }
        let device = hex8(line.get(at..)?, 2)?;
        let rest = line.get(at + 2..)?.strip_prefix('.')?;
        let function = char::from(*rest.as_bytes().first()?).to_digit(8)?;
        last = Some(Hop::new(bus, device, u8::try_from(function).ok()?)?);
        at += 4;
    }
    Some(Hops { last, end: at })
}

/// Number of the hex digits before the bus that are its domain.
///
/// lspci prints domains with four digits, and those of VMD (0x10000 and up) with five; nvidia-smi
/// with eight. Further digits, and digits that continue a word, are the end of the previous line.
fn domain_digits(line: &str, bus_at: usize) -> usize {
    let before = line.as_bytes().get(..bus_at).unwrap_or_default();
    let Some((b':', before)) = before.split_last() else {
        return 0;
    };
    let run = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .take(10)
        .count();
    let left = before.len() - run;
    let joined_up = before
        .get(..left)
        .and_then(|rest| rest.last())
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let digit = |back: usize| before.len().checked_sub(back).and_then(|at| before.get(at));
    // A group number ends the `Flags:` line of a function without memory.
    let group = part(line, left.saturating_sub(12), left) == "IOMMU group ";
    match run {
        0..=3 => 0,
        4 => 4,
        _ if group => 4,
        // Of those with eight the first three are 0: no domain is that high.
        8 if !joined_up && (6..=8).all(|back| digit(back) == Some(&b'0')) => 8,
        _ if digit(5) == Some(&b'1') => 5,
        5 if !joined_up && digit(5) != Some(&b'0') => 5,
        _ => 4,
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;

    use super::*;

    fn found(line: &str) -> Vec<(String, bool)> {
        let list = anchors(line);
        list.map(|a| (a.address.unwrap().to_string(), a.has_domain))
            .collect()
    }

    #[test]
    fn an_address_is_found_after_joined_text() {
        for before in [
            "", "> ", "12: ", "nvidia", "(rev a1)", "e1000", "IRQ 34", "nouveau", "r8169",
        ] {
            let text = alloc::format!("{before}05:1f.7 Audio");
            assert_eq!(
                found(&text),
                [("0000:05:1f.7".to_string(), false)],
                "{text}"
            );
            let text = alloc::format!("{before}0001:05:1f.7 Audio");
            assert_eq!(found(&text), [("0001:05:1f.7".to_string(), true)], "{text}");
        }
        for before in ["", "(rev a1)", "nvidia"] {
            let text = alloc::format!("{before}10000:e1:00.0 X");
            assert_eq!(
                found(&text),
                [("10000:e1:00.0".to_string(), true)],
                "{text}"
            );
        }
        assert_eq!(found("IOMMU group 10000:e1:00.0 X")[0].0, "0000:e1:00.0");
        assert_eq!(found("00000000:81:00.0 Off")[0].0, "0000:81:00.0");
        assert_eq!(found("01:00.001:00.1 x")[0].0, "0000:01:00.1");
    }

    #[test]
    fn paths_are_anchors_too() {
        let path = |line| {
            let list: Vec<_> = anchors(line).collect();
            let [path] = list[..] else { panic!("{list:?}") };
            assert!(path.is_path);
            (line.get(path.start..path.end).unwrap(), path.address)
        };
        assert_eq!(path("00:01.0/00.1 x"), ("00:01.0/00.1", None));
        let (text, address) = path("> 0001:00:01.0/03:00.0/05:1f.7 x");
        assert_eq!(text, "0001:00:01.0/03:00.0/05:1f.7");
        assert_eq!(address, Address::new(1, 5, 0x1f, 7));
    }

    #[test]
    fn other_numbers_are_not_addresses() {
        for text in [
            "01:00.0",
            "01:00.8 x",
            "01:20.0 x",
            "1:00.0 x",
            "0000:82.0.0 x",
            "01:00.0, x",
            "version 12.34.5 x",
            ".0 ",
            "01:00.0/ x",
            "01:00.0/00.1, x",
            "é:00.0 x",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
