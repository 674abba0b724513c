//! Good news in sentences: a guest runs with its device, sees it, or ran with it earlier; a failure
//! is solved.

use iommu::IommuStatus;

use crate::doctor::later_release::is_of_module;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Fact, GoodNews, Symptom};
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "guest-runs-reported",
        meaning: "A sentence says that a guest runs with its device. A hypervisor starts such a \
                  guest only with an enabled IOMMU and a viable group: both are in order, for \
                  that device and that start. The sentence does not prove the driver in the \
                  guest, or a second start.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: runs,
    },
    Rule {
        code: "guest-sees-reported",
        meaning: "A sentence says that the guest sees its device: the assignment works on the \
                  host, and the rest is up to the guest's driver.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: sees,
    },
    Rule {
        code: "guest-ran-reported",
        meaning: "A sentence says that a guest ran with its device at an earlier time. The \
                  processor, the board and the card are able to do it; a later change of the \
                  software, the firmware or the settings is the cause of a failure.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: ran,
    },
    Rule {
        code: "guest-runs-without-reported",
        meaning: "A sentence says that the guest starts, or works, without the device. A failure \
                  with the device is then related to the assignment, or to the device's driver in \
                  the guest, and not to the guest's disk or system.",
        source: "the sentence itself",
        causes: &[],
        check: runs_without,
    },
    Rule {
        code: "other-guest-works-reported",
        meaning: "A sentence says that the device, or one of the same kind, works in another \
                  guest. The host's part is in order: the cause of the failure is in this guest's \
                  configuration, firmware, system or driver.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: other_guest,
    },
    Rule {
        code: "other-device-works-reported",
        meaning: "A sentence says that other devices are assigned and work. The host's IOMMU is \
                  enabled; the cause of the failure is related to this device, its slot or its \
                  group.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: other_device,
    },
    Rule {
        code: "other-system-works-reported",
        meaning: "A sentence says that the same hardware works with another host system or another \
                  tool. The processor, the board and the card are able to do it: the cause of the \
                  failure is in the settings or the software of this one.",
        source: "the sentence itself",
        causes: &[],
        check: other_system,
    },
    Rule {
        code: "other-mode-works-reported",
        meaning: "A sentence says that the guest works with its device as a PV guest. Xen assigns the \
                  device without a device model there: the cause of the failure is related to the \
                  device model of HVM guests, or to the IOMMU, which a PV guest does not need.",
        source: "Xen docs/man/xl.cfg.5; the sentence itself",
        causes: &[],
        check: other_mode,
    },
    Rule {
        code: "other-tool-works-reported",
        meaning: "A sentence says that the assignment works with another program on this host. \
                  The device and the IOMMU are in order: the cause of the failure is in the program \
                  that fails, in its settings, or in the binding, which the other program may make \
                  itself.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: other_tool,
    },
    Rule {
        code: "other-place-works-reported",
        meaning: "A sentence says that the device works in another slot, board or computer. The \
                  device is not defective: the cause of the failure is related to this slot, this \
                  board or its firmware.",
        source: "the sentence itself",
        causes: &[],
        check: other_place,
    },
    Rule {
        code: "other-firmware-works-reported",
        meaning: "A sentence says that the device works with another firmware of this board. The \
                  processor, the board, the card and the software can do it: the cause of the \
                  failure is in the installed firmware, or in its settings.",
        source: "the sentence itself",
        causes: &[],
        check: other_firmware,
    },
    Rule {
        code: "bare-metal-works-reported",
        meaning: "A sentence says that the device works without a hypervisor: the device is not \
                  defective. The cause of the failure is in the assignment, or in the guest.",
        source: "the sentence itself",
        causes: &[],
        check: bare_metal,
    },
    Rule {
        code: "earlier-release-works-reported",
        meaning: "A sentence says that the assignment works with an earlier release of the \
                  kernel, the hypervisor or the guest's system, or that an update broke it. The \
                  hardware and the firmware can assign the device.",
        source: "Linux Documentation/admin-guide/reporting-regressions.rst; the sentence itself",
        causes: &[],
        check: earlier_release,
    },
    Rule {
        code: "firmware-setting-reported",
        meaning: "A sentence says that the IOMMU (VT-d, AMD-Vi) is enabled in the firmware setup. \
                  Only the kernel log, or a list of IOMMU groups, proves that the kernel uses \
                  the IOMMU.",
        source: "the sentence itself",
        causes: &[],
        check: firmware_setting,
    },
    Rule {
        code: "solution-reported",
        meaning: "The text reports a failure and its solution. Messages of that failure are \
                  listed as past: they do not describe the current state. The solution is the \
                  writer's; the input does not prove it for other hosts.",
        source: "the sentence itself",
        causes: &[],
        check: solved,
    },
];

fn runs(context: &Context<'_>) -> Vec<Diagnostic> {
    // A message that denies the IOMMU weighs more than a sentence.
    if context.host.iommu_is_off() {
        return Vec::new();
    }
    let title =
        text!("the text says that a guest runs with its device: the host can assign the device");
    reported(context, |news| matches!(news, GoodNews::Runs(_)), &title)
}

