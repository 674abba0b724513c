use super::*;

#[test]
fn functions_are_read_from_each_form() {
    let found = |line: &str| -> (Vec<String>, Vec<String>) {
        let named = named_in(line);
        let texts = |all: Vec<Address>| all.iter().map(|one| format!("{one:#}")).collect();
        (texts(named.reserved), texts(named.given))
    };
    let owned = |all: &[&str]| -> Vec<String> { all.iter().map(|&one| one.into()).collect() };
    for (line, reserved, given) in [
        (
            "pptdevs=\"3/0/0 101/0/1\"",
            &["03:00.0", "65:00.1"][..],
            &[][..],
        ),
        ("loader.conf has `pptdevs2=\"2/0/0\"`", &["02:00.0"], &[]),
        ("passthru0=\"2/0/1=8:1\"", &[], &["02:00.1"]),
        (
            "bhyve -s 0,hostbridge -s 6:0,passthru,10/0/0 \\",
            &[],
            &["0a:00.0"],
        ),
        ("pptdevs is not set, and passthru does not work", &[], &[]),
        ("passthru plan 01:00.0", &[], &[]),
        ("bhyve-ppt mode=attach ppt=101/0/2", &[], &[]),
    ] {
        assert_eq!(found(line), (owned(reserved), owned(given)), "{line}");
    }
}
