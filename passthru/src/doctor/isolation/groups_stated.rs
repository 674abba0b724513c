//! A device that is alone in its IOMMU group, by the words of the text.

use iommu::Membership;

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "group-alone-reported",
    meaning: "A sentence says that the device is alone in its IOMMU group. Such a device can be \
              assigned without others, and the host has an enabled IOMMU. A listing of the groups \
              proves it better.",
    source: "Linux Documentation/driver-api/vfio.rst; the sentence itself",
    causes: &[],
    check: alone,
}];

fn alone(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let Some((slot, shown)) = &host.stated_isolation.alone else {
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
