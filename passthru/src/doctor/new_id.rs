//! Ids that somebody writes to vfio-pci's `new_id`.

use pci_core::Evidence;

use super::groups::addresses;
use super::rule::{Context, Rule, Said, card_word};
use crate::finding::Verdict;
use crate::host::{Device, Twins};
use crate::remedy::Remedy;

pub(super) const RULES: &[Rule] = &[Rule {
    code: "new-id-takes-twin",
    meaning: "An id is written to vfio-pci's new_id, and another card of the host has the same \
              id: vfio-pci is offered both cards, and takes the other one, too, as soon as its \
              driver lets go of it. driver_override and drivers_probe go by address.",
    source: "Linux Documentation/ABI/testing/sysfs-bus-pci, new_id and driver_override; \
             drivers/pci/pci-driver.c, pci_add_dynid",
    causes: &[],
    check: takes_twin,
}];

fn takes_twin(context: &Context<'_>) -> Vec<Said> {
    let mut said = Vec::new();
    for card in &context.cards {
        let mut lines: Vec<Evidence> = Vec::new();
        let mut others: Vec<&Device> = Vec::new();
        for device in card {
            let Some(id) = &device.id else { continue };
            let written = context
                .host
                .new_ids
                .iter()
                .find(|new| new.value == id.value);
            let (Some(written), Twins::At(twins)) = (written, context.host.twins_of(device)) else {
                continue;
            };
            lines.push(written.evidence.clone());
            others.extend(
                twins
                    .into_iter()
                    .filter(|twin| !context.is_asked(twin.address)),
            );
        }
        if others.is_empty() {
            continue;
        }
        let word = card_word(context.host, card);
        let title = format!(
            "new_id of vfio-pci also offers it {}, which has the same ids as {word}",
            addresses(others.iter().map(|other| other.address))
        );
        let twins = others.iter().map(|other| other.shown.clone());
        said.push(
            Said::new(Verdict::Fix, title)
                .of(others.iter().map(|other| other.address))
                .shown_by(lines.into_iter().chain(twins))
                .mend(Remedy::Plan {
                    arguments: vec![word],
                }),
        );
    }
    said
}
