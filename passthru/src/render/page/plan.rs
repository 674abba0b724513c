//! A plan: its steps in order, with a diff to review.

use std::fmt::Write as _;

use host_tree::Edit;

use super::super::markup::escaped;
use super::super::plan::headings;
use crate::invocation::Invocation;
use crate::plan::{Plan, When, patch};
use crate::remedy::shown;
use crate::text::{Language, Text, text};

/// Stands for a command or a path in a sentence: of Unicode's private use area.
const MARK: &str = "\u{e000}";

pub(super) fn plan(plan: &Plan, call: &Invocation, language: Language) -> String {
    let mut text = String::new();
    let say = |line: &Text| escaped(&language.say(line)).into_owned();
    let heading = |text: &mut String, title: &Text| {
        let _ = write!(text, "<h3>{}</h3>\n<ul>", say(title));
    };
    if !plan.assumptions.is_empty() {
        heading(&mut text, &headings::assumptions());
        for assumption in &plan.assumptions {
            let _ = write!(text, "<li>{}</li>", say(&assumption.sentence()));
        }
        text.push_str("</ul>\n");
    }
    if !plan.blockers.is_empty() {
        heading(&mut text, &headings::blockers());
        for blocker in &plan.blockers {
            let line = match &blocker.remedy {
                Some(remedy) => text!("{blocker}: {remedy}", blocker = blocker.title, remedy),
                None => blocker.title.clone(),
            };
            let line = call.text(&language.say(&line));
            let _ = write!(text, "<li>{}</li>", escaped(&line));
        }
        text.push_str("</ul>\n");
    }
    list(&mut text, &headings::before(), plan, When::Before, language);
    text.push_str("<ol class=\"steps\">\n");
    for edit in &plan.edits {
        one(&mut text, edit, language);
    }
    for command in &plan.commands {
        let run = text!("run {command}", command = MARK);
        let shown = format!("<code>{}</code>", escaped(&shown(&command.argv)));
        let _ = writeln!(
            text,
            "<li>{}<p class=\"why\">{}</p></li>",
            say(&run).replace(MARK, &shown),
            say(&command.purpose)
        );
    }
    for step in plan.manual_steps_at(When::Now) {
        let line = text!(
            "manual step [{step}]: {text}",
            step = &*step.step,
            text = step.text
        );
        let _ = writeln!(text, "<li>{}</li>", say(&line));
    }
    if let Some(why) = &plan.reboot_reason {
        let _ = writeln!(
            text,
            "<li>{}<p class=\"why\">{}</p></li>",
            say(&text!("reboot")),
            say(why)
        );
    }
    text.push_str("</ol>\n");
    list(
        &mut text,
        &headings::after_reboot(),
        plan,
        When::AfterReboot,
        language,
    );
    if !plan.host_impact.is_empty() {
        heading(&mut text, &headings::host_impact());
        for loss in &plan.host_impact {
            let _ = write!(text, "<li>{}</li>", say(loss));
        }
        text.push_str("</ul>\n");
    }
    text
}

fn one(text: &mut String, edit: &Edit, language: Language) {
    let path = MARK;
    let title = if edit.before.is_some() {
        text!("edit {path}", path)
    } else {
        text!("create {path}", path)
    };
    let shown = format!("<code>{}</code>", escaped(&edit.path));
    let title = language.say(&title);
    let _ = write!(text, "<li>{}", escaped(&title).replace(MARK, &shown));
    for why in &edit.purposes {
        let why = language.say(&Text::of_english(why));
        let _ = write!(text, "<p class=\"why\">{}</p>", escaped(&why));
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

fn list(text: &mut String, title: &Text, plan: &Plan, moment: When, language: Language) {
    let mut checks = plan.checks_at(moment).peekable();
    let mut manual = plan.manual_steps_at(moment).peekable();
    if checks.peek().is_none() && manual.peek().is_none() {
        return;
    }
    let title = language.say(title);
    let _ = write!(text, "<h3>{}</h3>\n<ul>", escaped(&title));
    for check in checks {
        let _ = write!(
            text,
            "<li><code>{}</code>: {}</li>",
            escaped(&shown(&check.argv)),
            escaped(&language.say(&check.expected))
        );
    }
    for step in manual {
        let _ = write!(text, "<li>{}</li>", escaped(&language.say(&step.text)));
    }
    text.push_str("</ul>\n");
}
