//! A made-up host's `/sys/bus/pci`, on disk, as both `lspci` and this crate read
//! it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail so"
)]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// One function of the host.
pub(crate) struct Function {
    pub(crate) address: &'static str,
    pub(crate) class: u32,
    pub(crate) id: (u16, u16),
    pub(crate) subsystem: (u16, u16),
    pub(crate) revision: u8,
    pub(crate) driver: Option<&'static str>,
    pub(crate) group: Option<u32>,
    pub(crate) label: Option<&'static str>,
}

const fn function(
    address: &'static str,
    class: u32,
    id: (u16, u16),
    revision: u8,
    driver: Option<&'static str>,
) -> Function {
    Function {
        address,
        class,
        id,
        subsystem: (0, 0),
        revision,
        driver,
        group: None,
        label: None,
    }
}

/// Bridges, cards with several functions, ids that no database has, a function
/// that is off, and what has no driver or no group.
pub(crate) fn functions() -> Vec<Function> {
    vec![
        function("0000:00:00.0", 0x06_0000, (0x8086, 0xa700), 1, None),
        Function {
            group: Some(2),
            ..function(
                "0000:00:01.0",
                0x06_0400,
                (0x8086, 0x1901),
                5,
                Some("pcieport"),
            )
        },
        Function {
            subsystem: (0x1043, 0x8882),
            group: Some(3),
            label: Some("Onboard - Ethernet"),
            ..function(
                "0000:00:1f.6",
                0x02_0000,
                (0x8086, 0x15b8),
                0,
                Some("e1000e"),
            )
        },
        Function {
            subsystem: (0x1043, 0x8694),
            group: Some(3),
            ..function(
                "0000:00:14.0",
                0x0c_0330,
                (0x8086, 0xa12f),
                0x31,
                Some("xhci_hcd"),
            )
        },
        Function {
            subsystem: (0x1462, 0x8a96),
            group: Some(17),
            ..function(
                "0000:01:00.0",
                0x03_0000,
                (0x10de, 0x1b06),
                0xa1,
                Some("vfio-pci"),
            )
        },
        Function {
            subsystem: (0x1462, 0x8a96),
            group: Some(17),
            ..function(
                "0000:01:00.1",
                0x04_0300,
                (0x10de, 0x10ef),
                0xa1,
                Some("snd_hda_intel"),
            )
        },
        Function {
            subsystem: (0x10b0, 0x205e),
            group: Some(18),
            ..function("0000:02:00.0", 0x03_0200, (0x10de, 0xfffe), 0, None)
        },
        Function {
            subsystem: (0x144d, 0xa801),
            group: Some(20),
            ..function(
                "0000:03:00.0",
                0x01_0802,
                (0x144d, 0xa808),
                0,
                Some("r8169"),
            )
        },
        Function {
            subsystem: (0xfefe, 0x1234),
            ..function("0000:04:1f.7", 0xff_0000, (0xfefe, 0x5678), 2, None)
        },
        function(
            "0000:05:00.0",
            0x40_0000,
            (0x1af4, 0x1041),
            1,
            Some("virtio-pci"),
        ),
    ]
}

/// A tree on disk that is gone when it is dropped.
pub(crate) struct SysfsTree {
    pub(crate) root: PathBuf,
}

impl SysfsTree {
    pub(crate) fn new(name: &str, functions: &[Function]) -> Self {
        let root = std::env::temp_dir().join(format!("pci-core-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let tree = Self { root };
        fs::create_dir_all(tree.root.join("sys/bus/pci/devices")).unwrap();
        fs::create_dir_all(tree.root.join("sys/bus/pci/slots")).unwrap();
        for function in functions {
            tree.add(function);
        }
        tree
    }

    /// What `lspci -O sysfs.path=` takes.
    pub(crate) fn bus(&self) -> PathBuf {
        self.root.join("sys/bus/pci")
    }

    fn add(&self, function: &Function) {
        let Function {
            address,
            class,
            id,
            subsystem,
            ..
        } = *function;
        let place = self.root.join("sys/devices/pci0000:00").join(address);
        fs::create_dir_all(&place).unwrap();
        let put = |name: &str, text: String| fs::write(place.join(name), text).unwrap();
        put("vendor", format!("0x{:04x}\n", id.0));
        put("device", format!("0x{:04x}\n", id.1));
        put("subsystem_vendor", format!("0x{:04x}\n", subsystem.0));
        put("subsystem_device", format!("0x{:04x}\n", subsystem.1));
        put("class", format!("0x{class:06x}\n"));
        put("revision", format!("0x{:02x}\n", function.revision));
        put("irq", "0\n".to_owned());
        put(
            "resource",
            format!("{}\n", ["0x0000000000000000"; 3].join(" ")).repeat(13),
        );
        if let Some(label) = function.label {
            put("label", format!("{label}\n"));
        }
        let driver = function
            .driver
            .map(|name| format!("DRIVER={name}\n"))
            .unwrap_or_default();
        put(
            "uevent",
            format!(
                "{driver}PCI_CLASS={class:X}\nPCI_ID={:04X}:{:04X}\nPCI_SUBSYS_ID={:04X}:{:04X}\n\
                 PCI_SLOT_NAME={address}\n",
                id.0, id.1, subsystem.0, subsystem.1
            ),
        );
        fs::write(place.join("config"), config(function)).unwrap();
        let device = format!("../../../devices/pci0000:00/{address}");
        symlink(device, self.bus().join("devices").join(address)).unwrap();
        if let Some(driver) = function.driver {
            self.link(&format!("bus/pci/drivers/{driver}"), &place.join("driver"));
        }
        if let Some(group) = function.group {
            self.link(
                &format!("kernel/iommu_groups/{group}"),
                &place.join("iommu_group"),
            );
        }
    }

    /// Links to a directory below `sys`, as a function's own directory does.
    fn link(&self, target: &str, link: &Path) {
        fs::create_dir_all(self.root.join("sys").join(target)).unwrap();
        symlink(format!("../../../{target}"), link).unwrap();
    }
}

/// The 64 bytes of a configuration space header (PCI Local Bus Specification 3.0,
/// section 6.1).
fn config(function: &Function) -> [u8; 64] {
    let mut bytes = [0; 64];
    let [_, base, sub, prog_if] = function.class.to_be_bytes();
    bytes[0..2].copy_from_slice(&function.id.0.to_le_bytes());
    bytes[2..4].copy_from_slice(&function.id.1.to_le_bytes());
    bytes[8..12].copy_from_slice(&[function.revision, prog_if, sub, base]);
    if (base, sub) == (0x06, 0x04) {
        bytes[0x0e] = 1;
    } else {
        bytes[0x2c..0x2e].copy_from_slice(&function.subsystem.0.to_le_bytes());
        bytes[0x2e..0x30].copy_from_slice(&function.subsystem.1.to_le_bytes());
    }
    if function.address.starts_with("0000:05") {
        // A function that is off answers with ones.
        bytes = [0xff; 64];
    }
    bytes
}

impl Drop for SysfsTree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}
