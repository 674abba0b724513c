//! The findings, worst first.

use std::fmt::Write as _;

use super::markup::escaped;
use crate::doctor::Report;
use crate::finding::Finding;

pub(super) fn findings(report: &Report) -> String {
    if report.findings.is_empty() {
        return "<p>The input shows nothing that a rule knows.</p>\n".to_owned();
    }
    report.findings.iter().map(one).collect()
}

fn one(finding: &Finding) -> String {
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
            escaped(&remedy.to_string())
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
