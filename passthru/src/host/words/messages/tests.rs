use host_tree::MemoryTree;

use super::*;

fn codes(text: &str) -> Vec<(&'static str, Option<String>)> {
    let mut tree = MemoryTree::partial();
    tree.insert_text("a.txt", text);
    let texts = tree.texts();
    let logged = LogMessage::read(texts, &guest_parts::of_texts(texts), Side::Host);
    let address = |logged: &LogMessage| logged.device.map(|device| format!("{device:#}"));
    logged
        .iter()
        .map(|logged| (logged.message.code, address(logged)))
        .collect()
}

#[test]
fn the_function_of_a_message_is_read() {
    let text = "kvm: -device vfio-pci,host=01:00.0,id=hostdev0: vfio 0000:01:00.0: group 1 is \
                    not viable\n";
    assert_eq!(
        codes(text),
        [("group-not-viable", Some("01:00.0".to_owned()))]
    );
    let text = "[   30.000001] NVRM: GPU 0000:0b:00.0: RmInitAdapter failed! (0x99:0x99:1185)\n";
    assert_eq!(codes(text), [("nvidia-init-failed", None)]);
}

#[test]
fn an_id_is_read_from_the_command_that_writes_it() {
    let file = "/sys/bus/pci/drivers/vfio-pci/new_id";
    for (command, wanted) in [
        ("# echo \"10de 1b06\" > ", Some("10de:1b06")),
        ("echo 10DE 10EF | sudo tee ", Some("10de:10ef")),
        ("sudo sh -c 'echo 0x10de 0x1b06 > ", Some("10de:1b06")),
        ("echo $vendor $device > ", None),
        ("cat ", None),
    ] {
        let id = new_id(&format!("{command}{file}")).map(|id| id.to_string());
        assert_eq!(id.as_deref(), wanted, "{command}");
    }
    assert_eq!(
        new_id("echo 10de 1b06 > /sys/bus/pci/drivers/e1000e/new_id"),
        None
    );
}

#[test]
fn a_kernel_line_counts_without_its_time_too() {
    let said = "vfio-pci 0000:01:00.0: BAR 1: can't reserve [mem 0xc0000000-0xcfffffff]";
    let wanted = [("bar-not-reserved", Some("01:00.0".to_owned()))];
    assert_eq!(codes(said), wanted);
    assert_eq!(codes(&format!("[  100.000001] {said}\n")), wanted);
}

#[test]
fn a_polite_sentence_is_about_the_host_of_its_writer() {
    let polite = "Any help would be appreciated: it says group 1 is not viable\n";
    assert_eq!(codes(polite).len(), 1);
    assert!(codes("It would say group 1 is not viable\n").is_empty());
    assert!(codes("Before I set the override it was: group 1 is not viable\n").is_empty());
    let now = "Before I added the card all was fine, but now it says: group 1 is not viable\n";
    assert_eq!(codes(now).len(), 1);
}

#[test]
fn words_of_an_earlier_sentence_leave_a_message() {
    let text =
        "Could this be a bug like others? Some guides help. (QEMU says: group 1 is not viable)\n";
    assert_eq!(codes(text).len(), 1);
    assert!(codes("Look it up. If it has a fault, e.g. group 1 is not viable\n").is_empty());
}

#[test]
fn a_message_may_be_wrapped() {
    let text = "kvm: -device vfio-pci,host=0000:01:00.0,id=hostpci0: vfio 0000:01:00.0: group 12\n\
                    is not viable\nPlease ensure all devices\n";
    let wanted = [("group-not-viable", Some("01:00.0".to_owned()))];
    assert_eq!(codes(text), wanted);
}

#[test]
fn a_title_sides_with_the_guest_and_a_line_of_the_host_does_not() {
    let line = "NVRM: RmInitAdapter failed! (0x23:0x56:451)";
    let message = crate::messages::matches(line)[0].message;
    let one = |number, is_of_guest| LogMessage {
        message,
        device: None,
        is_of_guest,
        is_over: false,
        evidence: Evidence::new("post.md", number, line),
    };
    let mut logged = [one(1, false), one(5, false), one(9, true)];
    side_with_guest(&mut logged);
    assert_eq!(logged.map(|one| one.is_of_guest), [true, false, true]);
}
