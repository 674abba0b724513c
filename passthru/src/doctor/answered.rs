//! Questions that the input answers beside the fact itself: the table of what answers what.

use host_tree::Evidence;

use super::hardware::addresses::port_missing;
use super::hardware::system_disk;
use super::isolation::iommu::is_missed_by_hypervisor;
use super::option_lines::setting_lines::host_output;
use super::rule::Context;
use crate::answer::USES;
use crate::finding::Finding;
use crate::host::{GoodNews, GuestFailure, Host, Situation, Symptom};
use crate::known_facts::{KnownFact, When, is_prerequisite, of_code};
use crate::messages;
use crate::verdict::Verdict;

/// What is known, and the questions that need no answer then.
struct Answer {
    is_known: fn(&Context<'_>) -> bool,
    questions: &'static [&'static str],
}

/// Questions about the state of a host as a whole.
const OF_HOST: [&str; 4] = [
    "iommu-not-shown",
    "boot-loader-not-shown",
    "host-output-missing",
    "interrupt-remapping-not-shown",
];

const ANSWERS: [Answer; 42] = [
    // The text has the setting.
    Answer {
        is_known: |context| context.host.words.statements.split_interrupts.is_some(),
        questions: &["viommu-remapping-on-command-line"],
    },
    // The program of the guest ends before any driver or display of the guest.
    Answer {
        is_known: |context| {
            has_message(context, "vmm-panicked") || has_message(context, "qemu-device-assertion")
        },
        questions: &[
            "failure-not-shown",
            "regression-reported",
            "iommu-not-shown",
            "boot-loader-not-shown",
            "mobile-graphics",
            "notebook-mux",
        ],
    },
    // A guest with that system works: the failing one is another.
    Answer {
        is_known: |context| {
            const ROUTERS: [&str; 4] = ["openwrt", "immortalwrt", "istoreos", "lede"];
            let mut news = context.host.words.good_news.iter();
            news.any(|one| {
                one.working_guests().is_some_and(|line| {
                    let line = line.text.to_lowercase();
                    ROUTERS.iter().any(|router| line.contains(router))
                })
            })
        },
        questions: &["router-driver-package"],
    },
    // Sentences report a failure, and no listing is there that a change of kernel options would suit.
    Answer {
        is_known: |context| {
            let host = context.host;
            let mut devices = host.devices.values();
            context.host.states_failure()
                && !host.iommu_is_off()
                && devices.all(|device| device.is_only_named)
        },
        questions: &["boot-loader-not-shown"],
    },
    // The error that follows the request is its result.
    Answer {
        is_known: |context| {
            has_message(context, "vfio-bind-without-group")
                || has_message(context, "vfio-bind-refused")
        },
        questions: &["harvester-binding-requested"],
    },
    // No second start shows the reset where the first one takes the host down.
    Answer {
        is_known: |context| {
            let mut symptoms = context.host.words.symptoms.iter();
            symptoms.any(|found| matches!(found.value, Symptom::HostFreezes | Symptom::HostReboots))
        },
        questions: &["reset-reported", "apu-graphics"],
    },
    // The host driver makes mediated devices without an IOMMU of the host.
    Answer {
        is_known: |context| !context.host.lines.mediated().is_empty(),
        questions: &["firmware-iommu-prerequisite"],
    },
    // The failure is over.
    Answer {
        is_known: |context| !context.host.words.solved.is_empty() && !context.host.states_failure(),
        questions: &OF_HOST,
    },
    // A guide describes no host, and a request for a feature has no host to correct.
    Answer {
        is_known: |context| {
            let words = &context.host.words;
            words.guide.is_some() || words.statements.feature_request.is_some()
        },
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
            "group-not-shown",
            "driver-not-shown",
            "output-not-shown",
            "failure-not-shown",
            "group-members-not-shown",
        ],
    },
    // No guest runs, or the host fails: nothing in the guest matters.
    Answer {
        is_known: fails_before_guest,
        questions: &[
            "device-guest-driver-prerequisite",
            "monitor-on-card-prerequisite",
            "igpu-vf-guest-driver-prerequisite",
            "vf-guest-driver-prerequisite",
            "vgpu-guest-driver-prerequisite",
            "wifi-guest-firmware-prerequisite",
            "router-card-driver-prerequisite",
            "router-interface-order-prerequisite",
            "macos-card-driver-prerequisite",
            "macos-display-prerequisite",
            "looking-glass-host-prerequisite",
            "looking-glass-display-prerequisite",
        ],
    },
    // The message of the start asks for the log.
    Answer {
        is_known: |context| has_message(context, "virsh-start-failed"),
        questions: &["start-log-prerequisite"],
    },
    // A partition of the host's GPU has the path of an instance, and no address.
    Answer {
        is_known: |context| context.host.is_for_partition(),
        questions: &["address-not-shown"],
    },
    // A question for knowledge, without a failure.
    Answer {
        is_known: |context| {
            context.host.words.statements.asks_knowledge.is_some()
                && context.host.log_messages.is_empty()
                && !context.host.states_failure()
        },
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
        ],
    },
    // A container shares the host driver, without an IOMMU.
    Answer {
        is_known: |context| {
            let host = context.host;
            host.words.statements.in_container.is_some() || host.is_for_container()
        },
        questions: &["iommu-not-shown", "boot-loader-not-shown"],
    },
    // The failure is that of the pair.
    Answer {
        is_known: |context| context.host.words.statements.pair_fails.is_some(),
        questions: &[
            "failure-not-shown",
            "no-picture-reported",
            "iommu-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
        ],
    },
    // The module that is meant is not installed: no state of the host matters before.
    Answer {
        is_known: |context| !context.host.lines.package_mistakes().is_empty(),
        questions: &["iommu-not-shown", "host-output-missing"],
    },
    // The host keeps its devices.
    Answer {
        is_known: |context| context.cards.is_empty() && context.host.uses_device_itself(),
        questions: &OF_HOST,
    },
    Answer {
        is_known: |context| context.host.is_for_container(),
        questions: &["group-not-shown", "driver-not-shown"],
    },
    // A guest uses the device, whatever fails there.
    Answer {
        is_known: runs_in_guest,
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
            "group-not-shown",
            "interrupt-remapping-not-shown",
        ],
    },
    // A guest has or had the device: the host's part is in order, or was. A host that shows no IOMMU leaves
    // the question open.
    Answer {
        is_known: |context| {
            works(context) && context.host.words.statements.shows_no_iommu.is_none()
        },
        questions: &[
            "iommu-not-shown",
            "interrupt-remapping-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
            "group-not-shown",
        ],
    },
    // The guest's driver reports the failure: it has the device.
    Answer {
        is_known: |context| {
            context.host.reaches_guest() && !has_message(context, "group-not-viable")
        },
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "group-not-shown",
        ],
    },
    // libvirt refuses the guest's XML before it looks at the host, or gives the device back after a guest.
    Answer {
        is_known: |context| {
            has_message(context, "pci-address-field-too-large")
                || has_message(context, "libvirt-function-0-expected")
                || has_message(context, "device-reattached")
        },
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "group-not-shown",
            "driver-not-shown",
        ],
    },
    // The device works at the first start.
    Answer {
        is_known: |context| {
            let mut symptoms = context.host.words.symptoms.iter();
            symptoms.any(|found| found.value == Symptom::OncePerBoot)
        },
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "group-not-shown",
            "driver-not-shown",
            "code-43-reported",
            "all-functions-assigned-prerequisite",
            "bound-to-vfio-pci-prerequisite",
            "firmware-iommu-prerequisite",
        ],
    },
    // The host driver shares the device, without an IOMMU.
    Answer {
        is_known: |context| context.host.words.statements.shared_by_driver.is_some(),
        questions: &["iommu-not-shown", "boot-loader-not-shown"],
    },
    // vfio-pci has a device.
    Answer {
        is_known: |context| context.host.situation(Situation::Held).is_some(),
        questions: &["iommu-not-shown"],
    },
    // The text denies it of no other device.
    Answer {
        is_known: |context| {
            let has = |state| context.host.situation(state).is_some();
            has(Situation::Held) && !has(Situation::Unbound)
        },
        questions: &["driver-not-shown"],
    },
    // No guest starts with a device that vfio-pci does not get: later stages do not matter.
    Answer {
        is_known: |context| context.host.situation(Situation::Unbound).is_some(),
        questions: &[
            "start-log-prerequisite",
            "all-functions-assigned-prerequisite",
            "whole-reset-prerequisite",
            "device-guest-driver-prerequisite",
        ],
    },
    // A question about a program that makes guests, in a text without a failure.
    Answer {
        is_known: asks_about_tool,
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
            "group-not-shown",
            "driver-not-shown",
        ],
    },
    // The question is another one.
    Answer {
        is_known: |context| {
            let host = context.host;
            host.words.statements.raspberry_pi.is_some()
                || host.situation(Situation::HostIsGuest).is_some()
        },
        questions: &["iommu-not-shown"],
    },
    // The writer knows the cause, or a change that helps.
    Answer {
        is_known: is_explained,
        questions: &["failure-not-shown", "host-output-missing"],
    },
    // The line is the text of the purple screen.
    Answer {
        is_known: |context| has_message(context, "esxi-purple-screen"),
        questions: &["host-freeze-reported"],
    },
    // The listing of interfaces shows the new name.
    Answer {
        is_known: |context| !port_missing(context).is_empty(),
        questions: &["interface-renamed"],
    },
    // ESXi does not power the guest on: no driver of the guest runs.
    Answer {
        is_known: |context| has_message(context, "esxi-device-power-on-failed"),
        questions: &["esxi-geforce-driver"],
    },
    // ESXi names the window that is too small.
    Answer {
        is_known: |context| has_message(context, "esxi-mmio-too-small"),
        questions: &["large-bar-on-esxi"],
    },
    // The guest gets the disk of the host's system.
    Answer {
        is_known: |context| system_disk::found(context).is_some(),
        questions: &[
            "host-freeze-reported",
            "host-restart-reported",
            "symptom-host-crash",
            "disks-not-shown",
            "host-storage-use-not-shown",
        ],
    },
    // No guest has a device yet: the host's crash is of the host alone.
    Answer {
        is_known: |context| context.host.fails_before_assignment(),
        questions: &[
            "random-host-crash",
            "iommu-not-shown",
            "group-not-shown",
            "driver-not-shown",
            "failure-not-shown",
        ],
    },
    // A host that reboots does not freeze.
    Answer {
        is_known: |context| {
            let mut symptoms = context.host.words.symptoms.iter();
            symptoms.any(|found| found.value == Symptom::HostReboots)
        },
        questions: &["host-freeze-reported"],
    },
    // The missing picture is the host's, and expected.
    Answer {
        is_known: |context| {
            let host = context.host;
            let dark = host
                .situation(Situation::HostDark)
                .and_then(|shown| shown.line);
            let failure = host.words.complaint.as_ref().and_then(|shown| shown.line);
            dark.is_some() && dark == failure && host.words.guest_failure.is_none()
        },
        questions: &["failure-not-shown"],
    },
    // The host's only card is bound to vfio-pci at boot: its screen stays dark until the guest
    // runs, and after the guest.
    Answer {
        is_known: |context| {
            let host = context.host;
            let has_driver = host.situation(Situation::Held).is_some();
            let runs = host
                .words
                .good_news
                .iter()
                .any(|one| matches!(one, GoodNews::Runs(_)));
            host.words.statements.only_gpu.is_some() && has_driver && runs
        },
        questions: &[
            "host-display-not-back",
            "host-display-loss-reported",
            "failure-not-shown",
        ],
    },
    // The lines that the text asks about are harmless.
    Answer {
        is_known: |context| {
            has_message(context, "dma-fault-of-firmware-screen")
                && context.host.words.guest_failure.is_none()
                && context.host.words.symptoms.is_empty()
        },
        questions: &["failure-not-shown"],
    },
    // The failure has its own finding.
    Answer {
        is_known: |context| context.host.situation(Situation::StuckAfterGuest).is_some(),
        questions: &["failure-not-shown", "host-freeze-reported"],
    },
    // The device is with a guest, which the host's lists show.
    Answer {
        is_known: |context| context.host.situation(Situation::GivenAway).is_some(),
        questions: &[
            "failure-not-shown",
            "iommu-not-shown",
            "host-output-missing",
            "hyper-v-edition",
        ],
    },
];

