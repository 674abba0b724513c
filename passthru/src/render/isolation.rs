//! What holds functions together, and what would part them.

use iommu::predict::{IsolationChange, IsolationOption, NotIsolated};
use pci_core::Address;

use super::style::Style;
use super::wrap::paragraph;
use crate::predicted::{Isolation, SharingFunction};

/// What shares a group with the wanted functions, why, and what would change it.
#[must_use]
pub fn isolation(isolation: &Isolation, style: Style) -> String {
    let wanted = list(&isolation.wanted);
    if isolation.sharing.is_empty() {
        let text = format!("Nothing else shares a group with {wanted}.");
        return format!("\n{}", paragraph("", &text, style.columns));
    }
    let mut text = String::from("\n");
    for other in &isolation.sharing {
        let head = format!("{:#} shares a group with {wanted}, because", other.address);
        text.push_str(&paragraph("", &head, style.columns));
        for (number, chain) in other.chains.iter().enumerate() {
            let steps = chain
                .iter()
                .map(|join| format!("{:#} with {:#}: {:#}", join.member, join.with, join.because));
            let steps: Vec<String> = steps.collect();
            let label = if number == 0 {
                "  - "
            } else {
                "  and even then "
            };
            text.push_str(&paragraph(label, &steps.join("; "), style.columns));
        }
        text.push_str(&stays(other, style));
    }
    if isolation.changes.is_empty() {
        let none = "No change is known here that would leave fewer of them.";
        text.push_str(&paragraph("", none, style.columns));
    }
    for changed in &isolation.changes {
        text.push_str(&paragraph("  -> ", &change(changed), style.columns));
    }
    text
}

/// What the ACS override leaves as it is.
fn stays(other: &SharingFunction, style: Style) -> String {
    let mut text = String::new();
    for stays in &other.not_overridden {
        let why = match stays.why {
            NotIsolated::Conventional => "is conventional PCI",
            NotIsolated::Bridge => "is a bridge to conventional PCI",
            NotIsolated::EventCollector => "is an event collector of the root complex",
            NotIsolated::ControlsOff(_) => "has an ACS capability",
            NotIsolated::WorkaroundFailed(_) => "is known by its id",
            NotIsolated::PortWithoutAcs | NotIsolated::FunctionWithoutAcs => continue,
        };
        let line = format!(
            "pcie_acs_override= changes nothing of it: {:#} {why}",
            stays.function
        );
        text.push_str(&paragraph("    ", &line, style.columns));
    }
    text
}

fn change(changed: &IsolationOption) -> String {
    let what = match &changed.change {
        IsolationChange::MoveBelow(port) => format!("put the card into the slot behind {port:#}"),
        IsolationChange::Override(options) => {
            format!(
                "boot a kernel that has the ACS override patch with pcie_acs_override={options}: \
                 it says that functions are apart, and does not make them so"
            )
        }
        _ => "change the machine".to_owned(),
    };
    if changed.others.is_empty() {
        format!("{what}; then nothing else shares the group")
    } else {
        format!("{what}; then still {} share it", list(&changed.others))
    }
}

fn list<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> String {
    let all = addresses.into_iter().map(|address| format!("{address:#}"));
    all.collect::<Vec<_>>().join(", ")
}
