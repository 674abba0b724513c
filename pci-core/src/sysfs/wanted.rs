//! Selection of facts, and depth of reading.

/// Depth of reading. Deeper reads cost more, and may wake a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Depth {
    /// Attributes and links that the kernel answers from memory. Those that need the function's
    /// registers (`current_link_speed`, `resource0_resize`, `secondary_bus_number`) are read only
    /// while it is awake; `config` never.
    #[default]
    NoWake,
    /// Also the header of configuration space, 64 bytes. Reading `config` resumes a function in
    /// D3cold and its upstream bridges (`drivers/pci/pci-sysfs.c`, `pci_read_config`), which takes
    /// over a second for some graphics cards.
    Header,
    /// Also the capabilities: 256 bytes, and 4096 for a function with PCI Express or PCI-X among
    /// them; others have no extended capabilities (PCI Express Base Specification 6.0, section
    /// 7.2.2). Each read double word is a transaction, and in a virtual machine an exit to its
    /// hypervisor.
    Capabilities,
    /// Also all readable configuration space: 256 or 4096 bytes for root, the header for others.
    Full,
}

bitflags::bitflags! {
    /// Groups of facts about a function; each costs the system calls of its attributes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    pub struct Facts: u32 {
        /// Class, vendor and device ID, subsystem IDs, driver and modalias (all from `uevent`), and
        /// the revision.
        const IDENTITY = 1;
        /// `iommu_group`.
        const IOMMU_GROUP = 1 << 1;
        /// The target of its link among the devices of the host, from which
        /// [`topology`](crate::topology) derives the upstream bridges.
        const PLACE = 1 << 2;
        /// `driver/module` and `driver_override`.
        const BINDING = 1 << 3;
        /// `resource`, `resource0_resize` to `resource5_resize`, whether `rom` exists, and
        /// `enable`.
        const RESOURCES = 1 << 4;
        /// `reset_method`.
        const RESET = 1 << 5;
        /// `numa_node` and `local_cpulist`.
        const NUMA = 1 << 6;
        /// `irq`, `msi_irqs` and `msi_bus`.
        const INTERRUPTS = 1 << 7;
        /// `power_state`, `d3cold_allowed`, `power/runtime_status` and
        /// `power/control`.
        const POWER = 1 << 8;
        /// Speed and width of the link, and `ari_enabled`.
        const LINK = 1 << 9;
        /// `physfn`, `virtfn0` and on, and the `sriov_` attributes.
        const SRIOV = 1 << 10;
        /// Firmware data: `label`, `acpi_index`, `firmware_node/path`, `of_node`.
        const FIRMWARE = 1 << 11;
        /// `boot_vga`.
        const DISPLAY = 1 << 12;
        /// The physical slot, from `/sys/bus/pci/slots`.
        const PHYSICAL_SLOT = 1 << 13;
        /// `secondary_bus_number` and `subordinate_bus_number` of a bridge.
        const BUSES = 1 << 14;
        /// Only `label` of [`FIRMWARE`](Self::FIRMWARE).
        const LABEL = 1 << 15;
        /// [`IDENTITY`](Self::IDENTITY) without the revision, which is in a separate file.
        const KIND = 1 << 16;
    }
}

/// Requested facts.
///
/// ```
/// use pci_core::sysfs::{self, Depth, Facts, Wanted};
/// use host_tree::{Lookup, MemoryTree};
/// let mut host = MemoryTree::complete();
/// let gpu = "/sys/bus/pci/devices/0000:01:00.0";
/// host.insert_file(&format!("{gpu}/uevent"), "PCI_CLASS=30000\nPCI_ID=10DE:2D04\n");
/// host.insert_file(&format!("{gpu}/reset_method"), "flr bus\n");
/// let found = sysfs::read_wanted(&host, Wanted::LISTING);
/// assert_eq!(found.devices[0].reset_methods, Lookup::NotShown);
/// let wanted = Wanted { facts: Facts::IDENTITY | Facts::RESET, depth: Depth::NoWake };
/// let found = sysfs::read_wanted(&host, wanted);
/// assert!(matches!(&found.devices[0].reset_methods, Lookup::Found(methods) if methods.len() == 2));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Wanted {
    /// The facts; others stay [`NotShown`](host_tree::Lookup::NotShown).
    pub facts: Facts,
    /// Depth of reading.
    pub depth: Depth,
}

impl Wanted {
    /// The facts of `lspci -nnk`, with eight system calls per function, nine if unbound; six and
    /// seven on a bus with many functions.
    pub const LISTING: Self = Self {
        facts: Facts::IDENTITY,
        depth: Depth::NoWake,
    };

    /// All facts that wake no function.
    pub const NO_WAKE: Self = Self {
        facts: Facts::all(),
        depth: Depth::NoWake,
    };

    /// All facts, and all readable configuration space.
    pub const FULL: Self = Self {
        facts: Facts::all(),
        depth: Depth::Full,
    };

    pub(super) const fn has(self, facts: Facts) -> bool {
        self.facts.intersects(facts)
    }
}

impl Default for Wanted {
    fn default() -> Self {
        Self::NO_WAKE
    }
}
