//! `.vmx`: the configuration of one ESXi virtual machine.
//!
//! The grammar is `key = "value"`, one to a line, with `#` comments. It is checked against
//! libvirt's reader of these files (`virConf` in its VMX mode), which is a little wider: it also
//! accepts `'value'` and `;` between entries.

use core::fmt;
use core::str::FromStr;
use std::collections::BTreeMap;

use host_tree::numbered_lines;
use nom::Parser;
use nom::bytes::complete::{tag, take_till, take_while, take_while1};
use nom::combinator::{opt, recognize, rest, verify};
use nom::sequence::delimited;
use pci_core::{Address, DeviceId, VendorId};

use crate::error::{Cause, Error};

/// One `key = "value"`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VmxEntry {
    /// The key as written; keys are compared without regard to case.
    pub key: String,
    /// The value, its `|XX` escapes decoded.
    pub value: String,
    /// Its line, from 1.
    pub line: u32,
}

/// A line that ESXi rejects.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VmxIssue {
    /// The expected form.
    pub expected: &'static str,
    /// The key, where it was read.
    pub key: Option<String>,
    /// The line, from 1.
    pub line: u32,
    /// Byte offset in the line.
    pub column: usize,
}

impl fmt::Display for VmxIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            expected,
            line,
            column,
            ..
        } = self;
        write!(f, "expected {expected} at byte {column} of line {line}")
    }
}

/// A `pciPassthruN` device.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VmxPassthru {
    /// The number N.
    pub index: u16,
    /// `.present = "TRUE"`.
    pub present: bool,
    /// `.id`: the host's function, decoded from decimal; with its line.
    pub id: Option<(Result<Address, Error>, u32)>,
    /// `.vendorId`.
    pub vendor: Option<VendorId>,
    /// `.deviceId`.
    pub device: Option<DeviceId>,
    /// The line of its first key, from 1.
    pub line: u32,
}

/// A `.vmx`, read.
///
/// ```
/// use hvconf::esxi::Vmx;
/// let vmx = Vmx::parse("pciPassthru.use64bitMMIO = TRUE\nmemSize = \"8192\"\n");
/// assert_eq!(vmx.get("memsize").map(|entry| entry.value.as_str()), Some("8192"));
/// assert_eq!(vmx.faults[0].to_string(), "expected '\"' at byte 27 of line 1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Vmx {
    /// The entries in the order of the file.
    pub entries: Vec<VmxEntry>,
    /// The lines that are neither entry nor comment nor blank.
    pub faults: Vec<VmxIssue>,
}

impl Vmx {
    /// Reads any text.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut vmx = Self {
            entries: Vec::new(),
            faults: Vec::new(),
        };
        for (line, content) in numbered_lines(text) {
            match statement(content) {
                Ok(None) => {}
                Ok(Some((key, value))) => vmx.entries.push(VmxEntry {
                    key: key.to_owned(),
                    value: unescape(value),
                    line,
                }),
                Err((expected, key, column)) => vmx.faults.push(VmxIssue {
                    expected,
                    key: key.map(str::to_owned),
                    line,
                    column,
                }),
            }
        }
        vmx
    }

    /// The entry of `key` that takes effect: the last one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&VmxEntry> {
        let mut entries = self.entries.iter();
        entries.rfind(|entry| entry.key.eq_ignore_ascii_case(key))
    }

    /// The keys that occur more than once, each with its lines.
    #[must_use]
    pub fn duplicates(&self) -> Vec<(String, Vec<u32>)> {
        let mut lines: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for entry in &self.entries {
            let key = entry.key.to_ascii_lowercase();
            lines.entry(key).or_default().push(entry.line);
        }
        lines
            .into_iter()
            .filter(|(_, lines)| lines.len() > 1)
            .collect()
    }

    /// The `pciPassthruN` devices in order of their numbers.
    #[must_use]
    pub fn passthru(&self) -> Vec<VmxPassthru> {
        let mut devices: BTreeMap<u16, VmxPassthru> = BTreeMap::new();
        for entry in &self.entries {
            let Some((index, name)) = passthru_key(&entry.key) else {
                continue;
            };
            let device = devices.entry(index).or_insert(VmxPassthru {
                index,
                present: false,
                id: None,
                vendor: None,
                device: None,
                line: entry.line,
            });
            match name.as_str() {
                "present" => device.present = entry.value.eq_ignore_ascii_case("true"),
                "id" => device.id = Some((vmx_address(&entry.value), entry.line)),
                "vendorid" => device.vendor = VendorId::from_str(&entry.value).ok(),
                "deviceid" => device.device = DeviceId::from_str(&entry.value).ok(),
                _ => {}
            }
        }
        devices.into_values().collect()
    }
}

