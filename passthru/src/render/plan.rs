//! A plan for people: its steps in order, with a diff to review.

use std::fmt::Write as _;

use host_tree::Edit;

use super::style::Style;
use super::wrap::{clean, paragraph, paragraph_with};
use crate::invocation::Invocation;
use crate::plan::{Binding, Method, Plan, PlanCheck, When, patch};
use crate::remedy::shown;
use crate::text::{Text, all_of, text};

/// The plan, with a note that nothing was changed.
#[must_use]
pub fn plan(plan: &Plan, call: &Invocation, style: Style) -> String {
    let mut text = plan_steps(plan, call, style);
    let _ = writeln!(text, "\n{}", style.say(&unchanged()));
    text
}

/// The note below output that only shows changes.
pub(super) fn unchanged() -> Text {
    text!("Nothing has been changed.")
}

/// The headings of a plan's sections.
pub(super) mod headings {
    use crate::text::{Text, text};

    pub(in crate::render) fn assumptions() -> Text {
        text!("Assumptions; check first")
    }

    pub(in crate::render) fn blockers() -> Text {
        text!("Cannot be fixed automatically")
    }

    pub(in crate::render) fn before() -> Text {
        text!("Check first")
    }

    pub(in crate::render) fn after_reboot() -> Text {
        text!("Check after the reboot")
    }

    pub(in crate::render) fn host_impact() -> Text {
        text!("Host impact")
    }
}

/// The plan as text.
#[must_use]
pub fn plan_steps(plan: &Plan, call: &Invocation, style: Style) -> String {
    let mut text = String::new();
    text.push_str(&paragraph("", &style.say(&title(plan)), style.columns));
    let heading = |text: &mut String, title: &Text| {
        let _ = writeln!(text, "\n{}", style.heading(title));
    };
    if !plan.assumptions.is_empty() {
        heading(&mut text, &headings::assumptions());
    }
    for assumption in &plan.assumptions {
        let look = shown(&assumption.argv);
        let line = style.say(&assumption.sentence());
        text.push_str(&paragraph_with("  - ", &line, &[look], style.columns));
    }
    if !plan.blockers.is_empty() {
        heading(&mut text, &headings::blockers());
    }
    for blocker in &plan.blockers {
        text.push_str(&paragraph(
            "  - ",
            &style.say(&blocker.title),
            style.columns,
        ));
        if let Some(remedy) = &blocker.remedy {
            let remedy = call.text(&style.say(remedy));
            text.push_str(&paragraph("    -> ", &remedy, style.columns));
        }
    }
    let mut step = 0;
    let mut numbered = |text: &mut String, title: &Text| {
        step += 1;
        let line = format!("{step:2}  {}", clean(&style.say(title)));
        let _ = writeln!(text, "\n{}", style.strong(&line));
    };
    let item = |text: &mut String, line: &Text| {
        text.push_str(&paragraph("    - ", &style.say(line), style.columns));
    };
    checks(&mut text, &headings::before(), plan, When::Before, style);
    for edit in &plan.edits {
        let path = &edit.path;
        let title = match (&edit.before, edit.mode) {
            (Some(_), _) => text!("edit {path}", path),
            (None, Some(Edit::SCRIPT_MODE)) => text!("create executable {path}", path),
            (None, _) => text!("create {path}", path),
        };
        numbered(&mut text, &title);
        for why in &edit.purposes {
            item(&mut text, &Text::of_english(why));
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
        numbered(
            &mut text,
            &text!("run {command}", command = shown(&command.argv)),
        );
        item(&mut text, &command.purpose);
    }
    for manual in plan
        .manual_steps
        .iter()
        .filter(|manual| manual.when != When::Before)
    {
        numbered(
            &mut text,
            &text!("manual step [{step}]", step = &*manual.step),
        );
        item(&mut text, &manual.text);
    }
    if let Some(why) = &plan.reboot_reason {
        numbered(&mut text, &text!("reboot"));
        item(&mut text, why);
    }
    if plan.checks_at(When::Now).next().is_some() {
        heading(&mut text, &text!("Then check"));
    }
    for check in plan.checks_at(When::Now) {
        one_check(&mut text, check, style);
    }
    checks(
        &mut text,
        &headings::after_reboot(),
        plan,
        When::AfterReboot,
        style,
    );
    if !plan.host_impact.is_empty() {
        heading(&mut text, &headings::host_impact());
        for loss in &plan.host_impact {
            text.push_str(&paragraph("  - ", &style.say(loss), style.columns));
        }
    }
    if !plan.assumed_absent.is_empty() {
        let note = text!(
            "Assumed to be absent, since they are not in the input: {files}",
            files = plan.assumed_absent
        );
        text.push('\n');
        text.push_str(&paragraph("", &style.say(&note), style.columns));
    }
    text
}

/// The functions of a plan, each with its ID.
pub(super) fn functions(plan: &Plan) -> Text {
    let devices = plan.devices.iter();
    all_of(devices.map(|device| format!("{:#} ({})", device.address, device.id)))
}

/// The purpose of a plan, in a sentence.
fn title(plan: &Plan) -> Text {
    let devices = functions(plan);
    if plan.binding == Binding::Release {
        return text!("Release {devices} to the host drivers.", devices);
    }
    let target = plan.target.name();
    let assigned = match &plan.vm {
        Some(vm) => text!(
            "Assign {devices} to VM {vm} of {target}",
            devices,
            vm,
            target
        ),
        None => text!("Assign {devices} to a guest of {target}", devices, target),
    };
    match (plan.binding, plan.method) {
        (Binding::ByAddress, Some(Method::Runtime)) => text!(
            "{assigned}; bound to vfio-pci by address now, until the next boot.",
            assigned
        ),
        (Binding::ByAddress, _) => {
            text!("{assigned}; bound to vfio-pci by address.", assigned)
        }
        (Binding::ByHypervisor, Some(Method::LibvirtHook)) => text!(
            "{assigned}; a hook unbinds the display when the guest starts, and libvirt binds \
             vfio-pci.",
            assigned
        ),
        (Binding::ByHypervisor, _) => text!("{assigned}; bound by {target}.", assigned, target),
        (Binding::ById | Binding::Release, _) => {
            text!("{assigned}; bound to vfio-pci by ID.", assigned)
        }
    }
}

fn one_check(text: &mut String, check: &PlanCheck, style: Style) {
    let _ = writeln!(text, "  - {}", clean(&shown(&check.argv)));
    text.push_str(&paragraph(
        "      ",
        &style.say(&check.expected),
        style.columns,
    ));
}

fn checks(text: &mut String, title: &Text, plan: &Plan, moment: When, style: Style) {
    let mut checks = plan.checks_at(moment).peekable();
    let mut manual = plan.manual_steps_at(moment).peekable();
    if checks.peek().is_none() && manual.peek().is_none() {
        return;
    }
    let _ = writeln!(text, "\n{}", style.heading(title));
    for check in checks {
        one_check(text, check, style);
    }
    for manual in manual {
        let line = format!("{} [{}]", style.say(&manual.text), manual.step);
        text.push_str(&paragraph("  - ", &line, style.columns));
    }
}
