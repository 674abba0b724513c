use super::*;

#[test]
fn the_decimal_form_is_distinguished_from_that_of_lspci() {
    assert_eq!(decimal("00000:066:00.1").as_deref(), Some("42:00.1"));
    assert_eq!(decimal("0:66:0.0").as_deref(), Some("42:00.0"));
    assert_eq!(decimal("0000:42:00.0"), None);
    assert_eq!(decimal("var.address"), None);
}

#[test]
fn a_key_has_its_value_in_each_form() {
    for (line, is_set) in [
        ("pciPassthru.use64bitMMIO = \"TRUE\"", true),
        ("\"pciPassthru.use64bitMMIO\", \"true\"", true),
        ("- pciPassthru.use64bitMMIO set to TRUE", true),
        ("I do not have pciPassthru.use64bitMMIO set to TRUE", false),
        ("pciPassthru.use64bitMMIO set to FALSE", false),
        ("pciPassthru.use64bitMMIO must be set to TRUE", false),
    ] {
        let found = of_vmx(line);
        assert_eq!(found.contains(&SettingLine::VmxMmio), is_set, "{line}");
    }
}

#[test]
fn exchanged_letters_are_found() {
    assert!(is_exchanged("impi", "ipmi"));
    assert!(!is_exchanged("ipmi", "ipmi"));
    assert!(!is_exchanged("vmx", "vmm"));
}

#[test]
fn prose_is_no_setting() {
    for line in [
        "The card has hostpci in its name",
        "pptdevs is not set: why?",
        "xen-pciback.hide does nothing",
        "a - b = c",
    ] {
        assert!(!is_setting(line), "{line}");
    }
}

#[test]
fn an_assignment_ends_before_the_sentence_that_follows() {
    let one = |text: &str| text.parse::<Address>().ok();
    for (line, wanted) in [
        (
            "starts with (other-config:pci=0/0000:03:00.0), but 03:00.1 stays in dom0",
            vec!["0000:03:00.0"],
        ),
        (
            "xe vm-param-set other-config:pci=0/0000:03:00.0,0/0000:03:00.1 uuid=a",
            vec!["0000:03:00.0", "0000:03:00.1"],
        ),
        (
            "pci = [ '03:00.0' ] and 03:00.1 is free",
            vec!["0000:03:00.0"],
        ),
        ("xl pci-attach 2 03:00.0, not 03:00.1", vec!["0000:03:00.0"]),
    ] {
        let found = of_xen(line, false)
            .into_iter()
            .find_map(|setting| match setting {
                SettingLine::XenAssigned(functions) => Some(functions),
                _ => None,
            });
        let wanted: Option<Vec<Address>> = wanted.into_iter().map(one).collect();
        assert_eq!(found, wanted, "{line}");
    }
}