fn sees(context: &Context<'_>) -> Vec<Diagnostic> {
    // A listing proves it better.
    if !context.host.seen_by_guests().is_empty() {
        return Vec::new();
    }
    let title = text!("the text says that the guest sees its device: the device is assigned");
    reported(context, |news| matches!(news, GoodNews::Seen(_)), &title)
}

fn ran(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the text says that a guest ran with its device at an earlier time: the hardware can \
         assign it"
    );
    reported(context, |news| matches!(news, GoodNews::Ran(_)), &title)
}

fn runs_without(context: &Context<'_>) -> Vec<Diagnostic> {
    // The guest runs with each of two devices, too.
    if context.host.words.statements.pair_fails.is_some() {
        return Vec::new();
    }
    let title = text!(
        "the text says that the guest runs without the device: a failure with the device is \
         related to the assignment or to the device's driver"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::RunsWithout(_)),
        &title,
    )
}

fn other_guest(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the text says that a guest works with such a device: the host can assign it; if another \
         guest fails, the cause is in that guest or its configuration"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::OtherGuest(_)),
        &title,
    )
}

fn other_device(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.iommu_is_off() {
        return Vec::new();
    }
    let title = text!(
        "the text says that other devices are assigned and work: the host's IOMMU is enabled"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::OtherDevice(_)),
        &title,
    )
}

fn other_system(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the text says that the same hardware works with another system or tool: it can assign \
         the device"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::OtherSystem(_)),
        &title,
    )
}

fn other_mode(context: &Context<'_>) -> Vec<Diagnostic> {
    if !context.host_is_xen() {
        return Vec::new();
    }
    let title = text!(
        "the text says that the guest works with the device in the mode PV of Xen: a way to use the \
         device, with less isolation than HVM"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::OtherMode(_)),
        &title,
    )
}

fn other_tool(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the text says that the assignment works with another program on this host: the device and \
         the IOMMU are in order, and the cause is in the program that fails, in its settings or in \
         the binding"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::OtherTool(_)),
        &title,
    )
}

fn other_place(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the text says that the device works in another slot, board or computer: it is not \
         defective; try another slot, and newer firmware of the board"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::OtherPlace(_)),
        &title,
    )
}

fn other_firmware(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the text says that the device works with another firmware of this board: the cause is in the \
         installed firmware or in its settings; return to the other one, and report the failure to the \
         maker of this one"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::OtherFirmware(_)),
        &title,
    )
}

fn bare_metal(context: &Context<'_>) -> Vec<Diagnostic> {
    let title = text!(
        "the text says that the device works without a hypervisor: the device is not defective"
    );
    reported(
        context,
        |news| matches!(news, GoodNews::BareMetal(_)),
        &title,
    )
}

fn earlier_release(context: &Context<'_>) -> Vec<Diagnostic> {
    // Without an earlier release, too, the text says that a guest had the device.
    let mut news = context.host.words.good_news.iter();
    if news.any(|news| matches!(news, GoodNews::Ran(_))) || is_of_module(context) {
        return Vec::new();
    }
    let mut symptoms = context.host.words.symptoms.iter();
    let found = symptoms.find(|found| found.value == Symptom::Regression);
    let title = text!(
        "the text says that the assignment worked before a change: the hardware and the firmware \
         can assign the device"
    );
    let of = |found: &Fact<Symptom>| {
        Diagnostic::new(Verdict::Ok, title).evidence([found.evidence.clone()])
    };
    found.map(of).into_iter().collect()
}

fn firmware_setting(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let shown = host.words.statements.firmware_enabled.as_ref();
    // The state is known, whatever the setting is.
    let shown = shown.filter(|_| host.iommu.status == IommuStatus::Unknown);
    let title = text!(
        "the text says that the IOMMU is enabled in the firmware setup; no line proves that the \
         kernel uses the IOMMU"
    );
    shown
        .map(|shown| Diagnostic::new(Verdict::Ok, title).evidence([shown.clone()]))
        .into_iter()
        .collect()
}

/// The good news of one kind.
fn reported(
    context: &Context<'_>,
    is_wanted: fn(&GoodNews) -> bool,
    title: &Text,
) -> Vec<Diagnostic> {
    let news = context.host.words.good_news.iter();
    let wanted = news.filter(|news| is_wanted(news));
    let of = |news: &GoodNews| {
        Diagnostic::new(Verdict::Ok, title.clone()).evidence([news.shown().clone()])
    };
    wanted.map(of).collect()
}

fn solved(context: &Context<'_>) -> Vec<Diagnostic> {
    let solved = &context.host.words.solved;
    if solved.is_empty() {
        return Vec::new();
    }
    let title = text!("the text reports the failure as solved; these lines name the solution");
    let shown = solved.iter().map(|one| one.shown.clone());
    vec![Diagnostic::new(Verdict::Ok, title).evidence(shown.take(SOLUTIONS))]
}

/// Maximum number of solutions that are quoted.
const SOLUTIONS: usize = 4;
