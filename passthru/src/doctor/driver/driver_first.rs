//! Another driver that has the device before vfio-pci, as sentences say.

use hostconf::binding::modprobe::same_module;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Situation;
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "vfio-binding-missing-reported",
        meaning: "The text says that a driver of VFIO does not get the device. Another driver binds to the \
              device first, ids= has another ID, or the initramfs is older than the setting.",
        source: "Linux drivers/base/dd.c, __driver_attach; modprobe.d(5), softdep; the sentence itself",
        causes: &[],
        check: not_bound,
    },
    Rule {
        code: "driver-first-reported",
        meaning: "The text says that another driver has the device for the guest. ids= of vfio-pci binds \
              only functions without a driver: a driver that is in the initramfs, or is built into \
              the kernel, claims them before vfio-pci loads. A softdep or a blacklist has no effect \
              on a driver that is built in; driver_override selects the driver by the address, at \
              any time.",
        source: "Linux drivers/base/dd.c, __driver_attach; Documentation/ABI/testing/sysfs-bus-pci, \
             driver_override; modprobe.d(5), softdep; initramfs-tools(7)",
        causes: &["host-driver-bound", "failure-not-shown"],
        check,
    },
];

/// Drivers of controllers that the host itself needs, and that many kernels have built in.
const OF_HOST: [&str; 4] = ["xhci_hcd", "xhci_pci", "ahci", "nvme"];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(found) = host.words.driver_first.as_ref() else {
        return Vec::new();
    };
    // A listing says more.
    let is_listed = host.devices.values().any(|device| {
        let Some(bound) = device.driver.name() else {
            return false;
        };
        match found.value {
            Some(driver) => same_module(bound, driver),
            None => device.is_display(),
        }
    });
    if is_listed || host.system.platform.is_some() || host.of_guest.is_some() {
        return Vec::new();
    }
    let title = match found.value {
        Some(driver) => text!(
            "{driver} binds to the device for the guest before vfio-pci, as the text says",
            driver
        ),
        None => text!(
            "the host shows its picture on the card for the guest, as the text says: a host driver \
             binds to the card before vfio-pci"
        ),
    };
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([found.evidence.clone()])
            .remedy(Remedy::Manual {
                step: "bind-before-driver",
                text: step(found.value),
            }),
    ]
}

fn not_bound(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(sentence) = host.situation(Situation::Unbound) else {
        return Vec::new();
    };
    // Harvester and KubeVirt's operators bind by a controller.
    if matches!(context.target, Some(Target::KubeVirt | Target::Harvester)) {
        return Vec::new();
    }
    // A listing, a message or a missing IOMMU says more.
    let mut devices = host.devices.values();
    let mut logged = host.log_messages.iter();
    let is_known = host.words.driver_first.is_some()
        || devices.any(|device| device.driver.name().is_some())
        || logged.any(|one| one.message.verdict.is_problem() && !one.is_over)
        || host.iommu_is_off()
        || host.words.statements.without_iommu.is_some();
    if is_known || host.is_solved() || !context.host_is_linux() || host.of_guest.is_some() {
        return Vec::new();
    }
    let title = text!(
        "the text says that vfio-pci does not get the device: another driver binds first, the ID is another \
         one, or the initramfs is older than the setting"
    );
    vec![
        Diagnostic::new(Verdict::Check, title)
            .evidence([sentence.clone()])
            .remedy(Remedy::Manual {
                step: "bind-before-driver",
                text: step(None),
            }),
    ]
}

fn step(driver: Option<&str>) -> Text {
    match driver {
        Some(driver) if OF_HOST.contains(&driver) => text!(
            "bind this device by its address: a script of the initramfs writes vfio-pci to its \
             driver_override, or driverctl set-override ADDRESS vfio-pci; or leave the binding to \
             the hypervisor (libvirt: managed='yes'); ids= and the order of the modules change \
             nothing where {driver} is built into the kernel (modules.builtin)",
            driver
        ),
        Some(driver) => text!(
            "load vfio-pci with its ids= first: add it to the modules of the initramfs, and \
             softdep {driver} pre: vfio-pci to a file in /etc/modprobe.d; regenerate the initramfs \
             and reboot; if {driver} has no other device of the host, a blacklist of it suffices; \
             otherwise a script of the initramfs may write vfio-pci to driver_override of the \
             device",
            driver
        ),
        None => text!(
            "read the driver with lspci -nnk; load vfio-pci with its ids= before it: add vfio-pci \
             to the modules of the initramfs, and softdep DRIVER pre: vfio-pci to a file in \
             /etc/modprobe.d, regenerate the initramfs and reboot; or write vfio-pci to \
             driver_override of the card in a script of the initramfs"
        ),
    }
}
