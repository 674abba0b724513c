//! Symptoms that sentences describe, each with its known causes and the next step.

use ::iommu::IommuStatus;
use host_tree::Evidence;

use super::evidence::circumstances::lacks_reset_method;
use super::guest::address_space;
use super::hardware::card_kind::is_of_other_kind;
use super::hardware::virtual_functions::graphics_in_question;
use super::iommu::problem_messages;
use super::later_release::{driver_release, is_of_module, later_release};
use super::rule::{Context, Diagnostic, Rule};
use crate::ask::Shell;
use crate::finding::Finding;
use crate::host::{GoodNews, LogMessage, Situation, Symptom, names_release};
use crate::messages::About;
use crate::remedy::Remedy;
use crate::target::{HostPart, Target};
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// The rules, one for each symptom.
pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "works-once-reported",
        meaning: "The device works for the first guest after a boot of the host, and for no \
                  second one. Usually the function has no working reset: it keeps the state that \
                  the first guest left. Other causes: the host driver binds to the device again when the guest stops, a hook script fails, or the device does not return from \
                  D3cold.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, reset_method; \
                 drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_disable",
        causes: &[],
        check: |context| check(context, Symptom::OncePerBoot),
    },
    Rule {
        code: "host-driver-first-reported",
        meaning: "The device works for guests, and again after their restart, while no other driver \
                  has used it since the boot. A driver such as amdgpu leaves the card's own \
                  processors in a state that the guest's driver does not accept, and that only a \
                  reboot of the host ends.",
        source: "gnif/vendor-reset, README; Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_ids",
        causes: &[],
        check: |context| check(context, Symptom::HostDriverFirst),
    },
    Rule {
        code: "host-freeze-reported",
        meaning: "The host stops when the guest starts, or when a driver is bound. Known causes: \
                  a function of the same IOMMU group that the host needs is assigned to the guest, the host driver is unbound while in use, the device's reset disturbs the bus, or \
                  the card is the host's only display and the host still runs.",
        source: "Linux Documentation/driver-api/vfio.rst; drivers/pci/pci.c, pci_reset_bus",
        causes: &[],
        check: |context| check(context, Symptom::HostFreezes),
    },
    Rule {
        code: "host-restart-reported",
        meaning: "The host reboots by itself when the guest starts. Known causes: a fatal PCIe \
                  or machine check error at the device's reset, a kernel panic with automatic \
                  reboot, a watchdog, or the power supply.",
        source: "Linux Documentation/PCI/pcieaer-howto.rst; \
                 Documentation/admin-guide/kernel-parameters.txt, panic=",
        causes: &[],
        check: |context| check(context, Symptom::HostReboots),
    },
    Rule {
        code: "host-network-loss-reported",
        meaning: "The host loses its network when the guest starts. Most often the assigned \
                  function, or another one of its IOMMU group, is the host's network card, which \
                  vfio-pci takes from the host driver.",
        source: "Linux Documentation/driver-api/vfio.rst",
        causes: &[],
        check: |context| check(context, Symptom::HostNetworkLost),
    },
    Rule {
        code: "host-display-loss-reported",
        meaning: "The host's console stops at boot where a graphics driver or vfio-pci replaces \
                  the boot framebuffer. This is normal if vfio-pci is bound to the boot display: \
                  the host continues to run without a picture.",
        source: "Linux drivers/gpu/vga/vgaarb.c; drivers/vfio/pci/vfio_pci.c, vfio_pci_probe",
        causes: &[],
        check: |context| check(context, Symptom::HostDisplayLost),
    },
    Rule {
        code: "host-display-not-back",
        meaning: "The guest that had the host's graphics card has stopped, and the host shows no \
                  picture. The card must leave the guest in a state that the host driver can \
                  use: with a working reset, bound to that driver again, and with the console and \
                  the display manager started after that.",
        source: "libvirt, Hooks for specific system management; Linux \
                 Documentation/ABI/testing/sysfs-bus-pci, reset; drivers/video/console/fbcon",
        causes: &[],
        check: |context| check(context, Symptom::HostDisplayNotBack),
    },
    Rule {
        code: "host-failure-at-stop-reported",
        meaning: "The host freezes or reboots when the guest that had the device stops. VFIO resets \
                  the device then, and libvirt and hook scripts return it to its host driver: a \
                  device that does not survive its reset, or a driver that finds it in a state of \
                  the guest's, stops the host.",
        source: "Linux drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_disable; \
                 Documentation/ABI/testing/sysfs-bus-pci, reset_method",
        causes: &[],
        check: |context| check(context, Symptom::HostFailsAtStop),
    },
    Rule {
        code: "libvirt-hang-reported",
        meaning: "libvirt's daemon waits without end. It runs hook scripts and unbinds drivers \
                  before the guest starts: a hook that waits, or a driver whose card a program \
                  still uses, stops it. NVIDIA's driver logs a non-zero usage count then.",
        source: "libvirt, Hooks for specific system management; Linux drivers/pci/pci-driver.c, \
                 pci_device_remove",
        causes: &[],
        check: |context| check(context, Symptom::LibvirtHangs),
    },
    Rule {
        code: "session-end-reported",
        meaning: "The start of the guest ends the desktop's session. Hook scripts for a host with \
                  one GPU stop the display manager for that purpose, and start it again when the \
                  guest stops: a session that returns at once shows that the guest did not start.",
        source: "libvirt, Hooks for specific system management; systemd, display-manager.service",
        causes: &[],
        check: |context| check(context, Symptom::SessionEnds),
    },
    Rule {
        code: "only-gpu-reported",
        meaning: "A sentence says that the host has one GPU. While vfio-pci or a guest uses it, the \
                  host has no screen, which looks like a freeze: the host runs, and accepts logins \
                  by network.",
        source: "Linux drivers/gpu/drm/sysfb; drivers/vfio/pci/vfio_pci.c, vfio_pci_probe",
        causes: &["host-display-loss-reported"],
        check: only_gpu,
    },
    Rule {
        code: "no-picture-reported",
        meaning: "The guest shows no picture on the assigned card. Known causes: the card's ROM \
                  is not readable or does not fit the guest's firmware, the host's boot display \
                  has changed the ROM, an emulated display is the first one, the monitor is at \
                  another output, or the guest's driver failed.",
        source: "QEMU docs/igd-assign.rst; Linux drivers/pci/rom.c; OVMF README",
        causes: &[],
        check: |context| check(context, Symptom::NoPicture),
    },
    Rule {
        code: "code-12-reported",
        meaning: "A sentence mentions code 12: Windows found no address space for the device's \
                  BARs. The guest's window for PCI memory is too small, or the guest's firmware \
                  is SeaBIOS, which places BARs below 4 GiB.",
        source: "Microsoft, CM_PROB_NORMAL_CONFLICT; OVMF README, X-PciMmio64Mb",
        causes: &[],
        check: |context| check(context, Symptom::Code12),
    },
    Rule {
        code: "device-loss-reported",
        meaning: "The device disappears from the bus. Known causes: it does not return from a \
                  reset or from D3cold, its power or riser fails, it overheats, or a hot-plug \
                  port removed it.",
        source: "Linux drivers/pci/pci.c, pci_dev_wait; drivers/pci/hotplug/pciehp_ctrl.c",
        causes: &[],
        check: |context| check(context, Symptom::DeviceVanishes),
    },
    Rule {
        code: "host-disk-loss-reported",
        meaning: "The host's system disk is in the IOMMU group of the assigned device: VFIO \
                  takes the whole group, and the host loses its disk when the guest starts. \
                  Another slot may be in another group. pcie_acs_override= only declares an \
                  isolation that the hardware does not have.",
        source: "Linux Documentation/driver-api/vfio.rst",
        causes: &[],
        check: |context| check(context, Symptom::HostDiskLost),
    },
    Rule {
        code: "system-controller-given-reported",
        meaning: "The controller of the disk with the host's system is assigned: the host loses \
                  this disk, its other disks there, and the place where its settings are saved. \
                  A change of the settings is lost at the next boot then.",
        source: "Linux Documentation/driver-api/vfio.rst; VMware vSphere, Add a PCI Device to a \
                 Virtual Machine",
        causes: &["failure-not-shown"],
        check: |context| check(context, Symptom::SystemControllerGiven),
    },
    Rule {
        code: "guest-memory-pinned",
        meaning: "A guest with an assigned device has its whole memory allocated and locked from \
                  its start on, since the device may access any of it. A balloon frees none of \
                  it. Only less memory in the guest's configuration does.",
        source: "Linux drivers/vfio/vfio_iommu_type1.c, vfio_pin_pages_remote; QEMU \
                 system/physmem.c, ram_block_discard_disable",
        causes: &[],
        check: |context| check(context, Symptom::MemoryPinned),
    },
    Rule {
        code: "regression-reported",
        meaning: "The text says that an earlier release of the kernel, QEMU or the hypervisor \
                  works, or that an update broke the assignment. The host's settings worked with \
                  the earlier release: the cause is a change between both, or a default that the \
                  update changed.",
        source: "Linux Documentation/admin-guide/reporting-regressions.rst",
        causes: &[],
        check: |context| check(context, Symptom::Regression),
    },
    Rule {
        code: "resizable-bar-reported",
        meaning: "The text says that the guest fails while resizable BAR is enabled. The firmware \
                  then gives the card's memory its full size: a guest's firmware without address \
                  space for it, an old option ROM, or a guest system without support fails. The \
                  kernel can set a smaller size for one card before the guest starts.",
        source: "Linux Documentation/ABI/testing/sysfs-bus-pci, resourceN_resize; OVMF README, \
                 X-PciMmio64Mb",
        causes: &[],
        check: |context| check(context, Symptom::ResizableBar),
    },
];