/// Questions about the host's state, that about any output of it first, and then those about a
/// failure.
const OF_STATE: [&str; 6] = [
    "host-output-missing",
    "iommu-not-shown",
    "boot-loader-not-shown",
    "interrupt-remapping-not-shown",
    "group-not-shown",
    "failure-not-shown",
];

/// So many of them are about the host's state alone.
const STATE_ALONE: usize = 4;

/// Whether a guest runs with the device, whatever fails there: VFIO starts none without an IOMMU.
pub(super) fn runs_in_guest(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| failure.value);
    let is_start = matches!(
        failure,
        Some(GuestFailure::NotStarted | GuestFailure::AssignmentFails)
    );
    let is_seen = host.words.statements.observed.is_some()
        || host.words.statements.has_passed.is_some()
        || context.host.states_failure() && host.words.statements.inside_guest.is_some();
    is_seen && !is_start && !host.iommu_is_off() && !is_missed_by_hypervisor(context)
}

/// Whether the guest does not start, or the host fails at its start.
fn fails_before_guest(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| failure.value);
    let mut symptoms = host.words.symptoms.iter().map(|found| found.value);
    let is_of_host = |symptom| {
        matches!(
            symptom,
            Symptom::HostFreezes | Symptom::HostReboots | Symptom::HostNetworkLost
        )
    };
    matches!(
        failure,
        Some(GuestFailure::NotStarted | GuestFailure::AssignmentFails)
    ) || failure.is_none() && has_message(context, "virsh-start-failed")
        || symptoms.any(is_of_host)
}

