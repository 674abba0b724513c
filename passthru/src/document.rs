//! The JSON forms of lists, groups and status. Fields may be added, never
//! renamed; addresses always have their domain, ids have four hex digits and
//! classes six (four where the input does not show the programming interface).

use std::collections::BTreeMap;

use iommu::{Standing, reset};
use pci_core::sysfs::ResourceKind;
use pci_core::{Address, ClassCode, DeviceId, SubsystemId, VendorId};
use serde::Serialize;

use crate::apply::Journal;
use crate::doctor::Report;
use crate::host::{self, Device, Host, Lost, Unplaced};

/// A value as JSON text, indented, with a line end.
///
/// # Errors
///
/// What the JSON writer reports; none of this crate's forms makes it fail.
pub fn to_json(value: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    Ok(text)
}

/// `passthru list --json`.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    /// The version of this form.
    pub schema: &'static str,
    /// The functions, by address.
    pub devices: Vec<ListedDevice>,
    /// Functions whose addresses the input does not show, in the order of the input;
    /// none where the list is of chosen functions.
    pub unplaced: Vec<ListedUnplaced>,
}

/// One function whose address the input does not show.
#[derive(Clone, Debug, Serialize)]
pub struct ListedUnplaced {
    /// Vendor id.
    pub vendor: Option<VendorId>,
    /// Device id.
    pub device: Option<DeviceId>,
    /// The card that it is on.
    pub subsystem: Option<SubsystemId>,
    /// The class.
    pub class: Option<ClassCode>,
    /// The revision, two hex digits.
    pub revision: Option<String>,
    /// The name that the source prints.
    pub name: Option<String>,
    /// The driver, where it is shown.
    pub driver: Option<String>,
    /// The way to it from its root bridge, as Windows writes it.
    pub location_path: Option<String>,
    /// Whether it is in the machine now, where that is shown.
    pub present: Option<bool>,
}

/// One function of a list.
#[derive(Clone, Debug, Serialize)]
pub struct ListedDevice {
    /// Where it is.
    pub address: Address,
    /// Vendor id.
    pub vendor: Option<VendorId>,
    /// Device id.
    pub device: Option<DeviceId>,
    /// The card that it is on.
    pub subsystem: Option<SubsystemId>,
    /// The class.
    pub class: Option<ClassCode>,
    /// The revision, two hex digits.
    pub revision: Option<String>,
    /// The vendor's name.
    pub vendor_name: Option<String>,
    /// The device's name.
    pub device_name: Option<String>,
    /// The driver that holds it: `null` both for none and for not shown.
    pub driver: Option<String>,
    /// Whether the input shows who holds it.
    pub driver_known: bool,
    /// The modules that can drive it.
    pub modules: Vec<String>,
    /// Its IOMMU group: `null` when the input shows none.
    pub iommu_group: Option<u32>,
    /// The bridge that it is behind: `null` on a root bus, and where the input does
    /// not show it.
    pub parent: Option<Address>,
    /// The bridge on the root bus that it is behind.
    pub root_port: Option<Address>,
    /// The physical slot, as the firmware names it.
    pub physical_slot: Option<String>,
    /// The reset methods that the kernel offers, in its order: `null` when the input
    /// does not show them.
    pub reset_methods: Option<Vec<String>>,
    /// What is special about its reset, by its ids.
    pub reset_known: Vec<ResetKnown>,
    /// What a reset of its bus does: `null` in a list of all functions, and where the
    /// input does not show it.
    pub bus_reset: Option<BusReset>,
    /// The base address registers in use: `null` when the input does not show them.
    pub bars: Option<Vec<Bar>>,
    /// How much address space its memory needs in a guest: `null` when the input does
    /// not show it.
    pub mmio: Option<Mmio>,
    /// The memory that the firmware keeps for it: `null` when the input does not show
    /// it.
    pub reserved_memory: Option<Vec<ReservedMemory>>,
}

/// What is special about the reset of a function.
#[derive(Clone, Debug, Serialize)]
pub struct ResetKnown {
    /// `no-bus-reset`, `no-pm-reset`, `no-flr`, `own-method`, `vendor-reset` or
    /// `reported`.
    pub fault: &'static str,
    /// What the function is.
    pub what: &'static str,
    /// Where that stands.
    pub source: &'static str,
}

/// What a reset of a function's bus does.
#[derive(Clone, Debug, Serialize)]
pub struct BusReset {
    /// The bridge that does it; `null` where there is none, on a root bus and where a
    /// function hangs after it.
    pub bridge: Option<Address>,
    /// What it takes along, the function itself left out.
    pub takes: Vec<Address>,
    /// The function because of which Linux does none.
    pub hangs: Option<Address>,
}

