//! Facts of the trade that sentences or listings name: each stanza of `data/known-facts/`
//! is a finding.

use ::iommu::IommuStatus;
use ::iommu::LogLineKind;
use host_tree::Evidence;
use pci_core::VendorId;

use super::card_kind::{has_notebook_controller, is_of_other_kind};
use super::proven_facts::{OF_OLD_KVM, proof};
use super::steps_of_host;
use crate::doctor::evidence::circumstances::lacks_vfio;
use crate::doctor::guest::guest_drivers::has_current_driver;
use crate::doctor::placeholders::filled_text;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::doctor::stage::failing;
use crate::host::{
    Device, GoodNews, GuestFailure, Host, Platform, Processor, Symptom, named_by_guests,
};
use crate::known_facts::{KnownFact, Scope, Shown, Stage, When};
use crate::remedy::Remedy;
use crate::target::Target;
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// The code of the rule; its findings have the codes of the table.
pub(in crate::doctor) const FAMILY: &str = "known-fact";

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: FAMILY,
    meaning: "A family of findings: each known fact about devices, hosts and guests has its own code.",
    source: "passthru/data/known-facts/, with a source for each",
    causes: &[],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let facts = &context.host.words.stated_facts;
    let devices = context.host.devices.values();
    let possible = facts.possible(devices.map(|device| context.host.name_of(device)));
    let found = possible
        .into_iter()
        .filter(|row| holds(context, row.when) && (!is_change(row) || !works(context)))
        .filter(|row| {
            row.verdict != Verdict::Unknown || !is_change(row) || !is_shown_to_run(context)
        })
        // The remedy of the message says the same.
        .filter(|row| row.code != OF_NOTEBOOKS || !is_repaired_in_message(context))
        // Without the kernel's release the words prove nothing.
        .filter(|row| row.code != OF_OLD_KVM || proof(context, row.code).is_some())
        .filter(|row| row.scope != Scope::HyperV || is_hyper_v(context))
        .filter(|row| !row.is_of_intel || !is_amd(context.host))
        .filter(|row| !OF_APUS.contains(&row.code) || !is_of_other_kind(context.host))
        .filter(|row| !row.answers.contains(NO_PICTURE) || !has_picture(context.host))
        .filter_map(|row| {
            let mut named = facts.named.iter();
            let named = named.find(|fact| fact.value.code == row.code);
            let (functions, shown) = match named {
                Some(fact) => (None, fact.evidence.clone()),
                None => {
                    let device = listed(context, row)?;
                    (Some(device.address), device.shown.clone())
                }
            };
            Some(finding(context, row, shown).of(functions))
        });
    found.chain(prerequisites(context)).collect()
}

/// The rows about the graphics of AMD's processors, which a text may name for another device.
const OF_APUS: [&str; 2] = ["apu-graphics-reset", "apu-needs-rom"];

/// The row about the cards of notebooks.
const OF_NOTEBOOKS: &str = "notebook-gpu-battery";

/// Whether the message of code 43 has the remedy for notebooks.
fn is_repaired_in_message(context: &Context<'_>) -> bool {
    let mut logged = context.host.log_messages.iter();
    logged.any(|one| one.message.code == "guest-code-43")
        && has_current_driver(context)
        && has_notebook_controller(context)
}

/// So many prerequisites are an answer: the last ones are of general uses.
const PREREQUISITES: usize = 3;

/// The prerequisites of the use that the text describes, and that the input does not show.
fn prerequisites(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let is_helped = !host.words.solved.is_empty() || !host.words.explanations.helped.is_empty();
    // In a guest there is nothing to assign, and a guide lists what is needed.
    if host.words.statements.pair_fails.is_some()
        || is_helped
        || host.of_guest.is_some()
        || host.words.guide.is_some()
        || host.fails_before_assignment()
        || has_data(host)
        || !fails(host) && !host.words.statements.has_question
    {
        return Vec::new();
    }
    let works = works(context) || is_shown_to_run(context);
    let failing = failing(context);
    let all = host.words.stated_facts.prerequisites.iter();
    let open = all.filter(|one| {
        let is_later = lacks_vfio(host) && one.item.remedy.is_some_and(|fix| fix.contains("vfio"));
        let is_of_other = one.item.is_of_intel && is_amd(host) || is_later;
        let fits = failing.is_none_or(|failing| fails_at(one.item, failing));
        (one.when == When::Running || !works)
            && !is_of_other
            && fits
            && !one.item.shown().any(|state| shows(context, state))
            // Without its command the condition is that of another system.
            && step(context, one.item).is_some()
    });
    let open = open.take(PREREQUISITES);
    open.map(|one| finding(context, one.item, one.shown.clone()))
        .collect()
}

