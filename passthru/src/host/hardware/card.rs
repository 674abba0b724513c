//! Functions of one card, which are assigned together.

use pci_core::{Address, Names};

use super::device::Device;
use crate::host::state::Host;

impl Host {
    /// The functions that are assigned together with `address`, by address.
    ///
    /// A graphics card is assigned as one device: the functions of its slot with the vendor of its
    /// display controller (audio, USB, USB-C). A processor's integrated graphics shares its slot
    /// with platform functions of another vendor ID, which stay on the host; on bus 0, each
    /// function of the chipset is a separate device. Of any other device, such as a dual-port
    /// network card, one function is assigned; its IOMMU group may add others.
    #[must_use]
    pub fn card_of(&self, address: Address) -> Vec<&Device> {
        let Some(device) = self.devices.get(&address) else {
            return Vec::new();
        };
        let display = self
            .functions_of(address.slot())
            .find(|display| display.is_display() && same_maker(display, device));
        match display {
            Some(display) if address.bus() != 0 => self
                .functions_of(address.slot())
                .filter(|function| same_maker(function, display))
                .collect(),
            _ => vec![device],
        }
    }
}

impl Host {
    /// Whether problems of both functions may have one cause: they share a slot or an IOMMU group.
    pub(crate) fn belong_together(&self, one: Address, other: Address) -> bool {
        let group = self.group_of(one);
        one.slot() == other.slot() || group.is_some() && group == self.group_of(other)
    }
}

/// Whether both are known to have one vendor: by the vendor ID or, in a listing without IDs, by the
/// name. Functions of unknown vendor are not the same.
fn same_maker(one: &Device, other: &Device) -> bool {
    if one.address == other.address {
        return true;
    }
    match (&one.id, &other.id) {
        (Some(one), Some(other)) => one.value.vendor == other.value.vendor,
        _ => maker(one).is_some_and(|maker_of_one| Some(maker_of_one) == maker(other)),
    }
}

/// The vendor as a listing names it. AMD has two vendor IDs with different names: graphics are
/// `[AMD/ATI]`, platform functions `[AMD]`.
fn maker(device: &Device) -> Option<&str> {
    let name = match &device.id {
        Some(id) => Names::embedded().vendor(id.value.vendor)?,
        None => device.source_name.as_deref()?,
    };
    let of_amd = name.starts_with("Advanced Micro Devices");
    let end = if of_amd {
        name.find(']')?
    } else {
        name.find(' ').unwrap_or(name.len())
    };
    // Functions that pci.ids does not list are named "Device" for any vendor.
    name.get(..end).filter(|maker| *maker != "Device")
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;

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
    fn names_stand_in_for_ids_that_are_not_shown() {
        let listing = "\
05:00.0 VGA compatible controller: Advanced Micro Devices, Inc. [AMD/ATI] Cezanne (rev c9)
05:00.1 Audio device: Advanced Micro Devices, Inc. [AMD/ATI] Renoir Radeon High Definition Audio
05:00.2 Encryption controller: Advanced Micro Devices, Inc. [AMD] Family 17h PSP
06:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP107 [10de:1c82] (rev a1)
06:00.1 Audio device: NVIDIA Corporation GP107GL High Definition Audio Controller (rev a1)
";
        assert_eq!(card(listing, "05:00.0"), ["05:00.0", "05:00.1"]);
        assert_eq!(card(listing, "05:00.2"), ["05:00.2"]);
        assert_eq!(card(listing, "06:00.0"), ["06:00.0", "06:00.1"]);
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
