//! The steps of known facts in the words of the host: its hypervisor's commands, and the files that it has.
//!
//! The steps of the tables name the commands of several hypervisors, for texts that name none.

use crate::doctor::boot::boot_files::change_of_generated;
use crate::doctor::failure_output::names_libvirt;
use crate::doctor::rule::Context;
use crate::host::Platform;
use crate::known_facts::KnownFact;
use crate::target::{HostSystem, Target};
use crate::text::{Text, text};

/// The manager of the guests, where the input names one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manager {
    Proxmox,
    Libvirt,
    Other,
}

/// The step of the row that fits the host better than that of the table.
pub(super) fn step(context: &Context<'_>, row: &KnownFact) -> Option<Text> {
    match row.code {
        "firmware-iommu-prerequisite" => iommu(context),
        "bound-to-vfio-pci-prerequisite" => bound(context),
        "kernel-update-broke-assignment" => update(context),
        "guest-with-removed-card" => removed_card(context),
        _ => of_manager(row.code, manager(context)?),
    }
}

/// The manager of the guests.
fn manager(context: &Context<'_>) -> Option<Manager> {
    match context.target {
        Some(Target::Proxmox) => Some(Manager::Proxmox),
        Some(Target::Libvirt | Target::Unraid) => Some(Manager::Libvirt),
        None | Some(Target::NixOs) if names_libvirt(context) => Some(Manager::Libvirt),
        None if context.host.system.manager.is_none() => None,
        _ => Some(Manager::Other),
    }
}

/// Steps with the commands of one manager.
fn of_manager(code: &str, manager: Manager) -> Option<Text> {
    Some(match (code, manager) {
        ("all-functions-assigned-prerequisite", Manager::Proxmox) => text!(
            "compare lspci -s BB:DD of the host with qm config VMID: hostpci0: BB:DD is All Functions"
        ),
        ("all-functions-assigned-prerequisite", Manager::Libvirt) => text!(
            "compare lspci -s BB:DD of the host with virsh dumpxml NAME: a hostdev element for each \
             function, at one guest slot with multifunction='on'"
        ),
        ("all-functions-assigned-prerequisite", Manager::Other) => text!(
            "compare lspci -s BB:DD of the host with the devices in the guest's configuration"
        ),
        ("guest-ovmf-prerequisite", Manager::Proxmox) => text!(
            "read qm config VMID (bios: ovmf, machine: q35, efidisk0); a system installed with \
             SeaBIOS needs mbr2gpt or a new installation before a change, so keep a backup"
        ),
        ("guest-ovmf-prerequisite", Manager::Libvirt) => text!(
            "read virsh dumpxml NAME (loader of OVMF, machine pc-q35); a system installed with SeaBIOS \
             needs mbr2gpt or a new installation before a change, so keep a backup"
        ),
        ("guest-ovmf-prerequisite", Manager::Other) => text!(
            "read firmware and machine in the guest's configuration; a system installed with SeaBIOS \
             needs mbr2gpt or a new installation before a change, so keep a backup"
        ),
        ("igd-guest-layout-prerequisite", Manager::Libvirt) => text!(
            "read virsh dumpxml NAME: up to Comet Lake machine pc (i440fx), no video device, the hostdev \
             at slot 0x02; later: OVMF, no video device, a ROM file, and x-igd-opregion=on by \
             qemu:commandline; transcoding alone: keep the display"
        ),
        ("rom-file-prerequisite", Manager::Proxmox) => text!(
            "test without a ROM file first; else dump the ROM on this machine (or use the board maker's \
             exact version), check it with rom-parser, and set romfile="
        ),
        ("rom-file-prerequisite", Manager::Libvirt) => text!(
            "test without a ROM file first; else dump the ROM on this machine (or use the board maker's \
             exact version), check it with rom-parser, and set <rom file='...'/>"
        ),
        _ => return None,
    })
}

