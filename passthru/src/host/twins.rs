//! Cards with the same ids: whatever goes by id takes all of them.

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
