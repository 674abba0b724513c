use super::*;

#[test]
fn a_filter_is_understood_or_nothing_is_concluded() {
    let of = Coverage::of_lspci;
    assert_eq!(of("lspci -nnk"), Coverage::All);
    assert_eq!(of("sudo lspci -nn"), Coverage::All);
    assert_eq!(
        of("lspci -nn | grep NVIDIA"),
        Coverage::Vendor(VendorId::NVIDIA)
    );
    assert_eq!(
        of("lspci -nnv | grep -i nvidia"),
        Coverage::Vendor(VendorId::NVIDIA)
    );
    assert_eq!(of("lspci -nnkd 10de:"), Coverage::Vendor(VendorId::NVIDIA));
    assert_eq!(
        of("lspci -nnk -d 10de:"),
        Coverage::Vendor(VendorId::NVIDIA)
    );
    for command in [
        "lspci -nnk | grep -A4 -E 'VGA|3D|Audio'",
        "sudo lspci -nnk | grep -iEA3 \"vga|3d\"",
    ] {
        assert_eq!(of(command), Coverage::Displays, "{command}");
    }
    for command in [
        "lspci -nn | grep vga",
        // Cards for computing are 3D controllers.
        "lspci -nn | grep VGA",
        "lspci -nnk | grep -A 3 -i vga",
        "lspci -nn | grep -v VGA",
        "lspci -nn | grep VGA | grep NVIDIA",
        "lspci -nn | grep 'VGA.*NVIDIA'",
        "lspci -nnk -s 01:00 | grep VGA",
        "lspci -nn | grep VGA | head -1",
        "lspci -nn | grep nvidia",
        "lspci -nnk -s 01:00.0",
        "lspci -d 10de:1c03",
        "lspci -d ::0300",
        "lspci -d 10de: -s 01:00",
        "lspci -tv",
        "lspci -nn | grep -v NVIDIA",
        "lspci -nn | grep -i nvidia | head -1",
        "lspci -nn | grep -E 'NVIDIA|AMD'",
        "cat lspci.txt",
        "input.lspci",
        "/tmp/a.lspci -nn",
        "",
    ] {
        assert_eq!(of(command), Coverage::Some, "{command}");
    }
}

#[test]
fn a_listing_is_known_to_lack_lines() {
    let of = |text: &str| {
        let listing = pci_core::lspci::parse(text);
        Coverage::of_lspci("lspci -nn").with_records(&listing.records)
    };
    let bridge = "00:00.0 Host bridge [0600]: Intel Device [8086:4660]\n\
            00:01.0 PCI bridge [0604]: Intel Device [8086:1901]\n";
    let card = "01:00.0 VGA compatible controller [0300]: NVIDIA Device [10de:1e84]\n";
    let audio = "01:00.1 Audio device [0403]: NVIDIA Device [10de:10f8]\n";
    assert_eq!(of(&format!("{bridge}{card}{audio}")), Coverage::All);
    assert_eq!(of(&card.replace("01:", "00:")), Coverage::Some);
    assert_eq!(of(&format!("{card}{audio}")), Coverage::Some);
    assert_eq!(of(&format!("{bridge}{audio}")), Coverage::Some);
    let second = card.replace("01:", "02:");
    assert_eq!(of(&format!("{bridge}{card}{second}")), Coverage::Some);
}

#[test]
fn a_list_is_whole_where_its_command_stands_alone() {
    let of = |text: &str| Coverage::of_whole_list("a.txt", text);
    assert_eq!(
        of("[root@esx1:~] esxcli hardware pci list\n"),
        Some(Coverage::All)
    );
    assert_eq!(of("root@nas:~ # pciconf -lv\n"), Some(Coverage::All));
    assert_eq!(of("$ sudo driverctl list-devices\n"), Some(Coverage::All));
    assert_eq!(
        Coverage::of_whole_list("pciconf -l", "x"),
        Some(Coverage::All)
    );
    for text in [
        "[root@esx1:~] esxcli hardware pci list | grep -i nvidia\n",
        "This is of esxcli hardware pci list\n",
        "# driverctl list-devices network\n",
        "",
    ] {
        assert_eq!(of(text), None, "{text}");
    }
}
