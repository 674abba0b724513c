//! Slot, NUMA node and link of a function.

use pci_core::config::conventional::Express;
use pci_core::config::{Capabilities, ConfigSpace, ConventionalStructure};
use pci_core::lspci::Record;
use pci_core::sysfs::{Link, LinkSpeed, SysfsDevice};

use super::device::Device;

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

    fn of_sysfs(shown: &SysfsDevice) -> Self {
        let (link, max_link) = both(shown.link.clone());
        Self {
            slot: shown.physical_slot.clone().found(),
            label: shown.label.clone().found(),
            numa_node: shown.numa_node.clone().found(),
            link,
            max_link,
        }
    }
}

impl Device {
    /// Its slot, NUMA node and link: from sysfs, otherwise from lspci.
    #[must_use]
    pub fn placement(&self) -> Placement {
        let found = self.sysfs.as_deref().map(Placement::of_sysfs);
        let found = found.unwrap_or_default();
        let Some(listed) = &self.listed_placement else {
            return found;
        };
        Placement {
            slot: found.slot.or_else(|| listed.slot.clone()),
            label: found.label.or_else(|| listed.label.clone()),
            numa_node: found.numa_node.or(listed.numa_node),
            link: found.link.or(listed.link),
            max_link: found.max_link.or(listed.max_link),
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
