use super::*;

#[test]
fn ids_alone_are_ids() {
    for word in [
        "10de:22eb",
        "10de:22eb,10de:1234",
        "10de:22eb,",
        "1002:ab28:1462:ffff",
    ] {
        assert!(is_ids(word), "{word}");
    }
    for word in ["quiet", "01:00.0", "", ",", "10de", "10de:22e", "a:b"] {
        assert!(!is_ids(word), "{word}");
    }
}
