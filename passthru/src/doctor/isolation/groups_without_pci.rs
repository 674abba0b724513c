//! IOMMU groups of a board whose IOMMU does not serve the PCIe bus.

use host_tree::Evidence;

use crate::doctor::evidence::message_remedies::without_pci_iommu;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::Device;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "groups-without-pci",
    meaning: "The list of the IOMMU groups has devices of the board, and no PCI function: the \
                  IOMMU does not serve the PCIe bus, as on the Raspberry Pi 5. VFIO assigns no \
                  function without a group.",
    source: "Linux Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs; \
                 Documentation/ABI/testing/sysfs-kernel-iommu_groups",
    causes: &[],
    check,
}];

fn check(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let lines: Vec<&Evidence> = host.groups_without_pci().take(MOST_LINES).collect();
    let is_listed = |device: &Device| !device.is_only_named;
    if lines.is_empty() || !host.devices.values().any(is_listed) {
        return Vec::new();
    }
    let title = text!("the IOMMU groups of the host have no PCI function: none can be assigned");
    vec![
        Diagnostic::new(Verdict::Impossible, title)
            .evidence(lines.into_iter().cloned())
            .remedy(without_pci_iommu()),
    ]
}

/// Maximum number of lines of the list of groups.
const MOST_LINES: usize = 3;
