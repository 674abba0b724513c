use super::*;

#[test]
fn a_release_is_behind_a_name() {
    for (text, wanted) in [
        (" 8.2,", Some("8.2")),
        ("-9.1-system-x86_64", Some("9.1")),
        (" to version 7.2.1 by", Some("7.2.1")),
        (" 13.2-RELEASE on", Some("13.2-RELEASE")),
        (" 4.2.0-rc4 on", Some("4.2.0-rc4")),
        (" 7.1 RC2", Some("7.1 RC2")),
        ("7.0 u2，", Some("7.0 u2")),
        ("8.0u3c", Some("8.0u3c")),
        (" v23.01 git", Some("23.01")),
        (" 6.2.0+dfsg-2ubuntu6", Some("6.2.0")),
        (" 4.x", None),
        (" 1.5x faster", None),
        (" 11", None),
        (" and 4.15", None),
    ] {
        let found = release(text, false).map(|(text, _)| text);
        assert_eq!(found.as_deref(), wanted, "{text}");
    }
    assert_eq!(release(" 11 host", true), Some(("11".to_owned(), 3)));
    assert_eq!(release(" 2 VMs", true), None);
}

#[test]
fn kernels_and_ubuntu_have_forms_of_their_own() {
    for (text, wanted) in [
        ("-6.3-x86_64 root=", Some("6.3")),
        ("/5.15.0-71-generic/kernel", Some("5.15.0-71-generic")),
        (" 6.12.18-talos)", Some("6.12.18-talos")),
        (" 6.6.48-1.qubes.fc37.x86_64", Some("6.6.48-1.qubes.fc37")),
        (" 10.5", None),
        (" parameters", None),
    ] {
        let found = kernel(text).map(|(text, _)| text);
        assert_eq!(found.as_deref(), wanted, "{text}");
    }
    let of = |text: &str| ubuntu(text).map(|(text, _)| text);
    assert_eq!(of("20.04.5, here").as_deref(), Some("20.04.5"));
    assert_eq!(of("18.04 is").as_deref(), Some("18.04"));
    assert_eq!(of("12.05"), None);
    assert_eq!(of("23.01.0"), None);
}
