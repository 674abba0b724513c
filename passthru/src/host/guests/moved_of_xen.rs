//! Functions that settings of Xen name for a guest, at whose addresses other devices are now.
//!
//! `xen-pciback.hide=` and `other-config:pci` have no IDs: the text tells the device that is meant.

use std::collections::BTreeSet;

use list_order::Inserts as _;
use pci_core::{Address, ClassCode, Slot};

use crate::host::coverage::Coverage;
use crate::host::drivers::guest_drivers::is_for_guests;
use crate::host::hardware::device::Device;
use crate::host::settings::setting_lines::SettingLine;
use crate::host::settings::vfio_assignment::MovedOfXen;
use crate::host::state::Host;

impl Host {
    /// The functions that settings of Xen name at the addresses before a change of the hardware.
    pub(crate) fn moved_of_xen(&self) -> Option<&MovedOfXen> {
        let found = &self.derived.moved_of_xen;
        found.get_or_init(|| self.find_moved_of_xen()).as_ref()
    }

    fn find_moved_of_xen(&self) -> Option<MovedOfXen> {
        let mut named: BTreeSet<Address> = BTreeSet::new();
        let mut given: BTreeSet<Address> = BTreeSet::new();
        let mut lines = Vec::new();
        for line in self.lines.setting_lines() {
            let functions = match &line.value {
                SettingLine::XenHide(functions) => functions,
                SettingLine::XenAssigned(functions) => {
                    given.extend(functions.iter().copied());
                    functions
                }
                _ => continue,
            };
            named.extend(functions.iter().copied());
            lines.push(line.evidence.clone());
        }
        if named.is_empty() {
            return None;
        }
        let slot = self.meant_for_guest_of_xen(&named)?;
        // A guest has the device already.
        let is_known = named.iter().any(|one| one.slot() == slot);
        let now: Vec<&Device> = self.functions_of(slot).collect();
        let is_bound = |device: &&Device| device.driver.is_bound_to(is_for_guests);
        if is_known || now.iter().any(is_bound) {
            return None;
        }
        let others = named.iter().filter(|one| self.devices.contains_key(one));
        let others: Vec<Address> = others.copied().collect();
        let is_complete = self.coverage.contains(&Coverage::All);
        // Without a word of a change the settings may be for another guest.
        let is_changed = self.words.statements.hardware_changed.is_some();
        // A guest with its device may be the one of the settings.
        let is_in_use = !self.words.good_news.is_empty() || !self.guests.running.is_empty();
        if others.is_empty() && !is_complete || !is_changed || is_in_use {
            return None;
        }
        Some(MovedOfXen {
            is_with_guest: others.iter().any(|one| given.contains(one)),
            found: others.first().copied(),
            now: now.iter().map(|device| device.address).collect(),
            named: named.into_iter().collect(),
            lines,
        })
    }

    /// The only card that the text can mean, of another kind than the functions at these addresses.
    fn meant_for_guest_of_xen(&self, named: &BTreeSet<Address>) -> Option<Slot> {
        let class = |device: &Device| device.class.as_ref().map(|class| class.value);
        let is_of = |device: &Device, kind: &str| {
            let is_integrated = device.address.bus() == 0;
            class(device).is_some_and(|class| is_of_kind(class, kind))
                && is_integrated == (kind == "integrated graphics")
        };
        let at_named = || named.iter().filter_map(|one| self.devices.get(one));
        let usual = &self.words.statements.usual_kinds;
        let is_usual = |device: &Device| usual.iter().any(|kind| is_of(device, kind));
        if at_named().any(is_usual) {
            return None;
        }
        if let Some(meant) = self.words.meant {
            let is_same = |device: &Device| {
                let base = class(device).map(|class| class.base);
                let meant = self.devices.get(&meant).and_then(class);
                base.is_some() && base == meant.map(|class| class.base)
            };
            return (!at_named().any(is_same)).then_some(meant.slot());
        }
        let kinds = self.words.statements.device_kinds.iter();
        // A guest may be to have the device that is there.
        let mut own = kinds.clone();
        if own.any(|kind| at_named().any(|device| is_of(device, kind))) {
            return None;
        }
        let of_kinds = kinds.flat_map(|kind| {
            let devices = self.devices.values();
            let of_kind = devices.filter(|device| is_of(device, kind));
            of_kind.map(|device| device.address.slot())
        });
        let slots: BTreeSet<Slot> = of_kinds.into_set();
        let mut slots = slots.into_iter();
        slots.next().filter(|_| slots.next().is_none())
    }
}

/// Whether functions of the class are of the kind of `data/device-kinds.tsv` (PCI Code and ID
/// Assignment Specification 1.11).
fn is_of_kind(class: ClassCode, kind: &str) -> bool {
    matches!(
        (kind, class.base, class.sub),
        ("graphics card" | "integrated graphics", 0x03, _)
            | ("USB controller", 0x0c, 0x03)
            | ("SATA controller", 0x01, 0x06)
            | ("NVMe drive", 0x01, 0x08)
            | ("HBA", 0x01, 0x00 | 0x04 | 0x07)
            | ("network card", 0x02, 0x00)
            | ("wireless card", 0x02, 0x80)
            | ("wireless card", 0x0d, _)
            | ("sound card", 0x04, 0x01 | 0x03)
            | ("capture card", 0x04, 0x00 | 0x80)
            | ("accelerator", 0x12 | 0x0b, _)
    )
}
