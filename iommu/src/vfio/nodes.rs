//! VFIO device nodes, from sysfs.

use std::collections::BTreeMap;

use host_tree::{Evidence, HostTree, Lookup};
use pci_core::Address;

const MISC: &str = "/sys/class/misc";
const GROUPS: &str = "/sys/class/vfio";
const DEVICES: &str = "/sys/bus/pci/devices";
const NO_IOMMU_MODE: &str = "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode";

/// The VFIO device nodes and state in `/sys`.
///
/// Userspace opens a function in one of two ways. By its **group**: a program opens a container
/// (`/dev/vfio/vfio`), adds the group (`/dev/vfio/17`), and requests the function from the group.
/// This is QEMU's default. By its **own node** (`/dev/vfio/devices/vfio0`, a character device or
/// "cdev"), which the program binds to an I/O address space of **iommufd** (`/dev/iommu`): QEMU
/// since 9.0 with `-object iommufd`, on a kernel with `CONFIG_IOMMUFD` (Linux 6.2) and
/// `CONFIG_VFIO_DEVICE_CDEV` (Linux 6.6). The group must be viable in both
/// (Documentation/driver-api/vfio.rst of Linux, IOMMUFD and `vfio_iommu_type1`).
///
/// ```
/// use iommu::vfio::{GroupMode, Nodes};
/// use host_tree::{Lookup, MemoryTree};
/// let mut tree = MemoryTree::complete();
/// tree.insert_directory("/sys/class/misc/vfio", true);
/// tree.insert_directory("/sys/class/vfio/17", true);
/// tree.insert_directory("/sys/bus/pci/devices/0000:01:00.0/vfio-dev/vfio0", true);
/// tree.insert_file("/sys/bus/pci/devices/0000:01:00.0/vfio-dev/vfio0/dev", "510:0\n");
/// let nodes = Nodes::read(&tree);
/// assert_eq!(nodes.container, Lookup::Found(()));
/// assert_eq!(nodes.groups[&17].mode, GroupMode::Iommu);
/// let device = &nodes.devices[&"01:00.0".parse()?];
/// assert_eq!(device.path().as_deref(), Some("/dev/vfio/devices/vfio0"));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Nodes {
    /// Whether the container, `/dev/vfio/vfio`, exists: the module vfio is loaded with group
    /// support (or iommufd provides it, with `CONFIG_IOMMUFD_VFIO_CONTAINER`).
    pub container: Lookup<()>,
    /// Whether iommufd, `/dev/iommu`, exists.
    pub iommufd: Lookup<()>,
    /// The groups with a node, by number: those with a member bound to a VFIO driver.
    pub groups: BTreeMap<u32, GroupNode>,
    /// The functions bound to a VFIO driver.
    pub devices: BTreeMap<Address, DeviceNode>,
    /// Whether VFIO assigns functions without an IOMMU: its parameter `enable_unsafe_noiommu_mode`,
    /// of kernels with `CONFIG_VFIO_NOIOMMU`.
    pub no_iommu_mode: Lookup<bool>,
}

/// A group's node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GroupNode {
    /// Whether an IOMMU isolates the group.
    pub mode: GroupMode,
    /// The evidence.
    pub evidence: Evidence,
}

/// Whether an IOMMU isolates a group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupMode {
    /// Isolated by the IOMMU.
    #[default]
    Iommu,
    /// Not isolated: VFIO created the group in its no-IOMMU mode, one per function. A program with
    /// the function can read and write all memory; the kernel is tainted; QEMU does not support it
    /// (`vfio_noiommu_group_alloc`, drivers/vfio/group.c).
    NoIommu,
}

impl GroupMode {
    /// Path of the node of a group.
    #[must_use]
    pub fn path(self, group: u32) -> String {
        match self {
            Self::Iommu => format!("/dev/vfio/{group}"),
            Self::NoIommu => format!("/dev/vfio/noiommu-{group}"),
        }
    }
}

/// A function bound to a VFIO driver.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceNode {
    /// Its name in `vfio-dev`, such as `vfio0` (since Linux 6.1).
    pub name: String,
    /// Whether it has its own node; not without `CONFIG_VFIO_DEVICE_CDEV`, and not in no-IOMMU
    /// mode.
    pub cdev: Lookup<()>,
}

impl DeviceNode {
    /// Path of its node, if it is known to have one.
    #[must_use]
    pub fn path(&self) -> Option<String> {
        matches!(self.cdev, Lookup::Found(())).then(|| format!("/dev/vfio/devices/{}", self.name))
    }
}

impl Nodes {
    /// Reads the nodes from a tree.
    #[must_use]
    pub fn read(tree: &dyn HostTree) -> Self {
        let no_iommu_mode = tree.read_text(NO_IOMMU_MODE);
        Self {
            container: entry(tree, MISC, "vfio"),
            iommufd: entry(tree, MISC, "iommu"),
            groups: groups(tree),
            devices: devices(tree),
            no_iommu_mode: no_iommu_mode.map(|text| text.trim_end() == "Y"),
        }
    }
}

/// Whether a directory has this entry.
fn entry(tree: &dyn HostTree, directory: &str, name: &str) -> Lookup<()> {
    match tree.list(directory) {
        Lookup::Found(listing) if listing.names.iter().any(|one| one == name) => Lookup::Found(()),
        Lookup::Found(listing) if listing.complete => Lookup::Absent,
        Lookup::Found(_) => Lookup::NotShown,
        Lookup::Absent => Lookup::Absent,
        Lookup::NotShown => Lookup::NotShown,
        Lookup::Unreadable(why) => Lookup::Unreadable(why),
    }
}

/// A group's device is named by its number, prefixed with `noiommu-` in that mode
/// (`vfio_group_alloc`, drivers/vfio/group.c).
fn groups(tree: &dyn HostTree) -> BTreeMap<u32, GroupNode> {
    let listing = tree.list(GROUPS).found().unwrap_or_default();
    let node = |(name, evidence): (&str, Evidence)| {
        let (mode, number) = match name.strip_prefix("noiommu-") {
            Some(number) => (GroupMode::NoIommu, number),
            None => (GroupMode::Iommu, name),
        };
        let number = number.parse().ok()?;
        Some((number, GroupNode { mode, evidence }))
    };
    let mut nodes = BTreeMap::new();
    nodes.extend(listing.entries(GROUPS).filter_map(node));
    nodes
}

/// The directory `vfio-dev` of a function has one entry, with the character device number in `dev`
/// if it has a node (`__vfio_register_dev`, drivers/vfio/vfio_main.c).
fn devices(tree: &dyn HostTree) -> BTreeMap<Address, DeviceNode> {
    let names = tree.list(DEVICES).found().unwrap_or_default().names;
    let node = |function: String| {
        let address = function.parse().ok()?;
        let place = format!("{DEVICES}/{function}/vfio-dev");
        let name = tree.list(&place).found()?.names.into_iter().next()?;
        let cdev = tree.read(&format!("{place}/{name}/dev")).map(drop);
        Some((address, DeviceNode { name, cdev }))
    };
    let mut nodes = BTreeMap::new();
    nodes.extend(names.into_iter().filter_map(node));
    nodes
}
