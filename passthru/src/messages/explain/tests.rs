use super::*;

#[test]
fn a_part_of_a_message_is_enough() {
    let code = |text: &str| {
        let (meaning, _) = explain(text)?;
        meaning.split(' ').next().map(str::to_owned)
    };
    for (text, wanted) in [
        ("group 1 is not viable", "group-not-viable"),
        ("group is not viable", "group-not-viable"),
        ("No IOMMU detected, please", "hypervisor-without-iommu"),
        (
            "BAR 1: can't reserve [mem 0xc0000000-0xcfffffff]",
            "bar-not-reserved",
        ),
        (
            "внутренняя ошибка: vfio 0000:01:00.0: group 1 is\n   not viable",
            "group-not-viable",
        ),
    ] {
        assert_eq!(code(text).as_deref(), Some(wanted), "{text}");
    }
    for text in [
        "",
        "error",
        "failed with error",
        "is not",
        "device",
        "*",
        "the device is",
    ] {
        assert_eq!(code(text), None, "{text}");
    }
}
