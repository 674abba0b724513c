//! Functions that pci-stub has, and that libvirt, Proxmox VE or a command binds to vfio-pci before QEMU
//! opens them: pci-stub is only a reservation then.

use host_tree::Evidence;
use hvconf::libvirt;
use pci_core::Address;

use crate::doctor::guest::guest_right::{is_bound_at_start, managed_by};
use crate::doctor::rule::Context;
use crate::host::Domain;
use crate::target::Target;
use crate::text::{Text, text};

/// The program that binds functions of pci-stub to vfio-pci, and the line that shows it.
pub(in crate::doctor) struct Rebinding {
    by: By,
    /// The line.
    pub(in crate::doctor) line: Evidence,
}

#[derive(Clone, Copy)]
enum By {
    Libvirt,
    Proxmox,
    Command,
}

impl Rebinding {
    fn new(by: By, line: &Evidence) -> Self {
        Self {
            by,
            line: line.clone(),
        }
    }

    /// The sentence about a setting that has pci-stub reserve functions.
    pub(in crate::doctor) fn of_setting(&self, setting: &str) -> Text {
        match self.by {
            By::Libvirt => text!(
                "{setting} only reserves the functions at boot: libvirt binds a device with \
                 managed='yes' to vfio-pci when the guest starts",
                setting
            ),
            By::Proxmox => text!(
                "{setting} only reserves the functions at boot: Proxmox VE binds them to vfio-pci \
                 when the guest starts",
                setting
            ),
            By::Command => text!(
                "{setting} only reserves the functions at boot: a command binds them to vfio-pci \
                 before the guest starts",
                setting
            ),
        }
    }

    /// The sentence about a command that binds a function to pci-stub.
    pub(in crate::doctor) fn of_command(&self, function: Address) -> Text {
        match self.by {
            By::Libvirt => text!(
                "a command binds {function} to pci-stub; libvirt binds a device with managed='yes' \
                 to vfio-pci when the guest starts",
                function
            ),
            By::Proxmox => text!(
                "a command binds {function} to pci-stub; Proxmox VE binds it to vfio-pci when the \
                 guest starts",
                function
            ),
            By::Command => text!(
                "a command binds {function} to pci-stub, and a later one binds it to vfio-pci",
                function
            ),
        }
    }
}

/// The program that binds one of the functions to vfio-pci; without functions, any function.
/// `since` is a line that a command must follow in the same text.
pub(in crate::doctor) fn rebinding(
    context: &Context<'_>,
    functions: &[Address],
    since: Option<&Evidence>,
) -> Option<Rebinding> {
    let is_meant = |one: Address| functions.is_empty() || functions.contains(&one);
    let guests = &context.host.guests;
    // Old releases of libvirt leave the function with pci-stub, for KVM's own assignment.
    let mut logged = context.host.log_messages.iter();
    if logged.any(|logged| logged.message.code.contains("pci-assign")) {
        return None;
    }
    let mut managed = guests.domains.iter().flat_map(managed_by);
    if let Some((_, line)) = managed.find(|(function, _)| is_meant(*function)) {
        return Some(Rebinding::new(By::Libvirt, &line));
    }
    if let Some(line) = bound_by_proxmox(context, is_meant) {
        return Some(Rebinding::new(By::Proxmox, &line));
    }
    if let Some(line) = bound_by_command(context, is_meant, since) {
        return Some(Rebinding::new(By::Command, &line));
    }
    let is_unmanaged = guests.domains.iter().any(has_hostdev);
    if is_unmanaged || has_typed_qemu(context) {
        return None;
    }
    started_by_libvirt(context).map(|line| Rebinding::new(By::Libvirt, &line))
}

/// A virtual machine of Proxmox VE that has one of the functions.
fn bound_by_proxmox(context: &Context<'_>, is_meant: impl Fn(Address) -> bool) -> Option<Evidence> {
    let host = context.host;
    let mut vms = host.guests.proxmox_vms.iter();
    vms.find_map(|vm| {
        let mut devices = host.devices.values();
        devices.find(|one| is_meant(one.address) && is_bound_at_start(vm, one))?;
        let (number, _) = vm.hostpci().next()?;
        Some(Evidence::at(&*vm.path, &vm.config.to_string(), number))
    })
}

/// A command that binds one of the functions to vfio-pci, or has libvirt do so.
fn bound_by_command(
    context: &Context<'_>,
    is_meant: impl Fn(Address) -> bool,
    since: Option<&Evidence>,
) -> Option<Evidence> {
    const REFUSED: [&str; 2] = ["vfio-bind-refused", "detach-failed"];
    let host = context.host;
    let mut logged = host.log_messages.iter();
    if logged.any(|logged| REFUSED.contains(&logged.message.code)) {
        return None;
    }
    let is_later = |line: &Evidence| {
        since.is_none_or(|since| line.source != since.source || line.line > since.line)
    };
    let commands = host.lines.bound_to_vfio().iter();
    let mut binding = commands.chain(&host.lines.hook_scripts().detached);
    let found = binding.find(|one| is_meant(one.value) && is_later(&one.evidence))?;
    Some(found.evidence.clone())
}

/// Whether the domain has a PCI device of the host.
fn has_hostdev(domain: &Domain) -> bool {
    libvirt::Domain::parse(&domain.text).is_ok_and(|read| !read.hostdevs().is_empty())
}

/// Whether a command of the input starts QEMU itself with a function: a message has a colon before the
/// option.
fn has_typed_qemu(context: &Context<'_>) -> bool {
    let mut commands = context.host.lines.commanded().iter();
    commands.any(|command| {
        let line = &command.evidence.text;
        line.contains("vfio-pci,host=") && !line.contains(": -device ")
    })
}

/// The line that shows libvirt as the program that starts the guest.
fn started_by_libvirt(context: &Context<'_>) -> Option<Evidence> {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    if let Some(message) = logged.find(|one| one.message.code == "virsh-start-failed") {
        return Some(message.evidence.clone());
    }
    let system = host.system.hypervisor.as_ref();
    system
        .filter(|found| found.value == Target::Libvirt)
        .map(|found| found.evidence.clone())
}
