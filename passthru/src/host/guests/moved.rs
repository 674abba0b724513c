//! Functions that a file binds by addresses at which other functions are now, or none.

use std::collections::{BTreeMap, BTreeSet};

use hostconf::binding::by_address::BoundFunction;
use list_order::Inserts as _;
use pci_core::{Address, PciId};

use crate::host::coverage::Coverage;
use crate::host::settings::vfio_assignment::Moved;
use crate::host::state::Host;

impl Host {
    /// The functions that are not where a file binds them.
    pub(crate) fn moved(&self) -> &[Moved] {
        self.derived.moved.get_or_init(|| self.find_moved())
    }

    fn find_moved(&self) -> Vec<Moved> {
        let scripts = self.boot.override_scripts.iter().enumerate();
        let planned = scripts.flat_map(|(at, script)| {
            let functions = script.planned.iter().flatten();
            functions.map(move |bound| (at, *bound))
        });
        let planned: Vec<(usize, BoundFunction)> = planned.collect();
        if planned.is_empty() {
            return Vec::new();
        }
        let id_at = |address: Address| {
            let device = self.devices.get(&address)?;
            device.id.as_ref()
        };
        // A twin that an entry binds rightly is not the one that moved.
        let right = planned.iter().map(|(_, bound)| bound);
        let right =
            right.filter(|bound| id_at(bound.address).is_some_and(|id| id.value == bound.id));
        let right: BTreeSet<Address> = right.map(|bound| bound.address).into_set();
        let mut by_id: BTreeMap<PciId, Vec<Address>> = BTreeMap::new();
        for device in self.devices.values() {
            if let Some(id) = &device.id {
                by_id.entry(id.value).or_default().push(device.address);
            }
        }
        // The candidates of each ID and function number: the first, and whether it is the only one.
        let mut free: BTreeMap<(PciId, u8), (Address, bool)> = BTreeMap::new();
        for (id, addresses) in &by_id {
            for address in addresses.iter().filter(|one| !right.contains(one)) {
                let known = free.entry((*id, address.function()));
                known
                    .and_modify(|(_, is_only)| *is_only = false)
                    .or_insert((*address, true));
            }
        }
        let is_complete = self.coverage.contains(&Coverage::All);
        let moved = planned.into_iter().filter_map(|(script, bound)| {
            let found = match self.devices.get(&bound.address) {
                Some(device) => Some(device.id.clone().filter(|id| id.value != bound.id)?),
                None if is_complete => None,
                None => return None,
            };
            let only = free.get(&(bound.id, bound.address.function()));
            let now = only
                .filter(|(_, is_only)| *is_only)
                .map(|(address, _)| *address);
            Some(Moved {
                script,
                bound,
                found,
                now,
                is_gone: !by_id.contains_key(&bound.id),
            })
        });
        moved.collect()
    }
}