/// Whether the prerequisite can be the cause of a failure at the stage: an earlier stage must not have been
/// passed. A guest that fails by itself has passed all others.
fn fails_at(item: &KnownFact, failing: Stage) -> bool {
    let mut stages = item.stages();
    stages.any(|stage| stage == failing || stage < failing && failing <= Stage::Started)
}

/// Whether the input lists functions or groups: what is known says more than a list.
fn has_data(host: &Host) -> bool {
    let mut devices = host.devices.values();
    devices.any(|device| device.class.is_some() || device.id.is_some()) || !host.groups.is_empty()
}

/// Whether the input shows the state.
fn shows(context: &Context<'_>, state: Shown) -> bool {
    let host = context.host;
    match state {
        // The kernel needs no option for AMD's.
        Shown::Iommu => {
            let is_set = host.words.statements.firmware_enabled.is_some() && is_amd(host);
            host.iommu.status == IommuStatus::Enabled || is_set && !host.iommu_is_off()
        }
        Shown::CommandLine => host.boot.running_options_shown,
        Shown::Guest => {
            !(host.guests.proxmox_vms.is_empty()
                && host.guests.domains.is_empty()
                && host.guests.vmx_files.is_empty())
        }
        Shown::Log => host.whole_log.is_some() || !host.log_facts.is_empty(),
        // A guest does not start without its device. A change that has broken it since is asked for itself.
        Shown::Running => {
            let mut news = host.words.good_news.iter();
            host.has_worked()
                || host.assigned_shown().is_some()
                || news.any(GoodNews::is_current)
                || host.words.statements.observed.is_some()
                || host.words.code_43_statement.is_some()
                || !host.guests.listings.is_empty()
        }
        Shown::Working => host.words.good_news.iter().any(GoodNews::is_current),
        Shown::InOrder => {
            let mut news = host.words.good_news.iter();
            news.any(|one| matches!(one, GoodNews::Runs(_)))
                && host.words.guest_failure.is_none()
                && host.words.code_43_statement.is_none()
                && host.words.symptoms.is_empty()
        }
        Shown::Started => {
            shows(context, Shown::Running) || is_only_dark(context) || fails_inside(host)
        }
        // `qm start` unbinds the host driver (Proxmox qemu-server PVE/QemuServer/PCI.pm).
        Shown::BoundAtStart => assigns(host),
        Shown::Absent => {
            let failure = host.words.guest_failure.as_ref().map(|one| one.value);
            failure == Some(GuestFailure::DeviceNotSeen)
        }
        Shown::Unlisted => host.words.is_unlisted(),
    }
}

/// Whether the text's failure is one of a guest that has started: with an assigned device the start would
/// fail first. A container starts without its device.
fn fails_inside(host: &Host) -> bool {
    let failure = host.words.guest_failure.as_ref().map(|one| one.value);
    let is_inside = failure.is_some_and(GuestFailure::is_inside);
    // A question for the way to assign a device leaves open whether the guest has it.
    is_inside && !host.is_for_container() && host.words.statements.asks.is_none()
}

/// Whether Proxmox VE's configuration of a guest assigns a device.
fn assigns(host: &Host) -> bool {
    let mut vms = host.guests.proxmox_vms.iter();
    vms.any(|vm| vm.hostpci().next().is_some())
}

/// Whether the text shows the guest's configuration, and complains of a missing picture alone: a guest
/// that does not start has another message.
fn is_only_dark(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut symptoms = host.words.symptoms.iter();
    let mut logged = host.log_messages.iter();
    assigns(host)
        && host.words.guest_failure.is_none()
        && symptoms.any(|one| one.value == Symptom::NoPicture)
        && !logged.any(|one| one.message.verdict == Verdict::Blocker && !one.is_over)
}

fn is_hyper_v(context: &Context<'_>) -> bool {
    let platform = context.host.system.platform.as_ref();
    context.target == Some(Target::HyperV)
        || platform.is_some_and(|found| found.value == Platform::Windows)
}

/// Whether the graphics in the text, or the processor, are AMD's, and none are Intel's: those of Intel's
/// processors are at 00:02.
fn is_amd(host: &Host) -> bool {
    let is_intel = host.words.statements.intel_graphics.is_some()
        || host.devices.values().any(|device| {
            let vendor = device.id.as_ref().map(|id| id.value.vendor);
            device.is_display() && vendor == Some(VendorId::INTEL)
        });
    let is_amd = host.words.statements.amd_graphics.is_some()
        || host.system.processor.as_ref().map(|found| found.value) == Some(Processor::Amd);
    let mut named = named_by_guests(&host.guests.proxmox_vms, &[]).into_iter();
    let is_elsewhere = named.any(|one| {
        let is_place = one.address.bus() == 0 && one.address.slot().device() == 2;
        one.evidence.text.contains("x-vga=1") && !is_place
    });
    (is_amd || is_elsewhere) && !is_intel
}

