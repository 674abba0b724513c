use super::*;

fn texts(text: &str) -> Vec<CommandText> {
    vec![CommandText::new("post", text)]
}

#[test]
fn direct_access_shows_the_iommu_of_xen() {
    for (line, status) in [
        (
            "virt_caps              : pv hvm hvm_directio pv_directio hap shadow",
            Some(IommuStatus::Enabled),
        ),
        ("pv hvm hvm_directio hap", Some(IommuStatus::Enabled)),
        (
            "virt_caps              : pv hvm hap shadow",
            Some(IommuStatus::Disabled),
        ),
        // Without HVM older releases do not show it.
        ("virt_caps              : pv", None),
        ("there is no hvm_directio in xl info", None),
    ] {
        let found = iommu(&texts(line)).map(|(status, _)| status);
        assert_eq!(found, status, "{line}");
    }
}

#[test]
fn only_its_own_keys_show_dom0() {
    let info = "host                   : dom0\nrelease                : 6.1.0\n\
                xen_version            : 4.17.3\nxen_scheduler          : credit2\nMemory: 4G\n";
    assert_eq!(lines(info), [1, 2, 3, 4]);
    assert_eq!(dom0(&texts(info), &[Vec::new()]).unwrap().line, Some(3));
    assert!(lines("release                : 6.1.0\n").is_empty());
    assert_eq!(
        dom0(&texts("run xl info | grep xen_version"), &[Vec::new()]),
        None
    );
}
