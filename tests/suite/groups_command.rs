//! Groups as they are, and what comes of them.

use std::collections::BTreeMap;
use std::fs;

use testkit::Scratch;

use crate::command::{passthru, top};

/// The lab machine's output, as pasted texts.
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

/// The command predicts the errors of QEMU inside a booted machine.
#[test]
fn the_errors_of_qemu_are_predicted() {
    let path = top().join("iommu/tests/captures/refused.bookworm.guests.txt");
    let capture = fs::read_to_string(path).unwrap();
    let scratch = Scratch::new();
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
            assert!(!shown.contains("QEMU reports"), "{name}: {}", run.out);
            continue;
        }
        let output = rest.lines().next().unwrap();
        let (_, output) = output.split_once("rombar=0: ").unwrap();
        assert!(
            shown.contains(&format!("QEMU reports: {output}")),
            "{name}: {}",
            run.out
        );
        let json = passthru(&["groups", "--json", "--from", &file]).json();
        let members = json["groups"].as_array().unwrap().iter();
        let members = members.flat_map(|group| group["members"].as_array().unwrap());
        let mut member = members.filter(|one| one["address"] == address);
        assert_eq!(member.next().unwrap()["open_error"], output);
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
    let scratch = Scratch::new();
    let file = scratch.file("folders.txt", text.as_bytes());
    let run = passthru(&["groups", "--from", &file]);
    let expected = "group 0\n  AMDI0020:00 (not a PCI function)\ngroup 1\n";
    assert!(run.out.starts_with(expected), "{}{}", run.out, run.err);
    // The last may have been cut.
    assert!(
        run.out.contains("group 2  (list may be incomplete)\n"),
        "{}",
        run.out
    );
    let json = passthru(&["groups", "--json", "--from", &file]).json();
    let groups = json["groups"].as_array().unwrap();
    assert_eq!(
        groups[0]["non_pci_members"],
        serde_json::json!(["AMDI0020:00"])
    );
    assert_eq!(
        (&groups[1]["complete"], &groups[2]["complete"]),
        (&true.into(), &false.into())
    );
    let one = passthru(&["groups", "01:00.1", "--from", &file]);
    assert!(!one.out.contains("group 0"), "{}", one.out);
}

