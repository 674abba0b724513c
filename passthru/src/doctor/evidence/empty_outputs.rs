//! Commands that printed nothing, each with what follows from it.

use host_tree::Evidence;
use iommu::IommuStatus;
use pci_core::Address;

use crate::doctor::isolation::groups::addresses;
use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::drivers::guest_drivers::is_pciback;
use crate::host::{Driver, EmptyOutput};
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "kernel-log-without-iommu",
        meaning: "A search of the kernel log for lines of the IOMMU found none. A kernel that uses \
                  an IOMMU prints several at its start: the IOMMU is off in the firmware setup or \
                  by an option, or the log has lost its start.",
        source: "Linux drivers/iommu/intel/dmar.c; drivers/iommu/amd/init.c; dmesg(1)",
        causes: &[],
        check: log_without_iommu,
    },
    Rule {
        code: "no-mediated-types",
        meaning: "mdevctl lists no type of mediated device: no driver that is loaded on the host \
                  divides a card. The usual host driver of NVIDIA does not, only that of its vGPU \
                  software; that of Intel does with GVT-g.",
        source: "mdevctl(8), types; Linux Documentation/driver-api/vfio-mediated-device.rst",
        causes: &[],
        check: no_types,
    },
    Rule {
        code: "vfio-modules-not-loaded",
        meaning: "lsmod lists no module of VFIO. Kernels that have VFIO built in, such as \
                  Ubuntu's, list none either.",
        source: "Linux kernel/module/procfs.c, m_show; drivers/vfio/Kconfig",
        causes: &[],
        check: no_modules,
    },
];

/// Of Xen.
pub(in crate::doctor) const XEN: &[Rule] = &[Rule {
    code: "xen-assignable-list-empty",
    meaning: "xl pci-assignable-list has the functions that pciback has and that no domain has. \
              A function that a domain has is in the list of xl pci-list.",
    source: "xl(1), pci-assignable-list, pci-list; Xen tools/libs/light/libxl_pci.c, \
             libxl_device_pci_assignable_list",
    causes: &[],
    check: none_assignable,
}];

fn empty(
    context: &Context<'_>,
    output: EmptyOutput,
    diagnostic: impl FnOnce() -> Diagnostic,
) -> Vec<Diagnostic> {
    let mut outputs = context.host.commands.empty_outputs.iter();
    let found = outputs.find(|found| found.value == output);
    let found = found.map(|found| diagnostic().evidence([found.evidence.clone()]));
    found.into_iter().collect()
}

fn log_without_iommu(context: &Context<'_>) -> Vec<Diagnostic> {
    if context.host.iommu.status != IommuStatus::Unknown {
        return Vec::new();
    }
    empty(context, EmptyOutput::IommuMessages, || {
        Diagnostic::new(
            Verdict::Unknown,
            text!(
                "not in the input: why the kernel log has no line of the IOMMU; it is off, or the \
                 log has lost its start"
            ),
        )
        .remedy(Remedy::Manual {
            step: "iommu-in-firmware",
            text: text!(
                "run ls /sys/kernel/iommu_groups: if it is empty, enable the IOMMU in the \
                 firmware setup (Intel: VT-d; AMD: IOMMU), and set intel_iommu=on on an Intel host"
            ),
        })
    })
}

fn no_types(context: &Context<'_>) -> Vec<Diagnostic> {
    let mut loaded = context.host.lines.loaded_modules().iter();
    let is_loaded = loaded.any(|module| module.value == "nvidia_vgpu_vfio");
    empty(context, EmptyOutput::MediatedTypes, || {
        Diagnostic::new(
            Verdict::Fix,
            text!("no driver on the host offers mediated devices: mdevctl lists no type"),
        )
        .remedy(Remedy::Manual {
            step: "vgpu-host-driver",
            text: if is_loaded { text!(
                "the vGPU host driver is loaded: check that NVIDIA's vGPU lists the card, or that \
                 vgpu_unlock is set up for it, and read the logs of nvidia-vgpud and \
                 nvidia-vgpu-mgr (journalctl) and the lines with NVRM in the kernel log"
            ) } else { text!(
                "install the vGPU host driver for the running kernel (uname -r), load \
                 nvidia_vgpu_vfio, and read its lines in the kernel log; after an upgrade of the system \
                 the package for the new kernel, or the earlier release; for Intel GVT-g set \
                 i915.enable_gvt=1 and load kvmgt"
            ) },
        })
    })
}

fn none_assignable(context: &Context<'_>) -> Vec<Diagnostic> {
    let devices = context.host.devices.values();
    let given = devices.filter_map(|device| {
        let Driver::Bound(driver) = &device.driver else {
            return None;
        };
        // A row of the list of a domain.
        let mut words = driver.evidence.text.split_whitespace();
        let has_slot = words.next().is_some_and(|slot| slot.contains('.'));
        let is_row = has_slot && words.next().is_some() && words.next().is_none();
        (is_row && is_pciback(&driver.value)).then(|| (device.address, driver.evidence.clone()))
    });
    let (given, shown): (Vec<Address>, Vec<Evidence>) = given.take(8).unzip();
    if given.is_empty() {
        return Vec::new();
    }
    empty(context, EmptyOutput::XenAssignable, || {
        let title = text!(
            "the empty xl pci-assignable-list is normal: a domain has {functions}",
            functions = addresses(given.iter().copied())
        );
        Diagnostic::new(Verdict::Harmless, title).of(given.clone())
    })
    .into_iter()
    .map(|found| found.evidence(shown.clone()))
    .collect()
}

fn no_modules(context: &Context<'_>) -> Vec<Diagnostic> {
    empty(context, EmptyOutput::VfioModules, || {
        Diagnostic::new(
            Verdict::Harmless,
            text!("no module of VFIO is loaded: vfio-pci is built into the kernel, or not loaded"),
        )
    })
}
