//! What goes together where there are no IOMMU groups.

use iommu::reset::{AssignedTogether, TogetherReason};
use pci_core::Address;

use super::style::Style;
use super::wrap::paragraph;
use crate::host::WithoutGroups;

/// That the hypervisor forms no groups, and what goes together instead: all, or what has
/// a function of `asked`.
pub(super) fn without_groups(
    host: WithoutGroups,
    together: &[AssignedTogether],
    asked: Option<&[Address]>,
    style: Style,
) -> String {
    let why = match host {
        WithoutGroups::Esxi => {
            "ESXi shows no IOMMU groups. What goes to one guest is what depends on the same \
             device, and functions that it does not share out: esxcli hardware pci list."
        }
        WithoutGroups::Xen => {
            "Under Xen there are no IOMMU groups: Xen keeps the IOMMU to itself, and the kernel \
             of dom0 is its guest. Functions are given away one by one; what goes along is what \
             a reset takes along, and nothing here says how far ports keep functions apart. The \
             groups that Linux without Xen would form: sudo passthru groups --predict."
        }
    };
    let mut text = paragraph("", why, style.columns);
    let shown = together.iter().filter(|set| {
        asked.is_none_or(|asked| asked.iter().any(|one| set.functions.contains(one)))
    });
    let mut any = false;
    for set in shown {
        any = true;
        let list: Vec<String> = set.functions.iter().map(|one| format!("{one:#}")).collect();
        let because = match set.because {
            TogetherReason::DependentDevice(device) => format!("they depend on {device:#}"),
            TogetherReason::BusReset(bridge) => {
                format!("one of them is reset only with the bus behind {bridge:#}")
            }
            _ => "the functions of this device are not shared out".to_owned(),
        };
        let said = format!("{}: {because}", list.join(", "));
        text.push_str(&paragraph("  - ", &said, style.columns));
    }
    if !any {
        let said = "The input shows nothing that binds functions together.";
        text.push_str(&paragraph("", said, style.columns));
    }
    text
}
