//! The kernel, the IOMMU and the options.

use std::collections::BTreeSet;

use iommu::IommuStatus;

use super::difference::Difference;
use crate::host::{Host, Seen};
use crate::verdict::Verdict;

pub(super) fn differences(old: &Host, new: &Host) -> Vec<Difference> {
    let mut all = Vec::new();
    all.extend(text(
        "system",
        "the system",
        old.system.name.as_ref(),
        new.system.name.as_ref(),
    ));
    let hypervisor = |host: &Host| host.system.hypervisor_text();
    all.extend(text(
        "hypervisor",
        "the hypervisor",
        hypervisor(old).as_ref(),
        hypervisor(new).as_ref(),
    ));
    let kernel = |host: &Host| {
        let release = host.system.kernel.release.as_ref()?;
        Some(release.value.to_string())
    };
    all.extend(text(
        "kernel",
        "the kernel",
        kernel(old).as_ref(),
        kernel(new).as_ref(),
    ));
    all.extend(iommu(old, new));
    all.extend(remapping(old, new));
    all.extend(options(old, new));
    all
}

fn text(
    kind: &'static str,
    what: &str,
    old: Option<&String>,
    new: Option<&String>,
) -> Option<Difference> {
    let (old, new) = (old?, new?);
    (old != new).then(|| {
        let said = format!("{what} was {old}, and is {new}");
        Difference::new(kind, Verdict::Harmless, said)
            .was(old)
            .is(new)
    })
}

fn iommu(old: &Host, new: &Host) -> Option<Difference> {
    let word = |power| match power {
        IommuStatus::Enabled => Some("on"),
        IommuStatus::DisabledInFirmware => Some("off in the firmware"),
        IommuStatus::DisabledInKernel => Some("off in the kernel"),
        IommuStatus::Disabled => Some("off"),
        IommuStatus::Unknown => None,
    };
    let (was, is) = (word(old.iommu.status)?, word(new.iommu.status)?);
    let verdict = match (old.iommu.status, new.iommu.status) {
        (IommuStatus::Enabled, _) => Verdict::Blocker,
        (_, IommuStatus::Enabled) => Verdict::Ok,
        _ => Verdict::Harmless,
    };
    (was != is).then(|| {
        let said = format!("the IOMMU was {was}, and is {is}");
        Difference::new("iommu", verdict, said).was(was).is(is)
    })
}

fn remapping(old: &Host, new: &Host) -> Option<Difference> {
    let (was, is) = (old.interrupt_remapping().0?, new.interrupt_remapping().0?);
    let word = |on| if on { "on" } else { "off" };
    let verdict = if is { Verdict::Ok } else { Verdict::Blocker };
    (was != is).then(|| {
        let said = format!("interrupt remapping was {}, and is {}", word(was), word(is));
        Difference::new("interrupt-remapping", verdict, said)
            .was(word(was))
            .is(word(is))
    })
}

/// What the running kernels were given; what is wrong with it the findings say. The
/// image and the root are another thing's business.
fn options(old: &Host, new: &Host) -> Vec<Difference> {
    if !old.running_options_shown || !new.running_options_shown {
        return Vec::new();
    }
    let options = |host: &Host| -> BTreeSet<String> {
        let running = host.settings.kernel_options.iter();
        running
            .filter(|option| option.seen == Seen::Running)
            .filter(|option| !matches!(option.name.as_str(), "BOOT_IMAGE" | "initrd" | "root"))
            .map(|option| option.text.clone())
            .collect()
    };
    let (old, new) = (options(old), options(new));
    let gone = old.difference(&new).map(|option| {
        let said = format!("the running kernel is not given {option} any more");
        Difference::new("kernel-option", Verdict::Harmless, said).was(option)
    });
    let come = new.difference(&old).map(|option| {
        let said = format!("the running kernel is given {option} now");
        Difference::new("kernel-option", Verdict::Harmless, said).is(option)
    });
    gone.chain(come).collect()
}
