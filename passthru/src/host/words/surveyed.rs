//! Lines of Microsoft's `SurveyDDA.ps1` about a device, whose name is above them.

use std::collections::BTreeMap;

use host_tree::{CommandText, numbered_lines};
use pci_core::Address;

use super::messages::LogMessage;
use crate::host::hardware::device::Device;

/// Names the function of each message of a survey by the device's name, where one function has it.
pub(in crate::host) fn name(
    logged: &mut [LogMessage],
    texts: &[CommandText],
    devices: &BTreeMap<Address, Device>,
) {
    let is_open =
        |one: &LogMessage| one.device.is_none() && one.message.code.starts_with("hyperv-survey-");
    if !logged.iter().any(is_open) {
        return;
    }
    let mut named: BTreeMap<&str, Option<Address>> = BTreeMap::new();
    for device in devices.values() {
        if let Some(name) = device.source_name.as_deref() {
            let only = named.entry(name).or_insert(Some(device.address));
            *only = only.filter(|only| *only == device.address);
        }
    }
    for text in texts {
        let mut functions: BTreeMap<u32, Address> = BTreeMap::new();
        let mut function = None;
        for (number, line) in numbered_lines(&text.text) {
            let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            if line.is_empty() {
                function = None;
            } else if let Some(of_name) = named.get(line) {
                function = *of_name;
            } else if let Some(function) = function {
                functions.insert(number, function);
            }
        }
        let of_text = logged.iter_mut().filter(|one| is_open(one));
        for one in of_text.filter(|one| one.evidence.source == *text.command) {
            let line = one.evidence.line;
            one.device = line.and_then(|line| functions.get(&line).copied());
        }
    }
}
