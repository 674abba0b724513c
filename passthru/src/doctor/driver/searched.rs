//! Functions without a driver for guests in a listing that was searched for vfio.

use std::collections::BTreeMap;

use host_tree::Evidence;
use list_order::Inserts as _;
use pci_core::Slot;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Driver;
use crate::host::drivers::guest_drivers::is_vfio_driver;
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

/// The most lines between the search and the functions of one card in its output.
const MOST: u32 = 40;

/// The most lines between two functions of a card there.
const NEAR: u32 = 4;

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    if host.lines.driver_searches().is_empty() {
        return Vec::new();
    }
    // The search works: a function of the slot has its line.
    let listed = host.devices.values();
    let bound: BTreeMap<(Slot, &str), Option<u32>> = listed
        .filter(|device| device.driver.is_bound_to(is_vfio_driver))
        .map(|device| {
            let shown = &device.shown;
            ((device.address.slot(), &*shown.source), shown.line)
        })
        .into_map();
    let mut reported = Vec::new();
    for device in context.functions() {
        let shown = &device.shown;
        let beside = bound.get(&(device.address.slot(), &*shown.source));
        let Some((line, beside)) = shown.line.zip(beside.copied().flatten()) else {
            continue;
        };
        // A further listing without drivers shows nothing.
        let is_of_search = |search: &&Evidence| {
            let after = search.line.and_then(|at| line.min(beside).checked_sub(at));
            search.source == shown.source && after.is_some_and(|lines| (1..=MOST).contains(&lines))
        };
        let mut searches = host.lines.driver_searches().iter();
        let Some(search) = searches
            .find(is_of_search)
            .filter(|_| device.driver == Driver::NotShown && line.abs_diff(beside) <= NEAR)
        else {
            continue;
        };
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
