//! Functions that are assigned together, on hosts without IOMMU groups.

use iommu::reset::{AssignedTogether, TogetherReason};
use pci_core::Address;

use super::style::Style;
use super::wrap::paragraph;
use crate::host::WithoutGroups;
use crate::text::{listed, text};

/// The note that the hypervisor has no groups, and the sets that must be assigned together: all, or
/// those with a function of `asked`.
pub(super) fn without_groups(
    host: WithoutGroups,
    together: &[AssignedTogether],
    asked: Option<&[Address]>,
    style: Style,
) -> String {
    let why = match host {
        WithoutGroups::Esxi => text!(
            "ESXi has no IOMMU groups. Functions that depend on the same device, and functions of a \
             device that cannot be shared, are assigned together: esxcli hardware pci list."
        ),
        WithoutGroups::Xen => text!(
            "Under Xen there are no IOMMU groups: Xen controls the IOMMU, and dom0 is a guest. \
             Functions are assigned one by one; functions that one bus reset resets are assigned \
             together. Isolation by ports is not in the input. To predict the groups of Linux \
             without Xen: sudo passthru groups --predict."
        ),
    };
    let mut text = paragraph("", &style.say(&why), style.columns);
    let shown = together.iter().filter(|set| {
        asked.is_none_or(|asked| asked.iter().any(|one| set.functions.contains(one)))
    });
    let mut any = false;
    for set in shown {
        any = true;
        let functions = listed(set.functions.iter().copied());
        let sentence = match set.reason {
            TogetherReason::DependentDevice(device) => {
                text!("{functions}: they depend on {device}", functions, device)
            }
            TogetherReason::BusReset(bridge) => text!(
                "{functions}: one of them has only a bus reset, by {bridge}",
                functions,
                bridge
            ),
            _ => text!(
                "{functions}: the functions of this device cannot be shared",
                functions
            ),
        };
        text.push_str(&paragraph("  - ", &style.say(&sentence), style.columns));
    }
    if !any {
        let sentence = text!("No functions in the input must be assigned together.");
        text.push_str(&paragraph("", &style.say(&sentence), style.columns));
    }
    text
}
