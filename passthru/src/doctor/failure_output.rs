//! The output that shows why a guest failed, by the hypervisor.

use super::answered::runs_in_guest;
use super::rule::Context;
use super::stage::failing;
use crate::ask::Shell;
use crate::host::{
    GoodNews, GuestFailure, Platform, ProxmoxVm, Situation, denies_start, names_pod,
};
use crate::known_facts::Stage;
use crate::target::Target;
use crate::text::{Text, text};

/// The request for the output that shows the failure.
pub(super) fn request(context: &Context<'_>, failure: Option<GuestFailure>) -> Text {
    let shell = Shell::of(context.host, context.target);
    let complaint = context.host.words.complaint.as_ref();
    let is_start = matches!(
        failure,
        Some(GuestFailure::NotStarted | GuestFailure::AssignmentFails)
    ) || failure.is_none() && complaint.is_some_and(|line| denies_start(&line.text));
    let is_of_driver = matches!(
        failure,
        Some(GuestFailure::DeviceNotSeen | GuestFailure::DriverFails | GuestFailure::DeviceFails)
    );
    // Where the same device works in another guest, the host's part is in order.
    let mut news = context.host.words.good_news.iter();
    let works = news.any(|one| {
        matches!(
            one,
            GoodNews::OtherGuest(_) | GoodNews::Runs(_) | GoodNews::Seen(_)
        )
    });
    // A guest that freezes may never have used the device: the host's log says more.
    let is_open = matches!(failure, Some(GuestFailure::Hangs | GuestFailure::Crashes));
    let is_in_guest = is_of_driver || works && !is_start || runs_in_guest(context) && !is_open;
    // The guest has ended: its outputs show nothing of the host.
    let is_after_guest = failure.is_none() && context.host.words.statements.after_guest.is_some();
    let is = |situation| context.host.situation(situation).is_some();
    match shell {
        _ if context.host.words.statements.in_container.is_some() => of_container(context),
        Shell::Posix if failing(context) == Some(Stage::Created) => of_creation(context),
        Shell::Posix if is(Situation::ScriptFails) => text!(
            "add the script, its output from its start on (bash -x FILE), and the lines of the host's dmesg \
             since then, read by SSH if the screen is dark"
        ),
        Shell::Posix if is(Situation::Unbound) && !is_of_cluster(context) => text!(
            "add from the host after its boot the output of lspci -nnk, cat /proc/cmdline, grep -rs vfio \
             /etc/modprobe.d /etc/modules-load.d /etc/modules, and the lines of dmesg about vfio and the device"
        ),
        Shell::Posix if is_after_guest => text!(
            "add the script that runs at the guest's end, and from the host after the failure the \
             output of lspci -nnk, the lines of dmesg since the guest's end, and those of the \
             display manager in journalctl -b"
        ),
        _ if failure == Some(GuestFailure::Slow) && has_configuration(context) => text!(
            "add the link's speed and width in the output of lspci -vv on the host, and the \
             measurements on the host and in the guest"
        ),
        _ if failure == Some(GuestFailure::Slow) => text!(
            "add the guest's configuration, the link's speed and width in the output of lspci -vv \
             on the host, and the measurements on the host and in the guest"
        ),
        _ if is_in_guest && is_without_traffic(context) => text!(
            "add from the guest the addresses and the state of the interface (ip address, ip -s link; \
             FreeBSD: ifconfig, netstat -i), its interrupts (/proc/interrupts; FreeBSD: vmstat -i) and the \
             lines of dmesg about the device; the model of the network card, the cable's other end, and \
             the address that does not answer"
        ),
        Shell::Posix | Shell::Talos | Shell::Esxi
            if context.host.of_guest.is_none()
                && is_in_guest
                && has_configuration(context)
                && !context.host.words.is_unlisted() =>
        {
            text!(
                "add from the guest the output of lspci -nnk (FreeBSD: pciconf -lv) and the lines of \
                 dmesg about the device (Windows: the device's status in the device manager)"
            )
        }
        Shell::Posix
            if is_in_guest && context.host.words.is_unlisted() && context.host_is_linux() =>
        {
            text!(
                "add the guest's configuration, and from the host as text, while the guest runs, the QEMU command \
             line (ps -ef | grep vfio-pci), which shows whether QEMU has the device, the log of the start, the \
             output of lspci -nnk, and the release of the program that manages the guests; shut the guest down \
             fully after the device is added"
            )
        }
        Shell::Posix | Shell::Talos if context.host.of_guest.is_none() && is_in_guest => text!(
            "add the guest's configuration, and from the guest the output of lspci -nnk (FreeBSD: \
             pciconf -lv) and the lines of dmesg about the device (Windows: the device's status in \
             the device manager)"
        ),
        Shell::Esxi if is_in_guest => text!(
            "add the guest's .vmx file, and from the guest the output of lspci -nnk (FreeBSD: \
             pciconf -lv) and the kernel's lines about the device (Windows: the device's status in \
             the device manager)"
        ),
        _ if context.host.of_guest.is_some() => text!(
            "add the lines of the guest's dmesg about the device and its driver, and the output of \
             lspci -nnk in the guest"
        ),
        Shell::Esxi if is_start && is_of_one_guest(context) => text!(
            "add the vmware.log and the .vmx file of the guest that does not start, and the .vmx file of one \
             that works with the device: compare the firmware (BIOS, EFI) and the memory reservation; check \
             that no other running guest has the device"
        ),
        Shell::Posix if is_start && is_of_one_guest(context) => text!(
            "add the error message of the guest's start, and the configurations of this guest and of one \
             that works with the device: compare the firmware, the machine type and the memory; check that \
             no other running guest has the device"
        ),
        _ => of_start(context),
    }
}

