//! Lines hostpciN of Proxmox VE.

use super::{one, rule};
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::SettingLine;
use crate::text::text;
use crate::verdict::Verdict;

pub(super) const RULES: &[Rule] = &[
    rule(
        "hostpci-whole-slot",
        "hostpciN without a function number assigns all functions of the slot to the guest.",
        "Proxmox VE documentation, qm(1), hostpci",
        whole_slot,
    ),
    rule(
        "hostpci-mediated",
        "hostpciN with mdev= assigns a mediated device: the host driver keeps the card and shares it.",
        "Proxmox VE documentation, qm(1), hostpci, mdev",
        |c| {
            one(
                c,
                &SettingLine::HostpciMdev,
                Verdict::Ok,
                text!("the guest has a mediated device; the host driver keeps the card"),
                None,
            )
        },
    ),
];

fn whole_slot(context: &Context<'_>) -> Vec<Diagnostic> {
    let all = context.host.lines.setting_lines().iter();
    let slots = all.filter_map(|fact| match &fact.value {
        SettingLine::HostpciSlot(slot) => Some((slot, &fact.evidence)),
        _ => None,
    });
    let mut reported: Vec<Diagnostic> = Vec::new();
    for (slot, evidence) in slots {
        let title = text!(
            "hostpci names {slot} without a function: the guest has all functions of the slot",
            slot
        );
        if !reported.iter().any(|known| known.title == title) {
            reported.push(Diagnostic::new(Verdict::Ok, title).evidence([evidence.clone()]));
        }
    }
    reported
}
