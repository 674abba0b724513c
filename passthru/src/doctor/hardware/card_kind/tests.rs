use super::*;

#[test]
fn a_name_of_a_desktop_model_too_is_no_mobile_gpu() {
    for name in [
        "GA107BM [GeForce RTX 3050 Mobile]",
        "NVIDIA Corporation GA106M [GeForce RTX 3060 Mobile / Max-Q]",
        "TU116M [GeForce GTX 1660 Ti Mobile]",
    ] {
        assert!(is_mobile(name), "{name}");
    }
    for name in [
        "Cezanne [Radeon Vega Series / Radeon Vega Mobile Series]",
        "Picasso/Raven 2 [Radeon Vega Series / Radeon Vega Mobile Series]",
        "GA106 [GeForce RTX 3060]",
        "",
    ] {
        assert!(!is_mobile(name), "{name}");
    }
}

#[test]
fn a_mobile_chip_of_a_workstation_card_is_recognized() {
    assert!(is_of_workstation("TU117GLM [Quadro T400 Mobile]"));
    assert!(is_of_workstation(
        "NVIDIA Corporation GA107GLM [RTX A2000 Mobile]"
    ));
    assert!(!is_of_workstation(
        "GA106M [GeForce RTX 3060 Mobile / Max-Q]"
    ));
}
