use super::*;

fn texts(text: &str) -> [CommandText; 1] {
    [CommandText {
        command: "t".to_owned(),
        text: text.to_owned(),
    }]
}

#[test]
fn a_list_in_one_line_has_its_members() {
    let found = members(&texts(
        "I see IOMMU group 8: 03:00.0, 03:00.1, 04:00.0 Realtek.\n",
    ));
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|member| member.group == 8));
    for other in [
        "IOMMU group 8: 03:00.0 alone, and nothing else\n",
        "IOMMU group 8 has two cards, 03:00.0 and 04:00.0\n",
        "IOMMU groups: 03:00.0, 04:00.0\n",
    ] {
        assert!(members(&texts(other)).is_empty(), "{other}");
    }
}

#[test]
fn a_network_card_is_beside_another_card() {
    let has = |text: &str| with_network_card(&texts(text)).is_some();
    assert!(has(
        "IOMMU group 8: 02:00.0 I350, 02:00.1 I350, 04:00.0 RTL8111\n"
    ));
    assert!(has("IOMMU组8：02:00.0 RTX 3060、04:00.0 RTL8125\n"));
    assert!(!has("IOMMU group 8: 02:00.0 I350, 02:00.1 I350\n"));
    assert!(!has("IOMMU group 8: 02:00.0 SATA, 04:00.0 RTL8111\n"));
}
