use super::*;

fn part(line: &str, title: &str, room: usize) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    part_about(&words, title, room)
}

#[test]
fn a_long_line_keeps_the_address_and_the_message() {
    let asleep = "[ 6123.881277] vfio-pci 0000:41:00.0: Unable to change power state from D3cold \
                      to D0, device inaccessible";
    let quoted = part(asleep, "41:00.0 did not return from D3cold", 50);
    assert!(
        quoted.starts_with("… vfio-pci 0000:41:00.0: Unable"),
        "{quoted}"
    );
    let ppt = "bhyve: PCI device at 1/0/1 is not using the ppt(4) driver";
    let quoted = part(ppt, "the function is not bound to ppt(4)", 50);
    assert_eq!(quoted, "… device at 1/0/1 is not using the ppt(4) driver");
    let refused = "qemu-system-x86_64: -device vfio-pci,host=01:00.0,multifunction=on: vfio \
                       0000:01:00.0: failed to open /dev/vfio/15: Permission denied";
    let quoted = part(refused, "no permission", 55);
    assert_eq!(quoted, "… failed to open /dev/vfio/15: Permission denied");
}
