//! Cards with the same ID: a selection by ID matches all of them.

use std::collections::BTreeMap;

use pci_core::PciId;

use super::device::Device;
use crate::host::state::Host;

/// Other functions with the ID of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) enum DuplicateIds<'a> {
    /// No other function has the ID.
    None,
    /// These functions have the ID, and perhaps others.
    At(Vec<&'a Device>),
    /// None in the input, which lacks the IDs of these functions or other functions of the
    /// host.
    NotShown(Vec<&'a Device>),
}

/// The functions of a host by their IDs.
#[derive(Debug)]
pub(crate) struct ById<'a> {
    ids: BTreeMap<PciId, Vec<&'a Device>>,
    /// Functions without an ID in the input, by base class and sub-class.
    without_id: BTreeMap<Option<(u8, u8)>, Vec<&'a Device>>,
}

impl<'a> ById<'a> {
    pub(crate) fn new(host: &'a Host) -> Self {
        let mut ids: BTreeMap<PciId, Vec<&Device>> = BTreeMap::new();
        let mut without_id: BTreeMap<_, Vec<&Device>> = BTreeMap::new();
        for device in host.devices.values() {
            match &device.id {
                Some(id) => ids.entry(id.value).or_default().push(device),
                // A listing of all functions of the vendor would include it.
                None if device.is_only_named => {}
                None => without_id
                    .entry(sub_class(device))
                    .or_default()
                    .push(device),
            }
        }
        Self { ids, without_id }
    }

    /// The functions of other slots that have the same IDs.
    pub(crate) fn duplicates(&self, device: &'a Device) -> impl Iterator<Item = &'a Device> {
        let id = device.id.as_ref();
        let alike = id.map_or(&[][..], |id| self.with(id.value));
        let alike = alike.iter().copied().filter(|other| other.same_id(device));
        in_other_slots(alike, device)
    }

    /// The functions of other slots whose IDs are not in the input, and whose class allows the same
    /// IDs.
    pub(crate) fn possible_duplicates(
        &self,
        device: &'a Device,
    ) -> impl Iterator<Item = &'a Device> {
        let class = sub_class(device);
        let classes = self.without_id.iter();
        let classes = classes.filter(move |(other, _)| may_be_alike(class, **other));
        in_other_slots(classes.flat_map(|(_, devices)| devices).copied(), device)
    }

    /// The functions with that ID, by address.
    pub(crate) fn with(&self, id: PciId) -> &[&'a Device] {
        self.ids.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Whether a function of another slot is known to have the same ID.
    pub(crate) fn has_twin(&self, device: &Device) -> bool {
        let slot = device.address.slot();
        let id = device.id.as_ref();
        id.is_some_and(|id| {
            let mut alike = self.with(id.value).iter();
            alike.any(|other| other.address.slot() != slot)
        })
    }
}

/// The base class and the sub-class of a function.
fn sub_class(device: &Device) -> Option<(u8, u8)> {
    let class = device.class.as_ref()?.value;
    Some((class.base, class.sub))
}

/// Whether functions of these classes may have the same IDs.
fn may_be_alike(one: Option<(u8, u8)>, other: Option<(u8, u8)>) -> bool {
    one.is_none() || other.is_none() || one == other
}

fn in_other_slots<'a>(
    devices: impl Iterator<Item = &'a Device>,
    device: &Device,
) -> impl Iterator<Item = &'a Device> {
    let slot = device.address.slot();
    devices.filter(move |other| other.address.slot() != slot)
}

impl Host {
    /// The functions of other slots that have the same ids.
    #[must_use]
    pub(crate) fn duplicates_of(&self, device: &Device) -> DuplicateIds<'_> {
        let others = in_other_slots(self.devices.values(), device);
        let others: Vec<&Device> = others.filter(|other| other.same_id(device)).collect();
        if !others.is_empty() {
            return DuplicateIds::At(others);
        }
        // A function that a source names without IDs, as nvidia-smi does, may have the same IDs.
        let class = sub_class(device);
        let without_ids = in_other_slots(self.devices.values(), device)
            .filter(|other| other.id.is_none() && !other.is_only_named);
        let without_ids: Vec<&Device> = without_ids
            .filter(|other| may_be_alike(class, sub_class(other)))
            .collect();
        if self.has_all_of_vendor(device) && without_ids.is_empty() {
            DuplicateIds::None
        } else {
            DuplicateIds::NotShown(without_ids)
        }
    }

    /// Whether a function of the same slot has the same IDs, such as the other port of a network
    /// card or another virtual function, and is not one of `going`.
    pub(crate) fn has_sibling_with_same_id(&self, device: &Device, going: &[&Device]) -> bool {
        let slot = device.address.slot();
        let stays = |other: &&Device| going.iter().all(|one| one.address != other.address);
        let mut siblings = self.devices.values().filter(stays);
        siblings.any(|other| other.address.slot() == slot && other.same_id(device))
    }

    /// Whether the input lists all functions of the host with the function's vendor ID.
    fn has_all_of_vendor(&self, device: &Device) -> bool {
        let mut coverage = self.coverage.iter();
        let id = device.id.as_ref();
        id.is_some_and(|id| coverage.any(|coverage| coverage.has_all_of(id.value.vendor)))
    }
}

#[cfg(test)]
mod tests;
