//! Messages of the catalog `data/messages/`: each in the input is a finding.

use std::collections::BTreeSet;

use host_tree::Evidence;
use iommu::{IommuStatus, KernelLog};
use list_order::Inserts as _;
use pci_core::Address;

use super::locked_memory::{self, compare_limit, is_limit_of_other_release};
use super::message_remedies::{of_circumstance, remedy, remedy_in_guest, without_iommu};
use super::subjects::Subjects;
use super::{circumstances, missing_reset, pulled_card, virtual_function_driver};
use crate::doctor::guest::guest_drivers::is_of_other_maker;
use crate::doctor::isolation::groups::addresses;
use crate::doctor::isolation::iommu::permits_unsafe_interrupts;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::{Host, LogMessage, is_without_iommu};
use crate::messages::{About, Fix, Message};
use crate::remedy::Remedy;
use crate::size::bytes;
use crate::target::Target;
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// The code of the rule; its findings have the codes of the table.
pub(in crate::doctor) const FAMILY: &str = "known-message";

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: FAMILY,
    meaning: "A family of findings: each known message has its own code, with its meaning and the \
              fix.",
    source: "passthru/data/messages/, with a source for each line",
    causes: &[],
    check,
}];

/// Maximum number of lines as evidence of a message: a guest prints it at each attempt.
const LINES: usize = 6;

/// Maximum number of lines for a message about several functions, one for each.
const OF_DEVICES: usize = 8;

/// A message of the input.
pub(in crate::doctor) struct Found {
    pub(in crate::doctor) message: &'static Message,
    /// The functions that it is about.
    pub(in crate::doctor) devices: Vec<Address>,
    /// The lines with the message.
    pub(in crate::doctor) evidence: Vec<Evidence>,
    /// Whether they are a guest's.
    is_of_guest: bool,
    /// Whether the text reports the failure as solved.
    pub(in crate::doctor) is_over: bool,
    /// Whether a sentence with the message calls it misleading.
    is_denied: bool,
}

