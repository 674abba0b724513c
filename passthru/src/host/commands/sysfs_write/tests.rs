use super::*;

#[test]
fn the_word_and_the_file_of_a_write() {
    let write = |command| sysfs_write(command).map(|(word, path)| format!("{word} {path}"));
    let command = "echo -n \"0000:01:00.0\" | sudo tee /sys/bus/pci/drivers_probe";
    assert_eq!(
        write(command).as_deref(),
        Some("0000:01:00.0 drivers_probe")
    );
    let command = "printf 1 > /sys/bus/pci/devices/0000\\:01\\:00.0/remove";
    let file = "1 devices/0000:01:00.0/remove";
    assert_eq!(write(command).as_deref(), Some(file));
    assert_eq!(write("cat /sys/bus/pci/drivers_probe"), None);
    assert_eq!(write("echo 1 > /proc/sys/vm/drop_caches"), None);
}