/// The step for a guest whose card is no longer there.
fn removed_card(context: &Context<'_>) -> Option<Text> {
    let target = context.target;
    let platform = context.host.system.platform.as_ref();
    let is_windows = platform.is_some_and(|found| found.value == Platform::Windows);
    let system = target.map(Target::system);
    if system == Some(HostSystem::Windows) || target.is_none() && is_windows {
        return Some(text!(
            "with the guest off remove the entry of the old card by Remove-VMGpuPartitionAdapter (GPU \
             partition) or Remove-VMAssignableDevice (DDA), and add the new card; if it cannot be \
             removed, make a new VM with the same virtual disk"
        ));
    }
    if system == Some(HostSystem::Esxi) {
        return Some(text!(
            "remove the old PCI device in the guest's settings, toggle passthrough for the new card, \
             and add the new card"
        ));
    }
    Some(match manager(context)? {
        Manager::Proxmox => text!(
            "remove hostpciN of the old card from the guest and add the new card; the new card can be \
             at another address and needs its own IDs for vfio-pci"
        ),
        Manager::Libvirt => text!(
            "remove the hostdev elements of the old card from the guest and add those of the new card; \
             the new card can be at another address and needs its own IDs for vfio-pci"
        ),
        Manager::Other => text!(
            "remove the old card from the guest's configuration and add the new card, which can be at \
             another address"
        ),
    })
}

/// The step for the IOMMU where the option of Intel's kernels is set.
fn iommu(context: &Context<'_>) -> Option<Text> {
    let host = context.host;
    let mut quoted = host.words.quoted_options.iter();
    let is_quoted = quoted.any(|fact| {
        let option = &fact.value;
        option.name == "intel_iommu"
            && option.value.as_deref() == Some("on")
            && !option.is_denied(&fact.evidence.text)
    });
    if host.settings.intel_iommu("on").is_none() && !is_quoted {
        return None;
    }
    Some(text!(
        "run ls /sys/kernel/iommu_groups, dmesg | grep -e DMAR, and grep intel_iommu=on /proc/cmdline; \
         enable VT-d in the firmware setup if there are no groups"
    ))
}

/// The step for the binding on a system whose files are generated or read-only.
fn bound(context: &Context<'_>) -> Option<Text> {
    let change = change_of_generated(context)?;
    Some(text!(
        "run lspci -nnk (Kernel driver in use); to bind the device before its host driver: {change}",
        change = Text::of_table(change)
    ))
}

/// The steps after an update of the host that broke an assignment.
fn update(context: &Context<'_>) -> Option<Text> {
    let target = context.target;
    let platform = context.host.system.platform.as_ref();
    if context.host_is_xen() || target.map(Target::system) == Some(HostSystem::Xen) {
        return Some(text!(
            "compare the addresses in xen-pciback.hide= and in the guest's configuration with lspci -D \
             in dom0, since another card or release moves them; read xl dmesg and the log of dom0 for \
             messages of pciback; start the former kernel from the boot menu if it is there"
        ));
    }
    let is_linux = platform.is_none_or(|found| found.value == Platform::Xen)
        && target.is_none_or(|target| target.system() == HostSystem::Linux);
    if !is_linux {
        return Some(text!(
            "start the former release from the boot menu if it is there, and check that the device has \
             the same address and is still reserved for guests"
        ));
    }
    if let Some(change) = change_of_generated(context) {
        return Some(text!(
            "start the former release from the boot menu; check that the new kernel has the options and \
             vfio-pci in its initramfs, and that addresses and interface names are the same; to change \
             them: {change}",
            change = Text::of_table(change)
        ));
    }
    let is_other = target.map_or_else(
        || names_libvirt(context),
        |target| target != Target::Proxmox,
    );
    is_other.then(|| {
        text!(
            "start the former kernel from the boot menu; check dkms status with the headers of the new \
             kernel, and that the initramfs has vfio-pci and its options, and that addresses and \
             interface names are the same; since Linux 5.15 initcall_blacklist=sysfb_init replaces \
             video=efifb:off"
        )
    })
}