/// The messages in the input that concern the question, each once.
pub(in crate::doctor) fn found(context: &Context<'_>) -> Vec<Found> {
    let subjects = Subjects::of(context);
    let mut found: Vec<Found> = Vec::new();
    // A line of the same message without a function is about one that another line names.
    let named = context
        .host
        .log_messages
        .iter()
        .filter(|logged| logged.device.is_some());
    let unnamed = context
        .host
        .log_messages
        .iter()
        .filter(|logged| logged.device.is_none());
    // Where each line that names a function is about another one, the lines without one are, too.
    let codes = |is_wanted: &dyn Fn(&LogMessage) -> bool| -> BTreeSet<&'static str> {
        let named = named.clone().filter(|logged| is_wanted(logged));
        named.map(|logged| logged.message.code).into_set()
    };
    let of_named = codes(&|_| true);
    let of_meant = codes(&|logged| is_meant(context, &subjects, logged));
    let is_of_other = |logged: &LogMessage| {
        let code = logged.message.code;
        logged.device.is_none() && of_named.contains(code) && !of_meant.contains(code)
    };
    let is_kept = context.cards.is_empty() && context.host.uses_device_itself();
    for logged in named
        .clone()
        .chain(unnamed)
        .filter(|logged| is_meant(context, &subjects, logged) && !is_of_other(logged))
    {
        // The driver that a guest's log shows is bound there, and a device of the host alone needs it.
        let is_right = logged.is_of_guest || context.host.of_guest.is_some() || is_kept;
        if is_right && matches!(logged.message.fix, Fix::Plan) {
            continue;
        }
        if is_of_other_manager(context, logged) {
            continue;
        }
        let folds = is_folded(logged.message.verdict);
        // A rule about the IOMMU already reports it, but for blocked accesses.
        let is_fault = logged.message.code.starts_with("dma-fault");
        if folds && !is_fault && is_log_fact(&logged.evidence) {
            continue;
        }
        let is_same = |known: &&mut Found| {
            known.message.code == logged.message.code
                && known.is_of_guest == logged.is_of_guest
                && known.is_over == logged.is_over
        };
        let device = subjects.subject(logged);
        match found.iter_mut().find(is_same) {
            Some(known) => {
                let device = device.filter(|device| !known.devices.contains(device));
                let most = if device.is_some() { OF_DEVICES } else { LINES };
                known.devices.extend(device);
                known.is_denied |= logged.is_denied();
                if known.evidence.len() < most {
                    known.evidence.push(logged.evidence.clone());
                }
            }
            None => found.push(Found {
                message: logged.message,
                devices: device.into_iter().collect(),
                evidence: vec![logged.evidence.clone()],
                is_of_guest: logged.is_of_guest,
                is_over: logged.is_over,
                is_denied: logged.is_denied(),
            }),
        }
    }
    let mut kept = found
        .iter()
        .map(|one| !is_cut_short(one, &found))
        .collect::<Vec<_>>()
        .into_iter();
    found.retain(|_| kept.next().unwrap_or(true));
    found
}

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = found(context);
    found
        .iter()
        .filter(|one| one.message.code != "i915-bound" || !shares(context.host, one, &found))
        .filter(|one| !is_explained_in_line(one, &found))
        // Nothing but the code is known: its repairs are those of NVIDIA's drivers.
        .filter(|one| {
            one.message.code != "guest-code-43" || one.is_over || !is_of_other_maker(context)
        })
        .map(|one| {
            let Found {
                message,
                devices,
                evidence,
                is_of_guest,
                is_over,
                ..
            } = one;
            let Company { verdict, title, .. } = in_company(context, one, &found);
            let refused = refused_module(message, evidence);
            let needed = refused.filter(|name| is_needed(name));
            let (verdict, title) = match (refused, needed) {
                (None, _) => (verdict, title),
                (_, Some(module)) => (Verdict::Blocker, text!("{title}: {module}", title, module)),
                (Some(module), None) => (verdict, text!("{title}: {module}", title, module)),
            };
            let is_fault = verdict.is_fault();
            if *is_over && (is_fault || verdict == Verdict::Unknown) {
                return Diagnostic::new(Verdict::Harmless, reported_as_solved(&title))
                    .coded(message.code, message.meaning)
                    .of(devices.iter().copied())
                    .evidence(evidence.iter().cloned());
            }
            let awake = stays_awake(context, message);
            if let Some(board) = without_iommu_on_board(context, message) {
                return board.evidence(evidence.iter().cloned());
            }
            let (verdict, title) = match &awake {
                Some(_) => (
                    Verdict::Fix,
                    text!(
                        "{title}; disable_idle_d3=1 prevents that from the next boot on",
                        title
                    ),
                ),
                None => (verdict, title),
            };
            let helped = circumstances::helped(context.host, message).filter(|_| is_fault);
            let (verdict, title) = match (helped, message.repair) {
                (Some(_), Some(setting)) => (
                    Verdict::Check,
                    text!(
                        "the text says that {setting} helps: {title}",
                        setting = Text::of_table(setting),
                        title
                    ),
                ),
                _ => (verdict, title),
            };
            let title = match region(message, evidence) {
                Some((name, size, start)) => text!(
                    "{title} ({name}: {size} from {start})",
                    title,
                    name,
                    size,
                    start
                ),
                None => title,
            };
            let title = match (devices.as_slice(), limit(evidence)) {
                (_, Some(limit)) => text!("{title}: the limit is {limit}", title, limit),
                // Messages about guests say so in their text.
                ([], None) if *is_of_guest && message.about != About::Guest => {
                    match message.title_in_guest {
                        Some(title) => Text::of_table(title),
                        None => text!("in the guest: {title}", title),
                    }
                }
                ([], None) => title,
                (devices, None) => text!("{functions}: {title}", functions = list(devices), title),
            };
            // A larger limit than the guest's memory is not the one of the table.
            let is_of_release =
                verdict == Verdict::Check && is_limit_of_other_release(context, message);
            let meaning = if is_of_release { "" } else { message.meaning };
            let reported = Diagnostic::new(verdict, title)
                .coded(message.code, meaning)
                .of(devices.iter().copied())
                .evidence(evidence.iter().cloned())
                .evidence(helped.cloned())
                .evidence(awake.clone());
            if awake.is_some() {
                return reported.remedy(Remedy::Manual {
                    step: "cold-boot",
                    text: text!(
                        "power the host off and on again; if the message comes again, write 0 to \
                         the function's d3cold_allowed"
                    ),
                });
            }
            let remedy = if *is_of_guest {
                let fitting = circumstances::fitting(context, message, evidence);
                match fitting {
                    Some(fix) => of_circumstance(context, devices, fix),
                    None => remedy_in_guest(context, message, evidence),
                }
            } else {
                remedy(context, message, devices, evidence)
            };
            let remedy = if is_missing_reset(context, one, &found) {
                Some(missing_reset::test())
            } else if is_of_release {
                Some(compare_limit())
            } else {
                remedy.filter(|_| {
                    is_own_verdict(message, verdict) || needed.is_some() || helped.is_some()
                })
            };
            remedy.into_iter().fold(reported, Diagnostic::remedy)
        })
        .collect()
}

