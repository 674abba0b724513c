//! Redaction of snapshots for sharing: MAC addresses, UUIDs and serial numbers get placeholders,
//! the same one for each occurrence; passwords are masked.

mod guest;

use std::collections::{BTreeMap, BTreeSet};

use host_tree::MemoryTree;
use hostconf::boot::command_line::same_name;
use hostconf::boot::efi_variables::without_identities;
use pci_core::config::{ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId};
use pci_core::modules::Aliases;

use crate::host::{HOOKS, Host, INTERFACES, NetworkNames, needed_hook_lines, needed_lines};

/// Redacts a snapshot: keeps the lines of units, scripts and module lists that the analysis needs,
/// removes secrets of guests, and inserts placeholders in all texts. Paths, links and names of
/// directories are unchanged: the analysis needs them, and they contain no such identifiers.
#[must_use]
pub fn tree(snapshot: &MemoryTree, host: &Host) -> MemoryTree {
    let modaliases: Vec<&str> = host
        .devices
        .values()
        .filter_map(|device| device.modalias.as_deref())
        .collect();
    let short = snapshot.map_files(|path, bytes| {
        if host.service_files.iter().any(|file| file == path) {
            // A service may start a program: its bytes are not text.
            let text = String::from_utf8_lossy(bytes);
            return Some(needed_lines(path, &text).into_bytes());
        }
        if path.starts_with("/sys/bus/pci/devices/") && path.ends_with("/config") {
            return Some(without_serial_number(bytes));
        }
        if path.starts_with("/sys/firmware/efi/efivars/Boot0") {
            // Four bytes of attributes, then the entry of the firmware's menu.
            let (attributes, entry) = bytes.split_at_checked(4)?;
            return Some([attributes, &without_identities(entry)].concat());
        }
        let text = &String::from_utf8_lossy(bytes);
        if path.ends_with("/modules.alias") {
            let aliases = Aliases::parse(text);
            Some(only(text, &places(&aliases, &modaliases)).into_bytes())
        } else if path.ends_with("/modules.builtin.modinfo") {
            let aliases = Aliases::parse_builtin(text);
            let needed = places(&aliases, &modaliases);
            let strings = text.split_inclusive('\0').enumerate();
            let kept = strings.filter(|(at, _)| needed.contains(&(at + 1)));
            Some(
                kept.map(|(_, string)| string)
                    .collect::<String>()
                    .into_bytes(),
            )
        } else if path.ends_with("/modules.dep") || path.ends_with("/modules.builtin") {
            let modules = &host.system.kernel.modules;
            let named = |line: &str| {
                let file = line.split(':').next().unwrap_or_default();
                let name = file.rsplit('/').next().unwrap_or_default();
                let name = name.split(".ko").next().unwrap_or_default();
                let asked = modules.keys().any(|module| same_name(module, name));
                file.contains("vfio") || asked
            };
            let lines = text.lines().enumerate();
            let needed = lines.filter(|(_, line)| named(line));
            let needed = needed.map(|(at, _)| at + 1).collect();
            Some(only(text, &needed).into_bytes())
        } else if path.starts_with(HOOKS) {
            Some(needed_hook_lines(text).into_bytes())
        } else if path == INTERFACES {
            Some(NetworkNames::needed_lines(text).into_bytes())
        } else {
            guest::configuration(path, text).map(String::into_bytes)
        }
    });
    let mut stand_ins = StandIns::default();
    short.map_texts(|text| {
        // Of a kernel command line (rd.iscsi.password=) or a script.
        let text = guest::without_secrets(text, &[]);
        stand_ins.replace(&text)
    })
}

/// Configuration space with zeros for the Device Serial Number, which on a NIC is its
/// MAC address.
fn without_serial_number(bytes: &[u8]) -> Vec<u8> {
    let mut clean = bytes.to_vec();
    let list = ExtendedCapabilities::read(ConfigSpace::new(bytes));
    for found in list.all(ExtendedCapabilityId::DEVICE_SERIAL_NUMBER) {
        let number = usize::from(found.offset).saturating_add(4);
        let number = clean.get_mut(number..).unwrap_or_default().iter_mut();
        number.take(8).for_each(|byte| *byte = 0);
    }
    clean
}

/// The positions of aliases that match one of `modaliases`.
fn places(aliases: &Aliases, modaliases: &[&str]) -> BTreeSet<usize> {
    modaliases
        .iter()
        .flat_map(|modalias| aliases.matching(modalias).map(|alias| alias.place))
        .collect()
}

