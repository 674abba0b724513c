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

/// `text` without the lines that make guests the owner of one of the functions; every other byte
/// is unchanged.
///
/// ```
/// let text = "/a = \"1\"\n/device/0000:01:00.0/owner = \"passthru\"\n";
/// let after = hvconf::esxi::remove_owners(text, &["01:00.0".parse()?]);
/// assert_eq!(after, "/a = \"1\"\n");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[must_use]
pub fn remove_owners(text: &str, functions: &[Address]) -> String {
    let owners = EsxConf::parse(text).owners;
    let is_removed = |line: u32| {
        owners.iter().any(|owner| {
            owner.line == line && owner.owner == PASSTHRU && functions.contains(&owner.address)
        })
    };
    numbered_lines(text)
        .zip(text.split_inclusive('\n'))
        .filter(|((line, _), _)| !is_removed(*line))
        .map(|(_, raw)| raw)
        .collect()
}

/// The owner of functions for guests.
const PASSTHRU: &str = "passthru";

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
    fn owner_lines_of_the_functions_are_removed() {
        let one = "0000:01:00.0".parse().unwrap();
        let after = remove_owners(SAMPLE, &[one]);
        let guests = "/device/0000:01:00.0/owner = \"passthru\"";
        assert_eq!(SAMPLE.matches(guests).count(), 2);
        let rest = SAMPLE.replace(&format!("{guests}\r\n"), "");
        assert_eq!(after, rest.replace(&format!("{guests}\n"), ""));
        assert_eq!(remove_owners(&after, &[one]), after);
        // Its owner is the VMkernel.
        let other = "0000:00:1b.0".parse().unwrap();
        assert_eq!(remove_owners(SAMPLE, &[other]), SAMPLE);
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
