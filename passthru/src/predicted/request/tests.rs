use super::*;

#[test]
fn which_kernels_are_too_late() {
    for (release, late) in [
        ("6.1.168", true),
        ("6.1.169", false),
        ("6.12.75-custom", true),
        ("6.12.83", false),
        // Debian's release numbers do not show it.
        ("6.1.0-44-amd64", false),
        ("6.15.80", false),
    ] {
        assert_eq!(turns_acs_on_too_late(release), late, "{release}");
    }
}

#[test]
fn kernels_and_their_option_syntax() {
    for (release, rules) in [
        ("6.1.0-56-amd64", AcsOptionRules::UpTo6_10),
        ("5.15.0-100-generic", AcsOptionRules::UpTo6_10),
        ("6.12.48+deb13-amd64", AcsOptionRules::NotShown),
        ("6.12.107+deb13-amd64", AcsOptionRules::From6_15),
        ("6.14.8-2-pve", AcsOptionRules::NotShown),
        ("7.2.13+deb14-amd64", AcsOptionRules::From6_15),
        ("unknown", AcsOptionRules::NotShown),
    ] {
        assert_eq!(acs_option_rules(release), rules, "{release}");
    }
}
