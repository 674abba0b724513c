use super::*;

#[test]
fn releases_are_numbers_and_addresses_are_not() {
    let names = |text: &str| names_release(&Evidence::new("t", 1, text));
    for release in [
        "fails since kernel 6.8",
        "works on v1.13.10, not later",
        "kernel 6.5 -> 6.8.",
        "更新到23.9.6（之后）",
        "with pve-kernel-6.2.16 it works",
    ] {
        assert!(names(release), "{release}");
    }
    for none in [
        "since the update 0000:0a:00.0 fails",
        "since the update of 2 hosts",
        "since the update, e.g. of the BIOS",
    ] {
        assert!(!names(none), "{none}");
    }
}
