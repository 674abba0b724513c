//! Reading the functions of a host from all listings.

use std::collections::BTreeMap;

use host_tree::HostTree;
use pci_core::Address;
use pci_core::modules::Modules;

use crate::host::fact::Fact;
use crate::host::hardware::device::Device;
use crate::host::hardware::memory_map::memory_map;
use crate::host::identity::boot_framebuffer;
use crate::host::identity::system::System;
use crate::host::model::{self, Folded, Seen};
use crate::host::texts::Texts;
use crate::text::text;

/// The functions of the listings; adds to the system what they show of it.
pub(super) fn read(
    tree: &dyn HostTree,
    texts: &Texts<'_>,
    seen: &mut Seen,
    system: &mut System,
) -> Folded {
    let mut folded = model::fold(std::mem::take(&mut seen.entries));
    for misplaced in std::mem::take(&mut folded.misplaced) {
        let damage = text!(
            "a line with a driver follows a function of another class, which it does not \
             belong to"
        );
        seen.see_damage(Fact::new(damage, misplaced));
    }
    for address in folded.devices.keys() {
        seen.topology.function(*address);
    }
    add_modules(tree, system, &mut folded.devices);
    system.see_chipset(folded.devices.values());
    if system.kernel.boot_framebuffer.is_none() {
        let by_log = texts.logs.iter().find_map(boot_framebuffer::in_log);
        let by_map = || memory_map(tree).framebuffer;
        system.kernel.boot_framebuffer = by_log
            .or_else(by_map)
            .or_else(|| boot_framebuffer::by_release(system.kernel.release.as_ref()?));
    }
    folded
}

/// Adds the modules that support the functions, by the kernel's own list.
fn add_modules(tree: &dyn HostTree, system: &System, devices: &mut BTreeMap<Address, Device>) {
    let Some(release) = &system.kernel.release else {
        return;
    };
    if devices.values().all(|device| device.modalias.is_none()) {
        return;
    }
    let Some(modules) = Modules::read(tree, &release.value.to_string()).found() else {
        return;
    };
    for device in devices.values_mut() {
        if let (Some(modalias), true) = (&device.modalias, device.modules.is_empty()) {
            let found = modules.resolve(modalias);
            device.modules = found.into_iter().map(str::to_owned).collect();
        }
    }
}