/// Findings, and those that are wrong or needless beside one of them.
const OUTWEIGHED: &[(&[&str], &[&str])] = &[
    // The host application has the picture, and no room for it.
    (
        &["looking-glass-shm-too-small"],
        &["looking-glass-needs-display"],
    ),
    // The resource that the scheduler misses is that of the other plugin.
    (
        &["kubevirt-resource-of-other-plugin"],
        &["kubevirt-external-resource"],
    ),
    // Nodes without the device may exclude the pod: the node with the device has none left.
    (
        &["kubevirt-resource-missing"],
        &["kubevirt-node-not-eligible"],
    ),
    // Windows without the feature: no firmware setting, and no other board, adds it.
    (&["dda-on-client-windows"], &["hyperv-no-native-pcie"]),
    // The processor, or the driver, says the same.
    (
        &["gvt-g-generation", "gvt-g-without-hardware"],
        &["gvt-g-too-new"],
    ),
    // Both presuppose graphics in the processor.
    (
        &["processor-without-graphics"],
        &["container-render-node", "dri-missing"],
    ),
    // The release with the change is known, and so is its correction.
    (&["truenas-nvme-as-critical"], &["regression-reported"]),
    // The reason why vfio-pci does not bind is known.
    (
        &[
            "drop-in-file-not-read",
            "ids-without-module",
            "modprobe-line-invalid",
            "named-ids-malformed",
            "named-option-misspelled",
            "named-pci-stub-ids",
            "override-script-address-stale",
            "override-script-not-runnable",
            "program-without-lspci",
            "shell-test-missing-blank",
            "softdep-blank-missing",
            "unraid-vfio-bind-failed",
            "vfio-ids-malformed",
            "vfio-ids-match-nothing",
            "vfio-option-misspelled",
            "vfio-pci-blacklisted",
        ],
        &["driver-first-reported"],
    ),
    // The functions are hidden already.
    (&["xen-functions-hidden"], &["xcp-ng-hide-device"]),
    // Without a group no claim helps.
    (&["harvester-no-iommu-group"], &["harvester-claim-of-group"]),
    // The sound is of the chipset, and no function of a card.
    (&["onboard-sound-with-network"], &["hdmi-sound-function"]),
    // The host has set an address.
    (&["vf-mac-override-refused"], &["vf-random-address"]),
    // The guest has no display.
    (&["apu-rom-missing"], &["rom-not-readable"]),
    // A frozen host shows nothing.
    (&["host-freeze-reported"], &["no-picture-reported"]),
    // Without an IOMMU no guest gets as far as its firmware and its display.
    (
        &["iommu-absent-reported"],
        &[
            "intel-graphics-needs-rom",
            "no-picture-reported",
            "intel-function-code-43",
            "rom-without-uefi-driver",
            "apu-needs-rom",
            "boot-card-needs-rom-file",
            "notebook-gpu-without-rom",
            "card-before-gop",
        ],
    ),
    // The message names the cause of the failed detach.
    (&["hypervisor-without-iommu"], &["libvirt-hang-reported"]),
    // The guest does not start before the hang ends.
    (&["libvirt-hang-reported"], &["no-picture-reported"]),
    // The end of the session has its own question about the failed start.
    (&["session-end-reported"], &["failure-not-shown"]),
    // The remedy for NixOS says the same.
    (
        &["nixos-modules-of-initrd", "nixos-vfio-module-missing"],
        &["bound-to-vfio-pci-prerequisite"],
    ),
    // The guest is without the ROM that shows the picture.
    (&["rom-file-without-bar"], &["no-picture-reported"]),
    // Without QEMU's start no guest has a picture.
    (&["guest-log-empty-reported"], &["no-picture-reported"]),
    // The remedy is the same.
    (
        &["reset-needs-other-group"],
        &["all-functions-assigned-prerequisite"],
    ),
    (
        &["libvirt-backend-not-chosen"],
        &["kubevirt-function-driver", "libvirt-without-passthrough"],
    ),
    (&["amd-reset-bug"], &["reset-once-named"]),
    // The driver says that it can.
    (
        &["intel-gpu-vfs-possible"],
        &["igpu-sriov-driver-prerequisite"],
    ),
    // macOS shows no picture on such a card.
    (
        &[
            "macos-nvidia",
            "macos-rtx",
            "macos-card-without-driver",
            "macos-graphics-too-new",
        ],
        &["no-picture-reported"],
    ),
    // The server's log names the error.
    (&["server-pcie-error"], &["host-freeze-reported"]),
];

