use host_tree::{HostTree, MemoryTree};

use super::*;

fn found(prose: &str) -> Option<String> {
    let listing = "03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce \
                       RTX 3060] [10de:2503] (rev a1)\n\
                       04:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA104 [GeForce \
                       RTX 3060 Ti] [10de:2486] (rev a1)\n\
                       05:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [GeForce \
                       GTX 1080] [10de:1b80] (rev a1)\n";
    let mut tree = MemoryTree::partial();
    tree.insert_text("post.txt", &format!("{prose}\n\n{listing}"));
    let host = crate::Host::read(&tree);
    meant(tree.texts(), &host.devices).map(|address| format!("{address:#}"))
}

#[test]
fn a_sentence_says_that_the_kernel_reallocates() {
    let is_stated = |text: &str| {
        let text = CommandText::new("t", text);
        reallocates(&[text]).is_some()
    };
    assert!(is_stated(
        "My kernel command-line contains: pci=assign-busses,realloc"
    ));
    assert!(is_stated(
        "I added `pci=realloc` to the kernel command line."
    ));
    for other in [
        "You should add pci=realloc to the kernel command line",
        "try booting with pci=realloc",
        "The kernel command line has pci=realloc=off",
    ] {
        assert!(!is_stated(other), "{other}");
    }
}

#[test]
fn a_card_is_meant_by_its_model() {
    for (prose, wanted) in [
        ("I pass through the RTX 3060.", Some("03:00.0")),
        (
            "The GTX 1080 is for the VM, and it is black.",
            Some("05:00.0"),
        ),
        ("passthrough of a gtx1080 fails", Some("05:00.0")),
        ("3060ti passthrough", Some("04:00.0")),
        (
            "Ich will die 3060 Ti an die VM durchreichen",
            Some("04:00.0"),
        ),
        ("The GTX 1080 and the 3060 Ti can be passed", None),
        ("GTX 1080 for VM, 3060 Ti for host", Some("05:00.0")),
        ("GTX 1080 and 3060 Ti for VM, RTX 3060 for host", None),
        ("My GTX 1080 is fast.", None),
        ("GPU passthrough does not work", None),
    ] {
        assert_eq!(found(prose).as_deref(), wanted, "{prose}");
    }
}

#[test]
fn a_card_is_meant_by_its_brand() {
    const LISTING: &str = "\
00:02.0 VGA compatible controller [0300]: Intel Corporation UHD Graphics 770 [8086:4680]
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce RTX 3060] [10de:2503] (rev a1)
03:00.0 VGA compatible controller [0300]: Intel Corporation DG2 [Arc A770] [8086:56a0] (rev 08)
0b:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Navi 23 [Radeon RX 6600] [1002:73ff] (rev c1)
";
    let found = |prose: &str| {
        let mut tree = MemoryTree::partial();
        tree.insert_text("post.txt", &format!("{prose}\n\n{LISTING}"));
        let host = crate::Host::read(&tree);
        meant(tree.texts(), &host.devices).map(|address| format!("{address:#}"))
    };
    for (prose, wanted) in [
        (
            "Die Radeon soll in die VM, das Bild bleibt schwarz.",
            Some("0b:00.0"),
        ),
        ("Code 43 with the GeForce in my VM", Some("01:00.0")),
        ("I gave my Arc to a Windows VM", Some("03:00.0")),
        ("把 GeForce 给虚拟机用", Some("01:00.0")),
        (
            "GPU passthrough fails. The GeForce stays black.",
            Some("01:00.0"),
        ),
        (
            "GPU passthrough fails.\nLa Radeon reste noire.",
            Some("0b:00.0"),
        ),
        // Two, another model, another device, the host's, a cache.
        ("Passthrough of the Radeon and the GeForce to the VM", None),
        ("The Radeon RX 7600 is for the VM", None),
        ("I pass the NIC to the VM, the GeForce is new", None),
        ("The host uses the Radeon", None),
        ("The VM is slow and the ZFS ARC is small", None),
        ("My GeForce is fast.", None),
    ] {
        assert_eq!(found(prose).as_deref(), wanted, "{prose}");
    }
}
