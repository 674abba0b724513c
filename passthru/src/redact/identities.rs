//! Identities of hardware and systems in texts: MAC addresses, UUIDs, serial numbers, names of disks.

use std::collections::BTreeMap;

/// The placeholders so far: one for each identity.
#[derive(Debug, Default)]
pub(super) struct StandIns {
    known: BTreeMap<String, String>,
}

/// An identity in a text.
struct Found {
    /// The start of the identity, after a prefix that stays.
    start: usize,
    end: usize,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    Mac,
    /// A MAC address without separators, of an interface's name.
    MacDigits,
    /// An IPv6 address that has a MAC address in it (RFC 4291, Appendix A).
    Ipv6,
    Uuid,
    /// Eight pairs of digits, of a Device Serial Number.
    Eui64,
    Serial,
}

impl StandIns {
    /// The text with a placeholder for each identity.
    pub(super) fn replace(&mut self, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut copied = 0;
        let mut before: Option<char> = None;
        let mut skip = 0;
        for (at, c) in text.char_indices() {
            let is_start = !before.is_some_and(|c| c.is_alphanumeric());
            let is_inside = before.is_some_and(|c| matches!(c, ':' | '-'));
            before = Some(c);
            if at < skip || !(is_start || c == 's' || c == 'S') {
                continue;
            }
            let rest = text.get(at..).unwrap_or_default();
            let shape = (is_start && !is_inside).then(|| shape(rest)).flatten();
            let named = || if is_start { disk(rest) } else { None };
            if let Some(found) = shape.or_else(named).or_else(|| keyed(rest)) {
                let (start, end) = (at + found.start, at + found.end);
                result.push_str(text.get(copied..start).unwrap_or_default());
                let secret = text.get(start..end).unwrap_or_default();
                result.push_str(&self.stand_in(secret, found.kind));
                copied = end;
                skip = end;
            }
        }
        result.push_str(text.get(copied..).unwrap_or_default());
        result
    }

    fn stand_in(&mut self, secret: &str, kind: Kind) -> String {
        let folded = secret.to_ascii_lowercase();
        let number = self.known.len() + 1;
        self.known
            .entry(folded)
            .or_insert_with(|| {
                let [.., high, low] = number.to_be_bytes();
                match kind {
                    // 02: a locally administered address, not a vendor's.
                    Kind::Mac => format!("02:00:00:00:{high:02x}:{low:02x}"),
                    Kind::MacDigits => format!("02000000{high:02x}{low:02x}"),
                    // RFC 3849: addresses for documentation.
                    Kind::Ipv6 => format!("2001:db8::{number:x}"),
                    Kind::Uuid => format!("00000000-0000-0000-0000-{number:012x}"),
                    Kind::Eui64 => format!("00-00-00-00-00-00-{high:02x}-{low:02x}"),
                    Kind::Serial => format!("SERIAL{number}"),
                }
            })
            .clone()
    }
}

/// The identity that the text starts with, by its form.
fn shape(text: &str) -> Option<Found> {
    const PAIRS: [usize; 8] = [2; 8];
    let bytes = text.as_bytes();
    let found = |start, end, kind| Some(Found { start, end, kind });
    let six = PAIRS.get(..6).unwrap_or_default();
    for (groups, separator, kind) in [
        (six, b':', Kind::Mac),
        (six, b'-', Kind::Mac),
        (&PAIRS[..], b'-', Kind::Eui64),
        (&[8, 4, 4, 4, 12][..], b'-', Kind::Uuid),
    ] {
        if let Some(length) = matches(bytes, groups, separator) {
            return found(0, length, kind);
        }
    }
    if let Some(length) = bytes
        .strip_prefix(b"enx")
        .and_then(|rest| matches(rest, &[12], 0))
    {
        return found(3, 3 + length, Kind::MacDigits);
    }
    let end = text.find(|c: char| !c.is_ascii_hexdigit() && c != ':');
    let address = text.get(..end.unwrap_or(text.len())).unwrap_or_default();
    let has_mac = address.contains("ff:fe") && address.matches(':').count() >= 4;
    has_mac.then_some(())?;
    found(0, address.len(), Kind::Ipv6)
}

/// Prefixes of names of disks, before the part that identifies the disk (udev's
/// `60-persistent-storage.rules`, ESXi's device names).
const DISKS: [&str; 5] = ["naa.", "eui.", "t10.", "wwn-0x", "by-id/"];

