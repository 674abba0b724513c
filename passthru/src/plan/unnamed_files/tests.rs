use super::*;

#[test]
fn an_edit_of_a_file_without_a_name_is_a_step() {
    let path = "/etc/modprobe.d/pasted.conf";
    let before = "options vfio-pci ids=10de:2484\nblacklist nouveau\n";
    let mut edits = vec![
        Edit::change(path, before, "blacklist nouveau\n"),
        Edit::new_file("/etc/modprobe.d/passthru.conf", "blacklist nouveau\n"),
    ];
    let steps = by_hand(&mut edits);
    assert_eq!(edits.len(), 1);
    let said: Vec<&str> = steps.iter().map(|step| step.text.as_str()).collect();
    let expected = "remove from its file in /etc/modprobe.d, whose name is not in the input: \
                        options vfio-pci ids=10de:2484";
    assert_eq!(said, [expected]);
}