/// Whether a sentence of a host with Proxmox VE has words that only libvirt prints, without the form of
/// its programs: `error: Failed to reset PCI device` of virsh. Proxmox VE has similar words of its own.
fn is_of_other_manager(context: &Context<'_>, logged: &LogMessage) -> bool {
    let mut lines = logged.message.lines.iter();
    context.target == Some(Target::Proxmox)
        && lines.all(|line| line.source().starts_with("libvirt "))
        && !logged.evidence.text.to_ascii_lowercase().contains("error:")
        && !logged.evidence.text.contains("libvirt")
}

/// The module that Secure Boot refuses, in the words of kmod and systemd; one without which no guest
/// starts is the one that counts.
fn refused_module<'a>(message: &Message, evidence: &'a [Evidence]) -> Option<&'a str> {
    if message.code != "module-not-signed" {
        return None;
    }
    let named = evidence.iter().filter_map(|line| {
        let rest = line.text.split_once(" insert ")?.1;
        let rest = rest.strip_prefix("module ").unwrap_or(rest);
        let file = rest
            .trim_start_matches('\'')
            .split(['\'', ':', ' '])
            .next()?;
        let file = file.rsplit('/').next()?;
        let name = file.split(".ko").next()?;
        (!name.is_empty() && name.len() <= 64).then_some(name)
    });
    let named: Vec<&str> = named.collect();
    let mut needed = named.iter().filter(|name| is_needed(name));
    needed.next().or(named.first()).copied()
}

/// Whether every assignment with KVM needs the module.
fn is_needed(module: &str) -> bool {
    let starts = ["vfio", "kvm", "irqbypass"];
    starts.iter().any(|start| module.starts_with(start))
}

/// Whether each line is the start of a message that another line has in whole, and with another meaning: a title
/// quotes `Unable to reset PCI device` alone.
fn is_cut_short(one: &Found, found: &[Found]) -> bool {
    const REASONS: [&str; 3] = ["no FLR", "not doing bus reset", "Failed to reset"];
    let has_reason = |line: &Evidence| REASONS.iter().any(|reason| line.text.contains(reason));
    let mut others = found.iter();
    one.message.code == "xen-reset-refused"
        && others.any(|other| other.message.code == "xen-reset-after-failed-start")
        && !one.evidence.iter().any(has_reason)
}

