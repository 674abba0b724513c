//! The table of cards that could be assigned.

use std::collections::BTreeMap;

use super::style::Style;
use super::wrap::{clean, pad, paragraph, shortened, width};
use crate::alike::more;
use crate::answer::{Candidate, Check, Kind, Readiness, check as checked};
use crate::doctor::card_word;
use crate::finding::Finding;
use crate::host::{Device, Host};
use crate::invocation::Invocation;
use crate::size::bytes;
use crate::text::{Text, plural, text};
use crate::verdict::Verdict;

/// Cards of one kind, name and verdict with all their facts; those after them have a line.
const WHOLE: usize = 16;

/// Cards of one kind, name and verdict with a line before the rest is counted.
const LINES: usize = 64;

/// Cards in the short form before the rest is counted.
const SHORT: usize = 10;

/// The table: for each card the verdict, its group, the other members, its reset, and the impact on
/// the host.
#[must_use]
pub fn check(host: &Host, check: &Check, style: Style) -> String {
    let mut text = String::new();
    for finding in &check.host_findings {
        let word = style.say(&finding.verdict.label());
        let first = pad(&word, style.verdict_columns() - 1);
        let title = format!("{} [{}]", style.say(&finding.title), finding.code);
        text.push_str(&paragraph(&first, &title, style.columns));
    }
    if !check.host_findings.is_empty() {
        text.push('\n');
    }
    if check.candidates.is_empty() {
        text.push_str(&without_candidate(host, style));
        return text;
    }
    // Many functions of one model are one thing to people.
    let mut counts: BTreeMap<(Kind, Readiness, &str), usize> = BTreeMap::new();
    let mut folded: BTreeMap<(Readiness, &str), Vec<&Candidate>> = BTreeMap::new();
    for candidate in &check.candidates {
        let answer = &candidate.answer;
        let key = (candidate.kind, answer.readiness, answer.name.as_str());
        let count = counts.entry(key).or_default();
        *count += 1;
        if *count > LINES {
            let key = (answer.readiness, answer.name.as_str());
            folded.entry(key).or_default().push(candidate);
            continue;
        }
        text.push_str(&line(host, candidate, style));
        if *count > WHOLE {
            continue;
        }
        text.push_str(&paragraph(
            "        ",
            &style.say(&facts(host, candidate)),
            style.columns,
        ));
        if !candidate.alike.is_empty() {
            let sentence = text!(
                "the same applies to {more}",
                more = more(host, &candidate.alike)
            );
            text.push_str(&paragraph("        ", &style.say(&sentence), style.columns));
        }
        for finding in &candidate.findings {
            let is_cost = is_possible_impact(finding);
            if is_cost || finding.verdict.may_need_change() && !is_shown_by_facts(finding) {
                text.push_str(&titled(finding, style));
            }
        }
    }
    for ((readiness, name), candidates) in folded {
        let last = candidates.last();
        let last = last.and_then(|candidate| candidate.answer.devices.first());
        let sentence = text!(
            "{card}, and {count} more of these up to {last}",
            card = clean(name),
            count = candidates.len(),
            last = last.copied().unwrap_or_default()
        );
        let verdict = pad(&style.say(&readiness.label()), columns(style).0);
        text.push_str(&paragraph(&verdict, &style.say(&sentence), style.columns));
    }
    text
}

/// The devices that Windows judges, whose addresses are not in the input; without any, that there
/// is no candidate.
pub(super) fn without_candidate(host: &Host, style: Style) -> String {
    let judged = host.without_address.iter().filter_map(|device| {
        let name = device.name.as_deref()?;
        let sentence = if device.assignable.as_ref()?.value {
            text!(
                "{name}: assignable according to Windows; its address is not in the input",
                name
            )
        } else {
            text!(
                "{name}: not assignable according to Windows; its address is not in the input",
                name
            )
        };
        Some(paragraph("", &style.say(&sentence), style.columns))
    });
    let lines: String = judged.collect();
    if lines.is_empty() {
        let sentence = if host.is_guest_without_iommu() {
            text!(
                "This is a virtual machine without an IOMMU of its own: its functions are emulated, \
                 or assigned to it by its host."
            )
        } else {
            text!("No assignable device is in the input.")
        };
        return paragraph("", &style.say(&sentence), style.columns);
    }
    lines
}

/// Whether the facts of the card include it: the card is bound to a host driver.
fn is_shown_by_facts(finding: &Finding) -> bool {
    finding.code == "host-driver-bound"
}

/// Whether the finding is about disks or a network that the host may lose.
pub(super) fn is_possible_impact(finding: &Finding) -> bool {
    [
        "disks-not-shown",
        "host-storage-use-not-shown",
        "host-network-use-not-shown",
    ]
    .contains(&finding.code)
}

/// The cards, a line each.
pub(super) fn candidate_lines(host: &Host, call: &Invocation, style: Style) -> String {
    lines_of(host, &checked(host, &[], None), call, style)
}

/// The cards of a check, a line each.
pub(super) fn lines_of(host: &Host, check: &Check, call: &Invocation, style: Style) -> String {
    let mut text = String::new();
    for candidate in check.candidates.iter().take(SHORT) {
        text.push_str(&line(host, candidate, style));
        text.push_str(&cause_line(candidate, style));
    }
    let more = check.candidates.len().saturating_sub(SHORT);
    if more > 0 {
        let command = call.command(&["check"]);
        let sentence = text!("and {more} more: {command}", more, command);
        text.push_str(&format!("{}\n", style.say(&sentence)));
    }
    text
}

