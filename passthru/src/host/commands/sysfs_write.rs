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
mod tests;
