//! The table of what answers which questions.

use super::known::{
    asks_about_tool, fails_before_guest, has_message, is_explained, runs_in_guest, works,
};
use crate::doctor::hardware::addresses::port_missing;
use crate::doctor::hardware::system_disk;
use crate::doctor::rule::Context;
use crate::doctor::stage::failing;
use crate::host::{GoodNews, Situation, Symptom};
use crate::known_facts::Stage;

/// What is known, and the questions that need no answer then.
pub(super) struct Answer {
    pub(super) is_known: fn(&Context<'_>) -> bool,
    pub(super) questions: &'static [&'static str],
}

/// Questions about the state of a host as a whole.
const OF_HOST: [&str; 4] = [
    "iommu-not-shown",
    "boot-loader-not-shown",
    "host-output-missing",
    "interrupt-remapping-not-shown",
];

/// What the input answers.
pub(super) const ANSWERS: [Answer; 48] = [
    // The text has the setting.
    Answer {
        is_known: |context| context.host.words.statements.split_interrupts.is_some(),
        questions: &["viommu-remapping-on-command-line"],
    },
    // The kernel has no such module, whatever its release is.
    Answer {
        is_known: |context| has_message(context, "vfio-virqfd-not-found"),
        questions: &["vfio-virqfd-removed"],
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
            symptoms.any(|found| {
                matches!(
                    found.value,
                    Symptom::HostFreezes | Symptom::HostReboots | Symptom::HostFailsAtStop
                )
            })
        },
        questions: &["reset-reported", "apu-graphics"],
    },
    // The host driver makes mediated devices without an IOMMU of the host.
    Answer {
        is_known: |context| !context.host.lines.mediated().is_empty(),
        questions: &["firmware-iommu-prerequisite"],
    },
    // Neither needs an IOMMU, or a group.
    Answer {
        is_known: |context| failing(context) == Some(Stage::Created),
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "host-output-missing",
            "group-not-shown",
            "group-members-not-shown",
            "driver-not-shown",
        ],
    },
    // The group matters to the start of a guest.
    Answer {
        is_known: |context| {
            matches!(
                failing(context),
                Some(Stage::Bound | Stage::Guest | Stage::Picture | Stage::Returned)
            ) || context.host.situation(Situation::ScriptFails).is_some()
        },
        questions: &["group-not-shown"],
    },
    // The request for the lines since the guest's stop shows the reset as well.
    Answer {
        is_known: |context| failing(context) == Some(Stage::Returned),
        questions: &["symptom-second-start"],
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
    // A GPU partition has an instance path, and no PCI address.
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
    // VFIO starts no guest while a host driver has another member of the group.
    Answer {
        is_known: |context| {
            (runs_in_guest(context) || works(context)) && !fails_before_guest(context)
        },
        questions: &["group-members-not-shown"],
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
    // A script takes the only card from the host at the guest's start.
    Answer {
        is_known: |context| {
            let scripts = context.host.lines.hook_scripts();
            context.host.words.statements.display_stopped.is_some() && !scripts.detached.is_empty()
        },
        questions: &["bound-to-vfio-pci-prerequisite"],
    },
    // The guest has started with the device.
    Answer {
        is_known: |context| has_message(context, "guest-started"),
        questions: &[
            "iommu-not-shown",
            "boot-loader-not-shown",
            "group-not-shown",
            "driver-not-shown",
        ],
    },
    // The guest's program does not start: nothing after it matters.
    Answer {
        is_known: |context| has_message(context, "virt-launcher-not-started"),
        questions: &[
            "kubevirt-permitted-prerequisite",
            "node-allocatable-prerequisite",
            "launcher-memory-prerequisite",
            "device-guest-driver-prerequisite",
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
    Answer {
        is_known: |context| {
            let host = context.host;
            host.words.statements.shared_by_driver.is_some() && !host.names_vfio()
        },
        questions: &[
            "group-not-shown",
            "driver-not-shown",
            "bound-to-vfio-pci-prerequisite",
            "all-functions-assigned-prerequisite",
            "firmware-iommu-prerequisite",
            "group-alone-prerequisite",
        ],
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
        questions: &["host-freeze-reported", "host-failure-at-stop-reported"],
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
            "host-failure-at-stop-reported",
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
        questions: &[
            "failure-not-shown",
            "host-freeze-reported",
            "host-failure-at-stop-reported",
        ],
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
