use super::*;

#[test]
fn every_row_is_understood_and_has_a_source() {
    let text = include_str!("../../data/settings.tsv");
    let rows = text.lines().filter(|line| !line.starts_with('#'));
    for line in rows.clone() {
        assert!(row(line).is_some(), "{line}");
    }
    assert_eq!(all().count(), rows.count());
    for setting in all() {
        let name = setting.spelling();
        assert!(
            setting.source.len() > 10 && setting.meaning.len() > 40,
            "{name}"
        );
        let title = setting
            .judgment
            .as_ref()
            .map_or("", |judgment| judgment.title);
        assert!(!title.ends_with('.'), "{name}");
    }
}

#[test]
fn a_setting_is_found_as_it_is_typed() {
    let found = |typed: &str| all().filter(|setting| setting.is_typed(typed)).count();
    for typed in [
        "amd_iommu=on",
        "amd-iommu=on",
        "vfio_virqfd",
        "vfio-pci.ids",
        "iommu=pt",
    ] {
        assert_eq!(found(typed), 1, "{typed}");
    }
    assert_eq!(found("hypervisor.cpuid.v0=false"), 1);
    assert_eq!(found("iommu=nonsense"), 0);
    assert_eq!(found("hostpci0"), 1);
    assert_eq!(found("x-vga=1"), 1);
    assert_eq!(found("vfio_pci0"), 0);
}