/// The cause of a verdict against the card, where it is about the card.
fn cause_line(candidate: &Candidate, style: Style) -> String {
    let mut findings = candidate.findings.iter();
    let is_against = candidate.answer.readiness < Readiness::NotEnoughInput;
    let cause = findings.find(|finding| Some(finding.code) == candidate.answer.cause);
    cause
        .filter(|_| is_against)
        .map_or_else(String::new, |cause| titled(cause, style))
}

/// The verdict and the title of a finding below the row of a card.
fn titled(finding: &Finding, style: Style) -> String {
    let first = format!("        {}: ", style.say(&finding.verdict.label()));
    let title = format!("{} [{}]", style.say(&finding.title), finding.code);
    paragraph(&first, &title, style.columns)
}

/// Columns of the verdict and of the kind of card: the longest word and a blank.
fn columns(style: Style) -> (usize, usize) {
    let longest = |words: &[Text]| {
        let widths = words.iter().map(|word| width(&style.say(word)) + 1);
        widths.max().unwrap_or(0)
    };
    let verdicts = Readiness::ALL.map(Readiness::label);
    (longest(&verdicts), longest(&Kind::ALL.map(Kind::label)))
}

/// Address, verdict and name.
fn line(host: &Host, candidate: &Candidate, style: Style) -> String {
    let devices = candidate.answer.devices.iter();
    let devices: Vec<&Device> = devices
        .filter_map(|address| host.devices.get(address))
        .collect();
    let readiness = candidate.answer.readiness;
    let columns = columns(style);
    let verdict = pad(&style.say(&readiness.label()), columns.0);
    let verdict = style.verdict(readiness.verdict(), &verdict);
    let word = pad(&card_word(host, &devices), 8);
    let kind = pad(&style.say(&candidate.kind.label()), columns.1);
    let used = width(&word) + columns.0 + columns.1;
    let name = clean(&candidate.answer.name).into_owned();
    let name = match (candidate.virtual_function_count, candidate.alike.len()) {
        (0, 0) => name,
        (0, others) => style.say(&plural!(
            others + 1,
            "1 function: {name}",
            "{count} functions: {name}",
            name
        )),
        (count, _) => style.say(&plural!(
            count,
            "{name}, 1 virtual function",
            "{name}, {count} virtual functions",
            name
        )),
    };
    let name = shortened(&name, style.table.saturating_sub(used).max(20));
    format!("{word}{verdict}{kind}{name}\n")
}

/// The facts that decide, between semicolons.
fn facts(host: &Host, candidate: &Candidate) -> Text {
    let mut facts = Vec::new();
    let devices = candidate.answer.devices.iter();
    let devices = devices.filter_map(|address| host.devices.get(address));
    let mut drivers: Vec<&str> = devices.filter_map(|device| device.driver.name()).collect();
    drivers.dedup();
    match drivers.as_slice() {
        [] => {}
        [driver] => facts.push(text!("driver {driver}", driver)),
        drivers => facts.push(text!("drivers {drivers}", drivers)),
    }
    match (candidate.iommu_group, candidate.other_members.as_slice()) {
        (None, _) => facts.push(text!("group not shown")),
        (Some(group), []) if !host.is_complete_group(group) => {
            facts.push(text!("group {group}, other members not shown", group));
        }
        (Some(group), []) => facts.push(text!("group {group}, no other function", group)),
        (Some(group), partners) => {
            let named = partners.iter().take(4);
            let named = named.map(|partner| format!("{:#} {}", partner.address, partner.name));
            let list: Vec<String> = named.collect();
            facts.push(match partners.len().checked_sub(4) {
                None | Some(0) => text!("group {group} with {list}", group, list),
                Some(more) => text!(
                    "group {group} with {list}, and {more} more",
                    group,
                    list,
                    more
                ),
            });
        }
    }
    match candidate.reset_methods.as_deref() {
        None => facts.push(text!("reset not shown")),
        Some([]) => facts.push(text!("no reset")),
        Some(methods) => facts.push(text!("reset by {methods}", methods)),
    }
    if let Some(size) = candidate.largest_bar {
        facts.push(text!("largest BAR {size}", size = bytes(size)));
    }
    match candidate
        .has_option_rom
        .filter(|_| candidate.kind == Kind::Display)
    {
        Some(true) => facts.push(text!("option ROM")),
        Some(false) => facts.push(text!("no option ROM")),
        None => {}
    }
    let not_shown = &candidate.answer.not_shown;
    if not_shown.contains(&"driver") {
        facts.push(text!("driver not shown"));
    }
    if not_shown.contains(&"iommu") {
        facts.push(text!("IOMMU state not shown"));
    }
    let named = ["group-not-shown", "driver-not-shown"];
    let missing = candidate.findings.iter();
    let missing = missing
        .filter(|finding| finding.verdict == Verdict::Unknown && !is_possible_impact(finding))
        .filter(|finding| !named.contains(&finding.code))
        .count();
    if missing > 0 {
        facts.push(plural!(
            missing,
            "1 fact not shown",
            "{count} facts not shown"
        ));
    }
    let mut facts = facts.into_iter();
    let first = facts.next().unwrap_or_else(|| Text::of_table(""));
    facts.fold(first, |sentence, fact| sentence.then(&fact))
}
