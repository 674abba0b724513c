//! Firmware and kernel: the IOMMU and interrupt remapping.

use std::collections::BTreeSet;

use host_tree::Evidence;
use hostconf::boot::command_line::{kernel_bool, same_name};
use iommu::{IommuStatus, LogLineKind};
use pci_core::Address;

use crate::doctor::rule::{Context, Diagnostic, Rule, plan_remedy};
use crate::host::{GoodNews, Host, LogMessage, Processor, Seen, Symptom, WithoutGroups};
use crate::remedy::Remedy;
use crate::requirement::{Requirement, State};
use crate::target::HostPart;
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// The rule that holds for Xen, too.
pub(in crate::doctor) const OFF: &[Rule] = &[Rule {
    code: "iommu-off",
    meaning: "No IOMMU is in use, and without an IOMMU no function can be assigned to a \
              guest. Either the IOMMU is disabled in the firmware (Intel: VT-d; AMD: IOMMU or \
              AMD-Vi; VT-x and SVM, which run guests, are other settings), or the kernel \
              options keep it disabled.",
    source: "Linux Documentation/driver-api/vfio.rst; Documentation/arch/x86/iommu.rst",
    causes: &[
        "group-not-shown",
        "interrupt-remapping-off",
        "host-driver-bound",
        "hypervisor-without-iommu",
        "libvirt-backend-not-chosen",
        "vfio-container-refused",
        "vfio-probe-refused",
        "validate-iommu-not-in-kernel",
        "validate-no-iommu-table",
    ],
    check: off,
}];

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "iommu-not-shown",
        meaning: "The state of the IOMMU is not in the input.",
        source: "Linux Documentation/arch/x86/iommu.rst",
        causes: &[],
        check: not_shown,
    },
    Rule {
        code: "iommu-disputed",
        meaning: "Sources contradict each other on whether the IOMMU is enabled: they are from \
                  different boots, kernels or hosts. sysfs shows the state of the running kernel.",
        source: "the sources themselves",
        causes: &[],
        check: disputed,
    },
    Rule {
        code: "iommu-in-firmware-tables",
        meaning: "The firmware describes an IOMMU to the kernel, so the IOMMU is enabled in the \
                  firmware setup. Whether the kernel uses the IOMMU is a separate finding: \
                  iommu-not-shown.",
        source: "ACPI tables DMAR (Intel VT-d specification, chapter 8) and IVRS (AMD I/O \
                 Virtualization Technology specification, chapter 5); PCI class 08/06",
        causes: &[],
        check: offered,
    },
    Rule {
        code: "iommu-on",
        meaning: "The kernel uses the IOMMU: functions can be assigned to guests.",
        source: "Linux Documentation/arch/x86/iommu.rst",
        causes: &[],
        check: on,
    },
    Rule {
        code: "interrupt-remapping-off",
        meaning: "The IOMMU cannot remap interrupts, or interrupt remapping is disabled. VFIO \
                  then refuses to assign functions to guests, since a guest could forge \
                  interrupts of the host.",
        source: "Linux drivers/vfio/vfio_iommu_type1.c, allow_unsafe_interrupts",
        causes: &["vfio-container-refused", "vfio-container-group-refused"],
        check: remapping_off,
    },
    Rule {
        code: "interrupt-remapping-not-shown",
        meaning: "The state of interrupt remapping is not in the input.",
        source: "Linux drivers/iommu/amd/init.c; drivers/iommu/intel/irq_remapping.c",
        causes: &[],
        check: remapping_not_shown,
    },
    Rule {
        code: "interrupt-remapping-on",
        meaning: "Interrupt remapping is enabled: guests cannot forge interrupts of the host.",
        source: "Linux drivers/iommu/amd/init.c; drivers/iommu/intel/irq_remapping.c",
        causes: &[],
        check: remapping_on,
    },
    Rule {
        code: "log-line-harmless",
        meaning: "A line of the kernel log that looks like an error but is harmless.",
        source: "iommu/data/log-lines.tsv, with a source for each line",
        causes: &[],
        check: harmless_lines,
    },
    Rule {
        code: "no-iommu-mode",
        meaning: "A device is used in VFIO's no-IOMMU mode: the device can read and write all \
                  memory of the host, and the kernel is tainted.",
        source: "Linux drivers/vfio/group.c, vfio_noiommu_group_alloc; drivers/vfio/Kconfig, \
                 VFIO_NOIOMMU",
        causes: &[],
        check: no_iommu_mode,
    },
    Rule {
        code: "rmrr-ineligible",
        meaning: "The firmware reserves memory for the device (an RMRR entry of the DMAR table), \
                  and the kernel refuses to assign the device to a guest, since the firmware may \
                  continue to access that memory. USB controllers and graphics are exempt. \
                  Kernels of Proxmox VE and some others have a patch that permits the assignment \
                  with intel_iommu=relax_rmrr.",
        source: "Linux drivers/iommu/intel/iommu.c, device_rmrr_is_relaxable; \
                 drivers/iommu/iommu.c, __iommu_device_set_domain (since 6.6, of any vendor)",
        causes: &[
            "vfio-container-refused",
            "iommu-direct-map-required",
            "vfio-container-group-refused",
            "vfio-device-not-opened",
        ],
        check: rmrr,
    },
];

