//! Settings of QEMU only: its arguments, and its properties of assigned functions.

use pci_core::Address;

use super::hostdev::alias;
use super::xml::Xml;
use crate::assigned::DisplayRole;
use crate::description::{Description, Firmware};

/// QEMU's property of an assigned function.
pub(super) struct Property {
    /// The function.
    pub(super) source: Address,
    /// Its name.
    pub(super) name: &'static str,
    /// Its type, as libvirt names types.
    pub(super) kind: &'static str,
    pub(super) value: String,
    purpose: &'static str,
}

/// The properties that `vm` requests; those of one function are adjacent.
pub(super) fn properties(vm: &Description) -> Vec<Property> {
    let mut all = Vec::new();
    for slot in vm.assigned.slots() {
        if let (DisplayRole::Primary, Firmware::SeaBios, Some(address)) =
            (slot.display, vm.firmware, slot.rom_function())
        {
            all.push(Property {
                source: address,
                name: "x-vga",
                kind: "bool",
                value: "true".to_owned(),
                purpose: "the legacy VGA ranges, through which SeaBIOS runs a card's ROM",
            });
        }
        let Some(first) = slot.functions().first() else {
            continue;
        };
        all.extend(slot.seen_ids.properties().map(|(name, id)| Property {
            source: first.address,
            name,
            kind: "unsigned",
            value: id.to_string(),
            purpose: "the id that the guest sees",
        }));
    }
    all
}

/// Settings of a domain that are for QEMU only.
pub(super) struct Qemu {
    arguments: Vec<String>,
    properties: Vec<Property>,
}

impl Qemu {
    pub(super) fn of(vm: &Description) -> Self {
        let mut arguments = Vec::new();
        let window = vm
            .mmio_window()
            .filter(|window| window.gibibytes() > BY_ITSELF);
        if let (Some(window), Firmware::Ovmf(_)) = (window, vm.firmware) {
            arguments.push("-fw_cfg".to_owned());
            arguments.push(format!("name={WINDOW}{}", window.mebibytes()));
        }
        Self {
            arguments,
            properties: properties(vm),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.arguments.is_empty() && self.properties.is_empty()
    }

    pub(super) fn write(&self, xml: &mut Xml) {
        if !self.arguments.is_empty() {
            xml.close(1, "<qemu:commandline>");
            for argument in &self.arguments {
                xml.why(
                    2,
                    format!("<qemu:arg value='{argument}'/>"),
                    "the window for large BARs: OVMF's own is 32 GiB in older releases",
                );
            }
            xml.close(1, "</qemu:commandline>");
        }
        if self.properties.is_empty() {
            return;
        }
        xml.close(1, "<qemu:override>");
        let of_one = |a: &Property, b: &Property| a.source == b.source;
        for these in self.properties.chunk_by(of_one) {
            let Some(first) = these.first() else {
                continue;
            };
            let alias = alias(&first.source.to_string());
            xml.close(2, &format!("<qemu:device alias='{alias}'>"));
            xml.close(3, "<qemu:frontend>");
            for Property {
                name,
                kind,
                value,
                purpose: why,
                ..
            } in these
            {
                xml.since(
                    4,
                    format!("<qemu:property name='{name}' type='{kind}' value='{value}'/>"),
                    why,
                    "8.2",
                );
            }
            xml.close(3, "</qemu:frontend>");
            xml.close(2, "</qemu:device>");
        }
        xml.close(1, "</qemu:override>");
    }
}

/// The window for BARs above 4 GiB that a guest has by default, in GiB: OVMF's (edk2,
/// `OvmfPkg/Library/PlatformInitLib/MemDetect.c`) and that of a q35 (QEMU `hw/pci-host/q35.c`).
pub(super) const BY_ITSELF: u32 = 32;

/// The option that sets a larger one for OVMF, in MiB, after `name=`.
pub(super) const WINDOW: &str = "opt/ovmf/X-PciMmio64Mb,string=";
