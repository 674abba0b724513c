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
