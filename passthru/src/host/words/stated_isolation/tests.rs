use host_tree::CommandText;

use super::*;

fn stated(text: &str) -> StatedIsolation {
    let texts = [CommandText::new("t", text)];
    read(&Posts::read(&texts), &texts, &BTreeMap::new())
}

#[test]
fn a_device_alone_in_its_group_is_stated() {
    let mut wrong = Vec::new();
    for alone in [
        "The card 01:00.0 is alone in its IOMMU group.",
        "The HBA at 01:00.0 is in its own IOMMU group, which is nice.",
        "Die Karte 01:00.0 ist allein in ihrer IOMMU-Gruppe.",
        "L'iGPU 01:00.0 est **seule dans son groupe IOMMU** — rien d'autre.",
        "La tarjeta está en 01:00.0, solo esas dos funciones.",
        "Karta 01:00.0 jest w osobnej grupie IOMMU.",
        "Карта 01:00.0 находится в отдельной группе IOMMU.",
        "显卡 01:00.0 在单独的IOMMU组里",
    ] {
        let found = stated(alone).alone.into_keys().next().flatten();
        if found.is_none_or(|slot| format!("{slot:#}") != "01:00") {
            wrong.push(alone);
        }
    }
    for open in [
        "The card must be alone in its IOMMU group.",
        "Is the card alone in its IOMMU group?",
        "The card is not in its own IOMMU group.",
        "If the card is alone in its IOMMU group, go on.",
        "Make sure that the card is in its own IOMMU group.",
        "With the ACS override each card is in its own IOMMU group.",
        "It would be in its own group on another board.",
        "Die Karte ist nicht allein in ihrer IOMMU-Gruppe.",
        "显卡需要在单独的IOMMU组里",
        "部分主板 SATA 控制器不具备独立 IOMMU 分组，会导致直通失败",
        "Some boards have the controller in its own IOMMU group.",
    ] {
        if !stated(open).alone.is_empty() {
            wrong.push(open);
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn groups_that_were_counted_need_an_iommu() {
    for counted in [
        "DMAR is there, 30 grupos IOMMU.",
        "The host has 18 IOMMU groups.",
        "IOMMU已经生效，返回识别出来的是P40。",
        "実機で確認済み — VT-d 有効(IOMMU グループ 66 個)。",
        "- IOMMU Group: 14",
        "The card is in IOMMU group 14.",
        "Die Karte ist in IOMMU-Gruppe 14.",
        "IOMMU グループ 14 にある。",
    ] {
        assert!(stated(counted).needs_iommu().is_some(), "{counted}");
    }
    for open in [
        "There are 0 IOMMU groups.",
        "IOMMU Group * 01:00.0 VGA compatible controller",
        "IOMMU Group 0a:00.0 is empty",
        "A host should have 18 IOMMU groups.",
        "The kernel forms IOMMU groups.",
        "The IOMMU is not working.",
        "The card is not in IOMMU group 14.",
        "The card may be in IOMMU group 14, for example.",
        "If the card is in IOMMU group 14, go on.",
    ] {
        assert!(stated(open).needs_iommu().is_none(), "{open}");
    }
}

#[test]
fn a_feared_group_is_no_group() {
    let shared = "PCI passthrough to VMs. The card shares its IOMMU group with everything.";
    assert!(stated(shared).shared.is_some());
    for feared in [
        "PCI passthrough to VMs. I dont wanna end up with everything in one IOMMU group.",
        "PCI passthrough to VMs. I am afraid that the card shares its IOMMU group with everything.",
        "PCI-Passthrough an VMs. Ich will vermeiden, dass alles in einer IOMMU-Gruppe ist.",
    ] {
        let found = stated(feared);
        assert_eq!(found.needs_iommu(), None, "{feared}");
    }
}

#[test]
fn a_member_of_an_unknown_class_is_named() {
    let text = "$ ls /sys/bus/pci/devices/0000:01:00.0/iommu_group/devices\n\
                0000:00:01.0  0000:01:00.0\n";
    let (slot, members, _) = stated(text).unknown.unwrap();
    assert_eq!(slot, "01:00.0".parse::<Address>().unwrap().slot());
    assert_eq!(members, ["00:01.0".parse().unwrap()]);
}
