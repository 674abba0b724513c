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
    HIDDEN_TABLES,
];

const HIDDEN_TABLES: Rule = Rule {
    code: "container-hides-firmware",
    meaning: "virt-host-validate and libvirt look for the firmware's IOMMU table in \
              /sys/firmware/acpi/tables. A container hides /sys/firmware, so both report a host \
              without an IOMMU, although the host has one.",
    source: "OCI runtime specification, maskedPaths; libvirt tools/virt-host-validate-common.c, \
             virHostValidateIOMMU",
    causes: &[
        "validate-no-iommu-table",
        "hypervisor-without-iommu",
        "libvirt-backend-not-chosen",
        "iommu-disputed",
    ],
    check: hidden_tables,
};

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
        // Kata opens the device on the host, and the container is in a guest.
        .filter(|container| !container.evidence.text.contains("kata"))
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

fn hidden_tables(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let find = |codes: &[&str]| {
        let mut logged = host.log_messages.iter();
        logged.find(|logged| codes.contains(&logged.message.code))
    };
    let missing = find(&["validate-no-iommu-table"]);
    let passed = find(&["validate-iommu-kernel-pass", "validate-iommu-pass"]);
    let (Some(missing), Some(container)) = (missing, &host.statements.in_container) else {
        return Vec::new();
    };
    let is_on = passed.is_some() || host.iommu.status == iommu::IommuStatus::Enabled;
    if !is_on {
        return Vec::new();
    }
    let title = text!(
        "a container hides the firmware's tables from libvirt, so libvirt finds no IOMMU; the host \
         has one"
    );
    vec![
        Diagnostic::new(Verdict::Fix, title)
            .evidence([missing.evidence.clone(), container.clone()])
            .evidence(passed.map(|passed| passed.evidence.clone()))
            .remedy(Remedy::Manual {
                step: "show-firmware-tables",
                text: text!(
                    "run virt-host-validate on the host itself; update KubeVirt, or mount \
                     /sys/firmware of the host into the container"
                ),
            }),
    ]
}
