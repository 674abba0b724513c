use host_tree::MemoryTree;

use super::*;
use crate::Host;

const HEAD: &str = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 \
                    [10de:2503] (rev a1)\n";

fn host(texts: &[(&str, &str)]) -> Host {
    let mut tree = MemoryTree::partial();
    for (place, text) in texts {
        if place.starts_with('/') {
            tree.insert_file(place, *text);
        } else {
            tree.insert_text(place, text);
        }
    }
    Host::read(&tree)
}

fn device(host: &Host) -> &Device {
    host.devices.values().next().unwrap()
}

fn said(host: &Host) -> Vec<(&'static str, &str, &str)> {
    let all = host.contradictions.iter();
    all.map(|one| (one.field, one.counts.0.as_str(), one.other.0.as_str()))
        .collect()
}

#[test]
fn the_more_direct_source_counts_whatever_the_order() {
    let smi = "|   0  NVIDIA GeForce RTX 3060   Off | 00000000:01:00.0 Off |   N/A |\n";
    let listing = format!("{HEAD}\tKernel driver in use: vfio-pci\n");
    let log = "[    9.0] nouveau 0000:01:00.0: NVIDIA GA106 (b76000a1)\n";
    for texts in [
        [
            ("nvidia-smi", smi),
            ("lspci -nnk", listing.as_str()),
            ("dmesg", log),
        ],
        [
            ("dmesg", log),
            ("lspci -nnk", &listing),
            ("nvidia-smi", smi),
        ],
    ] {
        let host = host(&texts);
        assert_eq!(device(&host).driver.name(), Some("vfio-pci"));
        assert_eq!(device(&host).shown.text, HEAD.trim());
        assert!(!device(&host).is_only_named);
    }
    let host = host(&[("dmesg", log)]);
    assert_eq!(device(&host).driver.name(), Some("nouveau"));
    assert!(device(&host).is_only_named);
}

#[test]
fn the_card_of_a_whole_record_counts_over_that_of_a_cut_one() {
    let cut = format!("{HEAD}\tSubsystem: ASUSTeK Device [1043:ffff]\n");
    let whole = format!(
        "{HEAD}\tSubsystem: Gigabyte Device [1458:4074]\n\tKernel driver in use: nvidia\n\
         \tKernel modules: nouveau\n"
    );
    let host = host(&[("lspci -nnk | grep -A1 VGA", &cut), ("lspci -nnk", &whole)]);
    let card = device(&host).subsystem.as_ref().unwrap();
    assert_eq!(card.value.to_string(), "1458:4074");
    assert!(said(&host).is_empty());
}

#[test]
fn what_does_not_change_is_said_where_lines_differ() {
    let other = HEAD.replace("rev a1", "rev a2").replace("0300", "0302");
    let texts = [("lspci -nn", HEAD), ("b.txt", &other)];
    let host_of_both = host(&texts);
    assert_eq!(
        said(&host_of_both),
        [("class", "0300", "0302"), ("revision", "a1", "a2")]
    );
    // A function that does not answer, names without ids, another driver.
    let dead = HEAD.replace("rev a1", "rev ff");
    let names = "01:00.0 3D controller: NVIDIA Corporation GA106 (rev a1)\n";
    let bound = format!("{HEAD}\tKernel driver in use: nvidia\n");
    let other = format!("{HEAD}\tKernel driver in use: vfio-pci\n");
    for (first, second) in [(HEAD, &*dead), (HEAD, names), (&bound, &other)] {
        let host = host(&[("a.txt", first), ("b.txt", second)]);
        assert!(said(&host).is_empty(), "{first}{second}");
        assert!(!host.machines.are_several());
    }
}

#[test]
fn a_log_of_another_device_shows_nothing_of_this_one() {
    let log = "[    0.3] pci 0000:01:00.0: [1b36:000c] type 01 class 0x060400\n\
               [    9.0] pcieport 0000:01:00.0: PME: Signaling with IRQ 24\n";
    let host = host(&[("lspci -nn", HEAD), ("dmesg", log)]);
    assert_eq!(device(&host).driver, Driver::NotShown);
    assert_eq!(said(&host), [("id", "10de:2503", "1b36:000c")]);
    assert!(!host.machines.are_several());
}

#[test]
fn two_ids_at_an_address_are_two_devices() {
    let other = HEAD
        .replace("10de:2503", "1002:73bf")
        .replace("0300", "0380");
    let host = host(&[("lspci -nn", HEAD), ("b.txt", &other)]);
    assert!(host.machines.are_several());
    assert!(said(&host).is_empty());
}

#[test]
fn names_alone_show_another_device() {
    let are_several = |first: &str, second: &str| {
        let host = host(&[("a.txt", first), ("b.txt", second)]);
        host.machines.are_several()
    };
    let gpu = "01:00.0 VGA compatible controller: NVIDIA Corporation GA106 (rev a1)\n";
    let disk = "01:00.0 Non-Volatile memory controller: Samsung Electronics Co Ltd NVMe SSD\n";
    assert!(are_several(gpu, disk));
    assert!(are_several(HEAD, disk));
    for same in [
        "01:00.0 3D controller: nVidia Corporation GA106 [GeForce RTX 3060] (rev a1)\n",
        "01:00.0 VGA compatible controller: Device 2503 (rev a1)\n",
        "01:00.0 Audio device: NVIDIA Corporation GA106 High Definition Audio\n",
    ] {
        assert!(!are_several(gpu, same), "{same}");
    }
    // Two machines of like slots.
    let other =
        "01:00.0 VGA compatible controller: Advanced Micro Devices, Inc. [AMD/ATI] Navi 10\n";
    assert!(are_several(gpu, other));
    // One text with two listings.
    let both = format!("first:\n```\n{gpu}```\nsecond:\n```\n{disk}```\n");
    assert!(host(&[("post.txt", &both)]).machines.are_several());
}