/// A tree with VFIO's nodes, and with groups of its no-IOMMU mode.
#[test]
fn nodes_and_groups_without_an_iommu_are_named() {
    let scratch = Scratch::new();
    let put = |path: &str, text: &str| {
        let path = scratch.path().join("root").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let link = |path: &str, target: &str| {
        let path = scratch.path().join("root").join(path);
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
    let root = scratch.path().join("root");
    let root = root.to_str().unwrap();
    let words = |run: crate::command::Run| run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let with = words(passthru(&["groups", "01:00.0", "--root", root]));
    let nodes = "01:00.0 is available as /dev/vfio/5 (group) or /dev/vfio/devices/vfio0 (iommufd)";
    assert!(with.contains(nodes), "{with}");
    assert!(!with.contains("in this state QEMU reports"), "{with}");
    // A program that has the group open, by either node.
    link("proc/4242/fd/27", "/dev/vfio/5");
    put("proc/4242/comm", "qemu-system-x86\n");
    link("proc/77/fd/3", "/dev/vfio/50");
    let held = words(passthru(&["groups", "01:00.0", "--root", root]));
    for part in [
        "in use by process 4242 (qemu-system-x86): /proc/4242/fd/27: /dev/vfio/5",
        "in this state QEMU reports: vfio 0000:01:00.0: failed to open /dev/vfio/5: Device or resource busy",
    ] {
        assert!(held.contains(part), "{part}: {held}");
    }
    let json = passthru(&["groups", "01:00.0", "--json", "--root", root]).json();
    assert_eq!(
        json["groups"][0]["processes"],
        serde_json::json!([{"pid": 4242, "name": "qemu-system-x86"}])
    );
    let all = passthru(&["groups", "--json", "--root", root]).json();
    assert_eq!(all["groups"][0]["processes"], serde_json::json!([]));
    let without = words(passthru(&["groups", "02:00.0", "--root", root]));
    for part in [
        "(VFIO no-IOMMU mode: DMA is not isolated from memory)",
        "group 6 not for guests",
        "/dev/vfio/noiommu-6 (group)",
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

/// ESXi and Xen form no groups; the functions that must be assigned together are derived
/// from their output.
#[test]
fn functions_assigned_together_without_groups() {
    let words = |run: crate::command::Run| run.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let block = |address: &str, bus: &str, function: u8, dependent: &str| {
        format!(
            "{address}\n   Address: {address}\n   Segment: 0x0000\n   Bus: {bus}\n   Slot: 0x00\n   \
             Function: 0x{function}\n   Vendor ID: 0x10de\n   Device ID: 0x2803\n   Device Class: \
             0x0300\n   Passthru Capable: true\n   Dependent Device: PCI {dependent}\n   Reset \
             Method: Bridge reset\n   FPT Sharable: true\n\n"
        )
    };
    let text = format!(
        "[root@esx1:~] esxcli hardware pci list\n{}{}{}",
        block("0000:af:00.0", "0xaf", 0, "0:174:0:0"),
        block("0000:af:00.1", "0xaf", 1, "0:174:0:0"),
        block("0000:b0:00.0", "0xb0", 0, "0:176:0:0"),
    );
    let scratch = Scratch::new();
    let file = scratch.file("esxi.txt", text.as_bytes());
    let output = words(passthru(&["groups", "--from", &file]));
    assert!(output.contains("ESXi has no IOMMU groups."), "{output}");
    assert!(
        output.contains("- af:00.0, af:00.1: they depend on ae:00.0"),
        "{output}"
    );
    assert!(!output.contains("- b0:00.0"), "{output}");
    let json = passthru(&["groups", "--json", "--from", &file]).json();
    let expected = serde_json::json!([{
        "devices": ["0000:af:00.0", "0000:af:00.1"],
        "reason": "dependent-device",
        "device": "0000:ae:00.0",
    }]);
    assert_eq!(json["assigned_together"], expected);
    // A dom0: its kernel shows functions, resets and bridges, and no groups.
    let put = |path: &str, text: &str| {
        let path = scratch.path().join("dom0").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    put("proc/xen/capabilities", "control_d\n");
    fs::create_dir_all(scratch.path().join("dom0/sys/kernel/iommu_groups")).unwrap();
    fs::create_dir_all(scratch.path().join("dom0/sys/class/iommu")).unwrap();
    put("sys/firmware/acpi/tables/FACP", "");
    let devices = scratch.path().join("dom0/sys/bus/pci/devices");
    fs::create_dir_all(&devices).unwrap();
    for (path, class, reset) in [
        ("0000:00:01.0", "0x060400", ""),
        ("0000:00:01.0/0000:01:00.0", "0x030000", "bus\n"),
        ("0000:00:01.0/0000:01:00.1", "0x040300", ""),
    ] {
        let place = format!("sys/devices/pci0000:00/{path}");
        for (file, text) in [
            ("vendor", "0x10de\n"),
            ("device", "0x2803\n"),
            ("class", class),
        ] {
            put(&format!("{place}/{file}"), text);
        }
        put(&format!("{place}/reset_method"), reset);
        let name = path.rsplit('/').next().unwrap();
        let target = format!("../../../devices/pci0000:00/{path}");
        std::os::unix::fs::symlink(target, devices.join(name)).unwrap();
    }
    let root = scratch.path().join("dom0");
    let root = root.to_str().unwrap();
    let output = words(passthru(&["groups", "--root", root]));
    assert!(
        output.contains("Under Xen there are no IOMMU groups"),
        "{output}"
    );
    let bound = "- 01:00.0, 01:00.1: one of them has only a bus reset, by 00:01.0";
    assert!(output.contains(bound), "{output}");
    let findings = passthru(&["doctor", "01:00.0", "--json", "--root", root]).json();
    let codes = findings["findings"].as_array().unwrap().iter();
    let codes: Vec<&str> = codes.map(|one| one["code"].as_str().unwrap()).collect();
    assert!(
        codes.iter().all(|code| !code.starts_with("iommu-off")),
        "{codes:?}"
    );
}
