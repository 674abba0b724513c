//! Lines of Microsoft's `SurveyDDA.ps1` about a device, whose name is above them.

use std::collections::BTreeMap;

use host_tree::{CommandText, numbered_lines};
use pci_core::Address;
use pci_core::listing::windows;

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
        // A line of the survey is of the device whose name is the last one above it; that of a wrapped
        // text has names that its reader does not find.
        let mut blocks: BTreeMap<u32, Option<Address>> = BTreeMap::new();
        for device in windows::survey(&text.text) {
            let function = named.get(device.name.value.as_str()).copied().flatten();
            blocks.insert(device.name.line, function);
        }
        for (number, line) in numbered_lines(&text.text) {
            let line = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            if let Some(function) = named.get(line) {
                blocks.insert(number, *function);
            }
        }
        let of_text = logged.iter_mut().filter(|one| is_open(one));
        for one in of_text.filter(|one| one.evidence.source == *text.command) {
            let line = one.evidence.line.unwrap_or_default();
            let block = blocks.range(..line).next_back();
            one.device = block.and_then(|(_, function)| *function);
        }
    }
}
