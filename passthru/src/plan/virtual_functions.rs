//! Virtual functions, which a reboot removes.

use host_tree::Lookup;

use super::document::{ManualStep, When};
use crate::host::{Device, Host};
use crate::text::text;

/// The step that has the physical function's driver create them at each boot (Linux
/// Documentation/PCI/pci-iov-howto.rst). The kernel announces a bound driver by `bind` (since 4.14,
/// drivers/base/dd.c, `driver_bound`).
pub(super) fn created(host: &Host, functions: &[&Device]) -> Option<ManualStep> {
    let mut all = functions.iter();
    let device = all.find(|device| host.is_virtual_function(device))?;
    let physical = host.topology.physical_function(device.address);
    let count = physical.and_then(|address| {
        let sysfs = host.devices.get(&address)?.sysfs.as_ref()?;
        match sysfs.sriov.num_vfs {
            Lookup::Found(count) => Some(count),
            _ => None,
        }
    });
    let rule = format!(
        "ACTION==\"bind\", SUBSYSTEM==\"pci\", KERNEL==\"{}\", ATTR{{sriov_numvfs}}=\"{}\"",
        physical.map_or_else(|| "ADDRESS".to_owned(), |address| address.to_string()),
        count.map_or_else(|| "NUMBER".to_owned(), |count| count.to_string())
    );
    Some(ManualStep {
        when: When::Now,
        step: "create-virtual-functions".into(),
        text: text!(
            "a reboot removes {function}: its physical function's driver creates it only when the \
             number is written to sriov_numvfs. Unless the host does that at each boot, add a udev \
             rule with the physical function's address and number: {rule}",
            function = device.address,
            rule
        ),
    })
}
