//! Findings that the rest of the input makes needless.

mod answers;
mod known;
mod outweighed;

use host_tree::Evidence;

use self::answers::{ANSWERS, Answer};
use self::known::{asks_about_tool, has_message};
pub(super) use self::known::{fails_before_guest, runs_in_guest};
use self::outweighed::OUTWEIGHED;
use super::isolation::iommu::is_missed_by_hypervisor;
use super::option_lines::setting_lines::host_output;
use super::rule::Context;
use crate::answer::USES;
use crate::finding::Finding;
use crate::host::Host;
use crate::known_facts::{KnownFact, When, is_prerequisite, of_code};
use crate::messages;
use crate::verdict::Verdict;

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

/// Leaves out the questions that the input answers.
pub(super) fn leave_out(context: &Context<'_>, findings: &mut Vec<Finding>) {
    if findings.iter().any(|one| answers_complaint(context, one)) {
        leave_out_questions(findings, &["failure-not-shown"]);
    }
    let found = findings.iter().filter_map(|one| of_code(one.code));
    // A remedy that the text names as done leaves the failure open.
    let is_done = |fact: &&KnownFact| {
        let fix = fact.remedy.unwrap_or_default().to_lowercase();
        let mut done = context.host.words.done.iter();
        fact.verdict == Verdict::Check && done.any(|done| done.value.is_in(&fix))
    };
    let found: Vec<&KnownFact> = found.filter(|fact| !is_done(fact)).collect();
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
    // The answer is about a guest that runs, which has met all conditions.
    let is_of_running = |one: &Finding| {
        of_code(one.code).is_some_and(|fact| fact.when == When::Running)
            && !is_prerequisite(one.code)
    };
    let is_working = !context.host.states_failure() && !context.host.is_for_container();
    if is_working && findings.iter().any(is_of_running) {
        findings.retain(|one| !is_prerequisite(one.code));
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
    let is_message = messages::has_code(finding.code);
    let is_refused = || finding.verdict == Verdict::NoEffect && is_message;
    // A message without a known cause requests its own outputs.
    let is_open = is_message && finding.verdict == Verdict::Unknown && finding.remedy.is_some();
    let explains = is_of_table(finding) || host.words.guest_failure.is_none() && is_refused();
    (is_open || finding.verdict != Verdict::Unknown && explains) && failures.any(has)
}
