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
    WITHOUT_FILES,
    HIDDEN_TABLES,
    REFUSED_NODE,
];

const HIDDEN_TABLES: Rule = Rule {
    code: "container-hides-firmware",
    meaning: "virt-host-validate looks for the firmware's IOMMU table in \
              /sys/firmware/acpi/tables. A container hides /sys/firmware, so the program warns, \
              although the host has an IOMMU. libvirt itself reads /sys/kernel/iommu_groups and \
              /dev/vfio/vfio.",
    source: "OCI runtime specification, maskedPaths; libvirt tools/virt-host-validate-common.c, \
             virHostValidateIOMMU; src/hypervisor/virhostdev.c",
    causes: &["validate-no-iommu-table", "iommu-disputed"],
    check: hidden_tables,
};

const REFUSED_NODE: Rule = Rule {
    code: "container-refuses-major",
    meaning: "A container opens a device file only if a line lxc.cgroup2.devices.allow has its \
              major. The major of nvidia-uvm is assigned when the module is loaded, and may change \
              at each boot. nvidia-smi needs the major 195 alone; CUDA and NVENC need nvidia-uvm.",
    source: "Linux Documentation/admin-guide/cgroup-v2.rst, Device controller; \
             Documentation/admin-guide/devices.txt; NVIDIA nvidia-modprobe",
    causes: &["nvidia-cuda-no-device"],
    check: refused_node,
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

const WITHOUT_FILES: Rule = Rule {
    code: "container-without-vfio-files",
    meaning: "QEMU in a container gets the option for a device of vfio-pci, and the container's list \
              of device files has none of VFIO. QEMU opens /dev/vfio/vfio and the file of the IOMMU \
              group: both must be in the container. The file of the group exists on the host as long \
              as a function of the group is bound to vfio-pci.",
    source: "Linux Documentation/driver-api/vfio.rst, usage example; Compose file reference, devices",
    causes: &[],
    check: without_files,
};

fn with_vfio(context: &Context<'_>) -> Vec<Diagnostic> {
    let containers = context.host.lines.container_devices().iter();
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
    let containers = context.host.lines.container_devices().iter();
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

fn without_files(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = context.host.lines.container_without_files().as_ref();
    let reported = found.map(|line| {
        let title = text!(
            "the container starts QEMU with a device of vfio-pci, but its list of devices has no file of \
             /dev/vfio"
        );
        Diagnostic::new(Verdict::Fix, title)
            .evidence([line.clone()])
            .remedy(Remedy::Manual {
                step: "add-container-device",
                text: text!(
                    "bind the device to vfio-pci on the host, and look for /dev/vfio/GROUP there; then add \
                     /dev/vfio/vfio and /dev/vfio/GROUP (or /dev/vfio) to devices: of the container, and \
                     create it again"
                ),
            })
    });
    reported.into_iter().collect()
}

fn hidden_tables(context: &Context<'_>) -> Vec<Diagnostic> {
    let host = context.host;
    let find = |codes: &[&str]| {
        let mut logged = host.log_messages.iter();
        logged.find(|logged| codes.contains(&logged.message.code))
    };
    let missing = find(&["validate-no-iommu-table"]);
    let passed = find(&["validate-iommu-kernel-pass", "validate-iommu-pass"]);
    let (Some(missing), Some(container)) = (missing, &host.words.statements.in_container) else {
        return Vec::new();
    };
    let is_on = passed.is_some() || host.iommu.status == iommu::IommuStatus::Enabled;
    if !is_on {
        return Vec::new();
    }
    let title = text!(
        "the host has an IOMMU; a container hides the firmware's tables from virt-host-validate"
    );
    vec![
        Diagnostic::new(Verdict::Ok, title)
            .evidence([missing.evidence.clone(), container.clone()])
            .evidence(passed.map(|passed| passed.evidence.clone())),
    ]
}

fn refused_node(context: &Context<'_>) -> Vec<Diagnostic> {
    let found = context.host.lines.refused_node().as_ref();
    let reported = found.map(|node| {
        let title = text!(
            "{path} has the major {major}, which the container's rules do not allow",
            path = node.path.clone(),
            major = node.major
        );
        Diagnostic::new(Verdict::Fix, title)
            .evidence([node.node.clone(), node.rule.clone()])
            .remedy(Remedy::Manual {
                step: "allow-major",
                text: text!(
                    "add lxc.cgroup2.devices.allow: c {major}:* rwm and restart the container; the \
                     major may change at each boot: pass the file with dev0: {path} instead",
                    major = node.major,
                    path = node.path.clone()
                ),
            })
    });
    reported.into_iter().collect()
}