/// Address space that memory needs, in bytes.
#[derive(Clone, Debug, Serialize)]
pub struct Mmio {
    /// Below 4 GiB.
    pub low: u64,
    /// Above.
    pub high: u64,
    /// Above, where each BAR has its largest size.
    pub high_largest: u64,
    /// The smallest power of two that has room for what is above: a guest's window.
    pub high_window: u64,
}

/// Memory that the firmware keeps for a function, or one of its group.
#[derive(Clone, Debug, Serialize)]
pub struct ReservedMemory {
    /// Its first address, in hex.
    pub first: String,
    /// Its last address, in hex.
    pub last: String,
    /// Whether the kernel lets go of it when a guest takes the function; where not, no
    /// guest gets it.
    pub relaxable: bool,
}

/// A base address register.
#[derive(Clone, Debug, Serialize)]
pub struct Bar {
    /// Its number, 0 to 5.
    pub bar: u8,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// `io` or `memory`.
    pub kind: &'static str,
    /// Whether it may be read ahead.
    pub prefetchable: bool,
    /// Whether it may lie above 4 GiB.
    pub is_64_bit: bool,
    /// The sizes that it can be given, in bytes: none where it cannot be resized.
    pub resizable_to: Vec<u64>,
}

/// The list of these functions.
#[must_use]
pub fn list(host: &Host, devices: &[Address]) -> List {
    let is_all = devices.len() == host.devices.len();
    let unplaced = host.unplaced.iter().filter(|_| is_all);
    let unplaced = unplaced.map(listed_unplaced).collect();
    let devices = devices
        .iter()
        .filter_map(|address| host.devices.get(address));
    List {
        schema: "passthru-list/1",
        devices: devices
            .map(|device| ListedDevice {
                bus_reset: bus_reset(host, device).filter(|_| !is_all),
                ..listed(host, device)
            })
            .collect(),
        unplaced,
    }
}

fn listed_unplaced(device: &Unplaced) -> ListedUnplaced {
    ListedUnplaced {
        vendor: device.id.map(|id| id.vendor),
        device: device.id.map(|id| id.device),
        subsystem: device.subsystem,
        class: device.class,
        revision: device.revision.map(|revision| format!("{revision:02x}")),
        name: device.name.clone(),
        driver: device.driver.as_ref().map(|driver| driver.value.clone()),
        location_path: device
            .location_path
            .as_ref()
            .map(|path| path.value.to_string()),
        present: device.present,
    }
}

fn listed(host: &Host, device: &Device) -> ListedDevice {
    let names = crate::names::names();
    let id = device.id.as_ref().map(|id| id.value);
    ListedDevice {
        address: device.address,
        vendor: id.map(|id| id.vendor),
        device: id.map(|id| id.device),
        subsystem: device.subsystem.as_ref().map(|subsystem| subsystem.value),
        class: device.class.as_ref().map(|class| class.value),
        revision: device.revision.map(|revision| format!("{revision:02x}")),
        vendor_name: id.and_then(|id| names.vendor(id.vendor)).map(str::to_owned),
        device_name: id.and_then(|id| names.device(id)).map(str::to_owned),
        driver: device.driver.name().map(str::to_owned),
        driver_known: device.driver != crate::host::Driver::NotShown,
        modules: device.modules.clone(),
        iommu_group: host.group_of(device.address),
        parent: host.topology.bridge_above(device.address),
        root_port: host.topology.root_port(device.address),
        physical_slot: device
            .sysfs
            .as_ref()
            .and_then(|shown| shown.physical_slot.clone().found()),
        reset_methods: device.reset_methods.clone(),
        reset_known: reset_known(device),
        bus_reset: None,
        bars: bars(device),
        mmio: host.mmio_need([device]).map(|need| Mmio {
            low: need.low,
            high: need.high,
            high_largest: need.high_largest,
            high_window: need.high_window(),
        }),
        reserved_memory: host.reserved_for(device).map(|reserved| {
            let reserved = reserved.into_iter().map(|region| ReservedMemory {
                first: format!("{:#x}", region.value.first),
                last: format!("{:#x}", region.value.last),
                relaxable: region.value.is_relaxable,
            });
            reserved.collect()
        }),
    }
}