fn has_message(context: &Context<'_>, code: &str) -> bool {
    let mut logged = context.host.log_messages.iter();
    logged.any(|one| one.message.code == code)
}

/// Leaves out the questions that the input answers.
pub(super) fn leave_out(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if findings.iter().any(|one| answers_complaint(context, one)) {
        leave_out_questions(findings, &["failure-not-shown"]);
    }
    let found = findings.iter().filter_map(|one| of_code(one.code));
    let found: Vec<&KnownFact> = found.collect();
    for fact in found {
        findings.retain(|one| {
            let is_rule = || !is_of_table(one) && !messages::has_code(one.code);
            one.verdict.is_fault() && is_rule() || !fact.answers.contains(one.code)
        });
    }
    for (stronger, weaker) in OUTWEIGHED {
        if findings.iter().any(|one| stronger.contains(&one.code)) {
            leave_out_with_consequences(findings, weaker);
        }
    }
    // A message that names the cause proves more than the sentence, unless the text has a solution.
    let is_logged = |one: &Finding| one.verdict == Verdict::Blocker && messages::has_code(one.code);
    let helps = |one: &Finding| one.code == "remedy-reported";
    if context.host.words.solved.is_empty()
        && findings.iter().any(is_logged)
        && !findings.iter().any(helps)
    {
        findings.retain(|one| one.code != "cause-reported");
    }
    // QEMU refuses the group for the members that the text lists.
    let of_group = ["group-member-unbound", "host-driver-bound"];
    let is_explained = findings.iter().any(|one| of_group.contains(&one.code));
    if is_explained && has_message(context, "group-not-viable") {
        leave_out_questions(findings, &["group-members-not-shown"]);
    }
    // A report of success, and a question about a program, need no check of a host.
    let statements = &context.host.words.statements;
    if statements.confirms || statements.feature_request.is_some() || asks_about_tool(context) {
        findings.retain(|one| !is_prerequisite(one.code));
        leave_out_questions(findings, &["failure-not-shown", "host-output-missing"]);
    }
    let needless = needless(context, findings);
    leave_out_questions(findings, needless);
    // A program that finds no IOMMU weighs more than a sentence.
    let is_missed = is_missed_by_hypervisor(context);
    let is_asked = |finding: &Finding, answer: &Answer| {
        finding.verdict == Verdict::Unknown
            && answer.questions.contains(&finding.code)
            && !(is_missed && finding.code == "iommu-not-shown")
    };
    for answer in &ANSWERS {
        let mut asked = findings.iter();
        if asked.any(|one| is_asked(one, answer)) && (answer.is_known)(context) {
            findings.retain(|one| !is_asked(one, answer));
        }
    }
    // `passthru ask` includes the IOMMU in what any other question needs.
    let is_other = |one: &Finding| {
        one.verdict == Verdict::Unknown
            && !matches!(one.code, "iommu-not-shown" | "driver-not-shown")
    };
    if is_prose_of_something_else(context.host) && findings.iter().any(is_other) {
        leave_out_questions(findings, &["iommu-not-shown"]);
    }
}