/// Whether the finding is a failure whose cause is not in the input.
pub(crate) fn is_open_failure(finding: &Finding) -> bool {
    const OTHERS: [&str; 4] = [
        "failure-not-shown",
        "cause-not-shown",
        "code-43-reported",
        "nvidia-smi-no-devices",
    ];
    let is_symptom = || RULES.iter().any(|rule| rule.code == finding.code);
    finding.verdict == Verdict::Unknown && (OTHERS.contains(&finding.code) || is_symptom())
}

fn check(context: &Context<'_>, symptom: Symptom) -> Vec<Diagnostic> {
    let mut symptoms = context.host.words.symptoms.iter();
    let Some(found) = symptoms.find(|found| found.value == symptom) else {
        return Vec::new();
    };
    if is_known(context, symptom) {
        return Vec::new();
    }
    if symptom == Symptom::Regression {
        // The change is that another driver binds first, which a setting corrects.
        // An IOMMU that the text denies has a repair of its own, whatever release works.
        let is_without_iommu = context.host.words.statements.without_iommu.is_some()
            && context.host.iommu.status != IommuStatus::Enabled;
        if is_of_module(context) || context.host.words.driver_first.is_some() || is_without_iommu {
            return Vec::new();
        }
        let is_named = !context.host.words.explanations.causes.is_empty();
        if is_named || names_release(&found.evidence) {
            return vec![later_release(context, found.evidence.clone())];
        }
        // A message that names a problem is the change, or shows it.
        if problem_messages(context).next().is_some() {
            return Vec::new();
        }
    }
    if symptom == Symptom::HostNetworkLost
        && let Some(line) = &context.host.words.statements.network_card_in_group
    {
        return vec![network_card_taken([found.evidence.clone(), line.clone()])];
    }
    let (verdict, title, step) = described(context, symptom);
    let reported = Diagnostic::new(verdict, title).evidence([found.evidence.clone()]);
    let step = step.map(|text| Remedy::Manual {
        step: "show-failure",
        text,
    });
    vec![step.into_iter().fold(reported, Diagnostic::remedy)]
}

