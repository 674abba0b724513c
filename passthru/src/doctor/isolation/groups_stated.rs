//! A device that is alone in its IOMMU group, or shares it, by the words of the text.

use iommu::Membership;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Host;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "group-alone-reported",
        meaning: "A sentence says that the device is alone in its IOMMU group. Such a device can be \
              assigned without others, and the host has an enabled IOMMU. A listing of the groups \
              proves it better.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: alone,
    },
    Rule {
        code: "shared-group-reported",
        meaning: "A sentence says that the device shares its IOMMU group with other devices. A guest \
              gets all functions of a group or none: the host must not use any of them. A \
              slot whose port has ACS, of the processor or the chipset, has a group of its own.",
        source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
        causes: &[],
        check: shared,
    },
];

fn shared(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some(shown) = &host.words.stated_isolation.shared else {
        return Vec::new();
    };
    // A listing of the groups says which functions these are.
    if !host.groups.is_empty() || host.iommu_is_off() {
        return Vec::new();
    }
    let title = text!(
        "the text says that the device shares its IOMMU group: a guest gets all functions of a \
         group, or none"
    );
    let text = if is_onboard(host) {
        text!(
            "assign the whole group, or a card in a slot of its own group; functions of the \
             chipset stay in one group in any slot; pcie_acs_override=downstream,multifunction of a \
             patched kernel splits the group, but does not isolate them"
        )
    } else {
        text!(
            "move the card to another slot, best one of the processor, and enable ACS in the \
             firmware setup if it has the option; or assign the whole group; pcie_acs_override= \
             separates the groups without isolation"
        )
    };
    let step = "other-slot";
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([shown.clone()])
            .remedy(Remedy::Manual { step, text }),
    ]
}

/// Whether all functions that the text names are on the first bus, of the chipset or the processor.
fn is_onboard(host: &Host) -> bool {
    let mut devices = host.devices.values();
    !host.devices.is_empty() && devices.all(|device| device.address.bus() == 0)
}

fn alone(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some((slot, shown)) = host.words.stated_isolation.alone.first_key_value() else {
        return Vec::new();
    };
    // A listing says more.
    let mut functions = host.devices.values();
    let is_listed = slot.is_some_and(|slot| {
        functions.any(|device| {
            device.address.slot() == slot
                && !matches!(host.groups.group_of(device.address), Membership::NotShown)
        })
    });
    if is_listed || host.iommu_is_off() {
        return Vec::new();
    }
    let title = text!("the text says that no other device is in the IOMMU group");
    vec![Diagnostic::new(Verdict::Ok, title).evidence([shown.clone()])]
}
