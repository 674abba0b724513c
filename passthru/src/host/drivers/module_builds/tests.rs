use super::*;

#[test]
fn rows_of_each_release_are_read() {
    for (line, kernel, is_installed) in [
        (
            "vendor-reset/0.1.1, 6.8.12-9-pve, x86_64: installed",
            Some("6.8.12-9-pve"),
            true,
        ),
        (
            "vendor-reset, 0.1.1, 6.8.12-9-pve, x86_64: installed (original_module exists)",
            Some("6.8.12-9-pve"),
            true,
        ),
        (
            "dkms status: vendor-reset/0.1.1, 6.8.12-9-pve, x86_64: installed",
            Some("6.8.12-9-pve"),
            true,
        ),
        (
            "vendor-reset/0.1.1, 6.1.0, x86_64: built",
            Some("6.1.0"),
            false,
        ),
        ("vendor-reset/0.1.1: added", None, false),
    ] {
        let wanted = ModuleBuild {
            module: "vendor-reset".to_owned(),
            kernel: kernel.map(str::to_owned),
            is_installed,
        };
        assert_eq!(row(line), Some(wanted), "{line}");
    }
    for line in [
        "the driver is: installed",
        "I have nvidia, vendor-reset: installed",
        "yes/no: added to the list",
        "vendor-reset: installed",
    ] {
        let found = row(line);
        assert!(found.is_none_or(|found| found.kernel.is_none()), "{line}");
    }
}