fn reset_known(device: &Device) -> Vec<ResetKnown> {
    let (Some(id), Some(class)) = (&device.id, &device.class) else {
        return Vec::new();
    };
    let rows = reset::rows_of(id.value, class.value);
    rows.map(|row| ResetKnown {
        fault: row.fault.word(),
        what: row.what,
        source: row.source,
    })
    .collect()
}

fn bus_reset(host: &Host, device: &Device) -> Option<BusReset> {
    let found = host.bus_reset(device.address);
    let takes = found.others(&[device.address].into()).into_iter().collect();
    let (bridge, hangs) = match found {
        reset::BusReset::NotShown => return None,
        reset::BusReset::OnRootBus => (None, None),
        reset::BusReset::Hangs(culprit) => (None, Some(culprit)),
        reset::BusReset::Takes { bridge, .. } => (Some(bridge), None),
    };
    Some(BusReset {
        bridge,
        takes,
        hangs,
    })
}

fn bars(device: &Device) -> Option<Vec<Bar>> {
    let shown = device.sysfs.as_ref()?;
    let resizable = shown.resizable_bars.clone().found().unwrap_or_default();
    let resources = shown.resources.clone().found()?;
    let bars = resources.iter().filter_map(|resource| {
        let ResourceKind::Bar(number) = resource.kind else {
            return None;
        };
        let sizes = resizable.iter().find(|bar| bar.bar == number);
        Some(Bar {
            bar: number,
            size: resource.size(),
            kind: if resource.is_io() { "io" } else { "memory" },
            prefetchable: resource.is_prefetchable(),
            is_64_bit: resource.is_64_bit(),
            resizable_to: sizes.map_or_else(Vec::new, |bar| bar.sizes.bytes().collect()),
        })
    });
    Some(bars.collect())
}

/// `passthru groups --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Groups {
    /// The version of this form.
    pub schema: &'static str,
    /// Where the groups were read: `sysfs`, or the command or file; several are
    /// joined by commas.
    pub source: String,
    /// The groups, by number.
    pub groups: Vec<Group>,
    /// Functions of which the input shows no group.
    pub ungrouped: Vec<Address>,
}

/// One IOMMU group.
#[derive(Clone, Debug, Serialize)]
pub struct Group {
    /// Its number.
    pub id: u32,
    /// Its members, by address.
    pub devices: Vec<Address>,
    /// Whether these are all its members for certain.
    pub whole: bool,
    /// `viable`, `not-viable` or `unknown`: whether it can go to a guest as it is.
    pub viability: &'static str,
    /// How each member stands to that.
    pub members: Vec<GroupMember>,
    /// What the host would lose with it, as far as the input shows.
    pub losses: Vec<Loss>,
}

/// How a member of a group stands to giving the group to a guest.
#[derive(Clone, Debug, Serialize)]
pub struct GroupMember {
    /// The function.
    pub address: Address,
    /// `ready`: a driver for guests has it; `harmless`: no driver, or one that does
    /// not count; `blocks`: a driver of the host has it; `unknown`.
    pub standing: &'static str,
    /// The driver that blocks.
    pub driver: Option<String>,
    /// What QEMU says to who asks for this function as things are, where it refuses it
    /// and the input shows so; of several lines the first.
    pub refusal: Option<String>,
}

/// Something that the host loses where a guest gets a function.
#[derive(Clone, Debug, Serialize)]
pub struct Loss {
    /// The function.
    pub address: Address,
    /// `file-system`, `network` or `boot-display`.
    pub kind: &'static str,
    /// Where the file system is mounted, or the name of the interface.
    pub name: Option<String>,
}

/// The groups that the input shows.
#[must_use]
pub fn groups(host: &Host) -> Groups {
    let mut sources: Vec<String> = Vec::new();
    let mut groups: BTreeMap<u32, Vec<Address>> = BTreeMap::new();
    for (group, _) in host.groups.iter() {
        for (address, evidence) in host.members(group) {
            groups.entry(group).or_default().push(address);
            let source = if evidence.source.starts_with("/sys/") {
                "sysfs"
            } else {
                &evidence.source
            };
            if sources.iter().all(|known| known != source) {
                sources.push(source.to_owned());
            }
        }
    }
    let mut losses: BTreeMap<Address, Vec<Loss>> = BTreeMap::new();
    for loss in host.losses(&host.devices.keys().copied().collect()) {
        let known = losses.entry(loss.address).or_default();
        known.push(listed_loss(loss));
    }
    Groups {
        schema: "passthru-groups/1",
        source: if sources.is_empty() {
            "none".to_owned()
        } else {
            sources.join(",")
        },
        groups: groups
            .into_iter()
            .map(|(id, devices)| group(host, id, devices, &losses))
            .collect(),
        ungrouped: host
            .devices
            .keys()
            .copied()
            .filter(|address| host.group_of(*address).is_none())
            .collect(),
    }
}