/// The output that shows why virtual functions or mediated devices do not come into being.
fn of_creation(context: &Context<'_>) -> Text {
    if is_of_kind(context, "vGPU") {
        return text!(
            "add from the host the output of nvidia-smi, nvidia-smi vgpu -s, lsmod and ls /sys/class/mdev_bus, the \
             release of the host driver, and the lines of dmesg about the driver"
        );
    }
    text!(
        "add from the host the content of sriov_totalvfs and sriov_numvfs of the device, the error of the write to \
         the latter, lspci -nnk, and the lines of dmesg about the driver of the physical function (Mellanox: also \
         mlxconfig -d ADDRESS query)"
    )
}

/// Whether an operator of a cluster binds the devices.
fn is_of_cluster(context: &Context<'_>) -> bool {
    matches!(context.target, Some(Target::KubeVirt | Target::Harvester))
}

/// Whether the text has a network without traffic, or an address of a guest's interface that does not answer.
fn is_without_traffic(context: &Context<'_>) -> bool {
    context.host.words.statements.no_traffic.is_some()
}

/// Whether the input has a complete configuration of a guest.
fn has_configuration(context: &Context<'_>) -> bool {
    let guests = &context.host.guests;
    guests.proxmox_vms.iter().any(ProxmoxVm::is_complete)
        || !guests.domains.is_empty()
        || !guests.vmx_files.is_empty()
}

/// The guest's configuration and the command that prints it, by the hypervisor; none if the input has
/// a complete one.
pub(super) fn guest_configuration(context: &Context<'_>) -> Option<Text> {
    let host = context.host;
    if has_configuration(context) {
        return None;
    }
    let is_xcp_ng = || {
        let name = host.system.named().unwrap_or_default();
        ["XCP-ng", "XenServer"]
            .iter()
            .any(|own| name.starts_with(own))
    };
    let target = match context.target {
        None if is_xcp_ng() => Some(Target::XcpNg),
        None if host.system.platform.is_none() && names_libvirt(context) => Some(Target::Libvirt),
        target => target,
    };
    let command = match target.map(Target::prints_guest) {
        Some(command) => command,
        None => {
            let is_open = host.system.platform.is_none();
            is_open.then_some("qm config VMID, virsh dumpxml NAME")
        }
    };
    let Some(command) = command else {
        return Some(text!("the guest's configuration"));
    };
    Some(text!("the guest's configuration ({command})", command))
}

/// The output that shows why a container does not use a device.
fn of_container(context: &Context<'_>) -> Text {
    let configuration = match context.target {
        Some(Target::Proxmox) => "pct config CTID",
        Some(target @ (Target::Lxd | Target::Incus)) => target.prints_guest().unwrap_or_default(),
        Some(Target::KubeVirt | Target::Harvester | Target::Talos) => "kubectl describe pod NAME",
        Some(Target::Unraid) => "docker inspect NAME",
        _ => "pct config CTID, lxc config show NAME, docker inspect NAME",
    };
    text!(
        "add the container's configuration ({configuration}), the output of ls -l for the device's \
         files (of a GPU: /dev/dri /dev/nvidia*) on the host and in the container, and the complete \
         error message",
        configuration
    )
}

