//! A finding: the title, the lines that prove it, and the remedy.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use hostconf::boot::loader::{Loader, LoaderKind};

use super::super::wrap::{paragraph, paragraph_with};
use super::quotation::{LINES, ROWS};
use super::{Detail, Page};
use crate::doctor::SETTING_DONE;
use crate::finding::Finding;
use crate::host::Host;
use crate::input::is_logged;
use crate::remedy::{Remedy, looked};
use crate::requirement::Change;
use crate::text::{Text, listed, text};
use crate::verdict::Verdict;

/// Findings whose sentence is the statement.
const SENTENCES: [&str; 3] = ["cause-reported", "remedy-reported", "solution-reported"];

/// The words before the title of a message that follows from another.
fn of_another(cause: &str) -> Text {
    text!(
        "consequence of another message ({cause}): {title}",
        cause,
        title = ""
    )
}

/// Sentences of a meaning on one screen: the first say why, the others name special cases.
const SENTENCES_SHOWN: usize = 2;

/// Consequences that are named in one screen.
const CONSEQUENCES: usize = 2;

impl Page<'_> {
    /// One finding; each of several problems has one row of evidence. The results in `checked` are
    /// not repeated.
    pub(super) fn one(
        &self,
        finding: &Finding,
        consequences: &[&Finding],
        are_several: bool,
        checked: &mut BTreeSet<Text>,
    ) -> String {
        let indent = " ".repeat(self.style.verdict_columns());
        let mut title = format!("{} [{}]", self.style.say(&finding.title), finding.code);
        // For a correct setting, the place of the evidence suffices.
        let is_verbose = self.view.detail == Detail::Verbose;
        let is_told = SENTENCES.contains(&finding.code);
        let is_short = finding.verdict == Verdict::Ok && !is_verbose && !is_told;
        if let Some(proof) = finding.evidence.first().filter(|_| is_short) {
            let _ = write!(title, " ({})", self.place(proof));
        }
        let mut text = self.style.with_verdict(finding.verdict, &title);
        if self.view.detail == Detail::Quiet || is_short {
            return text;
        }
        // A line without a known cause has little weight compared to a blocker.
        let mut findings = self.report.findings.iter();
        let is_blocked = findings.any(|finding| finding.verdict == Verdict::Blocker);
        if finding.verdict == Verdict::Unknown && is_blocked && !is_verbose {
            return text;
        }
        let count = match finding.verdict {
            _ if is_verbose => usize::MAX,
            Verdict::Harmless | Verdict::Ok | Verdict::NoEffect => 1,
            _ if are_several => 1,
            _ => LINES,
        };
        let rows = if are_several { 1 } else { ROWS };
        for evidence in finding.evidence.iter().take(count) {
            text.push_str(&self.quoted(&indent, evidence, &finding.title, rows));
        }
        if let Some(meaning) = self.explanation(finding) {
            text.push_str(&paragraph(&indent, &meaning, self.style.columns));
        }
        if let Some(remedy) = &finding.remedy {
            let first = format!("{indent}-> ");
            let own = self.of_nixos(remedy);
            let own = own.or_else(|| around(self.host, finding, remedy));
            let remedy = own.as_ref().unwrap_or(remedy);
            text.push_str(&super::super::remedy(&first, remedy, self.call, self.style));
        }
        // A question asks for it as it is.
        if finding.verdict.may_need_change()
            && let Some(Remedy::Manual {
                step: name,
                text: step,
            }) = &finding.remedy
            && *name != SETTING_DONE
            && let Some(done) = self.done(step)
        {
            text.push_str(&paragraph(
                &format!("{indent}   "),
                &done,
                self.style.columns,
            ));
        }
        // One result may show several remedies; a plan has checks of its own.
        let is_planned =
            matches!(finding.remedy, Some(Remedy::Plan { .. })) && self.call.has_plan();
        if let Some(check) = finding.check.as_ref()
            && !is_planned
            && checked.insert(check.clone())
        {
            let line = self.style.say(&text!("check: {check}", check));
            let commands = line.split('`').skip(1).step_by(2).map(str::to_owned);
            let commands: Vec<String> = commands.collect();
            let first = format!("{indent}   ");
            text.push_str(&paragraph_with(
                &first,
                &line,
                &commands,
                self.style.columns,
            ));
        }
        if is_verbose {
            for consequence in consequences {
                let line = format!(
                    "{}: {} [{}]",
                    self.style.say(&consequence.verdict.label()),
                    self.style.say(&consequence.title),
                    consequence.code
                );
                let first = format!("{indent}{} ", self.style.say(&text!("also causes:")));
                text.push_str(&paragraph(&first, &line, self.style.columns));
            }
        } else if !consequences.is_empty() && !are_several {
            let mut known = BTreeSet::new();
            let mut named = consequences
                .iter()
                .filter(|finding| known.insert(finding.code))
                .map(|one| self.consequence(one, finding));
            let first = format!("{indent}{} ", self.style.say(&text!("also causes:")));
            let shown: Vec<String> = named.by_ref().take(CONSEQUENCES).collect();
            let more = named.count();
            let more = (more > 0).then(|| self.style.say(&text!("and {more} more (-v)", more)));
            let line: Vec<String> = shown.into_iter().chain(more).collect();
            text.push_str(&paragraph(&first, &line.join("; "), self.style.columns));
        }
        text
    }

    /// The meaning of a problem, where a pasted text has few of them.
    fn explanation(&self, finding: &Finding) -> Option<String> {
        let is_normal = self.view.detail == Detail::Normal && self.view.only.is_empty();
        // The text asks for the meaning of the message; that of a consequence is its cause's.
        let is_asked = is_normal
            && finding.verdict == Verdict::Harmless
            && self.is_quoted(finding)
            && !self.is_consequence(finding);
        let is_wanted = is_asked || finding.verdict.may_need_change() && self.is_explained_screen();
        let meaning = finding.meaning.filter(|_| is_wanted)?;
        let meaning = self.style.say(&Text::of_table(meaning));
        let ends = meaning.match_indices(['.', '。']).filter(|(at, end)| {
            let rest = meaning.get(at + end.len()..).unwrap_or_default();
            *end == "。" || rest.starts_with(' ') || rest.is_empty()
        });
        let end = ends
            .map(|(at, end)| at + end.len())
            .nth(SENTENCES_SHOWN - 1);
        Some(meaning.get(..end.unwrap_or(meaning.len()))?.to_owned())
    }

    /// The parts of a remedy that the text reports as done.
    fn done(&self, step: &Text) -> Option<String> {
        let step = step.to_string().to_lowercase();
        let all = self.host.words.done.iter();
        let names = all.filter(|done| done.value.is_in(&step));
        let names: Vec<Text> = names.map(|done| Text::of_table(done.value.name)).collect();
        let wording = text!(
            "(the text names it: {names}; check whether it is in effect)",
            names = listed(names.iter())
        );
        (!names.is_empty()).then(|| self.style.say(&wording))
    }

    /// The title of a consequence, with its code.
    fn consequence(&self, finding: &Finding, cause: &Finding) -> String {
        let title = self.style.say(&finding.title);
        let before = self.style.say(&of_another(cause.code));
        let title = title.strip_prefix(&before).unwrap_or(&title);
        format!("{title} [{}]", finding.code)
    }

    /// Whether the title says that the finding is a consequence of another message.
    pub(super) fn is_consequence(&self, finding: &Finding) -> bool {
        let before = self.style.say(&of_another(""));
        let before = before.split(['(', '（']).next().unwrap_or_default();
        !before.is_empty() && self.style.say(&finding.title).starts_with(before)
    }

    /// The remedy in the words of NixOS, whose kernel options are in `boot.kernelParams` (NixOS
    /// manual, "Linux Kernel").
    fn of_nixos(&self, remedy: &Remedy) -> Option<Remedy> {
        let Loader::Known {
            kind: LoaderKind::NixOs,
            ..
        } = &self.host.boot.loader
        else {
            return None;
        };
        let Remedy::Change(change) = remedy else {
            return None;
        };
        let text = match change {
            Change::SetKernelOption { option, .. } => {
                text!("add {option} to boot.kernelParams", option)
            }
            Change::RemoveKernelOption { option } => {
                text!("remove {option} from boot.kernelParams", option)
            }
            Change::ReplaceKernelOption {
                option,
                replacement,
            } => text!(
                "replace {option} with {replacement} in boot.kernelParams",
                option,
                replacement
            ),
            _ => return None,
        };
        let step = "set-kernel-options";
        Some(Remedy::Manual { step, text })
    }
}

/// The step where the input has lines of the log that the remedy would show: the reason is in the lines
/// around them.
fn around(host: &Host, finding: &Finding, remedy: &Remedy) -> Option<Remedy> {
    let Remedy::Inspect { argv } = remedy else {
        return None;
    };
    let words: Vec<&str> = argv.iter().map(String::as_str).collect();
    let mut lines = finding.evidence.iter().map(|line| line.text.trim());
    let is_shown = match words.as_slice() {
        ["dmesg"] => lines
            .any(|line| is_logged(line) && (line.starts_with('[') || line.contains(" kernel: "))),
        ["journalctl", "-u", unit] => {
            let program = format!("{unit}[");
            let mut logged = host.log_messages.iter().map(|one| &one.evidence);
            logged.any(|line| line.text.contains(&program))
        }
        _ => false,
    };
    let command = looked(argv);
    is_shown.then(|| Remedy::Manual {
        step: "read-around",
        text: text!(
            "read the lines before and after the failure in the output of {command}, and add them \
             if they are not in the input",
            command
        ),
    })
}
