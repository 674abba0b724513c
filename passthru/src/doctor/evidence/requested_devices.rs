//! Requested devices that cannot be assigned.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[Rule {
    code: "bridge-requested",
    meaning: "The requested function is a bridge. Bridges stay with the host: their driver serves \
              all downstream devices, vfio-pci refuses them, and an IOMMU group is viable with \
              them. Assign the function downstream of the bridge to the guest.",
    source: "Linux drivers/vfio/pci/vfio_pci_core.c, vfio_pci_core_register_device; \
             Documentation/driver-api/vfio.rst, Groups, Devices, and IOMMUs",
    causes: &[],
    check: bridge,
}];

fn bridge(context: &Context<'_>) -> Vec<Diagnostic> {
    let devices = context.asked.iter();
    let bridges = devices.filter_map(|address| context.host.devices.get(address));
    bridges
        .filter(|device| device.is_bridge())
        .map(|device| {
            let address = device.address;
            let title = text!("{address} is a bridge: bridges stay with the host", address);
            Diagnostic::new(Verdict::Impossible, title)
                .of([address])
                .evidence([device.shown.clone()])
                .remedy(Remedy::Manual {
                    step: "name-function",
                    text: text!(
                        "name the function downstream of it; `passthru list --tree` shows the \
                         functions downstream of each bridge"
                    ),
                })
        })
        .collect()
}
