use super::*;

fn bound(text: &str) -> Vec<String> {
    let text = CommandText::new("t", text);
    let entries = read(&text, &[]);
    entries
        .iter()
        .map(|entry| format!("{:#}", entry.address))
        .collect()
}

#[test]
fn tables_have_functions_and_drivers() {
    let rows = "| 属性 | 值 |\n|---|---|\n| PCI | `0000:01:00.0` |\n| 驱动 | `vfio-pci` (直通) |\n";
    assert_eq!(bound(rows), ["01:00.0"]);
    let columns = "| Device | Address | Driver |\n|---|---|---|\n| GPU | 01:00.0 | vfio-pci |\n\
                       | NIC | 02:00.0 | none |\n| HBA | 03:00.0 | `mpt3sas` |\n";
    assert_eq!(bound(columns), ["01:00.0", "03:00.0"]);
    // Another table has another function.
    let other = "| PCI | `0000:01:00.0` |\n\n| Driver | vfio-pci |\n";
    assert!(bound(other).is_empty());
    assert!(bound("| Driver | vfio-pci |\n").is_empty());
    assert!(bound("| PCI | 01:00.0 and 02:00.0 |\n| Driver | vfio-pci |\n").is_empty());
}