/// The network is lost with the group of the assigned device.
fn network_card_taken(lines: [Evidence; 2]) -> Diagnostic {
    Diagnostic::new(
        Verdict::Fix,
        text!(
            "the host's network card is in the IOMMU group of the assigned device: the guest's \
             start takes it from the host"
        ),
    )
    .evidence(lines)
    .remedy(Remedy::Manual {
        step: "other-network-card",
        text: text!(
            "give the host a network card of another group, such as a USB adapter at a controller \
             that stays with the host, or move a card that is in a slot \
             to another slot; of a USB controller assign the single USB devices; \
             pcie_acs_override= separates the groups without isolation"
        ),
    })
}

fn only_gpu(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = context.host.words.statements.only_gpu.as_ref();
    let reported = found.map(|line| {
        let mut news = context.host.words.good_news.iter();
        let runs = news.any(|one| matches!(one, GoodNews::Runs(_)));
        // The writer logs in by the network already.
        let mut done = context.host.words.done.iter();
        let has_access = done.any(|fact| fact.value.name == "remote access");
        let verdict = if is_dark(context) && !runs && !has_access {
            Verdict::Fix
        } else {
            Verdict::Harmless
        };
        let title = text!(
            "the text says that the host has one GPU: while vfio-pci or a guest uses it, the host \
             has no screen, and continues to run"
        );
        Diagnostic::new(verdict, title)
            .evidence([line.clone()])
            .remedy(Remedy::Manual {
                step: "other-way-in",
                text: text!(
                    "set up and test remote access first, such as SSH; else leave this GPU to \
                     the host, and add another one for the guest"
                ),
            })
    });
    reported.into_iter().collect()
}

