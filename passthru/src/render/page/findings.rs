//! The findings, worst first.

use std::fmt::Write as _;

use super::super::markup::escaped;
use super::explanations::anchor;
use crate::doctor::Report;
use crate::finding::Finding;
use crate::invocation::Invocation;
use crate::text::{Language, place, text};

pub(super) fn findings(report: &Report, call: &Invocation, language: Language) -> String {
    if report.findings.is_empty() {
        let none = language.say(&text!("No findings."));
        return format!("<p>{}</p>\n", escaped(&none));
    }
    let findings = report.findings.iter();
    findings
        .map(|finding| one(finding, call, language))
        .collect()
}

fn one(finding: &Finding, call: &Invocation, language: Language) -> String {
    let mut text = format!(
        "<article class=\"finding {0}\"><p class=\"said\"><span class=\"verdict\">{1}</span> {2} \
         <a href=\"#{4}\"><code>{3}</code></a></p>\n",
        finding.verdict.word(),
        escaped(&language.say(&finding.verdict.label())),
        escaped(&language.say(&finding.title)),
        escaped(finding.code),
        escaped(&anchor(finding.code)),
    );
    if !finding.evidence.is_empty() {
        text.push_str("<ul class=\"evidence\">");
        for evidence in &finding.evidence {
            let _ = write!(
                text,
                "<li><span class=\"place\">{}</span> <code>{}</code></li>",
                escaped(&language.say(&place(evidence))),
                escaped(&evidence.text)
            );
        }
        text.push_str("</ul>\n");
    }
    if let Some(remedy) = &finding.remedy {
        let _ = writeln!(
            text,
            "<p class=\"remedy\">{}</p>",
            escaped(&language.say(&call.remedy(remedy)))
        );
    }
    if let Some(check) = &finding.check {
        let check = language.say(&text!("check: {check}", check));
        let _ = writeln!(text, "<p class=\"check\">{}</p>", escaped(&check));
    }
    if !finding.cause_of.is_empty() {
        let follows = text!(
            "which also causes: {codes}",
            codes = finding.cause_of.join(", ")
        );
        let follows = language.say(&follows);
        let _ = writeln!(text, "<p class=\"follows\">{}</p>", escaped(&follows));
    }
    text.push_str("</article>\n");
    text
}