/// Whether the input has sentences alone, without a word about the IOMMU.
fn is_prose_of_something_else(host: &Host) -> bool {
    let has_settings =
        !host.lines.setting_lines().is_empty() || !host.words.quoted_options.is_empty();
    !has_settings && !host_output::is_shown(host) && host.words.statements.names_iommu.is_none()
}

/// Leaves out findings, and messages that follow from these alone.
fn leave_out_with_consequences(findings: &mut Vec<Finding>, codes: &[&str]) {
    let left: Vec<&str> = findings.iter().map(|one| one.code).collect();
    let is_left_out = |code: &str| codes.contains(&code) && left.contains(&code);
    let follows = |one: &Finding| {
        let of_one = || messages::consequences().filter(|(_, code)| *code == one.code);
        of_one().any(|(cause, _)| is_left_out(cause))
            && of_one().all(|(cause, _)| codes.contains(&cause) || !left.contains(&cause))
    };
    let is_kept = |one: &Finding| !codes.contains(&one.code) && !follows(one);
    let kept: Vec<bool> = findings.iter().map(is_kept).collect();
    let mut kept = kept.into_iter();
    findings.retain(|_| kept.next().unwrap_or(true));
}

fn leave_out_questions(findings: &mut Vec<Finding>, codes: &[&str]) {
    findings.retain(|one| one.verdict != Verdict::Unknown || !codes.contains(&one.code));
}

