use host_tree::CommandText;

use super::{Named, read};

fn named(text: &str) -> Named {
    let text = CommandText::new("a.txt", text);
    read(&[text], &[Vec::new()], |_, _| false)
}

#[test]
fn a_clone_is_another_machine() {
    assert!(named("It is a Dell R740 clone board.\n").systems.is_empty());
    assert!(!named("It is a Dell R740 server.\n").systems.is_empty());
}

#[test]
fn an_example_of_a_form_is_no_name() {
    let form = named("Board and host (e.g. Dell R740, Fedora 40): an HPE DL380 Gen10\n");
    assert_eq!(form.systems.len(), 1, "{:?}", form.systems);
    let own = named("The host (a Dell R740) has it.\n");
    assert!(!own.systems.is_empty());
}

#[test]
fn a_switch_of_the_firmware_is_no_kind_of_assignment() {
    let switch = named("The X550 fails. In the UEFI, SR-IOV and VT-d are enabled.\n");
    assert!(switch.assignments.is_empty());
    let kind = named("The X550 fails with SR-IOV.\n");
    assert_eq!(kind.assignments, ["SR-IOV"]);
}

#[test]
fn the_system_of_a_guest_that_works_is_not_named() {
    let line = "其他虚拟机如爱快的直通网卡能正确识别使用。\n另一台虚拟机不行。";
    let named = |working: u32| {
        let text = CommandText::new("t", line);
        read(&[text], &[Vec::new()], |_, number| number == working).systems
    };
    assert_eq!(named(1), Vec::<String>::new());
    assert_eq!(named(2), ["iKuai"]);
}

#[test]
fn the_release_of_a_package_is_none_of_a_kernel() {
    let releases = |text: &str| named(text).systems;
    for package in [
        "rocm-7.1.1.70101-38.el8.x86_64",
        "amdgpu-dkms-6.16.6-2255209.el9.noarch",
    ] {
        assert_eq!(releases(package), [""; 0], "{package}");
    }
    let has_release = |text: &str| format!("{:?}", named(text)).contains("0.6.0");
    assert!(!has_release(
        "GPU passthrough with terraform-provider-libvirt 0.6.0"
    ));
    assert!(has_release("GPU passthrough with libvirt 0.6.0"));
    for kernel in [
        "kernel-core-5.14.0-570.75.1.el9_6.x86_64",
        "5.14.0-570.75.1.el9_6.x86_64",
    ] {
        let found = releases(kernel);
        assert!(
            found.iter().any(|name| name.contains("5.14.0")),
            "{found:?}"
        );
    }
}
