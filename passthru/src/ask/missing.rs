//! The facts that a verdict or a plan rests on and that a host's reading lacks.

use hostconf::boot::loader::Loader;
use iommu::IommuStatus;

use super::shell::Shell;
use crate::host::{Coverage, GoodNews, Host, Seen};
use crate::target::Target;

/// A topic of `data/ask.tsv`, and whether a host lacks it.
type Topic = (&'static str, fn(&Host) -> bool);

const LINUX: &[Topic] = &[
    ("system", |host| {
        let system = &host.system;
        system.hypervisor.is_none() && system.id.is_none() || system.kernel.release.is_none()
    }),
    ("PCI devices", devices),
    ("IOMMU", |host| host.iommu.status == IommuStatus::Unknown),
    ("IOMMU groups", |host| {
        host.groups.is_empty() && !host.iommu_is_off() && host.dom0.is_none()
    }),
    ("kernel options", |host| {
        let mut options = host.settings.kernel_options.iter();
        !host.boot.running_options_shown && !options.any(|option| option.seen == Seen::Running)
    }),
    ("boot loader", |host| {
        matches!(host.boot.loader, Loader::Unknown { .. })
    }),
    ("module settings", |host| {
        host.boot.etc_not_kept.is_none() && !host.settings.modprobe.unseen().is_empty()
    }),
    ("initramfs", |host| {
        let system = &host.system;
        let is_known = system.initramfs.is_some() || system.other_initramfs.is_some();
        host.boot.etc_not_kept.is_none() && !is_known
    }),
    ("kernel log", |host| {
        !host.iommu_is_off() && host.interrupt_remapping().0.is_none()
    }),
];

/// The files of the boot loader, of modprobe and of the initramfs are parts of its image.
const TALOS: &[Topic] = &[
    ("system", |host| {
        host.system.id.is_none() || host.system.kernel.release.is_none()
    }),
    ("PCI devices", devices),
    ("IOMMU", |host| host.iommu.status == IommuStatus::Unknown),
    ("IOMMU groups", |host| {
        host.groups.is_empty() && !host.iommu_is_off()
    }),
    ("kernel options", |host| {
        let mut options = host.settings.kernel_options.iter();
        !host.boot.running_options_shown && !options.any(|option| option.seen == Seen::Running)
    }),
    ("kernel log", |host| {
        !host.iommu_is_off() && host.interrupt_remapping().0.is_none()
    }),
];

const ESXI: &[Topic] = &[
    ("system", |host| host.system.hypervisor_version.is_none()),
    ("PCI devices", devices),
    ("passthrough", |host| host.esxi.functions.is_empty()),
];

const WINDOWS: &[Topic] = &[
    ("PCI devices", |host| {
        host.devices.is_empty() && host.without_address.is_empty()
    }),
    ("PCI addresses", |host| {
        host.devices.is_empty() || !host.without_address.is_empty()
    }),
];

fn devices(host: &Host) -> bool {
    let mut devices = host.devices.values();
    !host.coverage.contains(&Coverage::All) || devices.all(|device| device.id.is_none())
}

/// The topics that `host` lacks, for a guest of `target`, or of the host's hypervisor.
pub(super) fn topics(host: &Host, shell: Shell, target: Option<Target>) -> Vec<&'static str> {
    let table = match shell {
        Shell::Posix => LINUX,
        Shell::Talos => TALOS,
        Shell::Esxi => ESXI,
        Shell::Windows => WINDOWS,
    };
    // Of a system that is neither Linux with KVM nor ESXi only the devices are read.
    let is_illumos = host.system.name.as_deref() == Some("illumos");
    let only_devices = shell == Shell::Posix && (host.system.platform.is_some() || is_illumos);
    // A virtual machine has no facts of its host.
    let all = host.of_guest.is_some();
    // A container shares the host driver, a virtual IOMMU is a device of the guest, and without a hypervisor
    // nothing is assigned: no setting of an assignment matters.
    const OTHERS: [&str; 2] = ["viommu-is-of-guest", "device-without-hypervisor"];
    let mut facts = host.words.stated_facts.named.iter();
    let is_other = facts.any(|fact| OTHERS.contains(&fact.value.code));
    let mut news = host.words.good_news.iter();
    let of_assignment: &[&str] = if host.is_for_container() || is_other {
        &[
            "IOMMU",
            "IOMMU groups",
            "kernel options",
            "boot loader",
            "module settings",
            "initramfs",
        ]
    } else if news.any(GoodNews::is_current) && host.groups.is_empty() {
        // A guest that has the device shows both.
        &["IOMMU", "IOMMU groups"]
    } else {
        &[]
    };
    let wanted = |(name, is_missing): &&Topic| {
        (!only_devices || *name == "PCI devices")
            && (all || is_missing(host))
            && !of_assignment.contains(name)
    };
    let hypervisor = host.system.hypervisor.as_ref().map(|found| found.value);
    // A guest that fails exists: its configuration may be the cause.
    let mut logged = host.log_messages.iter();
    let has_guest = host.states_failure() || logged.any(|one| one.message.code == "guest-code-43");
    let is_asked = match target.or(hypervisor) {
        Some(Target::Proxmox) => host.guests.proxmox_vms.is_empty(),
        Some(Target::Libvirt | Target::Unraid | Target::NixOs) => host.guests.domains.is_empty(),
        // Each command runs where it finds files.
        None => {
            host.guests.proxmox_vms.is_empty() && host.guests.domains.is_empty() && !only_devices
        }
        _ => false,
    };
    let guests = (shell == Shell::Posix && has_guest && is_asked).then_some("guests");
    let topics = table.iter().filter(wanted).map(|(name, _)| *name);
    topics.chain(guests).collect()
}
