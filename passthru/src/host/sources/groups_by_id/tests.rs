use super::*;

#[test]
fn rows_with_the_number_of_their_group_need_no_class() {
    let list = "IOMMU Group  15: NVIDIA Corporation GP104 [10de:1b81] (rev a1)\n\
                    IOMMU Group  17: Audio device: NVIDIA Corporation [10de:228b] (rev a1)\n";
    let found = rows(&text(list));
    let groups: Vec<u32> = found.iter().map(|row| row.group).collect();
    assert_eq!(groups, [15, 17]);
    assert!(iommu_at_work(&[text(list)]).is_some());
    let one = "IOMMU Group  15: NVIDIA Corporation GP104 [10de:1b81] is what I have\n";
    assert_eq!(iommu_at_work(&[text(one)]), None);
}

#[test]
fn rows_of_ids_alone_are_members() {
    let list = "IOMMU Group 1: 8086:1901 10de:1c82 10de:0fb9\nIOMMU Group 2: 8086:a2af\n";
    let groups =
        |list: &str| -> Vec<u32> { rows(&text(list)).iter().map(|row| row.group).collect() };
    assert_eq!(groups(list), [1, 1, 1, 2]);
    assert!(iommu_at_work(&[text(list)]).is_some());
    assert_eq!(groups("Group 1:\n    8086:1901\n    [10de:1c82]\n"), [1, 1]);
    assert!(groups("Group 1: 8086:1901 is mine\n").is_empty());
    assert!(groups("8086:1901\n").is_empty());
}

const LIST: &str = "\
IOMMU Group 1:
\tPCI bridge [0604]: Intel Corporation Xeon PCIe x16 [8086:0c01] (rev 06)

\tVGA compatible controller [0300]: NVIDIA Corporation GK104 [10de:1187] (rev a1)
IOMMU Group 2: SATA controller [0106]: Intel Corporation SATA [8086:8c02]
and a word [10de:0e0a] about it
\tAudio device [0403]: NVIDIA Corporation [10de:0e0b]
IOMMU Group 3: 00:1f.0 ISA bridge [0601]: Intel Corporation LPC [8086:a305]
";

fn text(text: &str) -> CommandText {
    CommandText::new("a.txt", text)
}

#[test]
fn rows_are_of_the_heading_above() {
    let found = rows(&text(LIST));
    let shown: Vec<String> = found
        .iter()
        .map(|row| format!("{} {}", row.group, row.id))
        .collect();
    assert_eq!(shown, ["1 8086:0c01", "1 10de:1187", "2 8086:8c02"]);
    let proof = iommu_at_work(&[text(LIST)]).and_then(|line| line.line);
    assert_eq!(proof, Some(2));
    assert_eq!(
        iommu_at_work(&[text("Group 1 of us has a [10de:1187]\n")]),
        None
    );
}
