use std::fs;

use super::*;

#[test]
fn the_newest_readable_database_is_used() {
    let folder = std::env::temp_dir().join(format!("passthru-names-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let older = path("older", "# Version: 2023.04.10\n10de  Old\n");
    let newer = path("newer", "# Version: 2027.01.01\n10de  New\n");
    let newest_path = path("newest", "# Version: 2027.01.02\n10de  Newest\n");
    let broken = path("broken", "# Version: 2028.01.01\n10de\n");
    let missing = folder.join("missing").to_str().unwrap().to_owned();
    let folder_path = folder.to_str().unwrap().to_owned();
    let paths = [
        &missing,
        &folder_path,
        &older,
        &newer,
        &broken,
        &newest_path,
    ];
    let paths = paths.map(String::as_str);
    let (found, loaded) = newest(&paths, "2026.10.24").unwrap();
    assert_eq!(found, newest_path);
    let nvidia = pci_core::VendorId::NVIDIA;
    assert_eq!(loaded.names().vendor(nvidia), Some("Newest"));
    assert!(newest(&paths, "2027.01.02").is_none());
    assert!(newest(&[&older, &broken], "2026.10.24").is_none());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn ids_of_each_kind_are_distinguished() {
    let names = Names::embedded();
    let gpu = PciId::new(0x10de, 0x2d04);
    let card = Some(SubsystemId::new(0x10b0, 0x205e));
    for (words, wanted) in [
        ("10de:2d04", NameQuery::Function(gpu, None)),
        ("10de:2d04:10b0:205e", NameQuery::Function(gpu, card)),
        (
            r"PCI\VEN_10DE&DEV_2D04&SUBSYS_205E10B0&REV_A1",
            NameQuery::Function(gpu, card),
        ),
        (
            "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00",
            NameQuery::Function(gpu, card),
        ),
        (
            "pci:v000010DEd00002D04sv00000000sd00000000bc03sc00i00",
            NameQuery::Function(gpu, None),
        ),
        ("10de", NameQuery::Vendor(VendorId::NVIDIA)),
        ("0300", NameQuery::Class(ClassCode::VGA_CONTROLLER)),
        ("0x0c0330", NameQuery::Class(ClassCode::XHCI)),
        ("03", NameQuery::BaseClass(3)),
        ("3060", NameQuery::Words),
        // As in GeForce RTX 4090, though there is a base class 40.
        ("4090", NameQuery::Words),
        ("rtx 5060", NameQuery::Words),
    ] {
        assert_eq!(NameQuery::of(names, words), wanted, "{words}");
    }
}

#[test]
fn the_age_is_in_days_then_years() {
    let loaded = LoadedNames::parse(b"# Version: 2026.10.24\n".to_vec()).unwrap();
    let says = |today| described(loaded.names(), Some("/x"), today);
    assert_eq!(says(20_750), "pci.ids 2026.10.24 of /x (of today)");
    assert_eq!(says(20_777), "pci.ids 2026.10.24 of /x (27 days old)");
    assert_eq!(
        says(20_750 + 1100),
        "pci.ids 2026.10.24 of /x (3 years old)"
    );
    assert_eq!(says(0), "pci.ids 2026.10.24 of /x");
}