/// Whether each line of a failed start also has the message that is the reason.
fn is_explained_in_line(one: &Found, found: &[Found]) -> bool {
    const STARTS: [&str; 2] = ["proxmox-start-failed", "virsh-start-failed"];
    let has_reason = |line: &Evidence| {
        let mut others = found
            .iter()
            .filter(|other| other.message.verdict.is_problem());
        others.any(|other| {
            let mut lines = other.evidence.iter();
            lines.any(|one| one.line == line.line && one.source == line.source)
        })
    };
    // `error: Failed to start domain 'x' error: Cannot recv data`
    let has_error = |line: &Evidence| {
        let behind = line.text.split_once("Failed to start domain");
        behind.is_some_and(|(_, behind)| behind.contains("error: "))
    };
    let is_explained = |line: &Evidence| has_reason(line) || has_error(line);
    STARTS.contains(&one.message.code) && one.evidence.iter().all(is_explained)
}

/// Whether the text, or another message, is that the driver of the function divides it among guests:
/// such a function keeps its driver.
fn shares(host: &Host, one: &Found, found: &[Found]) -> bool {
    let codes = [
        "mdev-registered",
        "intel-gpu-vfs-enabled",
        "intel-gpu-vfs-possible",
    ];
    let is_of = |other: &Found| {
        other
            .devices
            .iter()
            .any(|device| one.devices.contains(device))
    };
    let mut others = found
        .iter()
        .filter(|other| codes.contains(&other.message.code));
    others.any(is_of)
        || one
            .devices
            .iter()
            .any(|device| host.shares_graphics(*device))
}

/// A message about a missing IOMMU on a board that has none for PCIe.
fn without_iommu_on_board(context: &Context<'_>, message: &Message) -> Option<Diagnostic> {
    let board = context.host.words.statements.raspberry_pi.as_ref()?;
    if !is_without_iommu(message.code) {
        return None;
    }
    let title = text!(
        "the Raspberry Pi has no IOMMU that VFIO can use for PCIe: no PCI device can be assigned"
    );
    let reported = Diagnostic::new(Verdict::Impossible, title).coded(message.code, "");
    Some(
        reported
            .evidence([board.clone()])
            .remedy(without_iommu(context)),
    )
}

/// Functions in a title: the first few, and how many more there are.
fn list(devices: &[Address]) -> String {
    const NAMED: usize = 4;
    let named = addresses(devices.iter().take(NAMED).copied());
    match devices.len().checked_sub(NAMED) {
        None | Some(0) => named,
        Some(more) => format!("{named} and {more} more"),
    }
}

/// The line that keeps functions awake, for a message about one that did not wake up.
fn stays_awake(context: &Context<'_>, message: &Message) -> Option<Evidence> {
    if !matches!(message.code, "stuck-in-d3" | "vfio-runtime-resume-failed") {
        return None;
    }
    let settings = &context.host.settings;
    let mut options = settings.module_option("vfio-pci", "disable_idle_d3");
    let is_on = |value: &Option<String>| !matches!(value.as_deref(), Some("0" | "n" | "N"));
    let option = options.find(|option| is_on(&option.value))?;
    Some(option.evidence.clone())
}

/// The limit of locked memory in a line such as `RLIMIT_MEMLOCK (67108864) exceeded`, which
/// the kernel prints in bytes (Linux drivers/vfio/vfio_iommu_type1.c).
fn limit(evidence: &[Evidence]) -> Option<String> {
    evidence.iter().find_map(|line| {
        let (_, rest) = line.text.split_once("RLIMIT_MEMLOCK (")?;
        let (number, _) = rest.split_once(')')?;
        Some(bytes(number.parse().ok()?))
    })
}

