//! A plan: what it does, in order, as a diff to review.

use std::fmt::Write as _;

use host_tree::Edit;

use super::markup::escaped;
use crate::invocation::Invocation;
use crate::plan::{Plan, When, patch};
use crate::remedy::shown;

pub(super) fn plan(plan: &Plan, call: &Invocation) -> String {
    let mut text = String::new();
    if !plan.assumptions.is_empty() {
        text.push_str("<h3>Assumed; check first</h3>\n<ul>");
        for assumption in &plan.assumptions {
            let _ = write!(text, "<li>{}</li>", escaped(&assumption.sentence()));
        }
        text.push_str("</ul>\n");
    }
    if !plan.blockers.is_empty() {
        text.push_str("<h3>Stands in the way, and no edit mends it</h3>\n<ul>");
        for blocker in &plan.blockers {
            let remedy = blocker
                .remedy
                .as_ref()
                .map(|text| format!(": {}", call.text(text)));
            let remedy = remedy.unwrap_or_default();
            let _ = write!(
                text,
                "<li>{}{}</li>",
                escaped(&blocker.title),
                escaped(&remedy)
            );
        }
        text.push_str("</ul>\n");
    }
    list(&mut text, "First", plan, When::Before);
    text.push_str("<ol class=\"steps\">\n");
    for edit in &plan.edits {
        one(&mut text, edit);
    }
    for command in &plan.commands {
        let _ = writeln!(
            text,
            "<li>Run <code>{}</code><p class=\"why\">{}</p></li>",
            escaped(&shown(&command.argv)),
            escaped(&command.purpose)
        );
    }
    for step in plan
        .manual_steps
        .iter()
        .filter(|step| step.when == When::Now)
    {
        let _ = writeln!(text, "<li>By hand: {}</li>", escaped(&step.text));
    }
    if let Some(why) = &plan.reboot_reason {
        let _ = writeln!(text, "<li>Reboot<p class=\"why\">{}</p></li>", escaped(why));
    }
    text.push_str("</ol>\n");
    list(&mut text, "After the reboot", plan, When::AfterReboot);
    if !plan.host_impact.is_empty() {
        text.push_str("<h3>The host gives up</h3>\n<ul>");
        for loss in &plan.host_impact {
            let _ = write!(text, "<li>{}</li>", escaped(loss));
        }
        text.push_str("</ul>\n");
    }
    text
}

fn one(text: &mut String, edit: &Edit) {
    let verb = if edit.before.is_some() {
        "Edit"
    } else {
        "Create"
    };
    let _ = write!(text, "<li>{verb} <code>{}</code>", escaped(&edit.path));
    for why in &edit.purposes {
        let _ = write!(text, "<p class=\"why\">{}</p>", escaped(why));
    }
    text.push_str("<pre class=\"diff\">");
    let diff = patch::of(edit);
    for line in diff.lines().skip_while(|line| !line.starts_with("@@")) {
        let class = match line.as_bytes().first() {
            Some(b'+') => "added",
            Some(b'-') => "removed",
            Some(b'@') => "hunk",
            _ => "",
        };
        let _ = writeln!(text, "<span class=\"{class}\">{}</span>", escaped(line));
    }
    text.push_str("</pre></li>\n");
}

fn list(text: &mut String, title: &str, plan: &Plan, moment: When) {
    let checks: Vec<_> = plan
        .checks
        .iter()
        .filter(|check| check.when == moment)
        .collect();
    let manual: Vec<_> = plan
        .manual_steps
        .iter()
        .filter(|step| step.when == moment)
        .collect();
    if checks.is_empty() && manual.is_empty() {
        return;
    }
    let _ = write!(text, "<h3>{title}</h3>\n<ul>");
    for check in checks {
        let _ = write!(
            text,
            "<li><code>{}</code>: {}</li>",
            escaped(&shown(&check.argv)),
            escaped(&check.expected)
        );
    }
    for step in manual {
        let _ = write!(text, "<li>{}</li>", escaped(&step.text));
    }
    text.push_str("</ul>\n");
}
