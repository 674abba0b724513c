//! The Coral Edge TPU on ESXi.

use pci_core::VendorId;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Device;
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "coral-not-assignable",
    meaning: "The Coral Edge TPU for M.2 and PCIe has its MSI-X table, its pending bits and other \
              registers in one page of 4 KiB, which the PCI Express specification forbids. ESXi \
              refuses such a function, or the guest's driver apex cannot start it. KVM maps the \
              registers of the page one by one.",
    source: "PCI Express Base Specification 6.0, section 7.7.2; github.com/google-coral/\
             libedgetpu/issues/48",
    causes: &["vcenter-device-not-available"],
    check,
}];

/// Global Unichip, the maker of the Coral Edge TPU (pci.ids).
const GLOBAL_UNICHIP: VendorId = VendorId(0x1ac1);

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let system = host.system.hypervisor.as_ref().map(|found| found.value);
    if system != Some(Target::Esxi) || host.of_guest.is_some() {
        return Vec::new();
    }
    let is_coral = |device: &&Device| {
        let vendor = device.id.as_ref().map(|id| id.value.vendor);
        let name = device.source_name.as_deref().unwrap_or_default();
        vendor == Some(GLOBAL_UNICHIP) || name.contains("Coral Edge TPU")
    };
    let coral: Vec<&Device> = host.devices.values().filter(is_coral).collect();
    if coral.is_empty() {
        return Vec::new();
    }
    let title = text!(
        "ESXi cannot assign the Coral Edge TPU: its MSI-X table shares a page of 4 KiB with other \
         registers"
    );
    vec![
        Diagnostic::new(Verdict::Impossible, title)
            .of(coral.iter().map(|device| device.address))
            .evidence(coral.iter().map(|device| device.shown.clone()))
            .remedy(Remedy::Manual {
                step: "use-kvm-or-usb",
                text: text!(
                    "use a hypervisor with KVM for this device, or the USB model of the Edge TPU"
                ),
            }),
    ]
}
