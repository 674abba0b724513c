//! Problems reported by a message whose causes are not in the input.

use host_tree::Evidence;
use pci_core::Address;

use super::evidence::messages::{Found, found, in_company};
use super::failure_output;
use super::guest::guest_drivers::{has_current_driver, is_of_other_maker};
use super::hardware::card_kind::is_of_other_kind;
use super::hardware::known_facts;
use super::later_release::driver_release;
use super::rule::{Context, Diagnostic, Rule};
use crate::ask::Shell;
use crate::finding::Finding;
use crate::host::{GoodNews, GuestFailure, Symptom};
use crate::messages::Fix;
use crate::remedy::Remedy;
use crate::text::{Text, listed, text};
use crate::verdict::Verdict;

pub(super) const RULES: &[Rule] = &[CAUSE, FAILURE, CODE_43];

const CAUSE: Rule = Rule {
    code: "cause-not-shown",
    meaning: "A message reports a failure, and neither the message nor another line of the input \
              shows the cause. The output of the command distinguishes the possible causes.",
    source: "passthru/data/messages/, with a source for each line",
    causes: &[],
    check,
};

const FAILURE: Rule = Rule {
    code: "failure-not-shown",
    meaning: "A sentence mentions a failure, or the text has nothing else, and no line of the input \
              shows the cause: neither a message of the host, the hypervisor or the guest, nor a \
              state. The findings on the settings hold; the cause is in a log that is not in the \
              input.",
    source: "the input itself",
    causes: &[],
    check: failure_not_shown,
};

const CODE_43: Rule = Rule {
    code: "code-43-reported",
    meaning: "A sentence mentions code 43: Windows stopped the device because its driver reported \
              a problem. The code has many causes: an NVIDIA driver before 465 that detects a \
              hypervisor, a card that was not reset, a ROM that the guest lacks, a BAR without an \
              address, a damaged driver.",
    source: "Microsoft, CM_PROB_FAILED_POST_START; NVIDIA, GeForce GPU Passthrough for Windows \
             Virtual Machine (Beta), driver 465",
    causes: &[],
    check: code_43,
};

fn code_43(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut logged = context.host.log_messages.iter();
    let logged = logged.find(|logged| logged.message.code == "guest-code-43");
    let printed = logged.map(|logged| &logged.evidence);
    let stated = context.host.words.code_43_statement.as_ref();
    let Some(sentence) = stated.or(printed) else {
        return Vec::new();
    };
    if logged.is_some_and(|logged| logged.is_over || !is_of_other_maker(context))
        || (context.others.is_explained)(context, CODE_43.code)
        || is_of_second_start(context)
        || is_of_resizable_bar(context)
        || is_of_other_driver(context)
        || context.host.words.statements.pair_fails.is_some()
    {
        return Vec::new();
    }
    let is_current = has_current_driver(context);
    let title = if is_current {
        text!(
            "not in the input: the cause of code 43; NVIDIA's drivers since 465 accept a virtual \
             machine, so that hiding the hypervisor does not help"
        )
    } else {
        text!(
            "not in the input: the cause of code 43; the guest's driver reported a problem of the \
             device"
        )
    };
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence([sentence.clone()])
            .remedy(Remedy::Manual {
                step: "show-failure",
                text: match Shell::of(context.host, context.target) {
                    Shell::Posix | Shell::Talos => text!(
                        "add {outputs}; usual repairs, in this order: {repairs}",
                        outputs = outputs_of_code_43(context),
                        repairs = repairs_of_code_43(context)
                    ),
                    Shell::Esxi => text!(
                        "add the guest's .vmx file, the version of the guest's driver, and the \
                         guest's vmware.log"
                    ),
                    Shell::Windows => text!(
                        "add the output of Get-VM and Get-VMAssignableDevice (of a GPU partition \
                         Get-VMGpuPartitionAdapter) for the guest, and \
                         the versions of the drivers on the host and in the guest; usual repairs, \
                         in this order: more address space (Set-VM -HighMemoryMappedIoSpace), the \
                         host driver's files copied to the guest again (GPU-PV), a complete power \
                         cycle of the host"
                    ),
                },
            }),
    ]
}

/// The outputs that the input lacks for a cause of the code.
fn outputs_of_code_43(context: &Context<'_>) -> Text {
    let driver = (!has_current_driver(context)).then(|| text!("the version of the guest's driver"));
    let dmesg = text!("the lines of the host's dmesg since the guest started");
    let configuration = failure_output::guest_configuration(context);
    let manager = is_of_vgpu(context).then(|| text!("the output of journalctl -u nvidia-vgpu-mgr"));
    let outputs = configuration.into_iter().chain(driver);
    listed(outputs.chain([dmesg]).chain(manager))
}

