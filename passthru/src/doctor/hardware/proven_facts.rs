//! Lines that prove a fact of the trade for this host: words alone prove none.

use host_tree::Evidence;

use crate::doctor::rule::Context;
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::{Driver, LogMessage, Processor, VmxFile};
use crate::text::{Text, text};
use crate::verdict::Verdict;

/// The proof of a fact.
pub(super) struct Proof {
    /// The verdict.
    pub(super) verdict: Verdict,
    /// The sentence, where it is not that of the fact.
    pub(super) title: Option<Text>,
    /// The lines beside that with the fact's name.
    pub(super) evidence: Vec<Evidence>,
    /// Whether the line with the fact's name is none of the proof.
    pub(super) is_complete: bool,
}

/// The lines that prove the fact with the code.
pub(super) fn proof(context: &Context<'_>, code: &str) -> Option<Proof> {
    match code {
        "container-cgroup-version" => {
            let version = context.host.has_cgroup_2_alone()?;
            Some(Proof {
                verdict: Verdict::Fix,
                title: None,
                evidence: vec![version.clone()],
                is_complete: false,
            })
        }
        "container-card-bound-to-vfio" => container_without_driver(context),
        "dda-on-client-windows" => client_windows(context),
        "large-bar-on-esxi" => without_window(context),
        OF_OLD_KVM => older_kvm(context),
        _ => None,
    }
}

/// The fact about slow cards on AMD hosts, of which the kernel's release is a part.
pub(super) const OF_OLD_KVM: &str = "amd-nested-paging-slow";

/// The line with the release of the host's kernel, before Linux 4.15, on an AMD processor. The kernels of
/// Red Hat's systems have the corrections of later releases.
fn older_kvm(context: &Context<'_>) -> Option<Proof> {
    let system = &context.host.system;
    let mut logged = context.host.log_facts.iter();
    let is_amd = match &system.processor {
        Some(found) => found.value == Processor::Amd,
        None => logged.any(|one| one.evidence.text.contains("AMD-Vi: Found IOMMU")),
    };
    let (false, release) = system.kernel.is_at_least(4, 15)? else {
        return None;
    };
    let is_patched = release.text.contains(".el");
    (is_amd && !is_patched && context.host_is_linux()).then(|| Proof {
        verdict: Verdict::Check,
        title: None,
        evidence: vec![release.clone()],
        is_complete: false,
    })
}

/// The card that vfio-pci has while the host's driver is to have it for a container, and the line that
/// binds it.
fn container_without_driver(context: &Context<'_>) -> Option<Proof> {
    let host = context.host;
    let mut logged = host.log_messages.iter();
    let is_missed = logged.any(|one| {
        ["nvidia-smi-no-driver", "module-no-device"].contains(&one.message.code) && !one.is_over
    });
    if !is_missed || !host.guests.proxmox_vms.is_empty() || !host.guests.domains.is_empty() {
        return None;
    }
    let mut cards = context.functions().filter(|device| device.is_display());
    let (device, driver) = cards.find_map(|device| match &device.driver {
        Driver::Bound(driver) if is_vfio_driver(&driver.value) => Some((device, driver)),
        _ => None,
    })?;
    let id = device.id.as_ref().map(|id| id.value.to_string());
    let mut lists = host.boot.vfio_ids.iter();
    let list = lists.find(|list| id.as_ref().is_some_and(|id| list.value.text.contains(id)));
    let lines = [Some(&driver.evidence), list.map(|list| &list.evidence)];
    Some(Proof {
        verdict: Verdict::Fix,
        title: None,
        evidence: lines.into_iter().flatten().cloned().collect(),
        is_complete: false,
    })
}

/// The refused attempt of an assignment, and the edition of Windows where a program prints it.
fn client_windows(context: &Context<'_>) -> Option<Proof> {
    let host = context.host;
    let refusal = |code: &str| {
        let mut logged = host.log_messages.iter();
        let is_one = |one: &&LogMessage| one.message.code == code && !one.is_over;
        logged.find(is_one).map(|one| one.evidence.clone())
    };
    let of_bus = refusal("hyperv-no-native-pcie");
    match &host.words.statements.client_windows {
        Some(edition) => {
            let refused = of_bus
                .or_else(|| refusal("hyperv-dismount-failed"))
                .or_else(|| refusal("hyperv-hypervisor-feature-missing"))?;
            Some(Proof {
                verdict: Verdict::Impossible,
                title: None,
                evidence: vec![edition.clone(), refused],
                is_complete: true,
            })
        }
        None => Some(Proof {
            verdict: Verdict::Blocker,
            title: None,
            evidence: vec![of_bus?],
            is_complete: false,
        }),
    }
}

/// A complete configuration with an assigned graphics card, and without the window. Known sizes of
/// BARs have a rule of their own.
fn without_window(context: &Context<'_>) -> Option<Proof> {
    let host = context.host;
    let mut functions = context.functions();
    let is_sized = functions.any(|one| one.memory.as_ref().is_some_and(|all| !all.is_empty()));
    let lacks_window = |file: &&VmxFile| {
        let keys = ["virtualHW.version", "memSize"];
        let on = file.vmx.get("pciPassthru.use64bitMMIO");
        keys.iter().all(|key| file.vmx.get(key).is_some())
            && !on.is_some_and(|entry| entry.value.eq_ignore_ascii_case("TRUE"))
            && file.vmx.passthru().iter().any(|one| one.present)
    };
    let file = host.guests.vmx_files.iter().find(lacks_window)?;
    let shown = file.vmx.get("pciPassthru0.present")?;
    (!is_sized).then(|| Proof {
        verdict: Verdict::Fix,
        title: Some(text!(
            "the virtual machine has no pciPassthru.use64bitMMIO, which the large memory of this \
             card needs"
        )),
        evidence: vec![Evidence::at(&*file.path, &file.text, shown.line)],
        is_complete: false,
    })
}
