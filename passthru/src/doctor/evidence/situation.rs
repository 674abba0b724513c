//! States that sentences tell, each with what follows from it.

use super::super::rule::{Context, Diagnostic, Rule};
use crate::ask::Shell;
use crate::host::Situation;
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::{Text, text};
use crate::verdict::Verdict;

const fn rule(
    code: &'static str,
    meaning: &'static str,
    source: &'static str,
    check: fn(&Context<'_>) -> Vec<Diagnostic>,
) -> Rule {
    Rule {
        code,
        meaning,
        source,
        causes: &[],
        check,
    }
}

pub(in crate::doctor) const RULES: &[Rule] = &[
    rule(
        "iommu-support-reported",
        "A sentence says that the processor or the board supports the IOMMU. It must be enabled in \
         the firmware setup and used by the kernel besides.",
        "the sentence itself",
        supported,
    ),
    rule(
        "vfio-driver-reported",
        "A sentence says that a driver of VFIO has the device. In its \
         usual mode the driver takes only a function that has an IOMMU group.",
        "Linux drivers/vfio/vfio_main.c, vfio_group_find_or_alloc; the sentence itself",
        held,
    ),
    rule(
        "host-is-guest-reported",
        "A sentence says that the host is a virtual machine. It has IOMMU groups, and can assign \
         its devices to guests of its own, only if its hypervisor gives it a virtual IOMMU.",
        "QEMU hw/i386/intel_iommu.c; Linux Documentation/driver-api/vfio.rst",
        host_is_guest,
    ),
    rule(
        "hooks-idle-reported",
        "A sentence says that libvirt runs no hook. libvirt looks for the script in \
         /etc/libvirt/hooks when its daemon starts, runs only an executable file, and passes the \
         exact name of the guest.",
        "libvirt, Hooks for specific system management",
        hooks_idle,
    ),
    rule(
        "guest-log-empty-reported",
        "A sentence says that the guest's log has no line. QEMU writes the first lines at its \
         start: the failure is before it, in a hook script or in libvirt's daemon.",
        "libvirt src/qemu/qemu_process.c, qemuProcessLaunch",
        log_empty,
    ),
    rule(
        "host-resolution-reported",
        "A sentence says that the graphics of the host run with few pixels. Their driver does not \
         run then: another card is the primary display, nomodeset or a blacklist keeps the driver \
         away, or vfio-pci has the function.",
        "Linux Documentation/admin-guide/kernel-parameters.txt, nomodeset; \
         drivers/firmware/sysfb.c",
        low_resolution,
    ),
    rule(
        "host-without-picture-reported",
        "A sentence says that the host has no picture since a guest has its graphics card. That is \
         the expected consequence: the host runs, and its network access remains.",
        "Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_probe",
        host_dark,
    ),
    rule(
        "host-stuck-after-guest-reported",
        "The host, or its list of PCI functions, does not answer when the guest has stopped. \
         Usually the function does not return from its reset, and the kernel waits for it: a \
         known fault of many AMD cards.",
        "Linux drivers/pci/pci.c, pci_dev_wait; drivers/vfio/pci/vfio_pci_core.c, \
         vfio_pci_core_disable",
        stuck_after_guest,
    ),
    rule(
        "critical-device-reported",
        "TrueNAS refuses a device that its check classes as critical for the host: by its class, \
         or by a member of its IOMMU group. Releases differ in that check.",
        "TrueNAS middleware, plugins/vm/pci.py, sensitive PCI device types",
        critical,
    ),
    rule(
        "hypervisor-console-dark",
        "A sentence says that the hypervisor's console shows nothing, and that the guest is \
         reachable by another way. The console shows an emulated display adapter alone; the \
         picture of an assigned card leaves at the card's outputs.",
        "QEMU docs/igd-assign.rst; Proxmox VE documentation, PCI(e) Passthrough",
        console_dark,
    ),
    rule(
        "dismounted-reported",
        "A sentence says that a device of the host is dismounted: Dismount-VMHostAssignableDevice \
         took it from the host driver, and it stays so, also without a guest, until it is mounted \
         again.",
        "Microsoft Learn, Deploy graphics devices by using Discrete Device Assignment",
        dismounted,
    ),
    rule(
        "device-given-away-reported",
        "A sentence says that the host does not list a device that was assigned. That is expected: \
         the host driver, which makes the interface, the disk or the screen, is not bound to it. \
         It stays so while the guest is off, until the host driver is bound again.",
        "Linux Documentation/driver-api/vfio.rst; Documentation/ABI/testing/sysfs-bus-pci, \
         drivers_probe; Microsoft Learn, Discrete Device Assignment",
        given_away,
    ),
    rule(
        "device-for-several-guests",
        "A sentence is about one device for several guests at the same time. A function belongs \
         to one IOMMU domain, and so to one running guest. Several guests take turns, or each has \
         a virtual function (SR-IOV) or a mediated device of its own.",
        "Linux Documentation/driver-api/vfio.rst; Documentation/PCI/pci-iov-howto.rst",
        shared,
    ),
    rule(
        "retry-starts-reported",
        "A sentence says that the guest starts when its start is repeated. The \
         hypervisor accepts its configuration then: the first start is too early, or takes too \
         long, for the device, its driver or its reset, or the device was not reset after its last \
         use.",
        "the sentence itself",
        starts_on_retry,
    ),
];

/// The finding for a state that a sentence tells.
fn situation(
    context: &Context<'_>,
    state: Situation,
    verdict: Verdict,
    title: Text,
) -> Option<Diagnostic> {
    let shown = context.host.situation(state)?;
    Some(Diagnostic::new(verdict, title).evidence([shown.clone()]))
}

fn with(found: Option<Diagnostic>, step: &'static str, text: Text) -> Vec<Diagnostic> {
    let remedy = Remedy::Manual { step, text };
    found.map(|one| one.remedy(remedy)).into_iter().collect()
}

fn supported(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.iommu_is_off() {
        return Vec::new();
    }
    let title = text!(
        "the text says that the processor or the board supports the IOMMU: the hardware is \
         capable of an assignment"
    );
    situation(context, Situation::Supported, Verdict::Ok, title)
        .into_iter()
        .collect()
}

fn held(context: &Context<'_>) -> Vec<Diagnostic> {
    // A listing says more.
    let mut devices = context.host.devices.values();
    // The device in question has another driver, or none.
    if devices.any(|device| device.driver.is_bound_to(is_vfio_driver))
        || context.host.words.driver_first.is_some()
        || context.host.situation(Situation::Unbound).is_some()
    {
        return Vec::new();
    }
    let title = text!("the text says that a driver of VFIO has the device: the binding is done");
    situation(context, Situation::Held, Verdict::Ok, title)
        .into_iter()
        .collect()
}

fn host_is_guest(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "not in the input: whether the virtual machine that is the host has a virtual IOMMU; \
         without one it has no IOMMU groups, and cannot assign a device"
    );
    let found = situation(context, Situation::HostIsGuest, Verdict::Unknown, title);
    with(
        found,
        "virtual-iommu",
        text!(
            "list /sys/kernel/iommu_groups in it; give it a virtual IOMMU and nested \
             virtualization in its own hypervisor, or use a physical host"
        ),
    )
}

