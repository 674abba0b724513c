use super::parts;

#[test]
fn a_guide_announces_expected_lines() {
    let line = "В выводе `dmesg` должны быть строки вида `DMAR: IOMMU enabled`\nx\n";
    assert_eq!(parts(line), [1..=1]);
    let block = "After the reboot you should see:\n\n```\nDMAR: IOMMU enabled\n```\nx\n";
    assert_eq!(parts(block), [1..=1, 3..=5]);
    let items = "出现下面之一，视为正常：\n- \"DMAR: IOMMU enabled\"\n- \"AMD-Vi: x\"\n\nx\n";
    assert_eq!(parts(items), [1..=1, 2..=4]);
    for own in [
        "I should see the IOMMU, but dmesg has:\n```\nx\n```\n",
        "This is dmesg:\n```\nx\n```\n",
        "[    1.0] you should see: this\nx\n",
    ] {
        assert!(parts(own).is_empty(), "{own}");
    }
}
