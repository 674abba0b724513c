//! Proof of the IOMMU's state beside its own lines: groups, and messages of programs.

use std::collections::BTreeMap;

use host_tree::{CommandText, Evidence, HostTree, Lookup, MemoryTree};
use iommu::{
    Completeness, Groups, IommuState, IommuStatus, LogFact, LogLineKind, Membership, OptionWord,
    Vendor,
};
use pci_core::Address;

use super::device::Device;
use crate::host::commands::empty_outputs::EmptyOutput;
use crate::host::drivers::guest_drivers::is_vfio_driver;
use crate::host::fact::Fact;
use crate::host::guests::mediated;
use crate::host::identity::processor::Processor;
use crate::host::identity::xl_info;
use crate::host::state::Host;
use crate::host::words::messages::LogMessage;

impl Host {
    /// The lines of an IOMMU that the firmware describes to the kernel: it is enabled in the firmware
    /// setup.
    pub(crate) fn firmware_iommu(&self) -> impl Iterator<Item = Evidence> {
        let is_of_host = |vendor| matches!(vendor, Some(Vendor::Intel | Vendor::Amd));
        let tables = self
            .log_facts
            .iter()
            .filter(move |fact| fact.kind == LogLineKind::FirmwareTable && is_of_host(fact.vendor));
        let units = self.devices.values().filter(|device| {
            let class = device.class.as_ref().map(|class| class.value);
            class.is_some_and(|class| class.base == 0x08 && class.sub == 0x06)
        });
        let lines = tables.map(|fact| fact.evidence.clone());
        lines.chain(units.map(|device| device.shown.clone()))
    }
}

/// Adds the group of each function by its own link alone, if sysfs has that of all of them; returns
/// whether it does.
pub(in crate::host) fn add_links(groups: &mut Groups, devices: &BTreeMap<Address, Device>) -> bool {
    let is_shown = |device: &Device| {
        let shown = device.sysfs.as_ref();
        shown.is_some_and(|shown| shown.iommu_group != Lookup::NotShown)
    };
    if devices.is_empty() || !devices.values().all(is_shown) {
        return false;
    }
    for device in devices.values() {
        let Some(shown) = &device.sysfs else {
            continue;
        };
        let path = shown.path("iommu_group");
        if let Some(evidence) = shown.iommu_group.absence(&path) {
            groups.add_ungrouped(device.address, evidence);
        }
        let link = shown.iommu_group.clone().shown(&path, u32::to_string);
        if let Lookup::Found((group, evidence)) = link {
            groups.add_rows(
                [(device.address, group, evidence)],
                Completeness::MayHaveMore,
            );
        }
    }
    true
}

/// The line with a group that proves an enabled IOMMU: VFIO's no-IOMMU mode makes one for each
/// function bound to vfio-pci, and for no bridge (Linux drivers/vfio/group.c,
/// `vfio_noiommu_group_alloc`).
pub(in crate::host) fn proving_group(
    groups: &Groups,
    devices: &BTreeMap<Address, Device>,
) -> Option<Evidence> {
    // Without an IOMMU vfio-pci makes a group for each function that it has: there are few.
    const MANY: u32 = 10;
    let is_proof = |device: &Device, members: usize, number: u32| {
        let held = device.driver.name();
        device.is_bridge()
            || members > 1
            || number >= MANY
            || held.is_some_and(|driver| !is_vfio_driver(driver))
    };
    // A bridge shows it best.
    let bridges = devices.values().filter(|device| device.is_bridge());
    let others = devices.values().filter(|device| !device.is_bridge());
    bridges
        .chain(others)
        .filter_map(|device| match groups.group_of(device.address) {
            Membership::In(number) => {
                let group = groups.get(number)?;
                let shown = group.members.get(&device.address)?;
                is_proof(device, group.members.len(), number).then_some(shown)
            }
            _ => None,
        })
        .find_map(|evidence| evidence.first().cloned())
}

/// The message of vfio-pci about a function: without a group, which an IOMMU makes, the driver's probe
/// fails (Linux drivers/vfio/group.c, `vfio_group_find_or_alloc`). The first messages are earlier: to
/// the arbiter of VGA, and of the power state (drivers/vfio/pci/vfio_pci_core.c,
/// `vfio_pci_core_register_device`).
pub(in crate::host) fn logged_by_vfio(logged: &[LogMessage]) -> Option<&Evidence> {
    let of_host = logged.iter().filter(|one| !one.is_of_guest && !one.is_over);
    let mut lines = of_host.map(|one| &one.evidence);
    lines.find(|line| {
        let is_of_probe = ["vgaarb", "power state", "failed with error"];
        line.text.contains("vfio-pci 0000:")
            && !is_of_probe.iter().any(|words| line.text.contains(words))
    })
}

