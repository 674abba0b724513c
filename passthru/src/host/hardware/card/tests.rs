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

#[test]
fn virtual_functions_are_devices_of_their_own() {
    let listing = "\
03:00.0 Display controller: Intel Corporation Data Center GPU Flex 170 (rev 08)
03:00.1 Display controller: Intel Corporation Data Center GPU Flex 170 Virtual Function (rev 08)
03:00.2 Display controller: Intel Corporation Data Center GPU Flex 170 Virtual Function (rev 08)
";
    assert_eq!(card(listing, "03:00.0"), ["03:00.0"]);
    assert_eq!(card(listing, "03:00.2"), ["03:00.2"]);
}