/// The name, the size and the start of the guest's memory that a line of QEMU names.
fn region(message: &Message, evidence: &[Evidence]) -> Option<(String, String, String)> {
    if message.code != "dma-map-guest-memory" {
        return None;
    }
    evidence.iter().find_map(|line| {
        let (_, rest) = line.text.split_once("Region ")?;
        let (name, rest) = rest.split_once(": vfio_")?;
        let (_, arguments) = rest.split_once("dma_map(")?;
        let mut numbers = arguments.split(", ").skip(1);
        let (start, size) = (numbers.next()?, numbers.next()?);
        let size = u64::from_str_radix(size.strip_prefix("0x")?, 16).ok()?;
        let is_short = start.len() <= 18 && name.len() <= 40;
        is_short.then(|| (name.to_owned(), bytes(size), start.to_owned()))
    })
}

/// Effect of the other messages of the input on a message.
pub(in crate::doctor) struct Company {
    pub(in crate::doctor) verdict: Verdict,
    pub(in crate::doctor) title: Text,
    /// Whether another message of the input is its cause: the finding of that one has it as a
    /// consequence.
    pub(in crate::doctor) is_consequence: bool,
}

/// Messages of the host after which a driver in the guest cannot use the device.
const OF_HANDOVER: [&str; 4] = [
    "bar-not-reserved",
    "config-space-lost",
    "device-stuck-in-low-power",
    "bar-access-busy",
];

/// The title of a finding that the text reports as solved.
pub(in crate::doctor) fn reported_as_solved(title: &Text) -> Text {
    text!("reported as solved: {title}", title = title.clone())
}

/// The fact of the running host, or the sentence, that contradicts a message.
fn against(host: &Host, one: &Found) -> Option<Text> {
    let message = one.message;
    if one.is_denied {
        return Some(text!("the sentence that calls it misleading"));
    }
    if is_without_iommu(message.code) {
        let mut loaded = host.lines.loaded_modules().iter();
        let is_vfio = loaded.any(|module| module.value.starts_with("vfio"));
        let is_in_group = host.iommu.status == IommuStatus::Enabled && !host.groups.is_empty();
        return (is_vfio && is_in_group)
            .then(|| text!("the IOMMU groups and the loaded module of VFIO"));
    }
    let is_remapping = message.code == "vfio-no-interrupt-remapping";
    (is_remapping && permits_unsafe_interrupts(host))
        .then(|| text!("allow_unsafe_interrupts=1 of the running kernel"))
}

/// The word under `follows` for any message that names a reason.
const ANY_BLOCKER: &str = "*";

/// A message that only follows from the one with this code.
fn consequence(message: &Message, cause: &str) -> Company {
    Company {
        verdict: Verdict::Harmless,
        title: text!(
            "consequence of another message ({cause}): {title}",
            cause,
            title = Text::of_table(message.title)
        ),
        is_consequence: true,
    }
}

