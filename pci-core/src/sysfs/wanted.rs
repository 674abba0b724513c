//! What is to be read: which facts, and how deep.

/// How far a reading may go. What is deeper costs more, and may wake a function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Depth {
    /// Attributes and links that the kernel answers from memory. What it would
    /// have to ask the function for (`current_link_speed`, `resource0_resize`,
    /// `secondary_bus_number`) is read only while the function is awake; `config` never.
    #[default]
    NoWake,
    /// Also the header of configuration space, 64 bytes. Reading `config` resumes
    /// a function in D3cold and the bridges above it (`drivers/pci/pci-sysfs.c`,
    /// `pci_read_config`), which takes over a second for some graphics cards.
    Header,
    /// Also all of configuration space that the kernel gives: 256 or 4096 bytes
    /// to root, the header to others.
    Full,
}

bitflags::bitflags! {
    /// Groups of facts about a function; each costs the system calls of its own
    /// attributes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
    pub struct Facts: u32 {
        /// Class, vendor and device, subsystem, driver and modalias (all from
        /// `uevent`), and the revision.
        const IDENTITY = 1;
        /// `iommu_group`.
        const IOMMU_GROUP = 1 << 1;
        /// Where the function is among the devices of the host: the target of its
        /// link, from which [`topology`](crate::topology) knows the bridges above.
        const PLACE = 1 << 2;
        /// `driver/module` and `driver_override`.
        const BINDING = 1 << 3;
        /// `resource`, `resource0_resize` to `resource5_resize`, whether there is
        /// `rom`, and `enable`.
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
        /// What the firmware calls it: `label`, `acpi_index`,
        /// `firmware_node/path`, `of_node`.
        const FIRMWARE = 1 << 11;
        /// `boot_vga`.
        const DISPLAY = 1 << 12;
        /// The physical slot, from `/sys/bus/pci/slots`.
        const PHYSICAL_SLOT = 1 << 13;
        /// `secondary_bus_number` and `subordinate_bus_number` of a bridge.
        const BUSES = 1 << 14;
        /// Of [`FIRMWARE`](Self::FIRMWARE) `label` alone.
        const LABEL = 1 << 15;
        /// Of [`IDENTITY`](Self::IDENTITY) all but the revision, which has a file of its own.
        const KIND = 1 << 16;
    }
}

/// What a reading asks for.
///
/// ```
/// use pci_core::sysfs::{self, Depth, Facts, Wanted};
/// use host_tree::{Lookup, MemoryTree};
/// let mut host = MemoryTree::whole();
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
    /// The facts; the others stay [`NotShown`](host_tree::Lookup::NotShown).
    pub facts: Facts,
    /// How far to go for them.
    pub depth: Depth,
}

impl Wanted {
    /// What `lspci -nnk` shows of each function, at eight system calls, or nine where no
    /// driver holds it; at six and seven where it has many neighbours on its bus.
    pub const LISTING: Self = Self {
        facts: Facts::IDENTITY,
        depth: Depth::NoWake,
    };

    /// All facts that wake no function.
    pub const NO_WAKE: Self = Self {
        facts: Facts::all(),
        depth: Depth::NoWake,
    };

    /// All facts, and all of configuration space that the kernel gives.
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