/// Whether the text is about NVIDIA's vGPUs.
fn is_of_vgpu(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut kinds = host.named.assignments().iter();
    kinds.any(|kind| kind == "vGPU") && host.words.statements.gvt_g.is_none()
}

/// Whether the text says that resizable BAR makes the difference.
fn is_of_resizable_bar(context: &Context<'_>) -> bool {
    let mut symptoms = context.host.words.symptoms.iter();
    symptoms.any(|found| found.value == Symptom::ResizableBar)
}

/// Whether the text names a release of the guest's driver that works, and others that do not.
fn is_of_other_driver(context: &Context<'_>) -> bool {
    driver_release(context).is_some()
}

/// Whether the device works once per boot of the host: the code is of the next start.
fn is_of_second_start(context: &Context<'_>) -> bool {
    let mut symptoms = context.host.words.symptoms.iter();
    symptoms.any(|found| found.value == Symptom::OncePerBoot)
}

/// The repairs that fit the card, and that the input does not show done.
fn repairs_of_code_43(context: &Context<'_>) -> Text {
    let host = context.host;
    let is_of_others = is_of_other_maker(context);
    let mut logged = host.log_messages.iter();
    let is_hidden = logged.any(|one| one.message.code == "hypervisor-hidden");
    let stated = &host.words.statements;
    let is_of_intel_or_amd = stated.intel_graphics.is_some() || stated.amd_graphics.is_some();
    let is_current = has_current_driver(context);
    let is_of_gvt_g = stated.gvt_g.is_some();
    let is_of_vgpu = is_of_vgpu(context);
    let mut repairs = Vec::new();
    if is_of_vgpu {
        repairs.push(text!("the vGPU guest driver of the same release"));
    } else if is_current {
        repairs.push(text!(
            "another card as the host's boot display, or no boot framebuffer on this one"
        ));
    } else {
        repairs.push(text!("a driver of the card's maker in a current version"));
    }
    let is_of_others =
        is_of_others || host.words.named_card.is_some() || is_of_intel_or_amd || is_of_gvt_g;
    if !is_of_vgpu && !is_of_others && !is_hidden && !is_current {
        repairs.push(text!("the hypervisor hidden (NVIDIA before 465)"));
    }
    // Virtual functions and vGPUs have neither.
    if !is_of_vgpu && !is_of_gvt_g && !is_of_virtual_function(context) {
        repairs.push(text!("resizable BAR disabled"));
        if host.guests.named_roms.is_empty() {
            repairs.push(text!("a ROM file of the card"));
        }
    }
    // A virtual function has a reset of its own.
    if !is_of_virtual_function(context) {
        repairs.push(text!("a complete power cycle of the host"));
    }
    listed(repairs)
}

/// Whether the device is a virtual function, by its listing or by the options that create such
/// functions of Intel's graphics.
fn is_of_virtual_function(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut options = host.settings.kernel_options.iter();
    let mut kinds = host.named.assignments().iter();
    context.functions().any(|one| host.is_virtual_function(one))
        || options.any(|option| option.name == "i915.max_vfs")
        || kinds.any(|kind| kind == "SR-IOV")
}

