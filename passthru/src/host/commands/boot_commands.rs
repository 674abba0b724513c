//! Effect on drivers of a command line that runs at each boot.

use pci_core::{Address, PciId};

use super::sysfs_write::sysfs_write;
use crate::host::words::messages::new_id;

/// A function that a command line binds or unbinds by its address.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct LateBinding {
    /// The function.
    pub address: Address,
    /// The driver that it is bound to: `vfio-pci` or `pci-stub`; `None` if it is unbound.
    pub driver: Option<&'static str>,
}

/// The drivers that keep a function from the host.
const DRIVERS: [&str; 2] = ["vfio-pci", "pci-stub"];

/// The functions that a line of commands binds by their addresses, each with the command
/// that does, in one spelling.
pub(in crate::host) fn bindings(line: &str) -> impl Iterator<Item = (String, LateBinding)> {
    let line = line.trim_start();
    let commands = if line.starts_with('#') { "" } else { line };
    commands.split([';', '&']).filter_map(|command| {
        let (word, path) = sysfs_write(command)?;
        let (folder, file) = path.split_once('/')?;
        let (name, file) = file.rsplit_once('/')?;
        let (address, driver) = match (folder, file) {
            ("devices", "driver_override") => (name, Some(word)),
            ("drivers", "bind") => (word, Some(name)),
            ("drivers", "unbind") => (word, None),
            ("devices", "unbind") if name.ends_with("/driver") => (word, None),
            _ => return None,
        };
        let address: Address = address.parse().ok()?;
        let Some(driver) = driver else {
            let text = format!("echo {address} >/sys/bus/pci/devices/{address}/driver/unbind");
            let driver = None;
            return Some((text, LateBinding { address, driver }));
        };
        let driver = DRIVERS.into_iter().find(|known| *known == driver)?;
        let text = match file {
            "bind" => format!("echo {address} >/sys/bus/pci/drivers/{driver}/bind"),
            _ => format!("echo {driver} >/sys/bus/pci/devices/{address}/driver_override"),
        };
        let driver = Some(driver);
        Some((text, LateBinding { address, driver }))
    })
}

/// The ids that a line of commands writes to vfio-pci's `new_id`, each with the command
/// that does, in one spelling.
pub(in crate::host) fn new_ids(line: &str) -> impl Iterator<Item = (String, PciId)> {
    let line = line.trim_start();
    let commands = if line.starts_with('#') { "" } else { line };
    commands.split([';', '&']).filter_map(|command| {
        let id = new_id(command)?;
        let (vendor, device) = (id.vendor.0, id.device.0);
        let text = format!("echo {vendor:04x} {device:04x} >/sys/bus/pci/drivers/vfio-pci/new_id");
        Some((text, id))
    })
}

/// The modules that a command line removes, each with its command: the program, the option and the
/// module, without the rest of the line.
pub(in crate::host) fn removals(line: &str) -> impl Iterator<Item = (String, String)> {
    let line = line.trim_start();
    let commands = if line.starts_with('#') { "" } else { line };
    commands.split([';', '&', '|']).flat_map(|command| {
        let mut words = command
            .split_ascii_whitespace()
            .map(|word| word.trim_matches(['"', '\'', '(', ')']))
            .take_while(|word| !word.starts_with('#'))
            .skip_while(|word| goes_before_a_program(word));
        let path = words.next().unwrap_or_default();
        let (option, removes) = match path.rsplit('/').next() {
            Some("rmmod") => ("", true),
            Some("modprobe") => (" -r", false),
            _ => return Vec::new(),
        };
        let mut is_removal = removes;
        let mut found = Vec::new();
        for word in words {
            let short = word.starts_with('-') && !word.starts_with("--") && word.contains('r');
            if short || word == "--remove" {
                is_removal = true;
            } else if is_removal && is_module_name(word) {
                found.push((format!("{path}{option} {word}"), word.to_owned()));
            }
        }
        found
    })
}

/// Words that a shell allows between the start of a command and its program.
fn goes_before_a_program(word: &str) -> bool {
    let shells = ["sh", "bash", "dash"];
    let shell = word
        .rsplit('/')
        .next()
        .is_some_and(|name| shells.contains(&name));
    let words = ["then", "else", "do", "exec", "sudo", "!", "{", "-c"];
    shell || words.contains(&word) || word.contains('=')
}

fn is_module_name(word: &str) -> bool {
    let is_of_a_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !word.starts_with('-') && !word.is_empty() && word.bytes().all(is_of_a_name)
}

#[cfg(test)]
mod tests;
