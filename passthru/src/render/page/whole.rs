//! The complete page, in the order in which it is read.

use std::fmt::Write as _;

use super::super::drawing::{fragment, style_sheet};
use super::super::markup::escaped;
use super::super::status::iommu;
use super::{cards, explanations, findings, groups, plan};
use crate::answer;
use crate::doctor::Report;
use crate::host::Host;
use crate::invocation::Invocation;
use crate::plan::Plan;
use crate::target::Target;
use crate::text::{Language, Text, plural, text};

/// Maximum number of functions with all their facts that were not asked for.
const CARDS: usize = 4;

/// The plan, if known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Planned {
    /// No device was named.
    NotAsked,
    /// This is the plan.
    Plan(Box<Plan>),
    /// The reason why there is no plan.
    Refused(Text),
}

/// The page, in HTML; `date` is the day on which it is made.
#[must_use]
pub fn page(
    host: &Host,
    report: &Report,
    planned: &Planned,
    date: Option<&str>,
    call: &Invocation,
    language: Language,
) -> String {
    let title = language.say(&title(host, report));
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src \
         'unsafe-inline'\"/>\n\
         <meta name=\"generator\" content=\"passthru {}\"/>\n\
         <title>{}</title>\n<style>\n{}{}</style>\n</head>\n<body class=\"passthru\">\n<main>\n\
         <h1>{}</h1>\n",
        language.tag(),
        env!("CARGO_PKG_VERSION"),
        escaped(&title),
        style_sheet(),
        include_str!("page.css"),
        escaped(&title),
    );
    if let Some(date) = date {
        let made = language.say(&text!("Made on {date}", date));
        let _ = writeln!(text, "<p class=\"date\">{}</p>", escaped(&made));
    }
    text.push_str(&facts(host, language));
    counts(&mut text, host, report, language);
    let mut section = |class: &str, title: &Text, body: &str| {
        let title = language.say(title);
        let _ = write!(
            text,
            "<section{class}><h2>{}</h2>\n{body}</section>\n",
            escaped(&title)
        );
    };
    let (same_page, new_page) = ("", " class=\"new-page\"");
    // Without a request the doctor considers all cards.
    let is_asked = *planned != Planned::NotAsked;
    if !report.devices.is_empty() && (is_asked || report.devices.len() <= CARDS) {
        section(
            same_page,
            &text!("Selected devices"),
            &cards::cards(host, &report.devices, language),
        );
    }
    section(
        same_page,
        &text!("Findings"),
        &findings::findings(report, call, language),
    );
    match planned {
        Planned::NotAsked => {}
        Planned::Plan(made) => {
            section(new_page, &text!("Plan"), &plan::plan(made, call, language));
        }
        Planned::Refused(why) => {
            let none = language.say(&text!("No plan: {reason}", reason = why));
            let none = format!("<p>{}</p>\n", escaped(&none));
            section(same_page, &text!("Plan"), &none);
        }
    }
    section(
        new_page,
        &text!("Topology"),
        &fragment(host, &report.devices, language),
    );
    section(
        same_page,
        &text!("IOMMU groups"),
        &groups::groups(host, &report.devices, language),
    );
    if !report.findings.is_empty() {
        section(
            new_page,
            &text!("Explanations"),
            &explanations::explanations(report, language),
        );
    }
    let footer = text!(
        "Made by passthru {version}. MAC addresses, UUIDs and serial numbers are placeholders; names \
         stay. Nothing has been changed.",
        version = env!("CARGO_PKG_VERSION")
    );
    let footer = language.say(&footer);
    let _ = write!(
        text,
        "</main>\n<footer>{}</footer>\n</body>\n</html>\n",
        escaped(&footer)
    );
    text
}

/// The host as a fragment of HTML without styles: its system, the topology and the groups.
#[must_use]
pub fn host_fragment(host: &Host, language: Language) -> String {
    [
        facts(host, language),
        fragment(host, &[], language),
        groups::groups(host, &[], language),
    ]
    .concat()
}

/// The most functions that a title names, if more than one is left out.
const MOST_NAMED: usize = 4;

fn title(host: &Host, report: &Report) -> Text {
    let own = host.system.hypervisor_text();
    // The hypervisor of the request need not be the host's.
    let named = report.target.map(Target::name).map(str::to_owned);
    let system = match named {
        Some(named) if own.as_ref().is_none_or(|own| !own.starts_with(&named)) => Some(named),
        _ => own,
    };
    let system = system.or_else(|| host.system.name.clone());
    let system = match system {
        Some(system) => text!("{system}", system),
        None => text!("a host"),
    };
    match report.devices.split_at_checked(MOST_NAMED) {
        Some((devices, [_, rest @ ..])) if !rest.is_empty() => plural!(
            rest.len() + 1,
            "PCI passthrough of {devices} and one more function on {system}",
            "PCI passthrough of {devices} and {count} more functions on {system}",
            devices = devices.to_vec(),
            system
        ),
        _ if report.devices.is_empty() => text!("PCI passthrough on {system}", system),
        _ => text!(
            "PCI passthrough of {devices} on {system}",
            devices = report.devices,
            system
        ),
    }
}

/// System, machine, hypervisor, kernel and IOMMU.
fn facts(host: &Host, language: Language) -> String {
    let mut text = String::new();
    let known = |value: Option<String>| match value {
        Some(value) => text!("{value}", value),
        None => text!("not in the input"),
    };
    let kernel = host.system.kernel.release.as_ref();
    let kernel = kernel.map(|release| release.value.to_string());
    let remapping = match host.interrupt_remapping().0 {
        Some(true) => text!("enabled"),
        Some(false) => text!("disabled"),
        None => known(None),
    };
    text.push_str("<dl>\n");
    for (term, value) in [
        (text!("System"), known(host.system.name.clone())),
        (
            text!("Machine"),
            known(host.board.as_ref().map(|board| board.value.clone())),
        ),
        (text!("Hypervisor"), known(host.system.hypervisor_text())),
        (text!("Kernel"), known(kernel)),
        (text!("IOMMU"), iommu(host.iommu.status)),
        (text!("Interrupt remapping"), remapping),
    ] {
        let (term, value) = (language.say(&term), language.say(&value));
        let _ = writeln!(
            text,
            "<dt>{}</dt><dd>{}</dd>",
            escaped(&term),
            escaped(&value)
        );
    }
    text.push_str("</dl>\n");
    text
}

fn counts(text: &mut String, host: &Host, report: &Report, language: Language) {
    text.push_str("<ul class=\"counts\">");
    for (verdict, count) in answer::counts(host, &report.findings) {
        let _ = write!(
            text,
            "<li class=\"{}\"><span class=\"verdict\">{count} {}</span></li>",
            verdict.word(),
            escaped(&language.say(&verdict.label()))
        );
    }
    text.push_str("</ul>\n");
}