fn failure_not_shown(context: &Context<'_>) -> Vec<Diagnostic> {
    let failure = context.host.words.guest_failure.as_ref();
    let sentence = failure.map(|failure| &failure.evidence);
    let Some(sentence) = sentence.or(context.host.words.complaint.as_ref()) else {
        return Vec::new();
    };
    // A line of a program, such as `[Error] …`, is no sentence about a guest.
    let is_printed = |line: &Evidence| {
        let text = line.text.trim_start().to_ascii_lowercase();
        ["[error]", "[warning]", "[fail", "[info]"]
            .iter()
            .any(|start| text.starts_with(start))
    };
    if failure.is_some() && is_printed(sentence) {
        return Vec::new();
    }
    // A symptom or a code asks for its own output; without graphics no picture does.
    let asks = |symptom: Symptom| symptom != Symptom::NoPicture || !is_of_other_kind(context.host);
    let mut symptoms = context.host.words.symptoms.iter();
    let is_reported =
        symptoms.any(|found| asks(found.value)) || context.host.words.code_43_statement.is_some();
    if failure.is_none() && is_reported {
        return Vec::new();
    }
    // The other finding names the failure more exactly.
    let is_code_43 = failure.is_some_and(|one| {
        matches!(
            one.value,
            GuestFailure::DriverFails | GuestFailure::AssignmentFails
        )
    }) && context.host.words.code_43_statement.is_some();
    if is_code_43 {
        return Vec::new();
    }
    // The device manager shows the device: another program of the guest does not use it.
    let mut news = context.host.words.good_news.iter();
    if failure.is_some_and(|one| one.value == GuestFailure::DeviceNotSeen)
        && news.any(|one| matches!(one, GoodNews::Seen(_)))
    {
        return Vec::new();
    }
    // An earlier release that works narrows the cause, and is none.
    let others = [
        CAUSE.code,
        FAILURE.code,
        known_facts::FAMILY,
        "regression-reported",
    ];
    if (context.others.find_fault)(context, &others) {
        return Vec::new();
    }
    let title = match failure.map(|failure| failure.value) {
        Some(GuestFailure::NotStarted) => {
            text!("not in the input: the cause of the guest's failed start, which the text reports")
        }
        Some(GuestFailure::Crashes) => {
            text!("not in the input: the cause of the guest's crash, which the text reports")
        }
        Some(GuestFailure::Hangs) => {
            text!("not in the input: the cause of the guest's freeze, which the text reports")
        }
        Some(GuestFailure::DeviceNotSeen) => {
            text!(
                "not in the input: the cause of the device's absence in the guest, which the text \
                 reports"
            )
        }
        Some(GuestFailure::DriverFails) => {
            text!("not in the input: the cause of the driver's failure, which the text reports")
        }
        Some(GuestFailure::DeviceFails) => text!(
            "not in the input: the cause of the device's errors in the guest, which the text \
             reports"
        ),
        Some(GuestFailure::AssignmentFails) if context.host.is_for_container() => text!(
            "not in the input: the cause of the failure in the container, which the text reports"
        ),
        Some(GuestFailure::AssignmentFails) => {
            text!("not in the input: the cause of the failed assignment, which the text reports")
        }
        Some(GuestFailure::Slow) => {
            text!("not in the input: the cause of the low performance, which the text reports")
        }
        None => text!(
            "not in the input: a known cause of the failure that the text mentions; no known \
             message of the host's log, the guest or its driver names one"
        ),
    };
    vec![
        Diagnostic::new(Verdict::Unknown, title)
            .evidence([sentence.clone()])
            .remedy(Remedy::Manual {
                step: "show-failure",
                text: failure_output::request(context, failure.map(|one| one.value)),
            }),
    ]
}

/// Requests the output that shows a failure where a text has yielded neither a device nor a finding.
pub(super) fn request_where_nothing_is_found(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let is_empty = findings.iter().all(|one| one.code == "system-not-judged");
    let stated = &context.host.words.statements;
    let is_answered_elsewhere = stated.asks_knowledge.is_some() || stated.confirms;
    if !is_empty || is_answered_elsewhere || !context.host.devices.is_empty() {
        return;
    }
    let title = text!("not in the input: a line that shows a state, an error or a setting");
    let request = Diagnostic::new(Verdict::Unknown, title).remedy(Remedy::Manual {
        step: "show-failure",
        text: failure_output::request(context, None),
    });
    findings.push(request.finding(&FAILURE));
}

/// Removes the request for a message's cause where another finding about the same function asks for
/// the same output.
pub(super) fn request_once(findings: &mut Vec<Finding>) {
    let requests = findings.iter().filter(|one| {
        one.code != CAUSE.code && one.verdict == Verdict::Unknown && !one.devices.is_empty()
    });
    let requests: Vec<_> = requests
        .filter_map(|one| Some((one.remedy.clone()?, one.devices.clone())))
        .collect();
    findings.retain(|one| {
        let is_repeated = |(remedy, devices): &(Remedy, Vec<Address>)| {
            one.remedy.as_ref() == Some(remedy)
                && one.devices.iter().any(|device| devices.contains(device))
        };
        one.code != CAUSE.code || !requests.iter().any(is_repeated)
    });
}

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    // The writer knows the cause.
    if !context.host.words.explanations.causes.is_empty() {
        return Vec::new();
    }
    let found = found(context);
    let mut reported = Vec::new();
    for one in &found {
        let Found {
            message,
            devices,
            evidence,
            ..
        } = one;
        let Fix::Look(command) = message.fix else {
            continue;
        };
        let company = in_company(context, one, &found);
        // The reason is there, if unknown.
        let is_fault = company.verdict.is_fault();
        let is_open = is_fault && !company.is_consequence && !one.is_over;
        if !is_open || message.is_general || (context.others.is_explained)(context, message.code) {
            continue;
        }
        let argv: Vec<&str> = command.split(' ').collect();
        let title = text!(
            "not in the input: the cause of this message: {title}",
            title = Text::of_table(message.title)
        );
        reported.push(
            Diagnostic::new(Verdict::Unknown, title)
                .of(devices.iter().copied())
                .evidence(evidence.first().cloned())
                .remedy(Remedy::inspect(&argv)),
        );
    }
    reported
}
