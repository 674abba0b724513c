//! Groups as they are, and what comes of them.

use std::collections::BTreeMap;
use std::fs;

use crate::command::{passthru, top};
use crate::scratch::Scratch;

/// What the lab's machine says of itself, as texts that somebody might paste.
fn pasted(capture: &str) -> String {
    let mut drivers: BTreeMap<&str, &str> = BTreeMap::new();
    let mut groups: Vec<(&str, &str, &str)> = Vec::new();
    for line in capture.lines() {
        match line.split_whitespace().collect::<Vec<_>>()[..] {
            ["function", address, "group", group, _, _, _, id] => groups.push((address, group, id)),
            ["driver", address, name] => {
                drivers.insert(address, name);
            }
            _ => {}
        }
    }
    let mut text = "$ lspci -Dnnk\n".to_owned();
    for (address, _, id) in &groups {
        let id = id.replace("0x", "");
        text.push_str(&format!("{address} Something [ff00]: Some Device [{id}]\n"));
        if drivers[address] != "-" {
            text.push_str(&format!("\tKernel driver in use: {}\n", drivers[address]));
        }
    }
    text.push_str("$ find /sys/kernel/iommu_groups -type l\n");
    // The group of the last line is taken for cut: that of the chipset.
    groups.sort_by_key(|(_, group, _)| *group == "6");
    for (address, group, _) in &groups {
        text.push_str(&format!(
            "/sys/kernel/iommu_groups/{group}/devices/{address}\n"
        ));
    }
    text
}

/// The command foretells what QEMU said inside a booted machine.
#[test]
fn what_qemu_answered_is_foretold() {
    let path = top().join("iommu/tests/captures/refused.bookworm.guests.txt");
    let capture = fs::read_to_string(path).unwrap();
    let scratch = Scratch::new("refused");
    let file = scratch.file("refused.txt", pasted(&capture).as_bytes());
    let mut refused = 0;
    for guest in capture.split("\nguest ").skip(1) {
        let (head, rest) = guest.split_once('\n').unwrap();
        let words: Vec<&str> = head.split_whitespace().collect();
        // A second program with a group is not in the texts.
        let [name, outcome, address] = words[..] else {
            continue;
        };
        if ["second-user", "not-there"].contains(&name) {
            continue;
        }
        let run = passthru(&["groups", address, "--from", &file]);
        assert_eq!(run.status, 0, "{}", run.err);
        let shown = run.out.split_whitespace().collect::<Vec<_>>().join(" ");
        if outcome == "started" {
            assert!(!shown.contains("QEMU says"), "{name}: {}", run.out);
            continue;
        }
        let said = rest.lines().next().unwrap();
        let (_, said) = said.split_once("rombar=0: ").unwrap();
        assert!(
            shown.contains(&format!("QEMU says: {said}")),
            "{name}: {}",
            run.out
        );
        let json = passthru(&["groups", "--json", "--from", &file]).json();
        let members = json["groups"].as_array().unwrap().iter();
        let members = members.flat_map(|group| group["members"].as_array().unwrap());
        let mut member = members.filter(|one| one["address"] == address);
        assert_eq!(member.next().unwrap()["refusal"], said);
        refused += 1;
    }
    assert_eq!(refused, 4);
}

