//! The changes of findings' remedies, for the plan.

use hostconf::binding::method::Method;
use hostconf::binding::modprobe::{Document, same_module};
use hostconf::binding::modules::{INITRAMFS_MODULES, ListKind, ModuleList};
use hvconf::esxi::{VmxDocument, VmxKey};
use hvconf::proxmox::{ConfigValue, Key, VmConfig};
use list_order::Order as _;

use super::bind_choice::Choice;
use super::document::Blocker;
use super::drafts::Drafts;
use super::error::PlanCause;
use super::options::{self, Options};
use super::{binding, guards};
use crate::answer::causes;
use crate::doctor::{self, Question, Report};
use crate::file_settings::{self, Intent};
use crate::finding::Finding;
use crate::host::{Device, Host};
use crate::remedy::Remedy;
use crate::requirement::{Change, GuestOption, WholeLine};
use crate::target::Target;
use crate::text::Text;
use crate::verdict::Verdict;

/// The blockers that no edit of the plan removes: what follows from a finding that the plan corrects is
/// none, unless it needs consent.
pub(super) fn blockers(host: &Host, report: &Report) -> Vec<Blocker> {
    let is_corrected = |finding: &Finding| {
        let remedy = finding.remedy.as_ref();
        matches!(remedy, Some(Remedy::Plan { .. } | Remedy::Change(_)))
    };
    let causes = causes(host, &report.findings);
    blockers_of(causes.into_iter().flat_map(|(cause, mut following)| {
        // No plan corrects the files of other guests.
        following.retain(|one| {
            let is_of_guest = one.code == "guest-device-missing";
            !is_corrected(cause) || is_of_guest || guards::needs_consent(one.code)
        });
        following.insert(0, cause);
        following
    }))
}

/// The blockers of the guest that the request names: it would not start, whichever functions these
/// findings are about.
pub(super) fn blockers_of_guest(
    host: &Host,
    target: Target,
    vm: Option<&str>,
    known: &[Blocker],
) -> Vec<Blocker> {
    let of_proxmox = host.guests.proxmox_vms.iter().find(|found| {
        let id = found.id.map(|id| id.to_string());
        id.as_deref() == vm
    });
    let mut domains = host.guests.domains.iter();
    let mut of_libvirt = || domains.find(|domain| Some(domain.name.as_str()) == vm);
    let path = of_proxmox
        .map(|found| found.path.as_str())
        .or_else(|| Some(of_libvirt()?.path.as_str()));
    let Some(path) = path.filter(|_| vm.is_some()) else {
        return Vec::new();
    };
    let question = Question {
        devices: Vec::new(),
        target: Some(target),
    };
    let report = doctor::examine(host, &question);
    let of_guest = |finding: &&Finding| {
        let mut lines = finding.evidence.iter();
        lines.next().is_some_and(|line| line.source == path)
    };
    let mut found = blockers_of(report.findings.iter().filter(of_guest));
    found.retain(|blocker| !known.contains(blocker));
    found
}

fn blockers_of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Blocker> {
    let stays = |finding: &&Finding| {
        matches!(finding.verdict, Verdict::Blocker | Verdict::Impossible)
            && matches!(
                finding.remedy,
                Some(Remedy::Manual { .. } | Remedy::Inspect { .. }) | None
            )
    };
    findings
        .filter(stays)
        .map(|finding| Blocker {
            code: finding.code.into(),
            title: finding.title.clone(),
            remedy: finding.remedy.as_ref().map(Remedy::sentence),
            accept: guards::accept(finding.code).into(),
        })
        .collect()
}

/// Removes the blockers that the guest's edited configuration no longer has: a step of the
/// hypervisor may correct a setting whose finding has a manual remedy.
pub(super) fn corrected(
    question: &Question,
    target: Target,
    vm: Option<&str>,
    drafts: &Drafts<'_>,
    blockers: &mut Vec<Blocker>,
) {
    let Some(tree) = drafts.host_tree_below(target.guests()) else {
        return;
    };
    if blockers.is_empty() {
        return;
    }
    let host = Host::read(&tree);
    let mut remaining = self::blockers(&host, &doctor::examine_each(&host, question));
    remaining.extend(blockers_of_guest(&host, target, vm, &remaining));
    blockers.retain(|blocker| remaining.contains(blocker));
}

