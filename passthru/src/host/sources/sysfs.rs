//! Facts in sysfs.

use host_tree::{HostTree, Lookup};
use pci_core::sysfs::{self, Wanted};

use crate::host::coverage::Coverage;
use crate::host::model::{Entry, Seen};

/// Adds the functions that sysfs shows.
pub(super) fn read(seen: &mut Seen, tree: &dyn HostTree, wanted: Wanted) {
    let (entries, coverage) = sysfs::read_each(tree, wanted, &Entry::in_sysfs);
    if let Lookup::Found(sysfs::Coverage::Whole) = coverage {
        seen.coverage.push(Coverage::All);
    }
    seen.linux_shown |= !entries.is_empty();
    for found in entries.iter().filter_map(|entry| entry.sysfs.as_deref()) {
        seen.topology.sysfs(found);
    }
    seen.entries.extend(entries);
}