/// The step of the row, where it fits the host.
fn step(context: &Context<'_>, row: &KnownFact) -> Option<Text> {
    let fits = !row.is_fix_of_linux || context.host_is_linux() || context.host_is_xen();
    let remedy = row.remedy.filter(|_| fits)?;
    if row.code == "intel-graphics-with-rom" && is_in_legacy_mode(context.host) {
        return Some(text!(
            "the configuration has the legacy mode and no virtual display: take the GOP driver and \
             the list of outputs (VBT) for this generation from the board's firmware image, or a ROM \
             built for this processor, as romfile="
        ));
    }
    steps_of_host::step(context, row).or_else(|| Some(filled_text(context, &[], remedy)))
}

/// Whether a guest of Proxmox VE has Intel's graphics as their ROM needs them: in legacy mode, with OVMF
/// and i440fx, the default, and without a virtual display.
fn is_in_legacy_mode(host: &Host) -> bool {
    let is = |value: Option<&str>, wanted: &str| value == Some(wanted);
    host.guests.proxmox_vms.iter().any(|vm| {
        let get = |key: &str| {
            vm.config
                .get(key)
                .map(|entry| entry.value.to_ascii_lowercase())
        };
        let hostpci = get("hostpci0").unwrap_or_default();
        let machine = get("machine");
        hostpci.contains("legacy-igd=1")
            && hostpci.contains("romfile=")
            && is(get("bios").as_deref(), "ovmf")
            && is(get("vga").as_deref(), "none")
            && machine.is_none_or(|machine| machine.starts_with("pc"))
    })
}

fn finding(context: &Context<'_>, row: &KnownFact, shown: Evidence) -> Diagnostic {
    let found = match proof(context, row.code) {
        Some(proof) => {
            let named = (!proof.is_complete).then_some(shown);
            Diagnostic::new(proof.verdict, proof.title.unwrap_or_else(|| row.title()))
                .coded(row.code, row.meaning)
                .evidence(named)
                .evidence(proof.evidence)
        }
        None => Diagnostic::new(row.verdict, row.title())
            .coded(row.code, row.meaning)
            .evidence([shown]),
    };
    let remedy = step(context, row).map(|text| Remedy::Manual {
        step: "known-fact",
        text,
    });
    remedy.into_iter().fold(found, Diagnostic::remedy)
}

/// The listed function with a name of the row.
fn listed<'a>(context: &Context<'a>, row: &KnownFact) -> Option<&'a Device> {
    let has_name = |device: &&Device| {
        let name = context.host.name_of(device).to_lowercase();
        row.listed_names().any(|own| name.contains(own))
    };
    match row.scope {
        Scope::Card => context.functions().find(has_name),
        Scope::Host => context.host.devices.values().find(has_name),
        Scope::HyperV | Scope::Text => None,
    }
}

/// Whether the state of the assignment is that of a row.
fn holds(context: &Context<'_>, when: When) -> bool {
    let host = context.host;
    match when {
        When::Always | When::Running => true,
        When::WithoutIommu => {
            let mut tables = host.log_lines(LogLineKind::FirmwareTable);
            host.iommu.status != IommuStatus::Enabled && tables.next().is_none()
        }
        When::Failing => fails(host) && host.words.solved.is_empty(),
    }
}

/// Whether the text reports a failure.
fn fails(host: &Host) -> bool {
    let mut logged = host.log_messages.iter();
    logged.any(|one| one.message.verdict.is_fault() && !one.is_over) || host.states_failure()
}

/// Whether a guest works with its device, and the text complains of nothing.
fn works(context: &Context<'_>) -> bool {
    let host = context.host;
    let mut news = host.words.good_news.iter();
    news.any(GoodNews::is_current) && !fails(host)
}

/// Whether a list shows a guest with its device as running, and the text complains of nothing.
fn is_shown_to_run(context: &Context<'_>) -> bool {
    context.host.guests.runs_with_device.is_some() && !fails(context.host)
}

/// The question that rows about a guest's missing picture answer.
const NO_PICTURE: &str = "no-picture-reported";

/// Whether the guest works with its card, and what the text complains of is the host's screen.
fn has_picture(host: &Host) -> bool {
    let mut news = host.words.good_news.iter();
    let mut symptoms = host.words.symptoms.iter();
    news.any(|one| matches!(one, GoodNews::Runs(_)))
        && symptoms.any(|one| {
            matches!(
                one.value,
                Symptom::HostDisplayLost | Symptom::HostDisplayNotBack
            )
        })
        && host.words.guest_failure.is_none()
        && host.words.code_43_statement.is_none()
        && host
            .words
            .symptoms
            .iter()
            .all(|one| one.value != Symptom::NoPicture)
}

/// Whether the row is about a change, or an open question.
fn is_change(row: &KnownFact) -> bool {
    !matches!(row.verdict, Verdict::Ok | Verdict::Impossible) && row.when == When::Always
}
