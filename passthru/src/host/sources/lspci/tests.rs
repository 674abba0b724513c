use super::*;

#[test]
fn a_driver_behind_the_line_of_a_function_is_its_own() {
    let card = "Group:  16  0000:0a:00.0 VGA compatible controller [0300]: NVIDIA [10de:21c4]";
    for (end, wanted) in [
        (" (rev a1)   Driver: vfio-pci", Some(Some("vfio-pci"))),
        (" (driver: snd_hda_intel)", Some(Some("snd_hda_intel"))),
        (" | Driver: none |", Some(None)),
        (" Driver: ", Some(None)),
        (" (rev a1)", None),
        (" Driver: NVIDIA's own one", None),
    ] {
        assert_eq!(driver_behind(&format!("{card}{end}")), wanted, "{end}");
    }
}