/// The lines that are needed, counted from 1, each where it was.
fn only(text: &str, needed: &BTreeSet<usize>) -> String {
    let mut kept = String::new();
    for (at, line) in text.lines().enumerate() {
        if needed.contains(&(at + 1)) {
            kept.push_str(line);
        }
        kept.push('\n');
    }
    kept
}

/// The replacements so far.
#[derive(Debug, Default)]
struct StandIns {
    known: BTreeMap<String, String>,
}

/// Keys whose value is a serial number.
const SERIAL_KEYS: [&str; 4] = ["serial=", "serial: ", "Serial Number: ", "SerialNumber: "];

impl StandIns {
    fn replace(&mut self, text: &str) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        let mut before: Option<char> = None;
        while let Some(first) = rest.chars().next() {
            // Not directly after a hex digit or a colon: not within a longer run of digits.
            let fresh = !before.is_some_and(|c| c.is_ascii_hexdigit() || c == ':' || c == '-');
            let found = if fresh { secret(rest) } else { None };
            if let Some((length, kind)) = found {
                let (secret, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
                result.push_str(&self.stand_in(secret, kind));
                before = secret.chars().last();
                rest = after;
                continue;
            }
            let key = SERIAL_KEYS.iter().find(|key| rest.starts_with(**key));
            let step = key.map_or(first.len_utf8(), |key| key.len());
            let (copied, after) = rest.split_at_checked(step).unwrap_or((rest, ""));
            result.push_str(copied);
            before = copied.chars().last();
            rest = after;
            if key.is_some() {
                let length = rest
                    .find(|c: char| c.is_whitespace() || c == ',')
                    .unwrap_or(rest.len());
                let (secret, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
                if !secret.is_empty() {
                    result.push_str(&self.stand_in(secret, Kind::Serial));
                    before = Some('.');
                    rest = after;
                }
            }
        }
        result
    }

    fn stand_in(&mut self, secret: &str, kind: Kind) -> String {
        let folded = secret.to_ascii_lowercase();
        let number = self.known.len() + 1;
        self.known
            .entry(folded)
            .or_insert_with(|| match kind {
                Kind::Mac => {
                    let [.., high, low] = number.to_be_bytes();
                    // 02: a locally administered address, no maker's.
                    format!("02:00:00:00:{high:02x}:{low:02x}")
                }
                Kind::Uuid => format!("00000000-0000-0000-0000-{number:012x}"),
                Kind::Serial => format!("SERIAL{number}"),
            })
            .clone()
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Mac,
    Uuid,
    Serial,
}

/// The length and kind of the MAC address or UUID that `text` starts with.
fn secret(text: &str) -> Option<(usize, Kind)> {
    for (groups, separator, kind) in [
        (&[2, 2, 2, 2, 2, 2][..], b':', Kind::Mac),
        (&[2, 2, 2, 2, 2, 2][..], b'-', Kind::Mac),
        (&[8, 4, 4, 4, 12][..], b'-', Kind::Uuid),
    ] {
        if let Some(length) = matches(text.as_bytes(), groups, separator) {
            return Some((length, kind));
        }
    }
    None
}

/// The length of groups of hex digits with `separator` between, when `bytes`
/// starts with just these.
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
mod tests {
    use super::*;

    #[test]
    fn each_secret_has_one_stand_in() {
        let mut stand_ins = StandIns::default();
        let text = "net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0\nroot=UUID=1b0f7f3e-58f4-4f5c-9d9c-\
                    0c2b3a4d5e6f ro\nmac bc:24:11:aa:bb:cc serial=S3Z9NX0M,x\n";
        let shared = stand_ins.replace(text);
        assert_eq!(shared.matches("02:00:00:00:00:01").count(), 2, "{shared}");
        assert!(
            !shared.contains("1b0f7f3e") && !shared.contains("S3Z9NX0M"),
            "{shared}"
        );
        assert!(shared.contains("bridge=vmbr0") && shared.contains("serial=SERIAL3,x"));
    }

    #[test]
    fn pci_addresses_and_ids_stay() {
        let text = "0000:01:00.0 10de:2d04 00:1f.2 [10de:22eb] ids=10de:0fc6,10de:0e1b\n";
        assert_eq!(StandIns::default().replace(text), text);
    }
}
