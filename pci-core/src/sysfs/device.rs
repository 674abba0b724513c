//! What is known of each function.

use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Evidence, Lookup};

use super::config::SysfsConfig;
use super::link::Link;
use super::power::Power;
use super::resource::{ResizableBar, Resource};
use super::sriov::Sriov;
use crate::{Address, ClassCode, PciId, SubsystemId};

pub(super) const DEVICES: &str = "/sys/bus/pci/devices";

/// The functions that a tree shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct SysfsDevices {
    /// The functions, by address.
    pub devices: Vec<SysfsDevice>,
    /// Whether these are all functions of the host: `NotShown` for a tree without
    /// sysfs, `Absent` for a host without PCI.
    pub coverage: Lookup<Coverage>,
}

/// How much of a directory a tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Coverage {
    /// All of it.
    Whole,
    /// Perhaps only a part.
    Part,
}

/// The buses that a bridge leads to (PCI-to-PCI Bridge Architecture Specification 1.2,
/// section 3.2.5): the attributes `secondary_bus_number` and `subordinate_bus_number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BusRange {
    /// The bus right behind it; 0 of a bridge that leads nowhere yet.
    pub secondary: u8,
    /// The last bus behind it.
    pub subordinate: u8,
}

/// One function, as sysfs shows it (`Documentation/ABI/testing/sysfs-bus-pci` of
/// the kernel).
///
/// `Absent` is what the host is known not to have: no driver bound, no group. An
/// attribute whose text is not in the kernel's form is `Unreadable`, and so is one
/// whose reading would wake the function. What was not [asked for](super::Wanted)
/// is `NotShown`.
///
/// ```
/// use pci_core::sysfs::{self, Wanted};
/// use host_tree::{Lookup, MemoryTree};
/// // On a host: `host_tree::DirTree::live()?`.
/// let mut host = MemoryTree::whole();
/// let function = "/sys/bus/pci/devices/0000:01:00.0";
/// host.insert_file(
///     &format!("{function}/uevent"),
///     "DRIVER=vfio-pci\nPCI_CLASS=30000\nPCI_ID=10DE:2D04\nPCI_SUBSYS_ID=10B0:205E\n",
/// );
/// host.insert_link(&format!("{function}/iommu_group"), "../../../../kernel/iommu_groups/17");
/// host.insert_file(&format!("{function}/reset_method"), "flr bus\n");
/// let gpu = sysfs::read_device(&host, "01:00.0".parse()?, Wanted::default()).unwrap();
/// assert_eq!(gpu.driver, Lookup::Found("vfio-pci".to_string()));
/// assert_eq!(gpu.iommu_group, Lookup::Found(17));
/// assert_eq!(gpu.reset_methods, Lookup::Found(vec!["flr".to_string(), "bus".to_string()]));
/// // The host is all there, so what it does not show, it does not have.
/// assert!(gpu.driver_override.is_absent());
/// # Ok::<(), pci_core::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
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
    /// The module that the driver is in; `Absent` for a driver that is built in.
    pub driver_module: Lookup<String>,
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
    /// The processors near it, as a list (`0-7,16-23`).
    pub local_cpulist: Lookup<String>,
    /// Its directory, as the link in `/sys/bus/pci/devices` names it
    /// (`../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0`): the bridges above
    /// it stand on the way.
    pub place: Lookup<String>,
    /// The physical slot that it is in, a name such as `4` or `0-1`; `Absent` where
    /// the kernel knows of none.
    pub physical_slot: Lookup<String>,
    /// The address ranges: BARs, expansion ROM, and a bridge's windows. Those not
    /// in use are left out.
    pub resources: Lookup<Vec<Resource>>,
    /// The BARs whose size can be changed; `Absent` without the capability
    /// Resizable BAR. Kernels before 6.1 do not tell.
    pub resizable_bars: Lookup<Vec<ResizableBar>>,
    /// Whether it has an expansion ROM that can be read through sysfs.
    pub has_rom: Lookup<bool>,
    /// How many times drivers have enabled it; 0 is disabled.
    pub enable_count: Lookup<u32>,
    /// The Linux interrupt number, 0 for none; with MSI that of the first message.
    pub irq: Lookup<u32>,
    /// The interrupt numbers of its MSI or MSI-X messages; `Absent` when it uses
    /// none.
    pub msi_irqs: Lookup<Vec<u32>>,
    /// Whether drivers of it, or of what is behind a bridge, may use MSI.
    pub msi_bus: Lookup<bool>,
    /// Whether its bus uses Alternative Routing-ID Interpretation.
    pub ari_enabled: Lookup<bool>,
    /// The buses behind a bridge; `Absent` for what is none. Read from its registers, so
    /// only while it is awake.
    pub buses: Lookup<BusRange>,
    /// Its link.
    pub link: Link,
    /// Its power management.
    pub power: Power,
    /// Its virtual functions.
    pub sriov: Sriov,
    /// The function that made this one; `Absent` when it is no virtual function.
    pub physical_function: Lookup<Address>,
    /// What the firmware calls it (SMBIOS type 41, ACPI `_DSM`): `Onboard - Ethernet`.
    pub label: Lookup<String>,
    /// The firmware's number for it (ACPI `_DSM`).
    pub acpi_index: Lookup<u32>,
    /// Its name in the ACPI namespace: `\_SB_.PCI0.PEG0`.
    pub firmware_node_path: Lookup<String>,
    /// Its node in the device tree: `/soc/pcie@600000000`.
    pub device_tree_node: Lookup<String>,
    /// Configuration space; `NotShown` unless the [`Depth`](super::Depth) asks for
    /// it.
    pub config: Lookup<SysfsConfig>,
}

impl SysfsDevice {
    /// The evidence that the host has the function: it was listed among the devices.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence::of_presence(self.directory(0))
    }

    /// The path of one of its attributes, as evidence: `path("driver")` is
    /// `/sys/bus/pci/devices/0000:01:00.0/driver`.
    #[must_use]
    pub fn path(&self, attribute: &str) -> String {
        let mut path = self.directory(1 + attribute.len());
        path.push('/');
        path.push_str(attribute);
        path
    }

    /// Its directory, with room for `more` bytes.
    fn directory(&self, more: usize) -> String {
        let mut path = String::with_capacity(DEVICES.len() + "/00000000:00:00.0".len() + more);
        path.push_str(DEVICES);
        path.push('/');
        self.address.push_to(&mut path);
        path
    }
}