fn off(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.without_groups() == Some(WithoutGroups::Xen) {
        return off_in_xen(context.host);
    }
    if context.host.system.platform.is_some() {
        return Vec::new();
    }
    let found = Requirement::IommuEnabled.evaluate(context.host);
    let remedy = match context.host.iommu.status {
        IommuStatus::DisabledInFirmware => enable_in_firmware(),
        IommuStatus::DisabledInKernel => plan_remedy(context),
        IommuStatus::Disabled => Remedy::inspect(&["ls", "/sys/firmware/acpi/tables"]),
        IommuStatus::Enabled | IommuStatus::Unknown => return Vec::new(),
    };
    vec![
        Diagnostic::new(Verdict::Blocker, found.sentence)
            .evidence(found.evidence)
            .remedy(remedy),
    ]
}

/// Xen has the IOMMU, and the kernel of dom0 sees none.
fn off_in_xen(host: &Host) -> Vec<Diagnostic> {
    if !host.iommu_is_off() {
        return Vec::new();
    }
    let found = Diagnostic::new(Verdict::Blocker, text!("Xen does not use the IOMMU"));
    vec![
        found
            .evidence(host.iommu.evidence.clone())
            .remedy(Remedy::Manual {
                step: "xen-iommu",
                text: match &host.words.statements.xen_without_iommu_off {
                    Some(_) => text!(
                        "enable VT-d or the AMD IOMMU in the firmware setup; read the lines before \
                         in xl dmesg"
                    ),
                    None => text!(
                        "enable VT-d or the AMD IOMMU in the firmware setup, remove iommu=off from \
                         Xen's options, and read xl dmesg"
                    ),
                },
            }),
    ]
}

/// The firmware's setting, which each host system needs.
pub(in crate::doctor) fn enable_in_firmware() -> Remedy {
    Remedy::Manual {
        step: "firmware-iommu",
        text: text!(
            "enable the IOMMU in the firmware setup: Intel calls it VT-d, AMD IOMMU or AMD-Vi"
        ),
    }
}

/// Messages that have the same cause as a disabled IOMMU, or no known cause.
const OF_IOMMU: [&str; 11] = [
    "vfio-container-group-refused",
    "vfio-container-refused",
    "vfio-container-setup-failed",
    "vfio-container-without-iommu",
    "group-link-unreadable",
    "harvester-no-iommu-group",
    "hypervisor-without-iommu",
    "libvirt-backend-not-chosen",
    "proxmox-no-iommu-group",
    "vfio-group-file-missing",
    "vfio-probe-refused",
];

/// The messages of problems that concern the question.
pub(in crate::doctor) fn problem_messages<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = &'a LogMessage> {
    context.host.log_messages.iter().filter(|logged| {
        let is_asked =
            context.asked.is_empty() || logged.device.is_none_or(|device| context.is_asked(device));
        logged.message.verdict.is_problem() && is_asked && !logged.is_over
    })
}

/// Whether the state of the IOMMU, which is not in the input, decides the answer: a message with
/// another cause is the answer already.
fn decides(context: &Context<'_>) -> bool {
    let mut problems = problem_messages(context).peekable();
    if problems.peek().is_some() {
        return problems
            .any(|logged| logged.message.is_general || OF_IOMMU.contains(&logged.message.code));
    }
    true
}

