//! The findings, worst first.

use std::fmt::Write as _;

use super::markup::escaped;
use crate::doctor::Report;
use crate::finding::Finding;
use crate::invocation::Invocation;

pub(super) fn findings(report: &Report, call: &Invocation) -> String {
    if report.findings.is_empty() {
        return "<p>The input shows nothing that a rule knows.</p>\n".to_owned();
    }
    let findings = report.findings.iter();
    findings.map(|finding| one(finding, call)).collect()
}

fn one(finding: &Finding, call: &Invocation) -> String {
    let mut text = format!(
        "<article class=\"finding {0}\"><p class=\"said\"><span class=\"verdict\">{0}</span> {1} \
         <code>{2}</code></p>\n",
        finding.verdict,
        escaped(&finding.title),
        escaped(finding.code),
    );
    if !finding.evidence.is_empty() {
        text.push_str("<ul class=\"evidence\">");
        for evidence in &finding.evidence {
            let _ = write!(
                text,
                "<li><span class=\"place\">{}</span> <code>{}</code></li>",
                escaped(&evidence.place()),
                escaped(&evidence.text)
            );
        }
        text.push_str("</ul>\n");
    }
    if let Some(remedy) = &finding.remedy {
        let _ = writeln!(
            text,
            "<p class=\"remedy\">{}</p>",
            escaped(&call.remedy(remedy))
        );
    }
    if !finding.cause_of.is_empty() {
        let _ = writeln!(
            text,
            "<p class=\"follows\">This is also behind: {}</p>",
            escaped(&finding.cause_of.join(", "))
        );
    }
    text.push_str("</article>\n");
    text
}
