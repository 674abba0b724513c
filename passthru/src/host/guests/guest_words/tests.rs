use super::*;

#[test]
fn a_place_inside_a_guest_is_known() {
    for inside in [
        "looking at the `lspci -vv` output in the guest vm, i see this",
        "on the ipfire guest the kernel log shows",
        "dmesg inside my windows 10 vm",
        "from within a fresh ubuntu 22.04 virtual machine:",
        "the gpu is detected by the guest vm",
        "lspci im gast",
        "虚拟机里 dmesg 的输出",
    ] {
        assert!(is_inside(inside), "{inside}");
    }
    for elsewhere in [
        "passing the card to the guest",
        "error in the vm config",
        "in the guest's xml on the host",
        "on the vm host",
        "on vm start i see",
        "on the server i start the vm",
        "in dmesg when the vm starts",
        "the vm does not start",
    ] {
        assert!(!is_inside(elsewhere), "{elsewhere}");
    }
}