/// The identity of the disk that the text starts with.
fn disk(text: &str) -> Option<Found> {
    let prefix = DISKS.iter().find(|prefix| text.starts_with(**prefix))?;
    let name = text.get(prefix.len()..)?;
    let name = until(name, |c| {
        c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '<' | '>' | ')' | ';' | '/')
    });
    let partition = name.rfind("-part").filter(|at| {
        name.get(at + 5..)
            .is_some_and(|number| number.bytes().all(|b| b.is_ascii_digit()))
    });
    let name = name.get(..partition.unwrap_or(name.len()))?;
    // The bus of a name in by-id stays.
    let bus = match *prefix {
        "by-id/" => name.find('-').map_or(0, |at| at + 1),
        _ => 0,
    };
    let digits = name.bytes().filter(u8::is_ascii_alphanumeric).count();
    (digits >= 8).then_some(Found {
        start: prefix.len() + bus,
        end: prefix.len() + name.len(),
        kind: Kind::Serial,
    })
}

/// Names of serial numbers, in lower case without blanks and "_".
const SERIAL_NAMES: [&str; 6] = [
    "serial",
    "serialnumber",
    "serialno",
    "serialshort",
    "servicetag",
    "assettag",
];

/// The serial number after the name that the text starts with: `serial=X`, `Serial Number: X`,
/// `"serial": "X"`, `<serial>X`, `name='serial'>X`, `iSerial 3 X`.
fn keyed(text: &str) -> Option<Found> {
    let starts = text.get(..6).is_some_and(|word| {
        ["serial", "servic", "asset ", "asset_", "assett"]
            .iter()
            .any(|start| word.eq_ignore_ascii_case(start))
    });
    starts.then_some(())?;
    let name = until(text, |c| {
        !(c.is_ascii_alphabetic() || matches!(c, ' ' | '_'))
    });
    let rest = text.get(name.len()..)?;
    let name: String = name.chars().filter(|c| !matches!(c, ' ' | '_')).collect();
    let name = name.to_ascii_lowercase();
    SERIAL_NAMES.contains(&name.as_str()).then_some(())?;
    let marks = rest.trim_start_matches(['"', '\'']);
    let is_descriptor = marks.starts_with(|c: char| c.is_ascii_digit());
    let marks = if is_descriptor {
        // lsusb: the index of the string, then the string.
        marks.trim_start_matches(|c: char| c.is_ascii_digit())
    } else {
        marks.strip_prefix(['=', ':', '>'])?
    };
    let after = marks.trim_start_matches([' ', '\t', '"', '\'']);
    let start = text.len() - after.len();
    let value = until(after, |c| {
        c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '<' | '>')
    });
    // "Serial: 8250/16550 driver" is not the number of a device.
    let is_number = !value.is_empty() && !value.contains('/') && !value.starts_with("SERIAL");
    is_number.then_some(Found {
        start,
        end: start + value.len(),
        kind: Kind::Serial,
    })
}

/// The longest name of an identity: longer ones are hidden up to here only, so that the time is
/// linear in the text.
const LONGEST: usize = 256;

/// The text before the first character that ends it.
fn until(text: &str, is_end: impl Fn(char) -> bool) -> &str {
    let mut characters = text.char_indices().take(LONGEST);
    let end = characters.find(|(_, c)| is_end(*c)).map(|(at, _)| at);
    let end = end.or_else(|| text.char_indices().nth(LONGEST).map(|(at, _)| at));
    text.get(..end.unwrap_or(text.len())).unwrap_or_default()
}

/// The length of groups of hex digits with `separator` between, when `bytes`
/// starts with exactly these.
fn matches(bytes: &[u8], groups: &[usize], separator: u8) -> Option<usize> {
    let mut at = 0;
    for (index, digits) in groups.iter().enumerate() {
        if index > 0 {
            if bytes.get(at) != Some(&separator) {
                return None;
            }
            at += 1;
        }
        let group = bytes.get(at..at + digits)?;
        if !group.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        at += digits;
    }
    let after = bytes.get(at);
    let longer = after.is_some_and(|byte| byte.is_ascii_hexdigit() || *byte == separator);
    (!longer).then_some(at)
}

#[cfg(test)]
mod tests;
