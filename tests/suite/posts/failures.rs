//! The judgement of a message beside the failure that the post reports.

use passthru::Verdict::{self, Harmless, Unknown};

use super::findings;

fn verdict(post: &str, code: &str) -> Option<Verdict> {
    let found = findings(post);
    let found = found.iter().find(|finding| finding.code == code);
    found.map(|finding| finding.verdict)
}

/// A missing reset is harmless only for a guest that runs, or one whose failure another message
/// explains.
#[test]
fn a_missing_reset_may_be_the_cause_of_a_failure() {
    let code = "no-reset-for-function";
    let line = "kvm: vfio: Cannot reset device 0000:01:00.0, no available reset mechanism.\n";
    for fails in [
        "With the passthrough GPU the VM hangs at boot.",
        "With the passthrough GPU the VM does not start.",
    ] {
        let post = format!("{fails}\n\n{line}");
        assert_eq!(verdict(&post, code), Some(Unknown), "{fails}");
        let explained = format!(
            "{post}kvm: -device vfio-pci,host=0000:01:00.0: vfio 0000:01:00.0: group 14 is not viable\n"
        );
        assert_eq!(verdict(&explained, code), Some(Harmless), "{fails}");
    }
    for runs in [
        "With the passthrough GPU the VM works fine.",
        "I pass my GPU to a VM.",
    ] {
        let post = format!("{runs}\n\n{line}");
        assert_eq!(verdict(&post, code), Some(Harmless), "{runs}");
    }
}

/// A card that left its slot makes everything else of it fail.
#[test]
fn a_device_that_left_its_slot_explains_the_messages_after_it() {
    let stuck = "[ 10.5] vfio-pci 0000:83:00.0: can't change power state from D0 to D3hot (config \
                 space inaccessible)\n";
    let left = "[ 10.0] pciehp: Slot(14): Link Down\n";
    let is_consequence = |post: &str| {
        let found = findings(post);
        let mut causes = found.iter().flat_map(|finding| &finding.cause_of);
        causes.any(|code| *code == "device-stuck-in-low-power")
    };
    assert!(!is_consequence(stuck));
    assert!(is_consequence(&format!("{left}{stuck}")));
}

/// The reason of a failed start may be in the line of the start itself.
#[test]
fn a_start_whose_line_has_the_reason_is_no_open_question() {
    let code = "virsh-start-failed";
    let closed = "error: internal error: QEMU unexpectedly closed the monitor (vm='win10'): \
                  qemu-system-x86_64: -device vfio-pci,host=0000:01:00.0: ";
    assert_eq!(verdict(&format!("{closed}\n"), code), Some(Unknown));
    let reason = format!("{closed}vfio 0000:01:00.0: group 14 is not viable\n");
    assert_eq!(verdict(&reason, code), None);
    assert!(verdict(&reason, "group-not-viable").is_some());
}

/// A guest that does not start has no picture.
#[test]
fn a_missing_picture_of_a_guest_that_does_not_start_is_no_question() {
    let code = "no-picture-reported";
    let post = "With the passthrough GPU the monitor stays black.\n";
    assert!(verdict(post, code).is_some());
    let refused = format!("{post}\nkvm: vfio 0000:01:00.0: group 14 is not viable\n");
    assert_eq!(verdict(&refused, code), None);
}

/// The configuration of a guest that is pasted without the name of its file is quoted by its place
/// in the post.
#[test]
fn a_pasted_configuration_is_quoted_by_its_place_in_the_post() {
    let configuration = "bios: ovmf\ncores: 4\nhostpci0: 0000:01:00.0,pcie=1\nmachine: pc-i440fx-8.1\n\
                         memory: 8192\nname: win\nostype: win11\n";
    let places = |post: &str| -> Vec<String> {
        let found = findings(post);
        let lines = found.iter().flat_map(|finding| &finding.evidence);
        let of_line = lines.filter(|line| line.text.starts_with("hostpci0"));
        of_line.map(host_tree::Evidence::place).collect()
    };
    let unnamed = places(&format!("The passthrough fails.\n\n{configuration}"));
    assert!(!unnamed.is_empty());
    assert!(
        unnamed.iter().all(|place| place == "post.md, line 5"),
        "{unnamed:?}"
    );
    let named = format!("# cat /etc/pve/qemu-server/100.conf\n{configuration}");
    let found = findings(&named);
    let mut lines = found.iter().flat_map(|finding| &finding.evidence);
    assert!(lines.any(|line| line.place().starts_with("/etc/pve/qemu-server/100.conf:")));
}