/// The verdict and the title of a message, given the other messages of the input.
///
/// A message that follows [`ANY_BLOCKER`] is a consequence of each blocker about the same device.
pub(in crate::doctor) fn in_company(context: &Context<'_>, one: &Found, all: &[Found]) -> Company {
    let (message, devices) = (one.message, &one.devices);
    if let Some(verdict) = pulled_card::superseded(context.host, message, &one.evidence) {
        return Company {
            verdict,
            title: text!(
                "{title}; a later line has a card in the slot again",
                title = Text::of_table(message.title)
            ),
            is_consequence: false,
        };
    }
    if pulled_card::is_of_pulled_card(context.host, message, &one.evidence) {
        return consequence(message, pulled_card::REMOVED);
    }
    // Messages about different cards are unrelated.
    let is_of_same = |others: &[Address]| {
        others.is_empty()
            || devices.iter().all(|device| {
                let mut others = others.iter();
                others.any(|other| context.host.belong_together(*device, *other))
            })
    };
    let is_cause = |other: &Found, code: &str| {
        other.message.code == code
            && other.is_of_guest == one.is_of_guest
            && is_of_same(&other.devices)
    };
    let is_there = |code: &&&'static str| {
        let mut all = all.iter();
        all.any(|other| {
            is_cause(other, code) && is_of_same_file(code, &other.evidence, &one.evidence)
        })
    };
    // A cause in the same line is nearer than one of another attempt.
    let is_in_line = |code: &&&'static str| {
        let mut all = all.iter();
        all.any(|other| is_cause(other, code) && shares_line(&other.evidence, &one.evidence))
    };
    // The guest's driver fails on a device that the host did not hand over.
    let is_failed_driver = one.is_of_guest && message.verdict.is_problem();
    let mut of_host = all.iter();
    let of_host =
        of_host.find(|other| !other.is_of_guest && OF_HANDOVER.contains(&other.message.code));
    if let Some(cause) = of_host.filter(|_| is_failed_driver) {
        return consequence(message, cause.message.code);
    }
    // The line only says that another one has the reason.
    let is_pointer = message.follows.contains(&ANY_BLOCKER);
    let mut follows = message.follows.iter();
    let nearest = follows.find(is_in_line);
    if let Some(cause) = nearest.or_else(|| message.follows.iter().find(is_there)) {
        // A line that only points to another one is harmless beside it, and so is one that follows from
        // something harmless, or from a limit under which another release works.
        let mut others = all.iter();
        let known = others.find(|other| other.message.code == *cause);
        let is_fine = known.is_some_and(|cause| {
            let superseded = pulled_card::superseded(context.host, cause.message, &cause.evidence);
            let follows_limit = || {
                let is_there = |code: &str| all.iter().any(|other| other.message.code == code);
                locked_memory::follows(context, cause.message, is_there)
            };
            superseded.unwrap_or(cause.message.verdict) == Verdict::Harmless
                || is_limit_of_other_release(context, cause.message)
                || follows_limit()
        });
        let verdict = match is_fine || is_pointer {
            true => Verdict::Harmless,
            false => message.verdict,
        };
        return Company {
            verdict,
            ..consequence(message, cause)
        };
    }
    let is_reason = |other: &&Found| {
        other.message.verdict == Verdict::Blocker
            && !other.message.is_general
            && !other.message.follows.contains(&ANY_BLOCKER)
            && other.is_of_guest == one.is_of_guest
            && is_of_same(&other.devices)
    };
    if let Some(cause) = all.iter().find(is_reason).filter(|_| is_pointer) {
        return consequence(message, cause.message.code);
    }
    let disputed_by = || message.disputed_by.iter().find(is_there);
    let other = || disputed_by().map(|other| text!("another message ({other})", other));
    // What the host has proves nothing about a pod.
    let is_of_pod = is_without_iommu(message.code) && circumstances::is_of_pod(context.host);
    let fact = against(context.host, one).or_else(other);
    if let Some(fact) = fact.filter(|_| !is_of_pod || one.is_denied) {
        let title = text!(
            "contradicts {fact}: {title}",
            fact,
            title = Text::of_table(message.title)
        );
        // A container hides the tables of a host that has them.
        let is_hidden = message.code == "validate-no-iommu-table"
            && context.host.words.statements.in_container.is_some();
        return Company {
            verdict: if is_hidden {
                Verdict::Harmless
            } else {
                Verdict::Unknown
            },
            title,
            is_consequence: false,
        };
    }
    let title = Text::of_table(message.title);
    if is_missing_reset(context, one, all) {
        return Company {
            verdict: Verdict::Unknown,
            title: text!("{title}; the guest's failure may be a consequence", title),
            is_consequence: false,
        };
    }
    if virtual_function_driver::requests(context.host, message, &one.evidence) && !one.is_of_guest {
        return Company {
            verdict: Verdict::Harmless,
            title: text!(
                "the host's own driver of the virtual function requested another MAC address than the \
                 host set, and no guest"
            ),
            is_consequence: true,
        };
    }
    if is_limit_of_other_release(context, message) {
        return Company {
            verdict: Verdict::Check,
            title: text!(
                "the guest's locked memory reaches the limit, although the text says that an earlier \
                 release works"
            ),
            is_consequence: false,
        };
    }
    let is_known = || !one.devices.is_empty() || is_only_result(context.host, message);
    let named = message.named_verdict.filter(|_| is_known());
    Company {
        verdict: named.unwrap_or(message.verdict),
        title,
        is_consequence: false,
    }
}