/// Whether each card in question has a group: the kernel makes groups where an IOMMU is enabled,
/// otherwise only in VFIO's mode without an IOMMU, which must be chosen.
fn is_grouped(context: &Context<'_>) -> bool {
    let mut functions = context.functions().peekable();
    let mut problems = problem_messages(context);
    functions.peek().is_some()
        && !problems.any(|logged| OF_IOMMU.contains(&logged.message.code))
        && functions.all(|device| context.host.group_of(device.address).is_some())
}

fn not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = &context.host.iommu;
    if found.status != IommuStatus::Unknown
        || !found.against.is_empty()
        || !context.host_has(HostPart::IommuState)
        || !decides(context)
        || is_grouped(context)
        || is_explained(context)
    {
        return Vec::new();
    }
    // People show this line alone, since guides have them look for it.
    let is_shown = |kind| context.host.log_facts.iter().any(|fact| fact.kind == kind);
    let title = if is_shown(LogLineKind::OptionOn) && !is_shown(LogLineKind::FirmwareTable) {
        text!(
            "not in the input: whether the IOMMU is enabled; \"DMAR: IOMMU enabled\" confirms \
             only that the kernel read intel_iommu=on. If dmesg has no other DMAR line, VT-d is \
             disabled in the firmware, or the processor is not Intel's"
        )
    } else if may_be_vfio(context) {
        text!(
            "not in the input: whether the IOMMU is enabled; the message also appears on a host \
             with IOMMU groups where vfio-pci is not loaded"
        )
    } else if is_missed_by_hypervisor(context) && context.host.settings.intel_iommu("on").is_some()
    {
        text!(
            "not in the input: the reason why no IOMMU is in use; intel_iommu=on is set, and dmesg \
             shows whether the firmware describes an IOMMU"
        )
    } else if is_missed_by_hypervisor(context)
        && context.host.words.statements.firmware_enabled.is_some()
    {
        text!(
            "not in the input: the reason why no IOMMU is in use; the text says that the firmware \
             setting is enabled, and dmesg shows whether the kernel finds an IOMMU"
        )
    } else if is_missed_by_hypervisor(context) {
        text!(
            "not in the input: the reason why no IOMMU is in use; dmesg shows whether the \
             firmware setting or the kernel option is missing"
        )
    } else {
        text!("not in the input: whether the IOMMU is enabled")
    };
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence(found.evidence.iter().cloned())
            .remedy(Remedy::inspect(&["dmesg"])),
    ]
}

/// Whether each message about a missing IOMMU is libvirt's, which a missing /dev/vfio/vfio causes too.
fn may_be_vfio(context: &Context<'_>) -> bool {
    let logged = context.host.log_messages.iter();
    let mut missed = logged.filter(|one| one.is_without_iommu() && !one.is_over);
    is_missed_by_hypervisor(context)
        && missed.all(|one| one.message.code == "libvirt-backend-not-chosen")
}

/// Whether another finding is the cause of a hypervisor's message that the host has no IOMMU.
fn is_explained(context: &Context<'_>) -> bool {
    let mut logged = context.host.log_messages.iter();
    logged.any(|logged| {
        let is_explained = context.others.is_explained;
        logged.is_without_iommu() && is_explained(context, logged.message.code)
    })
}

/// Whether a hypervisor reports that the host has no IOMMU.
pub(in crate::doctor) fn is_missed_by_hypervisor(context: &Context<'_>) -> bool {
    let logged = || context.host.log_messages.iter();
    let is_of = |logged: &&LogMessage| logged.is_without_iommu() && !logged.is_over;
    logged().any(|one| is_of(&one)) && !logged().filter(is_of).any(LogMessage::is_denied)
}

fn offered(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    // The state of the IOMMU has a separate finding.
    if host.iommu.status != IommuStatus::Unknown || !context.host_has(HostPart::IommuState) {
        return Vec::new();
    }
    let shown: Vec<Evidence> = host.firmware_iommu().take(3).collect();
    if shown.is_empty() {
        return Vec::new();
    }
    vec![
        Diagnostic::new(
            Verdict::Ok,
            text!("the firmware describes an IOMMU to the kernel"),
        )
        .evidence(shown),
    ]
}