/// `pciPassthru0.id` as 0 and `id`.
fn passthru_key(key: &str) -> Option<(u16, String)> {
    let key = key.to_ascii_lowercase();
    let (index, name) = key.strip_prefix("pcipassthru")?.split_once('.')?;
    let digits = !index.is_empty() && index.bytes().all(|byte| byte.is_ascii_digit());
    let index = digits.then(|| index.parse().ok()).flatten()?;
    Some((index, name.to_owned()))
}

pub(super) type Fault<'a> = (&'static str, Option<&'a str>, usize);

fn blank(c: char) -> bool {
    c == ' ' || c == '\t' || c == '\r'
}

/// The key and the raw value of a line; `None` for a blank one or a comment.
pub(super) fn statement(line: &str) -> Result<Option<(&str, &str)>, Fault<'_>> {
    let at = |rest: &str| line.len() - rest.len();
    let fail = |expected, key, rest: &str| (expected, key, at(rest));
    let spaced = |text| take_while::<_, _, nom::error::Error<&str>>(blank).parse(text);
    let (start, _) = spaced(line).unwrap_or((line, ""));
    if start.is_empty() || start.starts_with('#') {
        return Ok(None);
    }
    let (after_key, key) = key(start).map_err(|_| fail("a key", None, start))?;
    let mut equals = delimited(take_while(blank), tag("="), take_while(blank));
    let (value_start, _) = equals
        .parse(after_key)
        .map_err(|_: nom::Err<nom::error::Error<&str>>| fail("'='", Some(key), after_key))?;
    let mut quoted = delimited(tag("\""), take_till(|c| c == '"'), tag("\""));
    let (after, value) =
        quoted
            .parse(value_start)
            .map_err(|_: nom::Err<nom::error::Error<&str>>| {
                if value_start.starts_with('"') {
                    ("'\"' at the end of the value", Some(key), line.len())
                } else {
                    fail("'\"'", Some(key), value_start)
                }
            })?;
    let comment = recognize((tag("#"), rest));
    let mut end = (take_while(blank), opt(comment));
    match end.parse(after) {
        Ok(("", _)) => Ok(Some((key, value))),
        Ok((left, _)) => Err(fail("the end of the line", Some(key), left)),
        Err(nom::Err::Error(error) | nom::Err::Failure(error)) => {
            let error: nom::error::Error<&str> = error;
            Err(fail("the end of the line", Some(key), error.input))
        }
        Err(nom::Err::Incomplete(_)) => Err(fail("the end of the line", Some(key), after)),
    }
}

fn key(text: &str) -> nom::IResult<&str, &str> {
    let first = |key: &str| key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '.');
    let other = |c: char| c.is_ascii_alphanumeric() || "_.:-".contains(c);
    verify(take_while1(other), first).parse(text)
}

/// Decodes `|22` to `"`. What is not an escape stays as it is.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('|') {
        bytes.extend_from_slice(before.as_bytes());
        let digits = after.get(..2).filter(|digits| {
            let mut bytes = digits.bytes();
            bytes.all(|byte| byte.is_ascii_hexdigit())
        });
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(b'|');
                rest = after;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Parses the address of a `.id`, whose numbers are decimal: `00000:013:00.0` is 0000:0d:00.0. The
/// domain may be missing.
///
/// # Errors
/// If a part is not a decimal number or out of its range.
pub fn vmx_address(text: &str) -> Result<Address, Error> {
    let error = |expected| Error::from(Cause::VmxAddress { expected });
    let (front, function) = text.rsplit_once('.').ok_or_else(|| error("the function"))?;
    let mut parts = front.rsplit(':');
    let device = parts
        .next()
        .and_then(decimal)
        .ok_or_else(|| error("the slot"))?;
    let bus = parts
        .next()
        .and_then(decimal)
        .ok_or_else(|| error("the bus"))?;
    let domain = match parts.next() {
        Some(text) => decimal(text).ok_or_else(|| error("the domain"))?,
        None => 0,
    };
    if parts.next().is_some() {
        return Err(error("the domain"));
    }
    let function = decimal(function).ok_or_else(|| error("the function"))?;
    let byte = |value: u32, part| u8::try_from(value).map_err(|_| error(part));
    let (bus, device) = (byte(bus, "the bus")?, byte(device, "the slot")?);
    let function = byte(function, "the function")?;
    Address::new(domain, bus, device, function).ok_or_else(|| error("the slot or the function"))
}

pub(super) fn decimal(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests;