/// The output of a guest's start, and of a guest that runs.
///
/// Sources: the manuals and log files of each hypervisor: qm(1); virsh(1); Unraid documentation,
/// Diagnostics; KubeVirt user guide, Debugging; Kata Containers, configuration.toml; Incus and LXD,
/// `info --show-log`; Cloud Hypervisor, logging; xl(1); XCP-ng documentation, Logs; Qubes OS
/// documentation, logs; vm-bhyve(8); bhyve(8); SmartOS, vmadm(8).
fn of_start(context: &Context<'_>) -> Text {
    let system = &context.host.system;
    let target = context.target;
    let platform = system.platform.as_ref().map(|found| found.value);
    // The name may have a release behind it.
    let names = ["illumos", "Qubes OS", "XCP-ng", "XenServer"];
    let is_own = |name: &&str| system.named().is_some_and(|own| own.starts_with(*name));
    let name = system.manager.or_else(|| names.into_iter().find(is_own));
    let stated = &context.host.words.statements;
    match (target, name, platform) {
        (_, Some("Kata Containers"), _) => text!(
            "add configuration.toml of Kata Containers (machine_type, hotplug_vfio, \
             pcie_root_port), the log of its runtime, and the lines of the host's dmesg since then"
        ),
        (_, Some("illumos"), _) => text!(
            "add the guest's complete configuration (zadm show ZONE, vmadm get UUID), the log of \
             its zone, and the output of pptadm list -a"
        ),
        (_, Some("Qubes OS"), _) => text!(
            "add the qube's logs in /var/log/xen/console (guest-QUBE.log, guest-QUBE-dm.log), the \
             output of qvm-pci and xl dmesg, and the lines of dom0's journal since the start"
        ),
        (Some(Target::XcpNg), ..) | (_, Some("XCP-ng" | "XenServer"), _) => text!(
            "add the lines of /var/log/xensource.log since the start, and the output of xl dmesg, \
             lspci -nnk and xl pci-assignable-list in dom0"
        ),
        (Some(Target::Xen), ..) | (.., Some(Platform::Xen)) => text!(
            "add the guest's configuration, the output of xl -vvv create, \
             /var/log/xen/qemu-dm-GUEST.log, and the output of xl dmesg and xl pci-assignable-list"
        ),
        (Some(Target::Bhyve), ..) | (.., Some(Platform::FreeBsd)) => text!(
            "add the complete command line of bhyve, its messages and its exit status (vm-bhyve: \
             vm-bhyve.log of the guest), and the output of dmesg and pciconf -lv"
        ),
        (Some(Target::HyperV), ..) | (.., Some(Platform::Windows))
            if context.host.is_for_partition() =>
        {
            text!(
                "add the error message of the guest's start, the output of \
                 Get-VMHostPartitionableGpu and Get-VMGpuPartitionAdapter, and the state of the \
                 driver in the guest"
            )
        }
        (Some(Target::HyperV), ..) | (.., Some(Platform::Windows)) => text!(
            "add the error message of the guest's start, the commands used, the model of the \
             device, the events of Hyper-V-VMMS since then, and the output of \
             Get-VMHostAssignableDevice and of Microsoft's SurveyDDA.ps1"
        ),
        (Some(Target::Esxi), ..) => text!(
            "add the error message of the guest's start, the guest's vmware.log, and the output of \
             esxcli hardware pci list; if the guest starts, add its log too"
        ),
        (Some(Target::Proxmox), ..) if has_configuration(context) => text!(
            "add the output of qm start VMID (or of the task), pveversion -v and lspci -nnk, and the \
             lines of journalctl -b since then; if the guest starts, the device's state in it \
             (device manager, lspci)"
        ),
        (Some(Target::Proxmox), ..) => text!(
            "add the output of qm config VMID, qm start VMID (or of the task), pveversion -v and \
             lspci -nnk, and the lines of journalctl -b since then; if the guest starts, the \
             device's state in it (device manager, lspci)"
        ),
        (Some(Target::Unraid), ..) if context.host.words.statements.docker.is_some() => {
            of_container(context)
        }
        (Some(Target::Unraid), ..) => text!(
            "add the log of the VM and its XML from the web interface, and from the diagnostics \
             (Tools, Diagnostics) lspci.txt and syslog.txt"
        ),
        (Some(Target::Harvester), ..) if stated.guest.is_none() && is_of_kind(context, "vGPU") => {
            text!(
                "add the logs of the pods nvidia-driver-runtime and pcidevices-controller (kubectl \
                 logs), and from the node the output of nvidia-smi vgpu -s, of lsmod and of ls \
                 /sys/class/mdev_bus"
            )
        }
        (Some(Target::KubeVirt | Target::Harvester), ..) if fails_in_pod(context) => text!(
            "add the output of kubectl describe and of kubectl logs --all-containers for the \
             failing pod, and from its node the lines of dmesg since then and the output of lspci \
             -nnk"
        ),
        (Some(Target::KubeVirt | Target::Harvester), ..) => text!(
            "add the output of kubectl describe for the VMI, the log of its virt-launcher pod, and \
             from the node the lines of dmesg since then, free -g and lspci -nnk"
        ),
        (Some(Target::Incus), ..) => text!(
            "add the output of incus info --show-log GUEST and incus config show --expanded GUEST, \
             the lines of the host's dmesg since then, and the output of lspci -nnk"
        ),
        (Some(Target::Lxd), ..) => text!(
            "add the output of lxc info --show-log GUEST and lxc config show --expanded GUEST, the \
             lines of the host's dmesg since then, and the output of lspci -nnk"
        ),
        (Some(Target::CloudHypervisor), ..) => text!(
            "add the complete command line of Cloud Hypervisor, its log with -v, the lines of the \
             host's dmesg since then, and the output of lspci -nnk"
        ),
        (Some(Target::Libvirt | Target::NixOs | Target::TrueNas), ..) => of_libvirt(context),
        (None, None, None) if names_libvirt(context) => of_libvirt(context),
        (None, None, None) if has_kubernetes(context) => text!(
            "add the YAML of the pod and of the policy or claim for the device, the output of \
             kubectl describe for them and for the node, the log of the pod that fails, and from \
             the node the lines of dmesg since then and the output of lspci -nnk"
        ),
        _ if stated.user_driver.is_some() => text!(
            "add the complete output of the program since its start, the drivers of the devices \
             (dpdk-devbind.py --status; SPDK: scripts/setup.sh status), the lines of dmesg about \
             vfio and the IOMMU, and the output of ls -l /dev/vfio and grep Huge /proc/meminfo"
        ),
        _ if stated.assignment.is_none() => text!(
            "add the complete error message, the lines of dmesg about the device and its driver \
             since the boot, and the output of lspci -nnk; if a guest has the device, the \
             hypervisor and the guest's configuration, too"
        ),
        _ => text!(
            "add the hypervisor and its release, the error message of the guest's start, the \
             guest's configuration (qm config VMID, virsh dumpxml GUEST), the lines of dmesg since \
             then, and the output of lspci -nnk; if the guest starts, add the device's state in it \
             (device manager, or lspci -nnk)"
        ),
    }
}

