//! Containers with VMs inside.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "container-with-vfio",
        meaning: "A container has /dev/vfio/vfio and the device file of an IOMMU group, the two \
                  files that QEMU in the container opens.",
        source: "Linux Documentation/driver-api/vfio.rst, usage example; docker run(1), --device",
        causes: &[],
        check: with_vfio,
    },
    WITHOUT_VFIO,
];

const WITHOUT_VFIO: Rule = Rule {
    code: "container-without-vfio",
    meaning: "A container has the device file of an IOMMU group but not /dev/vfio/vfio. QEMU \
              opens /dev/vfio/vfio first and attaches the group to it: the file is missing in the \
              container, so the guest does not start.",
    source: "Linux Documentation/driver-api/vfio.rst, usage example; docker run(1), --device",
    causes: &[],
    check: without_vfio,
};

fn with_vfio(context: &Context<'_>) -> Vec<Diagnostic> {
    let containers = context.host.container_devices.iter();
    containers
        .filter(|container| container.value.has_container)
        .filter_map(|container| {
            let group = *container.value.groups.first()?;
            let title = text!(
                "the container has the device files /dev/vfio/vfio and /dev/vfio/{group}",
                group
            );
            Some(Diagnostic::new(Verdict::Ok, title).evidence([container.evidence.clone()]))
        })
        .collect()
}

fn without_vfio(context: &Context<'_>) -> Vec<Diagnostic> {
    let containers = context.host.container_devices.iter();
    containers
        .filter(|container| !container.value.has_container)
        .filter_map(|container| {
            let group = *container.value.groups.first()?;
            let title = text!(
                "the container has /dev/vfio/{group} but not /dev/vfio/vfio",
                group
            );
            Some(
                Diagnostic::new(Verdict::Fix, title)
                    .evidence([container.evidence.clone()])
                    .remedy(Remedy::Manual {
                        step: "add-container-device",
                        text: text!("add the device /dev/vfio/vfio to the container"),
                    }),
            )
        })
        .collect()
}
