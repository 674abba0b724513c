//! What is known of each function.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::attributes::{self, Uevent};
use super::resource::{self, Resource};
use crate::tree::{HostTree, Lookup};
use crate::{Address, ClassCode, PciId, SubsystemId};

const DEVICES: &str = "/sys/bus/pci/devices";

/// The functions that a tree shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SysfsDevices {
    /// The functions, by address.
    pub devices: Vec<SysfsDevice>,
    /// Whether these are all functions of the host: `NotShown` for a tree without
    /// sysfs, `Absent` for a host without PCI.
    pub coverage: Lookup<Coverage>,
}

/// How much of a directory a tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// All of it.
    Whole,
    /// Perhaps only a part.
    Part,
}

/// One function, as sysfs shows it (`Documentation/ABI/testing/sysfs-bus-pci` of
/// the kernel).
///
/// `Absent` is what the host is known not to have: no driver bound, no group. An
/// attribute whose text is not in the kernel's form is `Unreadable`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SysfsDevice {
    /// Where the function is.
    pub address: Address,
    /// Its class, with the programming interface.
    pub class: Lookup<ClassCode>,
    /// Vendor and device id.
    pub id: Lookup<PciId>,
    /// Subsystem ids; `Absent` where they are 0000:0000, as of most bridges.
    pub subsystem: Lookup<SubsystemId>,
    /// The revision.
    pub revision: Lookup<u8>,
    /// The driver that holds the function; `Absent` when none does.
    pub driver: Lookup<String>,
    /// The only driver that may bind; `Absent` when any may.
    pub driver_override: Lookup<String>,
    /// The number of its IOMMU group; `Absent` when it is in none.
    pub iommu_group: Lookup<u32>,
    /// Whether the firmware used this display as the primary one; `Absent` for
    /// what is no VGA controller.
    pub boot_vga: Lookup<bool>,
    /// What module aliases are matched against.
    pub modalias: Lookup<String>,
    /// The ways to reset the function in the order in which the kernel tries
    /// them: `device_specific`, `acpi`, `flr`, `af_flr`, `pm`, `bus`, `cxl_bus`
    /// (`drivers/pci/pci.c`, `pci_reset_fn_methods`). `Absent` where there is no
    /// way, or the kernel is older than 5.15 and does not tell.
    pub reset_methods: Lookup<Vec<String>>,
    /// The NUMA node; `Absent` when it belongs to none.
    pub numa_node: Lookup<u32>,
    /// The address ranges: BARs, expansion ROM, and a bridge's windows. Those not
    /// in use are left out.
    pub resources: Lookup<Vec<Resource>>,
    /// How many virtual functions it can make; `Absent` without SR-IOV.
    pub sriov_total_vfs: Lookup<u16>,
    /// The function that made this one; `Absent` when it is no virtual function.
    pub physical_function: Lookup<Address>,
}

impl SysfsDevice {
    /// The path of one of its attributes, as evidence: `path("driver")` is
    /// `/sys/bus/pci/devices/0000:01:00.0/driver`.
    #[must_use]
    pub fn path(&self, attribute: &str) -> String {
        format!("{DEVICES}/{}/{attribute}", self.address)
    }
}

/// Reads all functions that `tree` shows, without waking any.
#[must_use]
pub fn read(tree: &dyn HostTree) -> SysfsDevices {
    let mut devices = Vec::new();
    let coverage = tree.list(DEVICES).map(|listing| {
        let addresses = listing.names.iter().filter_map(|name| name.parse().ok());
        devices.extend(addresses.map(|address| device(tree, address)));
        if listing.whole {
            Coverage::Whole
        } else {
            Coverage::Part
        }
    });
    devices.sort_by_key(|device| device.address);
    devices.dedup_by_key(|device| device.address);
    SysfsDevices { devices, coverage }
}