/// Takes the first of the proofs where no line shows the state of the IOMMU.
pub(in crate::host) fn take_first(
    iommu: &mut IommuState,
    proofs: impl IntoIterator<Item = Option<Evidence>>,
) {
    if iommu.status != IommuStatus::Unknown || !iommu.against.is_empty() {
        return;
    }
    if let Some(shown) = proofs.into_iter().flatten().next() {
        iommu.status = IommuStatus::Enabled;
        iommu.evidence.insert(0, shown);
    }
}

/// The command that shows that no IOMMU is in use: it lists no group, or on x86 no unit. Arm and
/// POWER have IOMMUs without an entry in the class.
pub(in crate::host) fn empty(
    outputs: &[Fact<EmptyOutput>],
    processor: Option<&Fact<Processor>>,
) -> Option<Evidence> {
    let is_x86 = processor.is_some();
    let mut outputs = outputs.iter();
    let found = outputs.find(|output| match output.value {
        EmptyOutput::IommuGroups => true,
        EmptyOutput::IommuUnits => is_x86,
        _ => false,
    });
    found.map(|output| output.evidence.clone())
}

/// The state of the IOMMU on a host of which the command of `empty` shows no group.
pub(in crate::host) fn without_groups(
    tree: &dyn HostTree,
    empty: &Evidence,
    facts: &[LogFact],
    options: &[OptionWord<'_>],
) -> IommuState {
    let mut shown = MemoryTree::partial();
    shown.insert_directory(GROUPS, true);
    // The firmware's tables show why.
    if let Lookup::Found(tables) = tree.list(TABLES) {
        shown.insert_listing(TABLES, &tables);
    }
    let mut state = iommu::state(&shown, facts, options);
    for line in &mut state.evidence {
        if line.source == GROUPS {
            *line = empty.clone();
        }
    }
    state
}

/// The groups of the running kernel.
const GROUPS: &str = "/sys/kernel/iommu_groups";

/// The firmware's tables.
const TABLES: &str = "/sys/firmware/acpi/tables";

/// The state of the IOMMU that Xen has: dom0's kernel sees none, even if the IOMMU is on, and no
/// table of it.
pub(in crate::host) fn of_xen(iommu: &mut IommuState, texts: &[CommandText]) {
    let (status, evidence) = match xl_info::iommu(texts) {
        Some((status, evidence)) => (status, vec![evidence]),
        None if iommu.status == IommuStatus::Enabled => return,
        None => (IommuStatus::Unknown, Vec::new()),
    };
    iommu.status = status;
    iommu.evidence = evidence;
    iommu.against.clear();
}

/// The state of the IOMMU that messages of the host's programs prove; open where they contradict
/// each other.
pub(in crate::host) fn in_messages(logged: &[LogMessage], iommu: &mut IommuState) {
    let of_host = logged
        .iter()
        .filter(|logged| !logged.is_of_guest && !logged.is_over);
    // The host driver makes mediated devices without an IOMMU.
    let is_mediated = |logged: &&LogMessage| mediated::names_device(&logged.evidence.text);
    let proofs = of_host
        .filter(|logged| !is_mediated(logged))
        .filter_map(|logged| Some((logged.message.proves?, &logged.evidence)));
    let (on, off): (Vec<_>, Vec<_>) =
        proofs.partition(|(status, _)| *status == IommuStatus::Enabled);
    match (on.first(), off.first()) {
        (Some((_, shown)), None) => {
            iommu.status = IommuStatus::Enabled;
            iommu.evidence.insert(0, (*shown).clone());
        }
        (None, Some((status, shown))) => {
            iommu.status = *status;
            iommu.evidence.insert(0, (*shown).clone());
        }
        (Some((_, shown)), Some((_, against))) => {
            iommu.evidence = vec![(*shown).clone(), (*against).clone()];
            iommu.against = vec![(*against).clone()];
        }
        (None, None) => {}
    }
}

/// Messages of programs that found no link from the function to a group (QEMU hw/vfio/container.c,
/// `vfio_device_get_groupid`; libvirt src/util/virpci.c, `virPCIDeviceAddressGetIOMMUGroupNum`).
pub(in crate::host) const WITHOUT_GROUP: [&str; 2] = [
    ": no iommu_group found: No such file or directory",
    "/iommu_group is not a symlink",
];