/// Applies the changes of findings, and returns whether the initramfs must be regenerated. Changes
/// of uncertain findings are skipped.
pub(super) fn apply(
    host: &Host,
    report: &Report,
    functions: &[&Device],
    choice: Choice,
    drafts: &mut Drafts<'_>,
    kernel: &mut Options,
) -> Result<bool, PlanCause> {
    let mut initramfs = false;
    let certain =
        |finding: &&Finding| finding.verdict.is_problem() || finding.verdict == Verdict::NoEffect;
    // From the last line up, so that the numbers of the others remain valid.
    let mut lines: Vec<(&WholeLine, &Text)> = Vec::new();
    for finding in report.findings.iter().filter(certain) {
        let Some(Remedy::Change(change)) = &finding.remedy else {
            continue;
        };
        match change {
            Change::SetKernelOption { .. }
            | Change::RemoveKernelOption { .. }
            | Change::ReplaceKernelOption { .. }
            | Change::RegenerateBootLoader => kernel.change_by(change),
            Change::RegenerateInitramfs => initramfs = true,
            Change::RemoveModuleOption { module, option } => {
                remove_option(finding, module, option, drafts)?;
            }
            Change::MergeVfioIds { .. } => {
                let ids = binding::ids(host, functions, choice);
                let last = host.boot.vfio_ids.last();
                let on_line = choice.is(Method::CommandLineIds)
                    || last.is_some_and(|list| list.value.on_command_line);
                if on_line {
                    options::one_list(host, &ids, kernel);
                }
                binding::merge_ids(host, &ids, on_line, &finding.title, drafts)?;
            }
            Change::RemoveModule { path, module } => {
                remove_module(path, module, &finding.title, drafts)?;
            }
            Change::RemoveLine(line) => lines.push((line, &finding.title)),
            Change::SetGuestOptions { path, options } => {
                set_guest_options(path, options, &finding.title, drafts)?;
            }
        }
    }
    // The plan's lines take the place of those that kmod ignores.
    let is_replaced = |finding: &&Finding| {
        finding.code == "modprobe-line-invalid"
            && matches!(finding.remedy, Some(Remedy::Plan { .. }))
    };
    let replaced = report.findings.iter().filter(is_replaced);
    let replaced: Vec<(WholeLine, &Text)> = replaced
        .filter_map(|finding| Some((WholeLine::of(finding.evidence.first()?)?, &finding.title)))
        .collect();
    lines.extend(replaced.iter().map(|(line, why)| (line, *why)));
    lines.order_by_key(|(line, _)| std::cmp::Reverse(line.line()));
    for (line, why) in lines {
        remove_line(line, why, drafts)?;
    }
    debug_assert!(!functions.is_empty());
    Ok(initramfs)
}

/// Sets keys of a guest's file, where it is in the input.
fn set_guest_options(
    path: &str,
    options: &[GuestOption],
    why: &Text,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let Some(text) = drafts.text(path)? else {
        return Ok(());
    };
    let intents = options.iter().map(|option| Intent::changes(option.key));
    drafts.intend(path, intents.collect::<Vec<_>>());
    let text = if path.ends_with(".vmx") {
        let mut file = VmxDocument::parse(&text);
        for option in options {
            let key = option.key.parse::<VmxKey>();
            let key = key.map_err(|error| PlanCause::edit(path, error))?;
            file.set(&key, &option.value);
        }
        file.to_string()
    } else {
        let mut file = VmConfig::parse(&text);
        for option in options {
            let key = option.key.parse::<Key>();
            let key = key.map_err(|error| PlanCause::edit(path, error))?;
            let value = option.value.parse::<ConfigValue>();
            let value = value.map_err(|error| PlanCause::edit(path, error))?;
            file.set(&key, &value);
        }
        file.to_string()
    };
    drafts.write(path, text, why)
}

fn remove_module(
    path: &str,
    module: &str,
    why: &Text,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let kind = if path == INITRAMFS_MODULES {
        ListKind::InitramfsTools
    } else {
        ListKind::ModulesLoad
    };
    let Some(text) = drafts.text(path)? else {
        return Ok(());
    };
    let mut list = ModuleList::parse(&text, kind);
    let entries = list.entries().iter();
    let named = entries.filter(|entry| same_module(&entry.name, module));
    let intents: Vec<Intent> = named
        .map(|entry| format!("{} {}", entry.name, entry.options))
        .map(|line| Intent::changes_from("module", line.trim()))
        .collect();
    drafts.intend(path, intents);
    list.remove(module);
    drafts.write(path, list.to_string(), why)
}

fn in_modprobe(path: &str) -> bool {
    path.contains("/modprobe.d/")
}

fn remove_option(
    finding: &Finding,
    module: &str,
    option: &str,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    for evidence in finding
        .evidence
        .iter()
        .filter(|line| in_modprobe(&line.source))
    {
        let Some(text) = drafts.text(&evidence.source)? else {
            continue;
        };
        let mut file = Document::parse(&text);
        drafts.intend(
            &evidence.source,
            [Intent::changes(&format!("{module}.{option}"))],
        );
        file.unset_option(module, option);
        drafts.write(&evidence.source, file.to_string(), &finding.title)?;
    }
    Ok(())
}

/// Removes one line of modprobe.d, where the file still has the line that the finding quotes.
pub(super) fn remove_line(
    line: &WholeLine,
    why: &Text,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanCause> {
    let (path, message) = (line.path(), line.text());
    let Some(text) = drafts.text(path)?.filter(|_| in_modprobe(path)) else {
        return Ok(());
    };
    let mut file = Document::parse(&text);
    // An earlier step may have moved the lines.
    let entries = file.entries().iter();
    let same = entries.filter(|entry| entry.text.trim() == message.trim());
    let Some(found) = same
        .map(|entry| entry.line)
        .min_by_key(|at| at.abs_diff(line.line()))
    else {
        return Ok(());
    };
    let settings = file_settings::of(path, message).into_iter();
    let intents = settings.map(|setting| Intent::changes_from(&setting.name, &setting.value));
    drafts.intend(path, intents);
    file.remove_line(found);
    drafts.write(path, file.to_string(), why)
}