fn disputed(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = &context.host.iommu;
    // A container hides what the host shows: that has its own finding.
    let mut logged = context.host.log_messages.iter();
    let passes = logged.any(|logged| logged.message.code.ends_with("-pass"));
    if found.against.is_empty() || passes && context.host.words.statements.in_container.is_some() {
        return Vec::new();
    }
    let reported = match found.status {
        // Both are among the evidence.
        IommuStatus::Unknown => {
            let title = text!("some lines show the IOMMU enabled, others show it disabled");
            return vec![
                Diagnostic::new(Verdict::Unknown, title)
                    .evidence(found.evidence.iter().cloned())
                    .remedy(Remedy::inspect(&["ls", "/sys/class/iommu"])),
            ];
        }
        IommuStatus::Enabled => text!(
            "the IOMMU is enabled, but lines of another boot show it \
                                  disabled"
        ),
        IommuStatus::Disabled | IommuStatus::DisabledInFirmware | IommuStatus::DisabledInKernel => {
            text!("the IOMMU is disabled, but lines of another boot show it enabled")
        }
    };
    vec![
        Diagnostic::new(Verdict::Harmless, reported)
            .evidence(found.evidence.iter().take(2).cloned())
            .evidence(found.against.iter().cloned()),
    ]
}

fn on(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = Requirement::IommuEnabled.evaluate(context.host);
    if found.state != State::Met {
        return Vec::new();
    }
    vec![Diagnostic::new(Verdict::Ok, found.sentence).evidence(found.evidence.into_iter().take(3))]
}

fn remapping_off(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = Requirement::InterruptRemapping.evaluate(context.host);
    if found.state != State::Unmet {
        return Vec::new();
    }
    let change = Requirement::InterruptRemapping.changes(context.host, &[]);
    let remedy = match change.into_iter().next() {
        Some(change) => Remedy::Change(change),
        None => Remedy::Manual {
            step: "interrupt-remapping",
            text: text!(
                "update the firmware; allow_unsafe_interrupts=1 is the last resort and lets \
                 guests forge interrupts"
            ),
        },
    };
    let verdict = if permits_unsafe_interrupts(context.host) {
        Verdict::Security
    } else {
        Verdict::Blocker
    };
    vec![
        Diagnostic::new(verdict, found.sentence)
            .evidence(found.evidence)
            .remedy(remedy),
    ]
}

/// Whether the running kernel permits an assignment without interrupt remapping.
pub(in crate::doctor) fn permits_unsafe_interrupts(host: &Host) -> bool {
    const NAME: &str = "vfio_iommu_type1.allow_unsafe_interrupts";
    host.settings.kernel_options.iter().any(|option| {
        option.seen == Seen::Running
            && same_name(&option.name, NAME)
            && kernel_bool(option.value.as_deref()) == Some(true)
    })
}

fn remapping_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = Requirement::InterruptRemapping.evaluate(context.host);
    if found.state != State::Unknown
        || !context.host_has(HostPart::IommuState)
        || context.host.iommu_is_off()
        || !remapping_decides(context)
    {
        return Vec::new();
    }
    vec![
        Diagnostic::new(Verdict::Unknown, found.sentence)
            .evidence(found.evidence)
            .remedy(Remedy::inspect(&["dmesg"])),
    ]
}

/// Whether interrupt remapping, which is not in the input, decides the answer: for a card whose
/// IOMMU is enabled. As long as the state of the IOMMU is open, that comes first, and the same
/// lines show both.
fn remapping_decides(context: &Context<'_>) -> bool {
    if context.host.iommu.status != IommuStatus::Enabled || context.cards.is_empty() {
        return false;
    }
    if context.host.assigned_shown().is_some() {
        return false;
    }
    // A guest ran with its device.
    let mut symptoms = context.host.words.symptoms.iter();
    let mut news = context.host.words.good_news.iter();
    if news.any(GoodNews::is_of_assignment)
        || symptoms.any(|found| found.value == Symptom::OncePerBoot)
    {
        return false;
    }
    let mut problems = problem_messages(context).peekable();
    problems.peek().is_none()
        || problems.any(|logged| logged.message.code == "vfio-container-refused")
}

fn remapping_on(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = Requirement::InterruptRemapping.evaluate(context.host);
    if found.state != State::Met {
        return Vec::new();
    }
    vec![Diagnostic::new(Verdict::Ok, found.sentence).evidence(found.evidence.into_iter().take(1))]
}

fn harmless_lines(context: &Context<'_>) -> Vec<Diagnostic> {
    context
        .host
        .log_lines(LogLineKind::Harmless)
        .map(|line| {
            let title = text!(
                "this log line is harmless: {meaning}",
                meaning = Text::of_table(line.meaning)
            );
            Diagnostic::new(Verdict::Harmless, title)
                .of(line.device)
                .evidence([line.evidence.clone()])
        })
        .collect()
}

