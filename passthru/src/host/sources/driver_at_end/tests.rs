use super::*;

#[test]
fn one_word_behind_the_id_is_the_driver() {
    let of = |line: &str| head(line).map(|(address, driver)| (format!("{address:#}"), driver));
    let own = |address: &str, driver| Some((address.to_owned(), driver));
    assert_eq!(
        of(" 01:00.2 USB controller [0c03]: [10de:1ad8]  xhci_hcd"),
        own("01:00.2", "xhci_hcd")
    );
    assert_eq!(
        of("01:00.0 VGA [0300]: NVIDIA TU104 [10de:1e87] (rev a1) -> vfio-pci"),
        own("01:00.0", "vfio-pci")
    );
    for line in [
        "01:00.0 VGA [0300]: NVIDIA TU104 [10de:1e87] (rev a1)",
        "01:00.0 VGA [0300]: NVIDIA TU104 [10de:1e87] not vfio-pci",
        "01:00.0 VGA compatible controller [0300] nvidia",
        "the card [10de:1e87] vfio-pci",
    ] {
        assert_eq!(of(line), None, "{line}");
    }
}
