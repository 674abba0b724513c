//! What the doctor would mend, as part of the plan.

use hvconf::binding::method::Method;
use hvconf::binding::modprobe::{Document, same_module};
use hvconf::binding::modules::{INITRAMFS_MODULES, ListKind, ModuleList};

use hvconf::settings::{self, Intent};

use super::choice::Choice;
use super::document::Blocker;
use super::drafts::Drafts;
use super::options::{self, Options};
use super::request::PlanError;
use super::{binding, guards};
use crate::doctor::Report;
use crate::finding::{Finding, Verdict};
use crate::host::{Device, Host};
use crate::remedy::{Remedy, WholeLine};

/// The blockers that no edit of the plan mends.
pub(super) fn blockers(report: &Report) -> Vec<Blocker> {
    let stays = |finding: &&Finding| {
        matches!(finding.verdict, Verdict::Blocker | Verdict::Impossible)
            && matches!(
                finding.remedy,
                Some(Remedy::Manual { .. } | Remedy::Look { .. }) | None
            )
    };
    report
        .findings
        .iter()
        .filter(stays)
        .map(|finding| Blocker {
            code: finding.code.into(),
            title: finding.title.to_string(),
            remedy: finding.remedy.as_ref().map(ToString::to_string),
            accept: guards::accept(finding.code).into(),
        })
        .collect()
}

/// Carries out the remedies that are edits. What a finding that is not certain
/// would mend stays.
pub(super) fn apply(
    host: &Host,
    report: &Report,
    functions: &[&Device],
    choice: Choice,
    drafts: &mut Drafts<'_>,
    kernel: &mut Options,
) -> Result<(), PlanError> {
    let certain =
        |finding: &&Finding| finding.verdict.is_fault() || finding.verdict == Verdict::NoEffect;
    // From the last line up, so that the numbers of the others stay right.
    let mut lines: Vec<(&WholeLine, &str)> = Vec::new();
    for finding in report.findings.iter().filter(certain) {
        match &finding.remedy {
            Some(Remedy::RemoveKernelOption { option }) => {
                if let Ok(parameter) = option.parse() {
                    kernel.remove.push(parameter);
                }
            }
            Some(Remedy::RemoveModuleOption { module, option }) => {
                remove_option(finding, module, option, drafts)?;
            }
            Some(Remedy::MergeVfioIds { .. }) => {
                let ids = binding::ids(host, functions, choice);
                let last = host.vfio_ids.last();
                let on_line = choice.is(Method::CommandLineIds)
                    || last.is_some_and(|list| list.value.on_command_line);
                if on_line {
                    options::one_list(host, &ids, kernel);
                }
                binding::merge_ids(host, &ids, on_line, &finding.title, drafts)?;
            }
            Some(Remedy::RemoveModule { path, module }) => {
                let kind = if path == INITRAMFS_MODULES {
                    ListKind::InitramfsTools
                } else {
                    ListKind::ModulesLoad
                };
                let Some(text) = drafts.text(path)? else {
                    continue;
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
                drafts.write(path, list.to_string(), &finding.title)?;
            }
            Some(Remedy::RemoveLine(line)) => lines.push((line, &finding.title)),
            // The plan itself sees to these.
            Some(
                Remedy::AddVfioIds { .. }
                | Remedy::Plan { .. }
                | Remedy::Look { .. }
                | Remedy::Manual { .. },
            )
            | None => {}
        }
    }
    lines.sort_by_key(|(line, _)| std::cmp::Reverse(line.line()));
    for (line, why) in lines {
        remove_line(line, why, drafts)?;
    }
    debug_assert!(!functions.is_empty());
    Ok(())
}

fn in_modprobe(path: &str) -> bool {
    path.contains("/modprobe.d/")
}

fn remove_option(
    finding: &Finding,
    module: &str,
    option: &str,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
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

/// Takes one line of modprobe.d out, where it still says what the finding rests on.
pub(super) fn remove_line(
    line: &WholeLine,
    why: &str,
    drafts: &mut Drafts<'_>,
) -> Result<(), PlanError> {
    let (path, said) = (line.path(), line.text());
    let Some(text) = drafts.text(path)?.filter(|_| in_modprobe(path)) else {
        return Ok(());
    };
    let mut file = Document::parse(&text);
    // An earlier step may have moved the lines.
    let entries = file.entries().iter();
    let same = entries.filter(|entry| entry.text.trim() == said.trim());
    let Some(found) = same
        .map(|entry| entry.line)
        .min_by_key(|at| at.abs_diff(line.line()))
    else {
        return Ok(());
    };
    let line = settings::of(path, said).into_iter();
    let line = line.map(|setting| Intent::changes_from(&setting.name, &setting.value));
    drafts.intend(path, line);
    file.remove_line(found);
    drafts.write(path, file.to_string(), why)
}
