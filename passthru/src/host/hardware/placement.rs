//! Slot, NUMA node and link of a function.

use pci_core::config::conventional::Express;
use pci_core::config::{Capabilities, ConfigSpace, ConventionalStructure};
use pci_core::lspci::Record;
use pci_core::sysfs::{Link, LinkSpeed, SysfsDevice};

/// Slot, NUMA node and link of a function, as far as the input includes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Placement {
    /// The physical slot: `4`, `0-1`.
    pub slot: Option<String>,
    /// The firmware's label: `Onboard - Ethernet`.
    pub label: Option<String>,
    /// The NUMA node.
    pub numa_node: Option<u32>,
    /// Current speed and lanes of the link.
    pub link: Option<(LinkSpeed, u8)>,
    /// Maximum speed and lanes of the function's link.
    pub max_link: Option<(LinkSpeed, u8)>,
}

impl Placement {
    /// The facts of a record of lspci; `None` if it has none.
    pub(in crate::host) fn of_record(record: &Record) -> Option<Self> {
        let of_dump = || {
            let space = record.config.space();
            express(space).map(|express| express.link())
        };
        let of_text = || {
            let details = record.details.as_deref()?;
            Some(details.capability::<Express>()?.value.link())
        };
        let (link, max_link) = of_dump().or_else(of_text).map_or((None, None), both);
        let value = |found: &Option<host_tree::Located<String>>| {
            found.as_ref().map(|found| found.value.clone())
        };
        let found = Self {
            slot: value(&record.physical_slot),
            label: value(&record.device_name),
            numa_node: record.numa_node.as_ref().map(|node| node.value),
            link,
            max_link,
        };
        (found != Self::default()).then_some(found)
    }

    /// The facts of sysfs.
    pub(super) fn of_sysfs(shown: &SysfsDevice) -> Self {
        let (link, max_link) = both(shown.link.clone());
        Self {
            slot: shown.physical_slot.clone().found(),
            label: shown.label.clone().found(),
            numa_node: shown.numa_node.clone().found(),
            link,
            max_link,
        }
    }

    /// These facts, and those of `other` where these have none.
    pub(super) fn or(self, other: &Self) -> Self {
        Self {
            slot: self.slot.or_else(|| other.slot.clone()),
            label: self.label.or_else(|| other.label.clone()),
            numa_node: self.numa_node.or(other.numa_node),
            link: self.link.or(other.link),
            max_link: self.max_link.or(other.max_link),
        }
    }
}

fn express(space: ConfigSpace<'_>) -> Option<Express> {
    if space.is_empty() || space.is_all_ones() {
        return None;
    }
    let list = Capabilities::read(space);
    let found = list.find(Express::ID)?;
    Express::read(space, found.offset)
}

type SpeedAndLanes = Option<(LinkSpeed, u8)>;

/// The current and the maximum link.
fn both(link: Link) -> (SpeedAndLanes, SpeedAndLanes) {
    (
        link.current_speed.found().zip(link.current_width.found()),
        link.max_speed.found().zip(link.max_width.found()),
    )
}
