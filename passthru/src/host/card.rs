//! Which functions make up one card, and so go to a guest together.

use pci_core::Address;

use super::device::Device;
use super::read::Host;

impl Host {
    /// The functions that go along when `address` goes to a guest, by address.
    ///
    /// A graphics card goes whole: all functions of its slot that its maker's
    /// display controller has beside it (audio, USB, USB-C). A processor's own
    /// graphics shares its slot with functions of the platform, which have another
    /// vendor id and stay; what lies on bus 0 belongs to the chipset, and each
    /// function there is a device of its own. Of any other device, such as a
    /// network card with two ports, the one function goes; what its IOMMU group
    /// then asks for is told by the group.
    #[must_use]
    pub fn card_of(&self, address: Address) -> Vec<&Device> {
        let Some(device) = self.devices.get(&address) else {
            return Vec::new();
        };
        let vendor = |device: &Device| device.id.as_ref().map(|id| id.value.vendor);
        let display = self
            .functions_of(address.slot())
            .find(|display| display.is_display() && vendor(display) == vendor(device));
        match display {
            Some(display) if address.bus() != 0 => self
                .functions_of(address.slot())
                .filter(|function| vendor(function) == vendor(display))
                .collect(),
            _ => vec![device],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pci_core::tree::MemoryTree;

    fn card(listing: &str, address: &str) -> Vec<String> {
        let mut tree = MemoryTree::partial();
        tree.insert_text("lspci -nn", listing);
        let host = Host::read(&tree);
        let card = host.card_of(address.parse().unwrap());
        card.iter()
            .map(|device| format!("{:#}", device.address))
            .collect()
    }

    #[test]
    fn a_graphics_card_goes_whole() {
        let listing = "\
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation TU106 [10de:1f08] (rev a1)
01:00.1 Audio device [0403]: NVIDIA Corporation TU106 [10de:10f9] (rev a1)
01:00.2 USB controller [0c03]: NVIDIA Corporation TU106 [10de:1ada] (rev a1)
01:00.3 Serial bus controller [0c80]: NVIDIA Corporation TU106 [10de:1adb] (rev a1)
";
        let whole = ["01:00.0", "01:00.1", "01:00.2", "01:00.3"];
        assert_eq!(card(listing, "01:00.0"), whole);
        assert_eq!(card(listing, "01:00.2"), whole);
    }

    #[test]
    fn what_the_platform_needs_stays() {
        let listing = "\
00:14.0 USB controller [0c03]: Intel Corporation Device [8086:7ae0] (rev 11)
00:14.3 Network controller [0280]: Intel Corporation Device [8086:7a70] (rev 11)
03:00.0 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)
03:00.1 Ethernet controller [0200]: Intel Corporation I350 [8086:1521] (rev 01)
c5:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Phoenix1 [1002:15bf] (rev c7)
c5:00.1 Audio device [0403]: Advanced Micro Devices, Inc. [AMD/ATI] Rembrandt [1002:1640]
c5:00.2 Encryption controller [1080]: Advanced Micro Devices, Inc. [AMD] Phoenix CCP [1022:15c7]
c5:00.3 USB controller [0c03]: Advanced Micro Devices, Inc. [AMD] Device [1022:15b9]
";
        assert_eq!(card(listing, "00:14.0"), ["00:14.0"]);
        assert_eq!(card(listing, "03:00.1"), ["03:00.1"]);
        assert_eq!(card(listing, "c5:00.0"), ["c5:00.0", "c5:00.1"]);
        assert_eq!(card(listing, "c5:00.3"), ["c5:00.3"]);
    }
}
