//! `/etc/vmware/esx.conf`: the owner of each PCI function.
//!
//! Lines are `/path = "value"`. Up to ESXi 6 the owner of a function is there as
//! `/device/0000:01:00.0/owner = "passthru"`, and in ESXi 4 with a decimal bus,
//! `/device/000:27.0/owner`; since 7.0 update 1 the file belongs to the ConfigStore and is
//! rewritten.

use core::fmt;
use std::collections::BTreeMap;

use host_tree::numbered_lines;
use nom::Parser;
use nom::bytes::complete::{tag, take_till, take_till1, take_while};
use nom::combinator::eof;
use pci_core::Address;

use super::vmx::decimal;

/// An owner line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceOwner {
    /// The function.
    pub address: Address,
    /// The owner: `passthru`, `vmkernel`, ...
    pub owner: String,
    /// The line, from 1.
    pub line: u32,
}

/// A line about a device that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EsxConfIssue {
    /// The expected form.
    pub expected: &'static str,
    /// The line, from 1.
    pub line: u32,
}

impl fmt::Display for EsxConfIssue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expected, line } = self;
        write!(f, "expected {expected} on line {line}")
    }
}

/// The owner lines of an `esx.conf`.
///
/// ```
/// use hvconf::esxi::EsxConf;
/// let conf = EsxConf::parse("/device/0000:01:00.0/owner = \"passthru\"\n");
/// assert_eq!(conf.owners[0].owner, "passthru");
/// assert!(conf.duplicates().is_empty());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EsxConf {
    /// The owner lines in the order of the file.
    pub owners: Vec<DeviceOwner>,
    /// Owner lines that cannot be read.
    pub faults: Vec<EsxConfIssue>,
}

impl EsxConf {
    /// Reads any text. Lines that are not about the owner of a device are skipped.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut conf = Self {
            owners: Vec::new(),
            faults: Vec::new(),
        };
        for (line, content) in numbered_lines(text) {
            let content = content.trim();
            let Some((name, rest)) = owner_path(content) else {
                continue;
            };
            match (address(name), value(rest)) {
                (Some(address), Some(owner)) => conf.owners.push(DeviceOwner {
                    address,
                    owner: owner.to_owned(),
                    line,
                }),
                (None, _) => conf.faults.push(EsxConfIssue {
                    expected: "an address such as 0000:01:00.0 after /device/",
                    line,
                }),
                (_, None) => conf.faults.push(EsxConfIssue {
                    expected: "= and an owner in double quotes",
                    line,
                }),
            }
        }
        conf
    }

    /// Functions with more than one owner line, in order of address.
    #[must_use]
    pub fn duplicates(&self) -> Vec<Vec<DeviceOwner>> {
        let mut by_address: BTreeMap<Address, Vec<DeviceOwner>> = BTreeMap::new();
        for owner in &self.owners {
            by_address
                .entry(owner.address)
                .or_default()
                .push(owner.clone());
        }
        let several = by_address.into_values();
        several.filter(|owners| owners.len() > 1).collect()
    }
}

/// The device's name of an owner line, and what follows the path.
fn owner_path(line: &str) -> Option<(&str, &str)> {
    let name = take_till1::<_, _, nom::error::Error<&str>>(|c| c == '/');
    let (rest, (_, name, _)) = (tag("/device/"), name, tag("/owner")).parse(line).ok()?;
    // Another key that only starts so, such as /ownerName.
    let ends = rest.starts_with([' ', '\t', '=']) || rest.is_empty();
    ends.then_some((name, rest))
}

fn value(rest: &str) -> Option<&str> {
    let blank = || take_while::<_, _, nom::error::Error<&str>>(|c| c == ' ' || c == '\t');
    let quoted = take_till(|c| c == '"');
    let mut line = (
        blank(),
        tag("="),
        blank(),
        tag("\""),
        quoted,
        tag("\""),
        eof,
    );
    let (_, (_, _, _, _, value, _, _)) = line.parse(rest).ok()?;
    Some(value)
}

fn address(name: &str) -> Option<Address> {
    let short = || {
        let (bus, rest) = name.split_once(':')?;
        let (device, function) = rest.split_once('.')?;
        let byte = |text| u8::try_from(decimal(text)?).ok();
        // Three digits mark the decimal form.
        (bus.len() == 3).then_some(())?;
        Address::new(0, byte(bus)?, byte(device)?, byte(function)?)
    };
    short().or_else(|| name.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "/adv/x = \"1\"\n/device/0000:01:00.0/owner = \"passthru\"\r\n\
        /device/0000:01:00.1/vmkname = \"vmhba0\"\n/device/000:27.0/owner = \"vmkernel\"\n\
        /device/0000:01:00.0/owner = \"passthru\"\n/device/pci0/owner = \"x\"\n\
        /device/0000:02:00.0/owner = passthru\n/device/0000:02:00.0/ownerName = \"x\"\n";

    #[test]
    fn owners_duplicates_and_faults() {
        let conf = EsxConf::parse(SAMPLE);
        let owners: Vec<_> = conf
            .owners
            .iter()
            .map(|owner| (owner.address.to_string(), owner.line))
            .collect();
        let wanted = [
            ("0000:01:00.0", 2),
            ("0000:00:1b.0", 4),
            ("0000:01:00.0", 5),
        ];
        assert_eq!(
            owners,
            wanted.map(|(address, line)| (address.to_owned(), line))
        );
        let duplicates = conf.duplicates();
        assert_eq!(duplicates.len(), 1);
        assert_eq!(duplicates[0][1].line, 5);
        let lines: Vec<_> = conf.faults.iter().map(|fault| fault.line).collect();
        assert_eq!(lines, [6, 7]);
    }

    #[test]
    fn truncated_texts_do_not_panic() {
        for end in 0..=SAMPLE.len() {
            let text = SAMPLE.get(..end).unwrap();
            let conf = EsxConf::parse(text);
            assert!(conf.owners.len() + conf.faults.len() <= text.lines().count());
        }
    }

    #[test]
    fn changed_texts_do_not_panic() {
        let mut numbers = testkit::Random::new(0x51ed_2701_9abc_4433);
        for _ in 0..3000 {
            let mut bytes = SAMPLE.as_bytes().to_vec();
            for _ in 0..4 {
                let state = numbers.number();
                let at = usize::try_from(state % bytes.len() as u64).unwrap();
                bytes[at] = b"/:.=\"\n0f \r"[usize::try_from((state >> 32) % 10).unwrap()];
            }
            let text = std::str::from_utf8(&bytes).unwrap();
            let conf = EsxConf::parse(text);
            assert!(conf.owners.len() + conf.faults.len() <= text.lines().count());
            let all: usize = conf.duplicates().iter().map(Vec::len).sum();
            assert!(all <= conf.owners.len());
        }
    }
}