/// Whether the device works in another guest: the difference of the two is the cause.
fn is_of_one_guest(context: &Context<'_>) -> bool {
    let mut news = context.host.words.good_news.iter();
    news.any(|one| matches!(one, GoodNews::OtherGuest(_)))
}

fn of_libvirt(context: &Context<'_>) -> Text {
    if has_configuration(context) {
        return text!(
            "add the error message of the guest's start, the end of its log in \
             /var/log/libvirt/qemu, the lines of dmesg since then, and the output of lspci -nnk; if \
             the guest starts, add the device's state in it (device manager, or lspci -nnk)"
        );
    }
    text!(
        "add the error message of the guest's start, the end of its log in \
         /var/log/libvirt/qemu, its XML (virsh dumpxml), the lines of dmesg since then, and \
         the output of lspci -nnk; if the guest starts, add the device's state in it (device \
         manager, or lspci -nnk)"
    )
}

/// Whether the text names libvirt or its graphical program.
pub(super) fn names_libvirt(context: &Context<'_>) -> bool {
    let mut programs = context.host.named.programs().iter();
    programs.any(|one| one.starts_with("libvirt") || one.starts_with("virt-manager"))
}

/// Whether the text names Kubernetes, a distribution of it or an operator for it.
fn has_kubernetes(context: &Context<'_>) -> bool {
    const NAMES: [&str; 6] = [
        "Kubernetes",
        "GPU Operator",
        "OpenShift",
        "OKD",
        "k3s",
        "RKE2",
    ];
    let mut programs = context.host.named.programs().iter();
    programs.any(|program| NAMES.iter().any(|name| program.starts_with(name)))
}

/// Whether the text names this kind of assignment.
fn is_of_kind(context: &Context<'_>, name: &str) -> bool {
    let mut kinds = context.host.named.assignments().iter();
    kinds.any(|kind| kind.as_str() == name)
}

/// Whether the failure is of another pod than that of a guest: a device plugin, a validator.
fn fails_in_pod(context: &Context<'_>) -> bool {
    let complaint = context.host.words.complaint.as_ref();
    complaint.is_some_and(|line| {
        let lower = line.text.to_ascii_lowercase();
        let has = |name: &str| lower.contains(name);
        let is_named = names_pod(&lower) || has("device-plugin") || has("validator");
        is_named && !has("virt-launcher")
    })
}