fn hooks_idle(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!("the text says that libvirt runs no hook");
    let found = situation(context, Situation::HooksIdle, Verdict::Fix, title);
    with(
        found,
        "repair-hook",
        text!(
            "the script is /etc/libvirt/hooks/qemu, or a file in hooks/qemu.d; make it executable, \
             use the exact name of the guest in it, and restart libvirtd"
        ),
    )
}

fn log_empty(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "not in the input: the failure before QEMU's start; the guest's log is empty, so QEMU was \
         not started"
    );
    let found = situation(context, Situation::LogEmpty, Verdict::Unknown, title);
    with(
        found,
        "show-failure",
        text!(
            "connect with ssh, and add the hook scripts, journalctl -u libvirtd (or virtqemud) and \
             the lines of the kernel log since the start"
        ),
    )
}

fn low_resolution(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the graphics of the host run without their driver: the text says that the resolution is \
         low"
    );
    let found = situation(context, Situation::LowResolution, Verdict::Fix, title);
    with(
        found,
        "primary-display",
        text!(
            "make the host's graphics the primary display in the firmware setup, remove nomodeset \
             and a blacklist of their driver, and bind the assigned card alone to vfio-pci"
        ),
    )
}

fn host_dark(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the host has no picture, because a guest has its graphics card: that is the expected \
         consequence, and its network access remains"
    );
    situation(context, Situation::HostDark, Verdict::Harmless, title)
        .into_iter()
        .collect()
}

