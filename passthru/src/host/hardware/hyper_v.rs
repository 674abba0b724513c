//! Functions that Hyper-V has dismounted from the host, and the VMs that have them.

use host_tree::Evidence;
use pci_core::listing::windows::PnpDevice;
use pci_core::notation::LocationPath;
use pci_core::{Address, PciId};

use crate::host::fact::Fact;

/// Hyper-V's functions for VMs.
#[derive(Clone, Debug, Default)]
pub(crate) struct HyperV {
    /// The location paths of functions whose addresses are in the input.
    pub paths: Vec<(LocationPath, Address)>,
    /// The dismounted functions.
    pub dismounted: Vec<DismountedFunction>,
}

/// A function that Hyper-V has dismounted from the host (`PCIP\\VEN_…`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DismountedFunction {
    /// The first line about it.
    pub shown: Evidence,
    /// Vendor and device ID.
    pub id: Option<PciId>,
    /// The path from the root of its hierarchy.
    pub location_path: Option<LocationPath>,
    /// Its address, if the same listing includes it.
    pub address: Option<Address>,
    /// The VM that has it, if the listing names one.
    pub vm: Option<Fact<String>>,
}

impl DismountedFunction {
    /// The function, if Hyper-V has dismounted it.
    pub(in crate::host) fn new(source: &str, device: &PnpDevice) -> Option<Self> {
        device.pnp_id.value.is_dismounted.then(|| Self {
            shown: device.pnp_id.evidence(source),
            id: device.pnp_id.value.hardware.id(),
            location_path: device.location_path.as_ref().map(|path| path.value.clone()),
            address: device.address.as_ref().map(|address| address.value),
            vm: device
                .vm
                .as_ref()
                .map(|vm| Fact::new(vm.value.clone(), vm.evidence(source))),
        })
    }
}

impl HyperV {
    /// Adds the functions of another text. A function that several texts list is one.
    pub(in crate::host) fn add(&mut self, other: Self) {
        self.paths.extend(other.paths);
        for found in other.dismounted {
            let same = self.dismounted.iter_mut().find(|known| {
                found.location_path.is_some() && known.location_path == found.location_path
            });
            match same {
                Some(known) => {
                    known.vm = known.vm.take().or(found.vm);
                    known.address = known.address.or(found.address);
                }
                None => self.dismounted.push(found),
            }
        }
    }

    /// The location path of a function.
    pub(crate) fn path_of(&self, address: Address) -> Option<&LocationPath> {
        let dismounted = self.dismounted.iter();
        let dismounted = dismounted.filter(|one| one.address == Some(address));
        let listed = self.paths.iter().filter(|(_, at)| *at == address);
        listed
            .map(|(path, _)| path)
            .chain(dismounted.filter_map(|one| one.location_path.as_ref()))
            .next()
    }

    /// The dismounted function at an address, by the address, by the location path, otherwise by the
    /// ID and the place in its slot, if only one function fits.
    pub(crate) fn dismounted(
        &self,
        address: Address,
        id: PciId,
        path: Option<&LocationPath>,
    ) -> Option<&DismountedFunction> {
        let path = path.or_else(|| self.path_of(address));
        let exact = self.dismounted.iter().find(|one| {
            one.address == Some(address) || path.is_some() && one.location_path.as_ref() == path
        });
        if exact.is_some() {
            return exact;
        }
        let mut alike = self.dismounted.iter().filter(|one| {
            let other_place = one.location_path.as_ref().is_some_and(|found| {
                let last = found.0.hops.last();
                path.is_some()
                    || last.is_none_or(|hop| {
                        (hop.device(), hop.function()) != (address.device(), address.function())
                    })
            });
            one.id == Some(id) && one.address.is_none() && !other_place
        });
        let only = alike.next()?;
        alike.next().is_none().then_some(only)
    }
}
