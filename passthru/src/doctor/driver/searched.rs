//! Functions without a driver for guests in a listing that was searched for vfio.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Device, Driver, Host};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "searched-without-vfio",
    meaning: "A search of lspci -k for vfio prints the line of each driver of VFIO. A function \
              without that line has another driver, whose line the search drops, or none. The IDs \
              of vfio-pci have an effect on functions alone that no driver has when the module is \
              loaded.",
    source: "lspci(8), -k; grep(1); Linux Documentation/driver-api/vfio.rst",
    causes: &["driver-not-shown"],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    if host.lines.driver_searches().is_empty() {
        return Vec::new();
    }
    let mut reported = Vec::new();
    for device in context.functions() {
        let Some(search) = host.lines.driver_searches().iter().find(|search| {
            device.driver == Driver::NotShown
                && search.source == device.shown.source
                && search.line < device.shown.line
        }) else {
            continue;
        };
        // The search works: another function of the card has its line.
        if !has_bound_sibling(host, device) {
            continue;
        }
        let title = text!(
            "{address} is not bound to vfio-pci: the search for vfio would show the line of its \
             driver",
            address = device.address
        );
        reported.push(
            Diagnostic::new(Verdict::Fix, title)
                .of([device.address])
                .evidence([device.shown.clone(), search.clone()])
                .remedy(Remedy::Manual {
                    step: "bind-before-driver",
                    text: text!(
                        "run lspci -nnk -s {slot} for its driver (sound: mostly snd_hda_intel); \
                         load vfio-pci before it: softdep DRIVER pre: vfio-pci in /etc/modprobe.d \
                         and vfio-pci in the initramfs, then rebuild that and reboot; libvirt \
                         (managed='yes') and Proxmox VE also bind it when the guest starts",
                        slot = device.address.slot()
                    ),
                }),
        );
    }
    reported
}

/// Whether the listing has the line of a VFIO driver for another function of the slot.
fn has_bound_sibling(host: &Host, device: &Device) -> bool {
    let slot = device.address.slot();
    host.devices.values().any(|other| {
        let is_beside = other.address.slot() == slot && other.address != device.address;
        is_beside
            && other.driver.is_bound_to(is_vfio_driver)
            && other.shown.source == device.shown.source
    })
}
