//! Paths of USB devices where VFIO needs a PCI function.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Fact;
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "usb-path-for-vfio",
    meaning: "A device of VFIO is a function of a bus with an IOMMU group, such as PCI. A USB device has no \
              group: a VMM finds none at the path and ends the start with an error. The USB controller of \
              the device is a PCI function, and is assigned with all its ports.",
    source: "Linux Documentation/driver-api/vfio.rst; Cloud Hypervisor, docs/vfio.md; crosvm, run \
             --vfio",
    causes: &[
        "cloud-hypervisor-no-group",
        "crosvm-vfio-failed",
        "hypervisor-without-iommu",
    ],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    let is_of_vmm = context.target == Some(Target::CloudHypervisor)
        || logged.any(|one| one.message.code == "cloud-hypervisor-no-group" && !one.is_over);
    let paths = host.lines.usb_paths().iter();
    let paths: Vec<&Fact<_>> = paths
        .filter(|one| is_of_vmm || !one.value.is_open)
        .collect();
    let Some(first) = paths.first() else {
        return Vec::new();
    };
    let title = text!(
        "{path} is the path of a USB device, and VFIO assigns PCI functions: no single USB device",
        path = first.value.path
    );
    vec![
        Diagnostic::new(Verdict::Blocker, title)
            .evidence(paths.iter().map(|one| one.evidence.clone()))
            .remedy(Remedy::Manual {
                step: "usb-controller-path",
                text: text!(
                    "assign the USB controller of the device instead: readlink -f \
                     /sys/bus/usb/devices/BUS-PORT shows the controller's PCI address; bind the \
                     controller to vfio-pci and give /sys/bus/pci/devices/ADDRESS; or share the one \
                     device by a program: USB/IP into the guest, or QEMU with usb-host instead of a \
                     VMM without emulated USB"
                ),
            }),
    ]
}