/// The questions of [`OF_STATE`] that decide nothing: where nothing can be assigned, or the trade
/// knows the matter, the state of the host does not matter.
fn needless(context: &Context<'_>, findings: &[Finding]) -> &'static [&'static str] {
    let any = |is: &dyn Fn(&Finding) -> bool| findings.iter().any(is);
    let is_cause = |one: &Finding| {
        is_of_table(one) && one.verdict != Verdict::Ok
            || one.code == "iommu-absent-reported"
            || one.code == "shared-group-reported"
    };
    // A row about a use leaves other failures open.
    let is_of_use = |one: &Finding| is_of_table(one) && USES.contains(&one.code);
    if any(&|one| one.verdict == Verdict::Impossible && !is_of_use(one)) {
        &OF_STATE
    } else if any(&is_cause) || any(&is_of_table) && !context.host.states_failure() {
        &OF_STATE[..STATE_ALONE]
    } else if any(&is_of_table) {
        &OF_STATE[..1]
    } else {
        &[]
    }
}

/// Whether the finding is a row of the table of known facts. Those beside other findings answer
/// nothing alone.
fn is_of_table(finding: &Finding) -> bool {
    !is_prerequisite(finding.code) && of_code(finding.code).is_some_and(|row| row.beside.is_empty())
}

/// Whether a row of the table answers the complaint, whose line has the row's words.
fn answers_complaint(context: &Context<'_>, finding: &Finding) -> bool {
    let host = context.host;
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| &failure.evidence);
    let mut failures = host.words.complaint.iter().chain(failure);
    let has = |line: &Evidence| {
        let mut lines = finding.evidence.iter();
        lines.any(|one| one.line == line.line && one.source == line.source)
    };
    let is_refused = || finding.verdict == Verdict::NoEffect && messages::has_code(finding.code);
    let explains = is_of_table(finding) || host.words.guest_failure.is_none() && is_refused();
    finding.verdict != Verdict::Unknown && explains && failures.any(has)
}

/// Whether the text asks about a program that makes guests, and reports no failure.
fn asks_about_tool(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    host.asks_about_tool() && !logged.any(|one| one.message.verdict.is_problem())
}

fn works(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut known = host.words.stated_facts.named.iter();
    host.assigned_shown().is_some()
        || host.has_worked()
        || known.any(|row| row.value.when == When::Running) && !host.iommu_is_off()
}

/// Whether the text names the cause, or a change that helped, below the failure.
fn is_explained(context: &Context<'_>) -> bool {
    let host = context.host;
    let failure = host
        .words
        .guest_failure
        .as_ref()
        .map(|failure| &failure.evidence);
    let failure = failure.or(host.words.complaint.as_ref());
    let is_below = |helped: &Evidence| {
        failure.is_none_or(|failure| failure.source == helped.source && failure.line <= helped.line)
    };
    !host.words.explanations.causes.is_empty()
        || host.words.explanations.helped.iter().any(is_below)
}