/// Folders as `ls -l` lists them, with a device of the platform.
#[test]
fn folders_of_groups_are_read() {
    let link = |name: &str, path: &str| {
        format!(
            "lrwxrwxrwx 1 root root 0 Nov 20 07:00 {name} -> ../../../../devices/{path}/{name}\n"
        )
    };
    let text = format!(
        "$ ls -l /sys/kernel/iommu_groups/*/devices\n/sys/kernel/iommu_groups/0/devices:\ntotal 0\n\
         {}\n/sys/kernel/iommu_groups/1/devices:\ntotal 0\n{}{}\n/sys/kernel/iommu_groups/2/devices:\n\
         total 0\n{}",
        link("AMDI0020:00", "platform"),
        link("0000:01:00.0", "pci0000:00/0000:00:01.0"),
        link("0000:01:00.1", "pci0000:00/0000:00:01.0"),
        link("0000:02:00.0", "pci0000:00/0000:00:02.0"),
    );
    let scratch = Scratch::new("folders");
    let file = scratch.file("folders.txt", text.as_bytes());
    let run = passthru(&["groups", "--from", &file]);
    let expected = "group 0\n  AMDI0020:00 (no PCI function)\ngroup 1\n";
    assert!(run.out.starts_with(expected), "{}{}", run.out, run.err);
    // The last may have been cut.
    assert!(run.out.contains("group 2  (perhaps more)\n"), "{}", run.out);
    let json = passthru(&["groups", "--json", "--from", &file]).json();
    let groups = json["groups"].as_array().unwrap();
    assert_eq!(
        groups[0]["other_members"],
        serde_json::json!(["AMDI0020:00"])
    );
    assert_eq!(
        (&groups[1]["whole"], &groups[2]["whole"]),
        (&true.into(), &false.into())
    );
    let one = passthru(&["groups", "01:00.1", "--from", &file]);
    assert!(!one.out.contains("group 0"), "{}", one.out);
}

/// A tree with VFIO's nodes, and with groups of its no-IOMMU mode.
#[test]
fn nodes_and_groups_without_an_iommu_are_named() {
    let scratch = Scratch::new("nodes");
    let put = |path: &str, text: &str| {
        let path = scratch.0.join("root").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let link = |path: &str, target: &str| {
        let path = scratch.0.join("root").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(target, path).unwrap();
    };
    let function = |address: &str, group: u32| {
        let place = format!("sys/bus/pci/devices/{address}");
        for (file, text) in [
            ("vendor", "0x8086\n"),
            ("device", "0x10d3\n"),
            ("class", "0x020000\n"),
        ] {
            put(&format!("{place}/{file}"), text);
        }
        link(
            &format!("{place}/driver"),
            "../../../bus/pci/drivers/vfio-pci",
        );
        link(
            &format!("{place}/iommu_group"),
            &format!("../../../kernel/iommu_groups/{group}"),
        );
        put(
            &format!("sys/kernel/iommu_groups/{group}/devices/{address}"),
            "",
        );
    };
    function("0000:01:00.0", 5);
    put("sys/class/vfio/5/dev", "510:0\n");
    put(
        "sys/bus/pci/devices/0000:01:00.0/vfio-dev/vfio0/dev",
        "509:0\n",
    );
    function("0000:02:00.0", 6);
    put("sys/class/vfio/noiommu-6/dev", "510:1\n");
    put("sys/bus/pci/devices/0000:02:00.0/vfio-dev/vfio1/uevent", "");
    put("sys/kernel/iommu_groups/6/name", "vfio-noiommu\n");
    let root = scratch.0.join("root");
    let root = root.to_str().unwrap();
    let words = |run: crate::command::Run| run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let with = words(passthru(&["groups", "01:00.0", "--root", root]));
    let nodes = "programs get 01:00.0 by its group's node /dev/vfio/5 or its own, \
                 /dev/vfio/devices/vfio0, with iommufd";
    assert!(with.contains(nodes), "{with}");
    let without = words(passthru(&["groups", "02:00.0", "--root", root]));
    for part in [
        "(VFIO's no-IOMMU mode: nothing is between it and the memory)",
        "group 6 not for guests",
        "its group's node /dev/vfio/noiommu-6",
        "failed to open /dev/vfio/6: No such file or directory",
    ] {
        assert!(without.contains(part), "{part}: {without}");
    }
    let json = passthru(&["groups", "--json", "--root", root]).json();
    let groups = json["groups"].as_array().unwrap();
    assert_eq!(groups[0]["node"], "/dev/vfio/5");
    assert_eq!(groups[0]["members"][0]["node"], "/dev/vfio/devices/vfio0");
    assert_eq!(
        (&groups[1]["no_iommu"], &groups[1]["node"]),
        (&true.into(), &"/dev/vfio/noiommu-6".into())
    );
    let findings = passthru(&["doctor", "02:00.0", "--json", "--root", root]).json();
    let codes = findings["findings"].as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|one| one["code"].as_str().unwrap()).collect();
    assert!(
        codes.contains(&"no-iommu-mode") && !codes.contains(&"group-alone"),
        "{codes:?}"
    );
}
