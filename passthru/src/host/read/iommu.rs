//! The state of the IOMMU by all that shows it, from the strongest proof to the weakest.

use host_tree::{Evidence, HostTree};
use iommu::IommuStatus;

use crate::host::guests::with_guest;
use crate::host::hardware::iommu_proof;
use crate::host::identity::platform::Platform;
use crate::host::model::Side;
use crate::host::sources;
use crate::host::state::Host;
use crate::host::texts::Texts;
use crate::host::words::good_news::GoodNews;
use crate::host::words::guest_failure::GuestFailure;
use crate::host::words::messages::LogMessage;
use crate::host::words::symptoms::Symptom;

/// Whether Xen has the IOMMU.
pub(super) fn is_of_xen(host: &Host) -> bool {
    let platform = host.system.platform.as_ref();
    platform.is_some_and(|found| found.value == Platform::Xen)
}

/// Whether no line shows the state.
fn is_open(host: &Host) -> bool {
    host.iommu.status == IommuStatus::Unknown && host.iommu.against.is_empty()
}

/// Adds to the kernel's own lines those of Xen, groups and messages.
pub(super) fn by_lines(host: &mut Host, texts: &Texts<'_>) {
    if is_of_xen(host) {
        iommu_proof::of_xen(&mut host.iommu, texts.all);
    }
    let group = iommu_proof::proving_group(&host.groups, &host.devices);
    let node = host.lines.group_nodes().first();
    // A line such as `DMAR: IOMMU enabled` is weak compared to groups.
    iommu_proof::take_first(
        &mut host.iommu,
        [
            group.clone(),
            sources::groups_by_id::iommu_at_work(texts.all),
            node.map(|node| node.evidence.clone()),
        ],
    );
    if is_open(host) {
        iommu_proof::in_messages(&host.log_messages, &mut host.iommu);
    }
    let iommu = &mut host.iommu;
    let is_off = matches!(
        iommu.status,
        IommuStatus::Disabled | IommuStatus::DisabledInFirmware | IommuStatus::DisabledInKernel
    );
    // Groups in sysfs belong to the running kernel, and are already known.
    let is_of_sysfs = |line: &Evidence| line.source.starts_with("/sys/kernel/iommu_groups");
    if let Some(group) = group.filter(|_| is_off && !iommu.evidence.iter().any(is_of_sysfs)) {
        // The lines that a filtered log lacks prove less than a group.
        let is_inferred = |line: &Evidence| line.text.contains("DMAR: IOMMU enabled");
        if iommu.evidence.iter().all(is_inferred) {
            iommu.status = IommuStatus::Enabled;
            iommu.evidence = vec![group];
            iommu.against.clear();
        } else {
            iommu.status = IommuStatus::Unknown;
            iommu.against = std::mem::replace(&mut iommu.evidence, vec![group]);
            iommu.evidence.extend(iommu.against.iter().cloned());
        }
    }
}

/// Takes a guest that ran with its device, if only once or slowly, as proof where nothing else shows
/// the state.
pub(super) fn by_guests(host: &mut Host, texts: &Texts<'_>) {
    // A partition of the host's GPU (Hyper-V's GPU-PV), or a mediated device of its driver (GVT-g),
    // needs no IOMMU.
    let is_partition = || texts.have(&["gpu-pv", "kvmgt", "gvt-g", "mdev"]);
    if !is_open(host) || texts.side != Side::Host || host.of_guest.is_some() {
        return;
    }
    let logged = &host.log_messages;
    // A program's line weighs more than a claim.
    let is_missed = logged
        .iter()
        .any(|known| known.is_without_iommu() || known.message.code == "harvester-no-iommu-group");
    if is_missed {
        return;
    }
    let words = &host.words;
    // A word that all works proves nothing beside the line that the host shows no IOMMU.
    let stated = &words.statements;
    let is_denied = stated.without_iommu.is_some() || stated.shows_no_iommu.is_some();
    if is_denied && words.solved.is_empty() {
        return;
    }
    if is_partition() {
        let stated = words.stated_isolation.in_use.clone();
        iommu_proof::take_first(&mut host.iommu, [stated]);
        return;
    }
    let mut symptoms = words.symptoms.iter();
    let once = symptoms.find(|fact| fact.value == Symptom::OncePerBoot);
    let ran = words.good_news.iter().find(|news| news.needs_iommu());
    let assigned = with_guest::assigned(&host.guests.devices);
    let seen_by_guest = assigned.into_values().flatten().next();
    // The guest's driver has the device, if it fails or is slow.
    let is_of_dpdk = logged
        .iter()
        .any(|known| known.message.code.starts_with("dpdk-"));
    let reached = words.guest_failure.as_ref().filter(|failure| {
        matches!(
            failure.value,
            GuestFailure::Slow | GuestFailure::DriverFails | GuestFailure::DeviceFails
        )
    });
    // QEMU names the function's group; a group without an IOMMU is one that an option of VFIO
    // creates.
    let named = |known: &&LogMessage| known.message.code == "vfio-group-file-missing";
    let is_safe = !texts.have(&["noiommu"]);
    let group = logged.iter().find(named).filter(|_| is_safe);
    let bound = iommu_proof::logged_by_vfio(logged).filter(|_| is_safe);
    let proofs = [
        ran.map(GoodNews::shown),
        host.guests.running.first().map(|fact| &fact.evidence),
        seen_by_guest.map(|device| &device.shown),
        once.map(|fact| &fact.evidence),
        reached.filter(|_| !is_of_dpdk).map(|fact| &fact.evidence),
        group.map(|known| &known.evidence),
        bound,
        words.stated_isolation.needs_iommu(),
    ];
    iommu_proof::take_first(&mut host.iommu, proofs.map(Option::<&Evidence>::cloned));
}

/// Takes a command that lists no group as proof: everything else weighs more than a listing of some
/// moment. dom0 has no groups.
pub(super) fn by_empty_outputs(host: &mut Host, tree: &dyn HostTree) {
    if !is_open(host) || host.dom0.is_some() || is_of_xen(host) {
        return;
    }
    let outputs = &host.commands.empty_outputs;
    if let Some(empty) = iommu_proof::empty(outputs, host.system.processor.as_ref()) {
        let options = host.settings.running_options();
        host.iommu = iommu_proof::without_groups(tree, &empty, &host.log_facts, &options);
    }
}
