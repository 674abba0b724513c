//! The reasons for a shared IOMMU group, and changes that isolate functions.

use iommu::predict::{IsolationChange, IsolationOption, NotIsolated};

use super::style::Style;
use super::wrap::paragraph;
use crate::predicted::{Isolation, SharingFunction};
use crate::text::{Text, listed, text};

/// The functions that share a group with the wanted ones, the reasons, and isolation options.
#[must_use]
pub fn isolation(isolation: &Isolation, style: Style) -> String {
    let wanted = listed(isolation.wanted.iter().copied());
    if isolation.sharing.is_empty() {
        let text = text!(
            "No other function shares a group with {functions}.",
            functions = wanted
        );
        return format!("\n{}", paragraph("", &style.say(&text), style.columns));
    }
    let mut text = String::from("\n");
    for other in &isolation.sharing {
        let head = text!(
            "{address} shares a group with {functions}. Reason:",
            address = other.address,
            functions = wanted
        );
        text.push_str(&paragraph("", &style.say(&head), style.columns));
        for (number, chain) in other.chains.iter().enumerate() {
            let mut steps = chain.iter().map(|join| {
                text!(
                    "{member} with {other}: {reason}",
                    member = join.member,
                    other = join.with,
                    reason = Text::of_english(format!("{:#}", join.reason))
                )
            });
            let first = steps.next().unwrap_or_else(|| text!(""));
            let chain = steps.fold(first, |chain, step| chain.then(&step));
            let line = if number == 0 {
                chain
            } else {
                text!("without that reason: {reason}", reason = chain)
            };
            text.push_str(&paragraph("  - ", &style.say(&line), style.columns));
        }
        text.push_str(&stays(other, style));
    }
    if isolation.changes.is_empty() {
        let none = text!("No known change isolates them.");
        text.push_str(&paragraph("", &style.say(&none), style.columns));
    }
    for changed in &isolation.changes {
        let line = style.say(&change(changed));
        text.push_str(&paragraph("  -> ", &line, style.columns));
    }
    text
}

/// The functions that the ACS override does not isolate.
fn stays(other: &SharingFunction, style: Style) -> String {
    let mut text = String::new();
    for stays in &other.not_overridden {
        let function = stays.function;
        let line = match stays.why {
            NotIsolated::Conventional => text!(
                "pcie_acs_override= has no effect: {function} is conventional PCI",
                function
            ),
            NotIsolated::Bridge => text!(
                "pcie_acs_override= has no effect: {function} is a bridge to conventional PCI",
                function
            ),
            NotIsolated::EventCollector => text!(
                "pcie_acs_override= has no effect: {function} is a root complex event collector",
                function
            ),
            NotIsolated::ControlsOff(_) => text!(
                "pcie_acs_override= has no effect: {function} has an ACS capability",
                function
            ),
            NotIsolated::WorkaroundFailed(_) => text!(
                "pcie_acs_override= has no effect: {function} has an ACS quirk by ID",
                function
            ),
            NotIsolated::PortWithoutAcs | NotIsolated::FunctionWithoutAcs => continue,
        };
        text.push_str(&paragraph("    ", &style.say(&line), style.columns));
    }
    text
}

fn change(changed: &IsolationOption) -> Text {
    let change = match &changed.change {
        IsolationChange::MoveBelow(port) => {
            text!("move the card to the slot of {port}", port)
        }
        IsolationChange::Override(options) => text!(
            "boot a kernel that has the ACS override patch with pcie_acs_override={options}: it \
             treats functions as isolated, and does not isolate them",
            options = options.to_string()
        ),
        _ => text!("use another machine"),
    };
    if changed.others.is_empty() {
        text!("{change}; then no other function shares the group", change)
    } else {
        text!(
            "{change}; then these functions still share it: {functions}",
            change,
            functions = listed(changed.others.iter().copied())
        )
    }
}
