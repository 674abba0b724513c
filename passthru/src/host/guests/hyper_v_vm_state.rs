//! Running virtual machines of Hyper-V with a device.

use std::collections::BTreeSet;

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::hardware::hyper_v::HyperV;

/// The line of `Get-VM | fl` that shows a virtual machine of `Get-VMAssignableDevice` as running.
pub(in crate::host) fn of_guest_with_device(
    texts: &[CommandText],
    hyper_v: &HyperV,
) -> Option<Evidence> {
    let dismounted = hyper_v.dismounted.iter();
    let vms = dismounted.filter_map(|one| Some(one.vm.as_ref()?.value.as_str()));
    let mut guests: BTreeSet<&str> = BTreeSet::new();
    guests.extend(vms);
    if guests.is_empty() {
        return None;
    }
    texts.iter().find_map(|text| {
        let mut name = "";
        numbered_lines(&text.text).find_map(|(number, line)| {
            let (key, value) = line.split_once(" : ")?;
            match key.trim() {
                "Name" => name = value.trim(),
                "State" if value.trim() == "Running" && guests.contains(name) => {
                    return Some(Evidence::new(&*text.command, number, line.trim()));
                }
                _ => {}
            }
            None
        })
    })
}
