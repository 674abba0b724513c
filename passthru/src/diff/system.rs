//! The kernel, the IOMMU and the options.

use std::collections::BTreeSet;

use iommu::IommuStatus;
use list_order::Inserts as _;

use super::difference::Difference;
use crate::host::{Host, Seen};
use crate::render;
use crate::text::{Text, text};
use crate::verdict::Verdict;

pub(super) fn differences(old: &Host, new: &Host) -> Vec<Difference> {
    let mut all = Vec::new();
    let system = |host: &Host| host.system.name.clone();
    if let Some((before, after)) = changed(system(old), system(new)) {
        let title = text!("the system was {before}, and is {after}", before, after);
        all.push(harmless("system", title, before, after));
    }
    let hypervisor = |host: &Host| host.system.hypervisor_text();
    if let Some((before, after)) = changed(hypervisor(old), hypervisor(new)) {
        let title = text!("the hypervisor was {before}, and is {after}", before, after);
        all.push(harmless("hypervisor", title, before, after));
    }
    let kernel = |host: &Host| {
        let release = host.system.kernel.release.as_ref()?;
        Some(release.value.to_string())
    };
    if let Some((before, after)) = changed(kernel(old), kernel(new)) {
        let title = text!("the kernel was {before}, and is {after}", before, after);
        all.push(harmless("kernel", title, before, after));
    }
    all.extend(iommu(old, new));
    all.extend(remapping(old, new));
    all.extend(options(old, new));
    all
}

/// Both values, where both are known and differ.
fn changed(old: Option<String>, new: Option<String>) -> Option<(String, String)> {
    old.zip(new).filter(|(old, new)| old != new)
}

fn harmless(kind: &'static str, title: Text, before: String, after: String) -> Difference {
    Difference::new(kind, Verdict::Harmless, title)
        .was(before)
        .is(after)
}

fn iommu(old: &Host, new: &Host) -> Option<Difference> {
    let (was, is) = (old.iommu.status, new.iommu.status);
    let is_unknown = [was, is].contains(&IommuStatus::Unknown);
    if was == is || is_unknown {
        return None;
    }
    let verdict = match (was, is) {
        (IommuStatus::Enabled, _) => Verdict::Blocker,
        (_, IommuStatus::Enabled) => Verdict::Ok,
        _ => Verdict::Harmless,
    };
    let (before, after) = (render::iommu(was), render::iommu(is));
    let title = text!("the IOMMU was {before}, and is {after}", before, after);
    Some(
        Difference::new("iommu", verdict, title)
            .was(before)
            .is(after),
    )
}

fn remapping(old: &Host, new: &Host) -> Option<Difference> {
    let (was, is) = (old.interrupt_remapping().0?, new.interrupt_remapping().0?);
    let word = |on| {
        if on {
            text!("enabled")
        } else {
            text!("disabled")
        }
    };
    let verdict = if is { Verdict::Ok } else { Verdict::Blocker };
    (was != is).then(|| {
        let title = text!(
            "interrupt remapping was {before}, and is {after}",
            before = word(was),
            after = word(is)
        );
        Difference::new("interrupt-remapping", verdict, title)
            .was(word(was))
            .is(word(is))
    })
}

/// Options of the running kernels; findings cover errors in them. The image and the root device are
/// ignored.
fn options(old: &Host, new: &Host) -> Vec<Difference> {
    if !old.boot.running_options_shown || !new.boot.running_options_shown {
        return Vec::new();
    }
    let options = |host: &Host| -> BTreeSet<String> {
        let running = host.settings.kernel_options.iter();
        running
            .filter(|option| option.seen == Seen::Running)
            .filter(|option| !matches!(option.name.as_str(), "BOOT_IMAGE" | "initrd" | "root"))
            .map(|option| option.text.clone())
            .into_set()
    };
    let (old, new) = (options(old), options(new));
    let gone = old.difference(&new).map(|option| {
        let title = text!(
            "the running kernel no longer has the option {option}",
            option
        );
        Difference::new("kernel-option", Verdict::Harmless, title).was(option)
    });
    let come = new.difference(&old).map(|option| {
        let title = text!("the running kernel has the option {option} now", option);
        Difference::new("kernel-option", Verdict::Harmless, title).is(option)
    });
    gone.chain(come).collect()
}