fn stuck_after_guest(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the host hangs on its PCI functions when the guest has stopped: the device does not \
         return from its reset"
    );
    let found = situation(context, Situation::StuckAfterGuest, Verdict::Fix, title);
    with(
        found,
        "other-reset",
        text!(
            "power the host off and on; use a newer kernel and QEMU, another reset method \
             (reset_method in sysfs), for AMD cards vendor-reset; or disable the device in the \
             guest before its shutdown"
        ),
    )
}

fn critical(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.target != Some(Target::TrueNas) {
        return Vec::new();
    }
    let title = text!(
        "TrueNAS refuses the device, because its check classes it as critical; hardware and IOMMU \
         are not the cause"
    );
    let found = situation(context, Situation::Critical, Verdict::Blocker, title);
    with(
        found,
        "other-truenas-release",
        text!(
            "use a release of TrueNAS with another check: a newer one, or the earlier one with \
             which it worked; otherwise another slot or device"
        ),
    )
}

fn console_dark(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the hypervisor's console shows nothing, because the assigned card is the guest's display: \
         that is the expected consequence"
    );
    let found = situation(context, Situation::ConsoleDark, Verdict::Harmless, title);
    with(
        found,
        "other-display",
        text!(
            "use a remote desktop, or a monitor at the card's output; for a console as well, add \
             an emulated display adapter beside the card"
        ),
    )
}

fn dismounted(context: &Context<'_>) -> Vec<Diagnostic> {
    // File systems are dismounted elsewhere.
    if Shell::of(context.host, context.target) != Shell::Windows {
        return Vec::new();
    }
    let title = text!(
        "the text says that a device of the host is dismounted: the host cannot use it until it \
         is mounted again"
    );
    let found = situation(context, Situation::Dismounted, Verdict::Fix, title);
    with(
        found,
        "mount-device",
        text!(
            "run Remove-VMAssignableDevice if a guest still has it, then \
             Mount-VMHostAssignableDevice with its location path, and enable it in the device \
             manager"
        ),
    )
}

fn given_away(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the host does not list a device that was assigned, which is expected: it returns when \
         the host driver is bound again"
    );
    let found = situation(context, Situation::GivenAway, Verdict::Harmless, title);
    let text = match Shell::of(context.host, context.target) {
        Shell::Windows => text!(
            "Get-VMHostAssignableDevice lists it; run Mount-VMHostAssignableDevice with its \
             location path, and enable it in the device manager; before a guest is deleted, run \
             Remove-VMAssignableDevice"
        ),
        Shell::Esxi => text!("disable the passthrough of the device, and reboot the host"),
        Shell::Posix | Shell::Talos => text!(
            "to use it on the host again, remove the device from the guest and from the host's \
             settings for vfio-pci, and reboot; without a reboot run virsh nodedev-reattach, or \
             unbind it from vfio-pci and write its address to /sys/bus/pci/drivers_probe"
        ),
    };
    with(found, "return-device", text)
}

fn shared(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "one function cannot be assigned to several running guests at the same time, which the \
         text mentions"
    );
    let found = situation(context, Situation::Shared, Verdict::Impossible, title);
    with(
        found,
        "share-device",
        text!(
            "use virtual functions (SR-IOV) or mediated devices (vGPU) where the device has them, \
             containers on the host that share its driver, or one guest at a time"
        ),
    )
}

fn starts_on_retry(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the text says that the guest starts on another try: the failure is one of timing, or of \
         the state in which the last use left the device"
    );
    situation(context, Situation::StartsOnRetry, Verdict::Ok, title)
        .into_iter()
        .collect()
}