fn listed_loss(loss: host::Loss) -> Loss {
    let (kind, name) = match loss.lost {
        Lost::FileSystem(place) => ("file-system", Some(place)),
        Lost::Network(name) => ("network", Some(name)),
        Lost::BootDisplay => ("boot-display", None),
    };
    Loss {
        address: loss.address,
        kind,
        name,
    }
}

fn group(
    host: &Host,
    id: u32,
    devices: Vec<Address>,
    losses: &BTreeMap<Address, Vec<Loss>>,
) -> Group {
    let found = host.viability(id);
    let members = found.standings.into_iter().map(|(address, standing)| {
        let (standing, driver) = match standing {
            Standing::Ready => ("ready", None),
            Standing::Harmless => ("harmless", None),
            Standing::Blocks { driver } => ("blocks", Some(driver)),
            Standing::Unknown => ("unknown", None),
        };
        GroupMember {
            address,
            standing,
            driver,
            refusal: host.refusal(address).and_then(|refusal| {
                let answer = refusal.in_qemu(address);
                answer.lines().next().map(str::to_owned)
            }),
        }
    });
    let losses = devices.iter().filter_map(|address| losses.get(address));
    let losses = losses.flatten().cloned().collect();
    Group {
        id,
        whole: host.is_whole_group(id),
        viability: match found.verdict {
            iommu::Verdict::Viable => "viable",
            iommu::Verdict::NotViable => "not-viable",
            iommu::Verdict::Unknown => "unknown",
        },
        members: members.collect(),
        losses,
        devices,
    }
}

/// `passthru --json`.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// The version of this form.
    pub schema: &'static str,
    /// The operating system's name.
    pub system: Option<String>,
    /// The hypervisor and its version.
    pub hypervisor: Option<String>,
    /// The running kernel's release.
    pub kernel: Option<String>,
    /// The display controllers, network and storage functions that could go to a
    /// guest.
    pub candidates: Vec<ListedDevice>,
    /// The newest plan that was applied and not taken back.
    pub transaction: Option<ListedTransaction>,
    /// The findings about the host as it is.
    pub findings: Report,
}

/// A plan that was applied, or that waits to be finished.
#[derive(Clone, Debug, Serialize)]
pub struct ListedTransaction {
    /// Its number, from 1.
    pub number: u32,
    /// `applying`, `applied` or `undoing`.
    pub state: &'static str,
    /// When it was begun, in seconds since 1970-01-01 UTC.
    pub time: u64,
    /// The functions of the plan.
    pub devices: Vec<Address>,
}

/// The host in one document.
#[must_use]
pub fn status(host: &Host, report: &Report, transaction: Option<&Journal>) -> Status {
    Status {
        schema: "passthru-status/1",
        system: host.system.name.clone(),
        hypervisor: host.system.hypervisor_text(),
        kernel: host
            .system
            .kernel
            .release
            .as_ref()
            .map(|release| release.value.to_string()),
        candidates: host
            .candidates()
            .map(|device| listed(host, device))
            .collect(),
        transaction: transaction.map(|journal| ListedTransaction {
            number: journal.number,
            state: journal.state().word(),
            time: journal.header.time,
            devices: journal
                .header
                .plan
                .devices
                .iter()
                .map(|device| device.address)
                .collect(),
        }),
        findings: report.clone(),
    }
}

/// `passthru explain --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The version of this form.
    pub schema: &'static str,
    /// What was asked for.
    pub what: String,
    /// What it means, what it costs and what to do.
    pub meaning: String,
    /// Where that is written.
    pub source: String,
}

/// What was asked for is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "nothing is known of \"{}\": expected a finding's code, an error text or a setting as it is \
     typed; the codes are {}",
    crate::render::clean(.0),
    crate::doctor::codes().join(", ")
)]
pub struct NotExplained(
    /// What was asked for.
    pub String,
);

/// What is known of a finding's code, of an error text or of a setting.
///
/// # Errors
///
/// When nothing is known of it.
pub fn explanation(what: &str) -> Result<Explanation, NotExplained> {
    let (meaning, source) =
        crate::doctor::explain(what).ok_or_else(|| NotExplained(what.to_owned()))?;
    Ok(Explanation {
        schema: "passthru-explanation/1",
        what: what.to_owned(),
        meaning,
        source,
    })
}