/// Whether the text has a symptom of a host without a screen.
fn is_dark(context: &Context<'_>) -> bool {
    let mut symptoms = context.host.words.symptoms.iter();
    symptoms.any(|found| {
        matches!(
            found.value,
            Symptom::HostFreezes | Symptom::HostDisplayLost | Symptom::NoPicture
        )
    })
}

/// Whether the input has Hyper-V's command for the address space of a guest.
fn is_space_set(context: &Context<'_>) -> bool {
    let mut logged = context.host.log_messages.iter();
    logged.any(|logged| logged.message.code == "hyperv-mmio-space-set")
}

/// Codes of messages that say the same.
fn is_known(context: &Context<'_>, symptom: Symptom) -> bool {
    let codes: &[&str] = match symptom {
        Symptom::Code12 => &["guest-code-12"],
        Symptom::HostFreezes => &["esxi-platform-nmi"],
        Symptom::DeviceVanishes => &["config-space-lost", "device-stuck-in-low-power"],
        Symptom::LibvirtHangs => &["nvidia-removed-in-use"],
        // The hook script stopped before the guest's start.
        Symptom::NoPicture => &["driver-module-in-use"],
        _ => &[],
    };
    if symptom == Symptom::NoPicture && driver_release(context).is_some() {
        return true;
    }
    if symptom == Symptom::NoPicture
        && (graphics_in_question(context).next().is_some() || is_of_other_kind(context.host))
    {
        return true;
    }
    // A guest that does not start has no picture, and graphics without legacy mode have none.
    let is_refused = |logged: &LogMessage| {
        symptom == Symptom::NoPicture
            && (logged.message.verdict == Verdict::Blocker
                || logged.message.verdict.is_fault() && logged.message.code.starts_with("igd-"))
            && logged.message.about != About::Guest
            && !logged.is_of_guest
            && !logged.is_over
    };
    let mut logged = context.host.log_messages.iter();
    logged.any(|logged| codes.contains(&logged.message.code) || is_refused(logged))
}

