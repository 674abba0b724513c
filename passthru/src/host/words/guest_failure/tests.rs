use host_tree::CommandText;

use super::*;

fn failure(text: &str) -> Option<GuestFailure> {
    let text = format!("A post about GPU passthrough.\n\n{text}");
    let text = CommandText::new("t", text);
    read(&Posts::read(&[text]), &[]).map(|found| found.value)
}

#[test]
fn a_failing_guest_is_found() {
    use GuestFailure::{
        AssignmentFails, Crashes, DeviceNotSeen, DriverFails, Hangs, NotStarted, Slow,
    };
    for (text, expected) in [
        (
            "The VM will hang indefinitely, not producing any output.",
            Hangs,
        ),
        ("With the card the guest freezes at the boot logo.", Hangs),
        ("添加显卡后虚拟机卡死", Hangs),
        (
            "I get a BSOD in the VM as soon as the driver is installed.",
            Crashes,
        ),
        ("Windows goes into an endless boot loop.", Crashes),
        ("Die VM stürzt ab, sobald der Treiber läuft.", Crashes),
        (
            "When I start the VM with the card, its kernel panics.",
            Crashes,
        ),
        ("The VM does not start any more.", NotStarted),
        ("When I add the card to the VM, it won't boot.", NotStarted),
        ("The VM is shown as \"Unschedulable\".", NotStarted),
        ("La VM no arranca con la tarjeta.", NotStarted),
        ("With the card added, the guest fails to start.", NotStarted),
        (
            "I boot FreeNAS in a VM, but it doesn't see the disks of the card.",
            DeviceNotSeen,
        ),
        (
            "В гостевой вм не видно: виртуалка не видит карту.",
            DeviceNotSeen,
        ),
        ("Windows does not detect the GPU.", DeviceNotSeen),
        (
            "The GPU shows up in the VM but the driver fails to load.",
            DriverFails,
        ),
        (
            "Al usar otra VM, el passthrough de la GPU falló.",
            AssignmentFails,
        ),
        (
            "On this board the passthrough doesn't work at all.",
            AssignmentFails,
        ),
        ("The NIC works in the VM, but it is very slow.", Slow),
        ("直通网卡后虚拟机性能很差", Slow),
        ("The VM does not see the VF.", DeviceNotSeen),
        (
            "In the guest the virtual functions are not visible.",
            DeviceNotSeen,
        ),
        ("The games in the VM stutter, and the VM crashes.", Crashes),
    ] {
        assert_eq!(failure(text), Some(expected), "{text}");
    }
}

#[test]
fn other_states_are_no_failure_of_a_guest() {
    for text in [
        "The host freezes when the VM starts.",
        "Starting the VM completely locks up the PVE node.",
        "The VM no longer crashes.",
        "The kernel panics as soon as I bind the card.",
        "If the VM does not start, read the log.",
        "The VM has never crashed.",
        "Does the VM not start for you?",
        "The VM starts, and the host does not see the card.",
        "You may not see the card in the VM.",
        "The VM boots without the card.",
        "The host is very slow while the VM runs.",
        "The VM is not too slow.",
        "I did not install the virtio drivers in the VM.",
    ] {
        assert_eq!(failure(text), None, "{text}");
    }
}
