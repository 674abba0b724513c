use super::looking_glass;

#[test]
fn screens_have_two_sides() {
    let size = |text| looking_glass(text).map(|size| size.mebibytes());
    assert_eq!(size("1920x1080"), Ok(32));
    assert_eq!(size("3840x2160,hdr"), Ok(256));
    for text in [
        "",
        "x",
        "1920",
        "0x0",
        "1920x1080,sdr",
        "65535x65535,hdr",
        "-1x2",
    ] {
        assert!(size(text).is_err(), "{text}");
    }
}
