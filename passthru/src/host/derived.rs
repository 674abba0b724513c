//! Facts about the whole host that many checks of single cards need: each is found once, for the
//! first check that asks for it.

use iommu::reset::BusReset;
use pci_core::Address;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use super::settings::vfio_assignment::{Moved, MovedOfXen};

/// The facts that were asked for.
#[derive(Debug, Default)]
pub(super) struct Derived {
    /// By the bridge upstream of the bus.
    pub(super) bus_resets: Mutex<BTreeMap<Address, Arc<BusReset>>>,
    pub(super) has_reset_methods: OnceLock<bool>,
    pub(super) disputed: OnceLock<Vec<Address>>,
    pub(super) moved: OnceLock<Vec<Moved>>,
    pub(super) moved_of_xen: OnceLock<Option<MovedOfXen>>,
    pub(super) disputed_groups: OnceLock<BTreeSet<u32>>,
    pub(super) displays: OnceLock<Vec<Address>>,
    pub(super) displays_by_driver: OnceLock<BTreeMap<String, Vec<Address>>>,
    pub(super) has_all_classes: OnceLock<bool>,
    pub(super) broken_remapping: OnceLock<Option<Address>>,
}
