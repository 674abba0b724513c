//! A group that contains most of a host, where the text names no card.

use list_order::Inserts as _;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "group-of-many",
    meaning: "One IOMMU group contains functions of many buses: no port between them isolates its \
              devices (ACS), or the firmware describes one IOMMU without isolation. All functions \
              of a group are assigned to one guest, or none.",
    source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs; \
             drivers/iommu/iommu.c, pci_device_group",
    causes: &[],
    check,
}];

/// Buses of which one group has functions where the ports isolate nothing.
const BUSES: usize = 8;

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    // The group of a card in question has its own rules.
    if context.functions().next().is_some() || context.host.has_worked() {
        return Vec::new();
    }
    let host = context.host;
    let groups = host.groups.iter().map(|(number, _)| number);
    let mut found: Vec<Diagnostic> = Vec::new();
    for group in groups {
        let members: Vec<_> = host.members(group).collect();
        let buses = members.iter().map(|(address, _)| {
            let bus = address.bus();
            (address.domain(), bus)
        });
        if buses.into_set().len() < BUSES {
            continue;
        }
        let title = text!(
            "IOMMU group {group} contains {count} functions: none of them can be assigned without \
             the others",
            group,
            count = members.len()
        );
        let lines = members.iter().map(|(_, line)| (*line).clone());
        found.push(
            Diagnostic::new(Verdict::Blocker, title)
                .evidence(lines.take(1))
                .remedy(Remedy::Manual {
                    step: "isolate-ports",
                    text: text!(
                        "enable ACS, and with it SR-IOV and ARI, in the firmware setup, update \
                         the firmware of the board and of PCIe switches, or use a slot of another \
                         port; pcie_acs_override= of a patched kernel separates the groups without \
                         isolation"
                    ),
                }),
        );
    }
    found
}