fn device(tree: &dyn HostTree, address: Address) -> SysfsDevice {
    let path = |name: &str| format!("{DEVICES}/{address}/{name}");
    let text = |name: &str| tree.read_text(&path(name));
    let link = |name: &str| tree.read_link(&path(name)).map(last_component);
    let uevent = text("uevent").found().map(Uevent::new).unwrap_or_default();
    let class = or_else(uevent.class, || {
        attributes::parsed(text("class"), "a class such as 0x030000", attributes::class)
    });
    let id = or_else(uevent.id, || {
        let vendor =
            attributes::parsed(text("vendor"), "a vendor such as 0x10de", attributes::hex16);
        let device =
            attributes::parsed(text("device"), "a device such as 0x2d04", attributes::hex16);
        attributes::both(vendor, device).map(|(vendor, device)| PciId::new(vendor, device))
    });
    let subsystem = or_else(uevent.subsystem, || {
        let expected = "an id such as 0x10b0";
        let vendor = attributes::parsed(text("subsystem_vendor"), expected, attributes::hex16);
        let device = attributes::parsed(text("subsystem_device"), expected, attributes::hex16);
        attributes::both(vendor, device).map(|(vendor, device)| SubsystemId::new(vendor, device))
    });
    let vga = class.clone().map(ClassCode::is_vga);
    SysfsDevice {
        address,
        subsystem: match subsystem {
            Lookup::Found(id) if id == SubsystemId::new(0, 0) => Lookup::Absent,
            other => other,
        },
        revision: attributes::parsed(
            text("revision"),
            "a revision such as 0xa1",
            attributes::hex8,
        ),
        driver: match (uevent.driver, uevent.whole) {
            (Some(driver), _) => Lookup::Found(driver),
            // The kernel leaves DRIVER out when none is bound (drivers/base/core.c,
            // dev_uevent); the link has the last word where it is shown.
            (None, true) => match link("driver") {
                Lookup::NotShown => Lookup::Absent,
                shown => shown,
            },
            (None, false) => link("driver"),
        },
        driver_override: attributes::unless(text("driver_override"), |name| {
            // The kernel prints a pointer that is not set so.
            name.is_empty() || name == "(null)"
        }),
        iommu_group: attributes::parsed(link("iommu_group"), "a group number", |name| {
            name.parse().ok()
        }),
        boot_vga: match vga {
            Lookup::Found(false) => Lookup::Absent,
            _ => attributes::parsed(text("boot_vga"), "0 or 1", attributes::switch),
        },
        modalias: or_else(uevent.modalias, || {
            attributes::unless(text("modalias"), str::is_empty)
        }),
        reset_methods: attributes::unless(text("reset_method"), str::is_empty)
            .map(|methods| methods.split_whitespace().map(String::from).collect()),
        numa_node: attributes::parsed(
            attributes::unless(text("numa_node"), |node| node == "-1"),
            "a node number or -1",
            |node| node.parse().ok(),
        ),
        resources: match text("resource").map(|lines| resource::parse(&lines)) {
            Lookup::Found(Ok(resources)) => Lookup::Found(resources),
            Lookup::Found(Err(line)) => Lookup::Unreadable(format!(
                "expected three numbers such as 0x00000000f6000000 in line {line}"
            )),
            Lookup::Absent => Lookup::Absent,
            Lookup::NotShown => Lookup::NotShown,
            Lookup::Unreadable(reason) => Lookup::Unreadable(reason),
        },
        sriov_total_vfs: attributes::parsed(text("sriov_totalvfs"), "a number", |count| {
            count.parse().ok()
        }),
        physical_function: attributes::parsed(link("physfn"), "a link to an address", |name| {
            name.parse().ok()
        }),
        class,
        id,
    }
}

fn or_else<T>(known: Option<T>, read: impl FnOnce() -> Lookup<T>) -> Lookup<T> {
    known.map_or_else(read, Lookup::Found)
}

fn last_component(target: String) -> String {
    match target.trim_end_matches('/').rsplit_once('/') {
        Some((_, name)) => String::from(name.trim_end_matches('/')),
        None => target,
    }
}
