//! A command that writes to a file of `/sys/bus/pci`.

/// The word that `echo` or `printf` writes, and the file below `/sys/bus/pci`: `0000:01:00.0` and
/// `drivers/vfio-pci/bind` of `echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind`.
pub(super) fn sysfs_write(command: &str) -> Option<(&str, String)> {
    let (before, path) = command.split_once("/sys/bus/pci/")?;
    let (_, words) = before
        .rsplit_once("echo ")
        .or_else(|| before.rsplit_once("printf "))?;
    let mut words = words.split([' ', '"', '\'', '>', '|']);
    let word = words.find(|word| !word.is_empty() && !word.starts_with('-'))?;
    let path = path.split([' ', '"', '\'', ')']).next()?.replace('\\', "");
    Some((word, path))
}

#[cfg(test)]
mod tests {
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
}
