//! The IOMMU is on.

use hostconf::binding::kernel_facts::IntelIommuDefault;
use iommu::{IommuStatus, Membership};

use super::{Change, Evaluation};
use crate::host::{Device, Host, KernelOption, Processor};
use crate::text::text;

pub(super) fn evaluate(host: &Host) -> Evaluation {
    let evidence = host.iommu.evidence.clone();
    match host.iommu.status {
        IommuStatus::Enabled => Evaluation::met(text!("the IOMMU is enabled"), evidence),
        IommuStatus::DisabledInFirmware => {
            Evaluation::unmet(text!("the IOMMU is disabled in the firmware"), evidence)
        }
        IommuStatus::DisabledInKernel => {
            Evaluation::unmet(text!("the kernel does not use the IOMMU"), evidence)
        }
        IommuStatus::Disabled => Evaluation::unmet(
            text!(
                "the IOMMU is disabled; not in the input: whether the firmware or the kernel \
                 disables it"
            ),
            evidence,
        ),
        IommuStatus::Unknown => Evaluation {
            evidence,
            ..Evaluation::unknown(text!("not in the input: whether the IOMMU is enabled"))
        },
    }
}

/// `intel_iommu=on`, where the kernel may need it, and no option that switches the IOMMU off.
pub(super) fn changes(host: &Host, functions: &[&Device]) -> Vec<Change> {
    let mut changes: Vec<Change> = off_options(host).collect();
    if lost_option(host, functions).is_some() {
        changes.push(keep_option());
    } else if needs_intel_iommu(host, functions) && !host.has_option_value("intel_iommu", "on") {
        let default = host.system.kernel.intel_iommu_default.as_ref();
        let is_off = default.is_some_and(|default| default.value == IntelIommuDefault::Off);
        let why = if is_off {
            text!("this kernel does not enable Intel's IOMMU by default")
        } else {
            text!("not every kernel enables Intel's IOMMU by default")
        };
        changes.push(Change::SetKernelOption {
            option: "intel_iommu=on".to_owned(),
            purpose: why.into(),
        });
    }
    changes
}

/// Sets the option that only the running kernel has.
pub(crate) fn keep_option() -> Change {
    Change::SetKernelOption {
        option: "intel_iommu=on".to_owned(),
        purpose: text!("the running kernel has the option, but the boot loader's file does not")
            .into(),
    }
}

/// The running kernel's `intel_iommu=on`, where the host may need the option and the boot loader's
/// file does not set it.
pub(crate) fn lost_option<'a>(host: &'a Host, functions: &[&Device]) -> Option<&'a KernelOption> {
    let option = host.only_running("intel_iommu", "on")?;
    let default = host.system.kernel.intel_iommu_default.as_ref();
    let is_lost = match default.map(|default| default.value) {
        Some(IntelIommuDefault::On) => false,
        Some(IntelIommuDefault::OnExceptGraphics) => {
            let is_graphics = |device: &&Device| device.is_display() && device.address.bus() == 0;
            functions.iter().any(is_graphics)
        }
        Some(IntelIommuDefault::Off) | None => true,
    };
    (is_lost && is_intel(host)).then_some(option)
}

/// Whether the host's processor is Intel's, or its IOMMU.
fn is_intel(host: &Host) -> bool {
    let processor = host.system.processor.as_ref();
    host.iommu.vendor == Some(iommu::Vendor::Intel)
        || processor.is_some_and(|found| found.value == Processor::Intel)
}

/// Whether an Intel host may need `intel_iommu=on`: the default is an option of the kernel's
/// build (drivers/iommu/intel/Kconfig, INTEL_IOMMU_DEFAULT_ON).
fn needs_intel_iommu(host: &Host, functions: &[&Device]) -> bool {
    if !is_intel(host) {
        return false;
    }
    // A kernel that leaves the processor's graphics out puts it into no group.
    let is_left_out =
        |device: &&Device| matches!(host.groups.group_of(device.address), Membership::InNone(_));
    let is_left_out = functions.iter().any(is_left_out);
    if host.iommu.status == IommuStatus::Enabled && !is_left_out {
        return false;
    }
    let is_off = host.iommu.status == IommuStatus::Disabled;
    let default = host.system.kernel.intel_iommu_default.as_ref();
    match default.map(|default| default.value) {
        // A cause other than a missing option disables it.
        Some(IntelIommuDefault::On) => is_off,
        Some(IntelIommuDefault::OnExceptGraphics) => {
            let is_graphics = |device: &&Device| device.is_display() && device.address.bus() == 0;
            is_off || is_left_out || functions.iter().any(is_graphics)
        }
        Some(IntelIommuDefault::Off) | None => true,
    }
}

/// Kernel options that switch the IOMMU off, now or from the next boot on.
fn off_options(host: &Host) -> impl Iterator<Item = Change> + '_ {
    const NAMES: [&str; 3] = ["iommu", "intel_iommu", "amd_iommu"];
    let options = host.settings.kernel_options.iter();
    options
        .filter(|option| NAMES.contains(&option.name.as_str()))
        .filter(|option| option.value.as_deref() == Some("off"))
        .map(|option| Change::RemoveKernelOption {
            option: option.text.clone(),
        })
}
