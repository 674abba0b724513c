//! The hypervisor that virtual hardware names.

/// Words of the virtual hardware of hypervisors, as firmware and lspci have them.
const MAKERS: [(&str, &str); 12] = [
    ("FIRECK", "Firecracker"),
    ("CLOUDH", "Cloud Hypervisor"),
    ("VBOX", "VirtualBox"),
    ("BOCHS", "QEMU"),
    ("VMware", "VMware"),
    ("Microsoft", "Hyper-V"),
    ("microsoft", "Hyper-V"),
    ("VirtualBox", "VirtualBox"),
    ("Xen", "Xen"),
    ("BHYVE", "bhyve"),
    ("QEMU", "QEMU"),
    ("KVM", "KVM"),
];

/// The hypervisor that a line of a virtual machine names; `KVM` is that of several.
pub(super) fn maker(line: &str) -> Option<&'static str> {
    let mut makers = MAKERS.iter();
    makers
        .find(|(maker, _)| line.contains(maker))
        .map(|(_, name)| *name)
}
