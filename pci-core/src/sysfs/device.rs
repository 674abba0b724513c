//! Facts about functions.

use alloc::string::String;
use alloc::vec::Vec;

use host_tree::{Evidence, Lookup};

use super::config::SysfsConfig;
use super::link::Link;
use super::power::Power;
use super::resource::{Resource, SysfsResizableBar};
use super::sriov::Sriov;
use crate::{Address, ClassCode, PciId, SubsystemId};

pub(super) const DEVICES: &str = "/sys/bus/pci/devices";

/// The functions in a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SysfsDevices {
    /// The functions, by address.
    pub devices: Vec<SysfsDevice>,
    /// Whether these are all functions of the host: `NotShown` for a tree without sysfs, `Absent`
    /// for a host without PCI.
    pub coverage: Lookup<Coverage>,
}

/// Extent of a directory in a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Coverage {
    /// Complete.
    Whole,
    /// Possibly partial.
    Part,
}

/// The buses below a bridge (PCI-to-PCI Bridge Architecture Specification 1.2, section 3.2.5): the
/// attributes `secondary_bus_number` and `subordinate_bus_number`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct BusRange {
    /// Secondary bus number; 0 if unassigned.
    pub secondary: u8,
    /// Subordinate bus number.
    pub subordinate: u8,
}

/// A function in sysfs (`Documentation/ABI/testing/sysfs-bus-pci` of the kernel).
///
/// `Absent` means that the host is known not to have the fact: no bound driver, no group. An
/// attribute in an unexpected form is `Unreadable`, as is one whose reading would wake the
/// function. Facts that were not [requested](super::Wanted) are `NotShown`.
///
/// ```
/// use pci_core::sysfs::{self, Wanted};
/// use host_tree::{Lookup, MemoryTree};
/// // On a host: `host_tree::DirTree::live()?`.
/// let mut host = MemoryTree::complete();
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
/// // The tree is a complete host, so a missing path is absent.
/// assert!(gpu.driver_override.is_absent());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SysfsDevice {
    /// Address.
    pub address: Address,
    /// Class code, with the programming interface.
    pub class: Lookup<ClassCode>,
    /// Vendor and device ID.
    pub id: Lookup<PciId>,
    /// Subsystem IDs; `Absent` for 0000:0000, as in most bridges.
    pub subsystem: Lookup<SubsystemId>,
    /// Revision ID.
    pub revision: Lookup<u8>,
    /// Bound driver; `Absent` if none.
    pub driver: Lookup<String>,
    /// Module of the driver; `Absent` for a built-in driver.
    pub driver_module: Lookup<String>,
    /// `driver_override`: the only driver that may bind; `Absent` if not set.
    pub driver_override: Lookup<String>,
    /// IOMMU group number; `Absent` if it is in none.
    pub iommu_group: Lookup<u32>,
    /// Whether the firmware used this display as the primary one; `Absent` if it is not a VGA
    /// controller.
    pub boot_vga: Lookup<bool>,
    /// Modalias, for matching with module aliases.
    pub modalias: Lookup<String>,
    /// Reset methods, in the order in which the kernel tries them: `device_specific`, `acpi`,
    /// `flr`, `af_flr`, `pm`, `bus`, `cxl_bus` (`drivers/pci/pci.c`, `pci_reset_fn_methods`).
    /// `Absent` if there is none, or the kernel is older than 5.15.
    pub reset_methods: Lookup<Vec<String>>,
    /// NUMA node; `Absent` if none.
    pub numa_node: Lookup<u32>,
    /// Nearby processors, as a list (`0-7,16-23`).
    pub local_cpulist: Lookup<String>,
    /// Its directory, as in the link in `/sys/bus/pci/devices`
    /// (`../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0`), which contains the upstream
    /// bridges.
    pub place: Lookup<String>,
    /// Name of its physical slot, such as `4` or `0-1`; `Absent` if the kernel knows of none.
    pub physical_slot: Lookup<String>,
    /// Address ranges: BARs, expansion ROM, and bridge windows, without unused ones.
    pub resources: Lookup<Vec<Resource>>,
    /// The resizable BARs; `Absent` without the Resizable BAR capability. Not shown by kernels
    /// before 6.1.
    pub resizable_bars: Lookup<Vec<SysfsResizableBar>>,
    /// Whether its expansion ROM can be read through sysfs.
    pub has_rom: Lookup<bool>,
    /// Number of times drivers enabled it; 0 is disabled.
    pub enable_count: Lookup<u32>,
    /// Linux interrupt number, 0 for none; with MSI that of the first message.
    pub irq: Lookup<u32>,
    /// Interrupt numbers of its MSI or MSI-X messages; `Absent` if it uses none.
    pub msi_irqs: Lookup<Vec<u32>>,
    /// Whether drivers of it, or of devices below a bridge, may use MSI.
    pub msi_bus: Lookup<bool>,
    /// Whether its bus uses Alternative Routing-ID Interpretation.
    pub ari_enabled: Lookup<bool>,
    /// The buses below a bridge; `Absent` for other functions. Read from its registers, so only
    /// while it is awake.
    pub buses: Lookup<BusRange>,
    /// PCI Express link.
    pub link: Link,
    /// Power management.
    pub power: Power,
    /// Virtual functions.
    pub sriov: Sriov,
    /// Physical function; `Absent` if this is not a virtual function.
    pub physical_function: Lookup<Address>,
    /// Firmware label (SMBIOS type 41, ACPI `_DSM`): `Onboard - Ethernet`.
    pub label: Lookup<String>,
    /// Firmware index (ACPI `_DSM`).
    pub acpi_index: Lookup<u32>,
    /// Path in the ACPI namespace: `\_SB_.PCI0.PEG0`.
    pub firmware_node_path: Lookup<String>,
    /// Device tree node: `/soc/pcie@600000000`.
    pub device_tree_node: Lookup<String>,
    /// Configuration space; `NotShown` unless the [`Depth`](super::Depth) includes it.
    pub config: Lookup<SysfsConfig>,
}

impl SysfsDevice {
    /// Evidence that the host has the function: its directory entry.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        Evidence::of_presence(self.directory(0))
    }

    /// Path of an attribute, as evidence: `path("driver")` is
    /// `/sys/bus/pci/devices/0000:01:00.0/driver`.
    #[must_use]
    pub fn path(&self, attribute: &str) -> String {
        let mut path = self.directory(1 + attribute.len());
        path.push('/');
        path.push_str(attribute);
        path
    }

    /// Its directory, with capacity for `more` bytes.
    fn directory(&self, more: usize) -> String {
        let mut path = String::with_capacity(DEVICES.len() + "/00000000:00:00.0".len() + more);
        path.push_str(DEVICES);
        path.push('/');
        self.address.push_to(&mut path);
        path
    }
}