fn no_iommu_mode(context: &Context<'_>) -> Vec<Diagnostic> {
    let groups = &context.host.groups;
    let made = groups.iter().flat_map(|(number, group)| {
        let shown = group.no_iommu.iter();
        shown.flat_map(move |shown| groups.members(number).map(move |member| (member, shown)))
    });
    let mut found: Vec<(Option<Address>, Evidence)> = made
        .map(|(member, shown)| (Some(member), shown.clone()))
        .collect();
    let lines = context.host.log_lines(LogLineKind::NoIommuMode);
    found.extend(lines.map(|line| (line.device, line.evidence.clone())));
    let mut seen: BTreeSet<Address> = BTreeSet::new();
    let mut reported: Vec<Diagnostic> = Vec::new();
    for (device, line) in found {
        if device.is_some_and(|device| !seen.insert(device)) {
            continue;
        }
        let title =
            text!("a device is used in VFIO's no-IOMMU mode: no IOMMU limits its access to memory");
        reported.push(
            Diagnostic::new(Verdict::Security, title)
                .of(device)
                .evidence([line])
                .remedy(Remedy::Manual {
                    step: "leave-no-iommu-mode",
                    text: text!(
                        "enable the IOMMU, and remove enable_unsafe_noiommu_mode from the options \
                         of vfio"
                    ),
                }),
        );
    }
    reported
}

fn rmrr(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut found: Vec<(Option<Address>, Vec<Evidence>)> = Vec::new();
    let mut add = |device: Option<Address>, line: Evidence| match found
        .iter_mut()
        .find(|(known, _)| *known == device)
    {
        Some((_, lines)) => lines.push(line),
        None => found.push((device, vec![line])),
    };
    for line in context.host.log_lines(LogLineKind::Rmrr) {
        let is_other = line.device.is_some_and(|device| !context.is_asked(device));
        if context.cards.is_empty() || !is_other {
            add(line.device, line.evidence.clone());
        }
    }
    for device in context.functions() {
        let reserved = context.host.reserved_for(device).unwrap_or_default();
        for region in reserved.iter().filter(|region| !region.value.is_relaxable) {
            add(Some(device.address), region.evidence.clone());
        }
    }
    // The patch of Proxmox VE's and others' kernels.
    let relaxed = context.host.settings.intel_iommu("relax_rmrr");
    found
        .into_iter()
        .map(|(device, lines)| {
            if let Some(option) = relaxed {
                let title = match device {
                    Some(address) => text!(
                        "the firmware reserves memory for {address}, and intel_iommu=relax_rmrr \
                         permits the assignment: the firmware may write to a guest's memory",
                        address
                    ),
                    None => text!(
                        "the firmware reserves memory for a device, and intel_iommu=relax_rmrr \
                         permits the assignment: the firmware may write to a guest's memory"
                    ),
                };
                return Diagnostic::new(Verdict::Security, title)
                    .of(device)
                    .evidence(lines)
                    .evidence([option.evidence.clone()])
                    .remedy(firmware_setting(context.host));
            }
            let title = match device {
                Some(address) => text!(
                    "the firmware reserves memory for {address}: the kernel refuses to assign \
                     the device",
                    address
                ),
                None => text!(
                    "the firmware reserves memory for a device: the kernel refuses to assign the \
                     device"
                ),
            };
            Diagnostic::new(Verdict::Blocker, title)
                .of(device)
                .evidence(lines)
                .remedy(firmware_setting(context.host))
        })
        .collect()
}

fn firmware_setting(host: &Host) -> Remedy {
    let processor = host.system.processor.as_ref().map(|found| found.value);
    if processor == Some(Processor::Amd) {
        return Remedy::Manual {
            step: "firmware-unity-map",
            text: text!(
                "install another release of the firmware, also an earlier one if the assignment \
                 worked with it, and report the reserved memory (IVMD in the IVRS table) to the \
                 maker of the board; or use another slot or device"
            ),
        };
    }
    Remedy::Manual {
        step: "firmware-rmrr",
        text: text!(
            "disable the reservation in the firmware setup (HPE: shared memory features of the slot, \
             by conrep or RBSU), or use another slot or device; Proxmox VE's kernels have \
             intel_iommu=on,relax_rmrr, which removes the check and its protection"
        ),
    }
}
