//! The step that gives a guest more address space for the BARs of a device, by its hypervisor.

use crate::ask::Shell;
use crate::doctor::rule::Context;
use crate::target::Target;
use crate::text::{Text, text};

/// The step for a guest with too little address space, by its hypervisor.
///
/// Sources: QEMU's OVMF, opt/ovmf/X-PciMmio64Mb; Cloud Hypervisor, docs/windows.md; xl.cfg(5), mmio_hole;
/// VMware, pciPassthru.use64bitMMIO; Microsoft Learn, Set-VM.
pub(in crate::doctor) fn wider(context: &Context<'_>) -> Text {
    of_hypervisor(context).unwrap_or_else(|| {
        text!(
            "use OVMF, q35 and the CPU type host for the guest; if that is set, set \
             opt/ovmf/X-PciMmio64Mb to twice the card's memory"
        )
    })
}

/// The step where the guest has no OVMF of QEMU, or has it by other settings than QEMU's own.
///
/// Sources: those of [`wider`]; Kata Containers, docs/use-cases, GPU passthrough; KubeVirt API,
/// firmware.bootloader.efi and cpu.model; Incus and LXD, raw.qemu.
pub(in crate::doctor) fn of_hypervisor(context: &Context<'_>) -> Option<Text> {
    let system = &context.host.system;
    let target = context.target;
    // Xen without files of xl.
    let names = ["Qubes OS", "XCP-ng", "XenServer"];
    let is_other = |name: &str| names.iter().any(|other| name.starts_with(other));
    let is_other_xen = target == Some(Target::XcpNg) || system.named().is_some_and(is_other);
    match (Shell::of(context.host, context.target), target) {
        _ if system.manager == Some("Kata Containers") => Some(text!(
            "set hot_plug_vfio = \"root-port\" and pcie_root_port to the number of devices in \
             configuration.toml (releases before 3.2: hotplug_vfio_on_root_bus = true with machine_type \
             q35), or cold_plug_vfio = \"root-port\"; kata-runtime env shows the file that is read"
        )),
        (Shell::Windows, _) => Some(text!(
            "run Set-VM -HighMemoryMappedIoSpace with twice the card's memory while the \
             guest is off"
        )),
        (Shell::Esxi, _) => Some(text!(
            "set pciPassthru.use64bitMMIO to TRUE and pciPassthru.64bitMMIOSizeGB to \
             twice the card's memory"
        )),
        _ if is_other_xen => Some(fewer_devices()),
        _ if context.host_is_xen() => Some(text!(
            "set mmio_hole in the guest's configuration to a larger size in MiB (xl, with the device \
             model qemu-xen), such as 2048, and assign fewer devices to the guest"
        )),
        (_, Some(Target::CloudHypervisor)) => Some(text!(
            "start a Windows guest with the firmware CLOUDHV.fd, test the card without further devices, \
             and add the log of Cloud Hypervisor with -v and the ranges of memory that the guest shows \
             for the bus and the card"
        )),
        (_, Some(Target::Bhyve | Target::Crosvm | Target::Firecracker)) => Some(fewer_devices()),
        (_, Some(Target::KubeVirt | Target::Harvester)) => Some(text!(
            "start the VM with EFI (in its YAML firmware.bootloader.efi; Harvester: Booting in EFI \
             mode) and with the processor model host-passthrough, so that its firmware has address \
             space for large BARs"
        )),
        (_, Some(Target::Incus | Target::Lxd)) => Some(text!(
            "set raw.qemu of the instance to -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=MIB, with twice \
             the card's memory in MiB, and start it again"
        )),
        _ => None,
    }
}

fn fewer_devices() -> Text {
    text!(
        "assign the card alone to the guest, and add the ranges of memory that dmesg or the \
         device manager of the guest shows for the bus and the card"
    )
}
