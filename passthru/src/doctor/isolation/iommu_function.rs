//! The PCI function of an AMD IOMMU, which a listing of the host lacks.

use iommu::IommuStatus;
use pci_core::{Address, VendorId};

use super::iommu::is_missed_by_hypervisor;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Coverage, Device};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "amd-iommu-function-missing",
    meaning: "The IOMMU of an AMD host is a PCI function of class 08/06 on bus 0, mostly 00:00.2. \
              The firmware hides the function while its IOMMU setting is off. Where the listing \
              has the functions around it but not this one, and a program finds no IOMMU, the \
              setting is off, or the firmware has none.",
    source: "AMD I/O Virtualization Technology (IOMMU) Specification, section 3.1; PCI class 08/06",
    causes: &["hypervisor-without-iommu", "libvirt-backend-not-chosen"],
    check,
}];

/// AMD's vendor ID (PCI ID database).
const AMD: VendorId = VendorId(0x1022);

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_open = host.iommu.status == IommuStatus::Unknown && host.of_guest.is_none();
    // A cut or filtered listing may have left the function out.
    let is_whole = host.coverage.contains(&Coverage::All);
    if !is_open || !is_whole || !is_missed_by_hypervisor(context) {
        return Vec::new();
    }
    let root = Address::new(0, 0, 0, 0).and_then(|address| host.devices.get(&address));
    let is_amd = |device: &Device| {
        let vendor = device.id.as_ref().map(|id| id.value.vendor);
        vendor == Some(AMD) || device.shown.text.contains("Advanced Micro Devices")
    };
    let Some(root) = root.filter(|root| is_amd(root)) else {
        return Vec::new();
    };
    let class = |device: &Device| device.class.as_ref().map(|class| class.value);
    let is_of = |device: &&Device, base: u8, sub: u8| {
        class(device).is_some_and(|class| (class.base, class.sub) == (base, sub))
    };
    let devices = || host.devices.values();
    if devices().any(|device| is_of(&device, 0x08, 0x06)) {
        return Vec::new();
    }
    let title = text!(
        "the listing has no IOMMU function (class 0806, mostly 00:00.2): the firmware's IOMMU \
         setting is off, or the firmware has none"
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([root.shown.clone()])
            .remedy(Remedy::Manual {
                step: "enable-iommu-in-firmware",
                text: text!("enable IOMMU (AMD-Vi) in the firmware setup"),
            }),
    ]
}