/// Whether the verdict is one that the catalog has for the message.
fn is_own_verdict(message: &Message, verdict: Verdict) -> bool {
    verdict == message.verdict || Some(verdict) == message.named_verdict
}

/// Whether the text quotes one result of SurveyDDA.ps1 alone: that of the device in question. A complete survey
/// has a result for each device.
fn is_only_result(host: &Host, message: &Message) -> bool {
    const SURVEY: &str = "hyperv-survey-";
    let logged = host.log_messages.iter();
    let mut results = logged.filter(|one| one.message.code.starts_with(SURVEY));
    // The name of the device is above its result.
    let is_named = |one: &LogMessage| one.evidence.line.is_some_and(|line| line > 1);
    message.code.starts_with(SURVEY)
        && results.next().is_some_and(is_named)
        && results.next().is_none()
}

/// Whether the two have a line in common.
pub(in crate::doctor) fn shares_line(some: &[Evidence], others: &[Evidence]) -> bool {
    some.iter().any(|one| {
        let mut others = others.iter();
        others.any(|other| one.line == other.line && one.source == other.source)
    })
}

/// Whether the file that a denial names is one of the other message, if the denial names any.
pub(in crate::doctor) fn is_of_same_file(
    code: &str,
    denial: &[Evidence],
    others: &[Evidence],
) -> bool {
    if code != "apparmor-denies-guest" {
        return true;
    }
    let named = denial.iter().filter_map(|line| {
        let (_, rest) = line.text.split_once(" name=\"")?;
        Some(rest.split_once('"')?.0)
    });
    let mut named = named.filter(|path| path.contains('/'));
    named.any(|path| others.iter().any(|line| line.text.contains(path)))
}

/// Whether a missing reset may be the cause of the guest's failure: no other message explains it.
fn is_missing_reset(context: &Context<'_>, one: &Found, all: &[Found]) -> bool {
    let is_explained = || {
        let mut others = all.iter().filter(|other| !other.is_over);
        others.any(|other| other.message.verdict.is_problem())
    };
    !one.is_over && missing_reset::may_be_cause(context.host, one.message.code) && !is_explained()
}

/// Whether the line is one that the rules about the IOMMU rest on.
fn is_log_fact(line: &Evidence) -> bool {
    !iommu::facts(&KernelLog::parse("dmesg", &line.text)).is_empty()
}

/// Whether one finding is enough for all functions.
const fn is_folded(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Harmless | Verdict::Ok | Verdict::Unknown)
}

/// Messages about errors that the hardware repaired, which any port of the host reports.
const OF_ANY_PORT: [&str; 2] = ["aer-corrected", "aer-details"];

/// Whether the message is about a function that is to be assigned, or about none that the
/// question excludes.
fn is_meant(context: &Context<'_>, subjects: &Subjects, logged: &LogMessage) -> bool {
    let is_of_assigned = logged.message.about == About::Assigned;
    let Some(device) = subjects.subject(logged) else {
        return true;
    };
    if context.is_asked(device) {
        return true;
    }
    // The address of the port names the slot of the link.
    if OF_ANY_PORT.contains(&logged.message.code) && context.asked.is_empty() {
        return true;
    }
    let known = context.host.devices.get(&device);
    let is_bridge =
        known.is_some_and(|device| device.is_bridge()) || subjects.is_of_port(logged, device);
    // Without a card in question it may concern any function; the host's settings only show which
    // cards were tried.
    !is_bridge && context.asked.is_empty() && (!is_of_assigned || context.cards.is_empty())
}
