use super::*;

fn names(text: &str) -> KernelNames {
    KernelNames::read(&[CommandText::new("a.txt", text)])
}

fn shown(found: Option<&Fact<Address>>) -> String {
    found.map_or_else(String::new, |fact| format!("{:#}", fact.value))
}

#[test]
fn a_disk_is_that_of_its_function() {
    let way = "../../devices/pci0000:00/0000:00:01.1/0000:01:00.0/nvme/nvme0/nvme0n1";
    for (text, name) in [
        (
            format!("lrwxrwxrwx 1 root root 0 Jan 1 10:00 nvme0n1 -> {way}\n"),
            "nvme0n1p2",
        ),
        (
            "[    1.1] nvme nvme0: pci function 0000:01:00.0\n".to_owned(),
            "/dev/nvme0n1p2",
        ),
        (
            "lrwxrwxrwx 1 root root 13 Jan 1 10:00 pci-0000:01:00.0-nvme-1 -> ../../nvme0n1\n"
                .to_owned(),
            "nvme0n1",
        ),
        (
            "pci-0000:01:00.0-ata-1.0-part2 -> ../../sda2\n".to_owned(),
            "sda",
        ),
        (
            "P: /devices/pci0000:00/0000:01:00.0/ata1/host0/target0:0:0/0:0:0:0/block/sda\n"
                .to_owned(),
            "sda1",
        ),
        (" +- nvme0 pcie 0000:01:00.0 live\n".to_owned(), "nvme0n1"),
        (
            "pci@0000:01:00.0  /dev/nvme0  storage  990 PRO\n".to_owned(),
            "nvme0n1p1",
        ),
    ] {
        assert_eq!(shown(names(&text).disk(name)), "01:00.0", "{text}");
    }
    for text in [
        // Of two boots, or of two machines.
        "nvme nvme0: pci function 0000:01:00.0\nnvme nvme0: pci function 0000:02:00.0\n",
        "../../devices/virtual/block/dm-0\n",
        "pci-0000:00:14.0-usb-0:1:1.0-scsi-0:0:0:0 -> ../../loop0\n",
    ] {
        assert_eq!(shown(names(text).disk("nvme0n1")), "", "{text}");
    }
}

#[test]
fn an_interface_and_a_card_are_those_of_their_functions() {
    let text = "igb 0000:05:00.0 eno1: renamed from eth0\n\
                    $ ethtool -i eth1\ndriver: e1000e\nbus-info: 0000:00:1f.6\n\
                    [drm] Initialized amdgpu 3.57.0 20150101 for 0000:03:00.0 on minor 1\n\
                    Bus Location: \t 0000:01:00.0\nDevice Minor: \t 0\n";
    let names = names(text);
    assert_eq!(shown(names.interface("eno1")), "05:00.0");
    assert_eq!(shown(names.interface("eth0")), "");
    assert_eq!(shown(names.interface("eth1")), "00:1f.6");
    assert_eq!(shown(names.card("/dev/dri/card1")), "03:00.0");
    assert_eq!(shown(names.card("/dev/nvidia0")), "01:00.0");
    assert_eq!(shown(names.card("/dev/nvidiactl")), "");
    let lshw = "       bus info: pci@0000:05:00.0\n       logical name: enp5s0\n";
    assert_eq!(shown(self::names(lshw).interface("enp5s0")), "05:00.0");
}