fn described(context: &Context<'_>, symptom: Symptom) -> (Verdict, Text, Option<Text>) {
    let shell = Shell::of(context.host, context.target);
    let is_linux = matches!(shell, Shell::Posix | Shell::Talos)
        && context.host_has(HostPart::IommuState)
        && context.host.system.platform.is_none();
    match symptom {
        Symptom::OncePerBoot => (
            Verdict::Fix,
            text!(
                "the device works once per boot of the host: it is not reset when the guest \
                 stops, or the host takes it back; not in the input: which"
            ),
            Some(match shell {
                Shell::Esxi => text!(
                    "set another reset method for the device in /etc/vmware/passthru.map (d3d0, \
                     link or bridge), and reboot the host"
                ),
                _ if is_linux && lacks_reset_method(context.host) => text!(
                    "read the reset capabilities of the function (lspci -vv: FLReset, NoSoftRst), and its \
                     driver (lspci -nnk) after the guest stopped; a device without a working reset \
                     needs a kernel with a quirk, or a reboot of the host"
                ),
                _ if is_linux => text!(
                    "read reset_method of the function in /sys/bus/pci/devices, and its driver \
                     (lspci -nnk) after the guest stopped; a device without a working reset \
                     needs another method, a kernel with a quirk, or a reboot of the host"
                ),
                _ => text!("add the host's log from the stop of the guest to the next start"),
            }),
        ),
        Symptom::HostDriverFirst => (
            Verdict::Fix,
            text!(
                "the device works in the guest, restarts included, unless another driver has used \
                 it before: that driver leaves a state that lasts until a reboot of the host"
            ),
            Some(text!(
                "leave the device on vfio-pci from boot on (vfio-pci.ids=; driver_override for one \
                 of two equal cards), and use another card for the host"
            )),
        ),
        Symptom::HostFreezes | Symptom::HostReboots if context.host.fails_before_assignment() => (
            Verdict::Unknown,
            text!(
                "not in the input: the cause of the host's crash; no guest has a device yet, as the text \
                 says: at fault are the host's kernel, its modules, its settings or its hardware"
            ),
            Some(if is_linux {
                text!(
                    "add the last lines of journalctl -b -1 (or of netconsole, a serial console or \
                     pstore), and the event log of the firmware or the BMC; run without the new modules \
                     and options, then with another kernel; test memory, power supply and cooling"
                )
            } else {
                text!(
                    "add the crash dump or the console's last lines, and the event log of the \
                     firmware or the BMC"
                )
            }),
        ),
        Symptom::HostFreezes => (
            Verdict::Unknown,
            if is_linux && is_of_other_kind(context.host) {
                text!(
                    "not in the input: the cause of the host's freeze or crash; known causes: a shared \
                     IOMMU group, a driver unbound while in use, or a failed reset of the device"
                )
            } else if is_linux {
                text!(
                    "not in the input: the cause of the host's freeze or crash; known causes: a shared \
                     IOMMU group, a driver unbound while in use, a failed reset, or the loss of \
                     the only display"
                )
            } else {
                text!(
                    "not in the input: the cause of the host's freeze or crash; known causes: a failed \
                     reset of the device, or a host driver that still uses it"
                )
            },
            Some(if is_linux {
                text!(
                    "connect with ssh before the guest's start, run dmesg -w, and add its last \
                     lines, or those of journalctl -b -1; add lspci -nnk and the IOMMU groups"
                )
            } else if shell == Shell::Esxi {
                text!(
                    "add the text of the purple screen, and the last lines of vmkernel.log before \
                     it (vm-support collects both)"
                )
            } else {
                text!("add the last lines of the host's log before the freeze")
            }),
        ),
        Symptom::HostReboots => (
            Verdict::Unknown,
            text!(
                "not in the input: the cause of the host's reboot; known causes: a fatal PCIe \
                 error at the device's reset, or a panic of the host's kernel"
            ),
            Some(if context.target == Some(Target::Unraid) {
                text!(
                    "keep the log over the reboot (Settings > Syslog Server, mirror to the flash \
                     drive), add its last lines, and the event log of the firmware or the BMC"
                )
            } else if is_linux {
                text!(
                    "add the last lines of journalctl -b -1 (or of a serial or network console), \
                     and the event log of the firmware or the BMC"
                )
            } else {
                text!(
                    "add the crash dump or the console's last lines, and the event log of the \
                     firmware or the BMC"
                )
            }),
        ),
        Symptom::HostNetworkLost => (
            Verdict::Unknown,
            text!(
                "not in the input: the cause of the host's network loss; known causes: the \
                 network card is in the same IOMMU group or has the same ID, or its interface \
                 has a new name"
            ),
            Some(if context.host.groups.is_empty() {
                text!("add lspci -nnk, the IOMMU groups, and ip link from the host's console")
            } else {
                text!("add lspci -nnk, and ip link from the host's console")
            }),
        ),
        Symptom::HostDisplayLost => (
            Verdict::Unknown,
            text!(
                "not in the input: whether the host runs without a picture; its console stops \
                 where vfio-pci or a driver replaces the boot framebuffer"
            ),
            Some(text!(
                "connect with ssh; if the host runs, its display was the assigned card"
            )),
        ),
        Symptom::HostFailsAtStop => (
            Verdict::Unknown,
            text!(
                "not in the input: why the host fails at the guest's stop; known causes: the reset \
                 of the device, and a host driver that gets the device back"
            ),
            Some(if is_linux {
                text!(
                    "connect with ssh before the guest's stop, run dmesg -w, and add its last lines, \
                     or those of journalctl -b -1; add reset_method of the device's folder in \
                     /sys/bus/pci/devices; where a script or libvirt returns the device to its host \
                     driver, leave that out for one stop"
                )
            } else {
                text!(
                    "add the last lines of the host's log before the failure, and the text of its \
                     crash screen"
                )
            }),
        ),
        Symptom::HostDisplayNotBack => (
            Verdict::Unknown,
            text!(
                "not in the input: why the host's display does not return after the guest; known \
                 causes: the card is not reset, its driver does not get it back, or the display \
                 manager was not started"
            ),
            Some(text!(
                "connect with ssh, and add the lines of dmesg since the guest's stop, the output of \
                 lspci -nnk, and that of the hook script (with set -x); where only the driver is \
                 missing, modprobe it and restart the display manager"
            )),
        ),
        Symptom::NoPicture => (
            Verdict::Unknown,
            text!(
                "not in the input: the cause of the missing picture; known causes: the card's \
                 ROM, the guest's firmware, an emulated display beside the card, or the driver \
                 in the guest"
            ),
            Some(text!(
                "check whether the guest answers (ping, RDP or ssh); add its configuration, the state \
                 of the card in the guest (device manager, or lspci -nnk over ssh), the output that \
                 the monitor is connected to, and the card with which the host boots"
            )),
        ),
        Symptom::LibvirtHangs if context.host.situation(Situation::HooksIdle).is_some() => (
            Verdict::Unknown,
            text!(
                "not in the input: the cause of libvirt's hang; without the hook the display manager \
                 and the host driver keep the card, and libvirt waits for the unbinding"
            ),
            Some(text!(
                "connect with ssh from another computer; there stop the display manager, unload the \
                 card's driver (modprobe -r), and run virsh start; add the lines of dmesg and \
                 journalctl -u libvirtd since then, and the hook scripts"
            )),
        ),
        Symptom::LibvirtHangs if context.host.lines.hook_scripts().virsh_call.is_some() => (
            Verdict::Unknown,
            text!(
                "not in the input: the cause of libvirt's hang; known causes: a hook script that \
                 waits, or the unbinding of a driver while a program uses the card"
            ),
            Some(text!(
                "add the lines of the kernel log since the guest's start, and the output of lsof \
                 /dev/nvidia* /dev/dri/*, both over ssh while it hangs"
            )),
        ),
        Symptom::LibvirtHangs => (
            Verdict::Unknown,
            text!(
                "not in the input: the cause of libvirt's hang; known causes: a hook script that \
                 waits, or the unbinding of a driver while a program uses the card"
            ),
            Some(text!(
                "add the lines of the kernel log since the guest's start, the hook scripts, and the \
                 output of lsof /dev/nvidia* /dev/dri/*; stop the display manager and \
                 nvidia-persistenced before the unbinding"
            )),
        ),
        Symptom::SessionEnds => (
            Verdict::Unknown,
            text!(
                "not in the input: the cause of the guest's failed start; a hook script stopped \
                 the display manager, which ended the session"
            ),
            Some(text!(
                "connect with ssh, start the guest there (virsh start), and add its error \
                 message, the end of its log in /var/log/libvirt/qemu, and the lines of dmesg"
            )),
        ),
        Symptom::Code12 if is_space_set(context) => (
            Verdict::Unknown,
            text!(
                "not in the input: the device's state after the guest's address space was \
                 enlarged, which code 12 needs"
            ),
            Some(text!(
                "add the device's status and code since then, from the guest's device manager, \
                 and restart the guest once"
            )),
        ),
        Symptom::Code12 => (
            Verdict::Blocker,
            text!("the guest has too little address space for the device (code 12)"),
            Some(address_space::wider(context)),
        ),
        Symptom::DeviceVanishes => (
            Verdict::Unknown,
            text!(
                "not in the input: why the device disappears; known causes: it does not return \
                 from a reset or D3cold, or its power or link fails"
            ),
            Some(if is_linux {
                text!(
                    "power the host off and on, then add lspci -nnk and the lines of dmesg from \
                     the moment when the device disappears"
                )
            } else {
                text!("power the host off and on, then add the host's log of that moment")
            }),
        ),
        Symptom::HostDiskLost => (
            Verdict::Fix,
            text!(
                "the host's system disk is in the IOMMU group of the assigned device: the guest's \
                 start takes it from the host"
            ),
            Some(text!(
                "disable the automatic start of the guest, and move the card or the disk to \
                 another slot; pcie_acs_override= separates the groups without isolation"
            )),
        ),
        Symptom::SystemControllerGiven => (
            Verdict::Blocker,
            text!(
                "the text says that the controller with the host's own system is assigned: the \
                 host loses its disk, and cannot save its settings"
            ),
            Some(match shell {
                Shell::Esxi => text!(
                    "disable VT-d in the firmware setup for one boot, remove the controller \
                     from the passthrough list and enable VT-d again; if the list stays, remove its \
                     lines from esx.conf in state.tgz with another system; then assign another \
                     controller, or a single disk or USB device"
                ),
                _ => text!(
                    "disable the IOMMU in the firmware setup for one boot, remove the controller \
                     from the assignment and enable the IOMMU again; then assign another \
                     controller, or a single disk or USB device"
                ),
            }),
        ),
        Symptom::Regression => (
            Verdict::Unknown,
            text!(
                "not in the input: why the change broke the assignment; the text says that it worked \
                 before"
            ),
            Some(if context.target == Some(Target::Proxmox) {
                text!(
                    "start the earlier kernel from the boot menu, and keep it with \
                     proxmox-boot-tool kernel pin RELEASE until the cause is known; add the \
                     releases before and after the update (/var/log/apt/history.log, pveversion \
                     -v), the error message of the guest's start, and the lines of dmesg since then"
                )
            } else {
                text!(
                    "use the earlier state until the cause is known, such as the earlier driver, the \
                     earlier kernel from the boot menu, or the earlier system of the guest; add the releases before and after the \
                     change, the error message of the guest's start, and the host's log of both \
                     starts"
                )
            }),
        ),
        Symptom::ResizableBar => (
            Verdict::Fix,
            text!("the text says that the guest fails while resizable BAR is enabled"),
            Some(if is_linux {
                text!(
                    "disable Resizable BAR in the firmware setup, or write a smaller size to \
                     resourceN_resize of the card in sysfs before the guest starts, while no \
                     driver is bound to it (N is the BAR's number, 8 is 256 MB; Proxmox: in a \
                     hook script at pre-start)"
                )
            } else {
                text!("disable Resizable BAR in the firmware setup")
            }),
        ),
        Symptom::MemoryPinned => (
            Verdict::Ok,
            text!(
                "the whole memory of a guest with an assigned device is allocated and locked; a \
                 balloon frees none of it"
            ),
            None,
        ),
    }
}
