use super::has_bus;

#[test]
fn names_that_tell_the_bus() {
    for name in ["enp5s0", "enp129s0f1np1", "enP1p2s0", "wlp0s20f3"] {
        assert!(has_bus(name), "{name}");
    }
    for name in [
        "eno1",
        "eth0",
        "enx001122334455",
        "ens1f0",
        "enp5s0.100",
        "bond0",
        "enp5",
    ] {
        assert!(!has_bus(name), "{name}");
    }
}
