//! Cards with the same ids: whatever goes by id takes all of them.

use std::collections::BTreeMap;

use pci_core::PciId;

use super::device::Device;
use super::read::Host;

/// What is known of other functions with a function's ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Twins<'a> {
    /// There are none.
    None,
    /// There are these, and perhaps more.
    At(Vec<&'a Device>),
    /// The input shows none, and does not show all that could be one: these
    /// functions' ids, or further functions of the host.
    NotShown(Vec<&'a Device>),
}

/// The functions of a host by their IDs, for questions about the twins of many.
#[derive(Debug)]
pub(crate) struct ById<'a> {
    ids: BTreeMap<PciId, Vec<&'a Device>>,
}

impl<'a> ById<'a> {
    pub(crate) fn new(host: &'a Host) -> Self {
        let mut ids: BTreeMap<PciId, Vec<&Device>> = BTreeMap::new();
        for device in host.devices.values() {
            if let Some(id) = &device.id {
                ids.entry(id.value).or_default().push(device);
            }
        }
        Self { ids }
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

impl Host {
    /// The functions of other slots that have the same ids.
    #[must_use]
    pub fn twins_of(&self, device: &Device) -> Twins<'_> {
        let others: Vec<&Device> = self
            .devices
            .values()
            .filter(|other| other.address.slot() != device.address.slot())
            .filter(|other| other.same_id(device))
            .collect();
        if !others.is_empty() {
            return Twins::At(others);
        }
        // A function that some source names without its ids, as nvidia-smi does,
        // may be a twin; one of another class has another id.
        let other_class = |other: &Device| match (&other.class, &device.class) {
            (Some(other), Some(own)) => {
                (other.value.base, other.value.sub) != (own.value.base, own.value.sub)
            }
            _ => false,
        };
        let without_ids: Vec<&Device> = self
            .devices
            .values()
            .filter(|other| other.address.slot() != device.address.slot() && other.id.is_none())
            // A listing of all functions of the vendor would have it.
            .filter(|other| !other.is_only_named)
            .filter(|other| !other_class(other))
            .collect();
        let all_shown = device.id.as_ref().is_some_and(|id| {
            self.coverage
                .iter()
                .any(|coverage| coverage.has_all_of(id.value.vendor))
        });
        if all_shown && without_ids.is_empty() {
            Twins::None
        } else {
            Twins::NotShown(without_ids)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    #[test]
    fn a_card_without_ids_may_be_a_twin() {
        let mut tree = MemoryTree::partial();
        let line = "02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06] (rev a1)\n";
        tree.insert_text("lspci -nn | grep NVIDIA", line);
        let gpu = "02:00.0".parse().unwrap();
        let host = Host::read(&tree);
        assert_eq!(host.twins_of(&host.devices[&gpu]), Twins::None);
        let smi = "| NVIDIA-SMI 460.91.03    Driver Version: 460.91.03    CUDA Version: 11.2     |\n\
                   |   1  GeForce GTX 108...  Off  | 00000000:81:00.0 Off |                  N/A |\n";
        tree.insert_text("nvidia-smi", smi);
        let host = Host::read(&tree);
        let twins = host.twins_of(&host.devices[&gpu]);
        assert!(matches!(twins, Twins::NotShown(others) if others.len() == 1));
        let audio = "03:00.0 Audio device: NVIDIA Corporation GP102 HDMI Audio Controller\n";
        tree.insert_text("lspci -v", audio);
        let host = Host::read(&tree);
        let twins = host.twins_of(&host.devices[&gpu]);
        assert!(matches!(twins, Twins::NotShown(others) if others.len() == 1));
    }
}
