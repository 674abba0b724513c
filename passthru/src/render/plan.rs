//! A plan for people: what it does, in order, as a diff to review.

use std::fmt::Write as _;

use host_tree::Edit;

use super::style::Style;
use super::wrap::{clean, paragraph, paragraph_with};
use crate::invocation::Invocation;
use crate::plan::{Binding, Check, Method, Plan, When, patch};
use crate::remedy::shown;

/// The plan as text, where nothing more is to come.
#[must_use]
pub fn plan(plan: &Plan, call: &Invocation, style: Style) -> String {
    let mut text = plan_steps(plan, call, style);
    text.push_str("\nNothing has been changed.\n");
    text
}

/// The plan as text.
#[must_use]
pub fn plan_steps(plan: &Plan, call: &Invocation, style: Style) -> String {
    let mut text = String::new();
    heading(&mut text, plan, style);
    if !plan.assumptions.is_empty() {
        let _ = writeln!(text, "\n{}", style.strong("Assumed; check first"));
    }
    for assumption in &plan.assumptions {
        let look = shown(&assumption.argv);
        let line = assumption.sentence();
        text.push_str(&paragraph_with("  - ", &line, &[look], style.columns));
    }
    if !plan.blockers.is_empty() {
        let _ = writeln!(
            text,
            "\n{}",
            style.strong("Stands in the way, and no edit mends it")
        );
    }
    for blocker in &plan.blockers {
        text.push_str(&paragraph("  - ", &blocker.title, style.columns));
        if let Some(remedy) = &blocker.remedy {
            text.push_str(&paragraph("    -> ", &call.text(remedy), style.columns));
        }
    }
    let mut step = 0;
    let mut number = || {
        step += 1;
        format!("{step:2}  ")
    };
    checks(&mut text, "First, check", plan, When::Before, style);
    for edit in &plan.edits {
        let verb = match (&edit.before, edit.mode) {
            (Some(_), _) => "edit",
            (None, Some(Edit::SCRIPT_MODE)) => "create executable",
            (None, _) => "create",
        };
        let _ = writeln!(
            text,
            "\n{}",
            style.strong(&format!("{}{verb} {}", number(), clean(&edit.path)))
        );
        for why in &edit.purposes {
            text.push_str(&paragraph("    - ", why, style.columns));
        }
        // The headers before `---` are for programs.
        for line in patch::of(edit)
            .lines()
            .skip_while(|line| !line.starts_with("---"))
        {
            let _ = writeln!(text, "    {}", style.diff_line(&clean(line)));
        }
    }
    for command in &plan.commands {
        let line = format!("{}run {}", number(), clean(&shown(&command.argv)));
        let _ = writeln!(text, "\n{}", style.strong(&line));
        text.push_str(&paragraph("    - ", &command.purpose, style.columns));
    }
    for manual in plan
        .manual_steps
        .iter()
        .filter(|manual| manual.when != When::Before)
    {
        let _ = writeln!(
            text,
            "\n{}",
            style.strong(&format!("{}by hand [{}]", number(), manual.step))
        );
        text.push_str(&paragraph("    - ", &manual.text, style.columns));
    }
    if let Some(why) = &plan.reboot_reason {
        let _ = writeln!(text, "\n{}", style.strong(&format!("{}reboot", number())));
        text.push_str(&paragraph("    - ", why, style.columns));
    }
    let is_now = |check: &Check| check.when == When::Now;
    if plan.checks.iter().any(is_now) {
        let _ = writeln!(text, "\n{}", style.strong("Then, check"));
    }
    for check in plan.checks.iter().filter(|check| is_now(check)) {
        one_check(&mut text, check, style);
    }
    checks(
        &mut text,
        "After the reboot, check",
        plan,
        When::AfterReboot,
        style,
    );
    if !plan.host_impact.is_empty() {
        let _ = writeln!(text, "\n{}", style.strong("The host gives up"));
        for loss in &plan.host_impact {
            text.push_str(&paragraph("  - ", loss, style.columns));
        }
    }
    if !plan.assumed_absent.is_empty() {
        let list = plan.assumed_absent.join(", ");
        let note = format!("Taken to be absent, since the input does not show them: {list}");
        text.push('\n');
        text.push_str(&paragraph("", &note, style.columns));
    }
    text
}

fn heading(text: &mut String, plan: &Plan, style: Style) {
    let list: Vec<String> = plan
        .devices
        .iter()
        .map(|device| format!("{:#} ({})", device.address, device.id))
        .collect();
    let guest = match &plan.vm {
        Some(vm) => format!("to VM {} of {}", clean(vm), plan.target.name()),
        None => format!("to a guest of {}", plan.target.name()),
    };
    let them = if list.len() == 1 { "it" } else { "them" };
    let how = match plan.binding {
        Binding::ById => format!("vfio-pci takes {them} by id"),
        Binding::ByAddress if plan.method == Some(Method::Runtime) => {
            format!("vfio-pci takes {them} by address now, until the next boot")
        }
        Binding::ByAddress => format!("vfio-pci takes {them} by address"),
        Binding::ByHypervisor if plan.method == Some(Method::LibvirtHook) => {
            format!("a hook frees {them} when the guest starts, and libvirt takes {them}")
        }
        Binding::ByHypervisor => format!("{} takes {them} itself", plan.target.name()),
        Binding::Release => {
            let line = format!(
                "Give {} back to the drivers of the host.",
                list.join(" and ")
            );
            text.push_str(&paragraph("", &line, style.columns));
            return;
        }
    };
    let line = format!("Give {} {guest}; {how}.", list.join(" and "));
    text.push_str(&paragraph("", &line, style.columns));
}

fn one_check(text: &mut String, check: &Check, style: Style) {
    let _ = writeln!(text, "  - {}", clean(&shown(&check.argv)));
    text.push_str(&paragraph("      ", &check.expected, style.columns));
}

fn checks(text: &mut String, title: &str, plan: &Plan, moment: When, style: Style) {
    let checks: Vec<&Check> = plan
        .checks
        .iter()
        .filter(|check| check.when == moment)
        .collect();
    let manual: Vec<_> = plan
        .manual_steps
        .iter()
        .filter(|manual| manual.when == moment)
        .collect();
    if checks.is_empty() && manual.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", style.strong(title));
    for check in checks {
        one_check(text, check, style);
    }
    for manual in manual {
        let line = format!("{} [{}]", manual.text, manual.step);
        text.push_str(&paragraph("  - ", &line, style.columns));
    }
}
