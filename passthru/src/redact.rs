//! Redaction of snapshots for sharing: MAC addresses, UUIDs and serial numbers get placeholders,
//! the same one for each occurrence; passwords are masked.

mod guest;
mod identities;
mod secrets;

use std::collections::BTreeSet;

use host_tree::MemoryTree;
use hostconf::boot::command_line::same_name;
use hostconf::boot::efi_variables::without_identities;
use list_order::Inserts as _;
use pci_core::config::{ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId};
use pci_core::modules::Aliases;

use identities::StandIns;

use crate::host::{HOOKS, Host, NetworkNames, needed_hook_lines, needed_lines};

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
        if host.commands.service_files.iter().any(|file| file == path) {
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
        } else if let Some(kept) = NetworkNames::needed_lines(path, text) {
            Some(kept.into_bytes())
        } else {
            guest::configuration(path, text).map(String::into_bytes)
        }
    });
    let mut stand_ins = StandIns::default();
    short.map_texts(|text| {
        // Of a kernel command line (rd.iscsi.password=) or a script.
        let text = secrets::without_secrets(text, &[]);
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
        .into_set()
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
