//! Paths of USB devices in a virtual machine's settings for devices of VFIO.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;

/// A path of a USB device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UsbPath {
    /// The path.
    pub(crate) path: String,
    /// Whether only the program that reads the setting shows that the setting is of VFIO: `"path":`.
    pub(crate) is_open: bool,
}

/// Directories of USB devices: the device files, and sysfs.
const USB: [&str; 2] = ["/dev/bus/usb/", "/sys/bus/usb/"];

/// The settings before the path: QEMU's vfio-pci, crosvm's and Cloud Hypervisor's options.
const OF_VFIO: [&str; 5] = [
    "vfio-pci,sysfsdev=",
    "vfio-pci,host=",
    "--vfio ",
    "--vfio=",
    "--device path=",
];

/// The key of Cloud Hypervisor's DeviceConfig, which other programs have for other devices.
const OPEN: [&str; 2] = ["\"path\":", "path="];

/// The paths, in the order of the lines.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<UsbPath>> {
    let mut found: Vec<Fact<UsbPath>> = Vec::new();
    for text in texts {
        if !USB.iter().any(|directory| text.text.contains(directory)) {
            continue;
        }
        for (number, line) in numbered_lines(&text.text) {
            let Some(at) = USB.iter().find_map(|directory| line.find(directory)) else {
                continue;
            };
            let (before, rest) = line.split_at_checked(at).unwrap_or_default();
            let before = before.trim_end_matches(['"', '\'', ' ']);
            let ends = |settings: &[&str]| {
                let mut settings = settings.iter();
                settings.any(|setting| before.ends_with(setting.trim_end()))
            };
            let is_of_vfio = ends(&OF_VFIO);
            if is_of_vfio || ends(&OPEN) {
                let is_part = |c: char| c.is_ascii_alphanumeric() || "/-.:_".contains(c);
                let path = rest.split(|c: char| !is_part(c)).next().unwrap_or_default();
                let path = UsbPath {
                    path: path.to_owned(),
                    is_open: !is_of_vfio,
                };
                found.push(Fact::new(
                    path,
                    Evidence::new(&*text.command, number, line.trim()),
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_counts_behind_a_setting_of_vfio() {
        let paths = |line: &str| -> Vec<String> {
            let found = read(&[CommandText::new("post.md", line)]);
            let texts = found.iter();
            texts
                .map(|one| format!("{} {}", one.value.path, one.value.is_open))
                .collect()
        };
        for (line, path) in [
            (
                "  \"path\":\"/dev/bus/usb/002/003\",",
                "/dev/bus/usb/002/003 true",
            ),
            (
                "  \"path\": \"/sys/bus/usb/devices/2-2\"",
                "/sys/bus/usb/devices/2-2 true",
            ),
            (
                "cloud-hypervisor --device path=/sys/bus/usb/devices/1-4 --cpus boot=2",
                "/sys/bus/usb/devices/1-4 false",
            ),
            (
                "crosvm run --vfio /sys/bus/usb/devices/1-4:1.0 vmlinux",
                "/sys/bus/usb/devices/1-4:1.0 false",
            ),
            (
                "-device vfio-pci,sysfsdev=/sys/bus/usb/devices/1-4,id=a",
                "/sys/bus/usb/devices/1-4 false",
            ),
        ] {
            assert_eq!(paths(line), [path], "{line}");
        }
        for line in [
            "docker run --device /dev/bus/usb/001/004 frigate",
            "ls -l /dev/bus/usb/001/004",
            "readlink -f /sys/bus/usb/devices/1-4",
            "-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:00:14.0",
        ] {
            assert_eq!(paths(line), [""; 0], "{line}");
        }
    }
}
