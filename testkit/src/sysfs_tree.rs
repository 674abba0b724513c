//! A generated `/sys/bus/pci` on disk, for both `lspci` and this workspace.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// A range of addresses: start, size, and the kernel's `IORESOURCE_*` bits
/// (`include/linux/ioport.h`).
pub type Range = (u64, u64, u64);

/// 32-bit memory.
pub const MEMORY: u64 = 0x0004_0200;
/// 64-bit prefetchable memory.
pub const MEMORY_64: u64 = 0x0014_220c;
/// I/O ports.
pub const IO: u64 = 0x0004_0101;
/// An enabled expansion ROM.
pub const ROM: u64 = 0x0004_6201;

/// One function of the host.
#[derive(Clone, Default)]
pub struct Function {
    /// Where it is: domain, bus, device and function.
    pub address: String,
    /// Base class, sub-class, programming interface.
    pub class: u32,
    /// The ids of vendor and device.
    pub id: (u16, u16),
    /// The ids of the subsystem.
    pub subsystem: (u16, u16),
    /// The revision.
    pub revision: u8,
    /// Bound driver.
    pub driver: Option<&'static str>,
    /// Its IOMMU group.
    pub group: Option<u32>,
    /// The directories between `/sys/devices` and its own.
    pub above: String,
    /// Other attributes: name and text.
    pub attributes: Vec<(&'static str, String)>,
    /// Other links: name and target.
    pub links: Vec<(&'static str, String)>,
    /// The address ranges by their line in `resource`.
    pub ranges: Vec<(usize, Range)>,
    /// Secondary and subordinate bus of a bridge.
    pub buses: (u8, u8),
}

impl Function {
    /// A function with these, on bus 0 and without a group.
    pub fn new(
        address: &str,
        class: u32,
        id: (u16, u16),
        revision: u8,
        driver: Option<&'static str>,
    ) -> Self {
        Self {
            address: address.to_owned(),
            class,
            id,
            revision,
            driver,
            above: "pci0000:00".to_owned(),
            ..Self::default()
        }
    }

    /// With these ids of the subsystem.
    pub fn on(mut self, vendor: u16, device: u16) -> Self {
        self.subsystem = (vendor, device);
        self
    }

    /// In an IOMMU group.
    pub fn in_group(mut self, group: u32) -> Self {
        self.group = Some(group);
        self
    }

    /// Below the bridges of this path under `pci0000:00`.
    pub fn downstream_of(mut self, above: &str) -> Self {
        self.above = format!("pci0000:00/{above}");
        self
    }

    /// With another attribute: a line of text.
    pub fn has(mut self, name: &'static str, text: &str) -> Self {
        self.attributes.push((name, format!("{text}\n")));
        self
    }

    /// With another link.
    pub fn leads(mut self, name: &'static str, target: &str) -> Self {
        self.links.push((name, target.to_owned()));
        self
    }

    /// With a line of `resource`.
    pub fn range(mut self, line: usize, range: Range) -> Self {
        self.ranges.push((line, range));
        self
    }

    /// A bridge with these secondary and subordinate buses.
    pub const fn leads_to(mut self, secondary: u8, subordinate: u8) -> Self {
        self.buses = (secondary, subordinate);
        self
    }

    /// Content of the attribute `modalias` (`drivers/pci/pci-sysfs.c`).
    pub fn modalias(&self) -> String {
        let [_, base, sub, prog_if] = self.class.to_be_bytes();
        format!(
            "pci:v{:08X}d{:08X}sv{:08X}sd{:08X}bc{base:02X}sc{sub:02X}i{prog_if:02X}",
            self.id.0, self.id.1, self.subsystem.0, self.subsystem.1
        )
    }

    const fn is_bridge(&self) -> bool {
        self.class >> 8 == 0x0604
    }
}

/// Bridges, cards with several functions, unknown IDs, a powered-off function, and functions
/// without a driver or a group.
pub fn functions() -> Vec<Function> {
    vec![
        Function::new("0000:00:00.0", 0x06_0000, (0x8086, 0xa700), 1, None).has("numa_node", "-1"),
        Function::new(
            "0000:00:01.0",
            0x06_0400,
            (0x8086, 0x1901),
            5,
            Some("pcieport"),
        )
        .in_group(2)
        .leads_to(1, 1)
        .range(13, (0xe000, 0x1000, 0x101))
        .range(14, (0xf600_0000, 0x200_0000, 0x200))
        .range(15, (0x40_0000_0000, 0x4_0000_0000, 0x10_2201))
        .has("irq", "121")
        .has("max_link_speed", "8.0 GT/s PCIe"),
        Function::new(
            "0000:00:1f.6",
            0x02_0000,
            (0x8086, 0x15b8),
            0,
            Some("e1000e"),
        )
        .on(0x1043, 0x8882)
        .in_group(3)
        .has("label", "Onboard - Ethernet")
        .has("acpi_index", "1")
        .has("irq", "33")
        .range(0, (0xdf00_0000, 0x2_0000, MEMORY)),
        Function::new(
            "0000:00:14.0",
            0x0c_0330,
            (0x8086, 0xa12f),
            0x31,
            Some("xhci_hcd"),
        )
        .on(0x1043, 0x8694)
        .in_group(3)
        .has("numa_node", "0"),
        Function::new(
            "0000:01:00.0",
            0x03_0000,
            (0x10de, 0x1b06),
            0xa1,
            Some("vfio-pci"),
        )
        .on(0x1462, 0x8a96)
        .in_group(17)
        .downstream_of("0000:00:01.0")
        .has("numa_node", "1")
        .has("irq", "140")
        .has("boot_vga", "1")
        .range(0, (0xf600_0000, 0x100_0000, MEMORY))
        .range(1, (0x40_0000_0000, 0x1000_0000, MEMORY_64))
        .range(3, (0x41_0000_0000, 0x200_0000, MEMORY_64))
        .range(5, (0xe000, 0x80, IO))
        .range(6, (0xf700_0000, 0x8_0000, ROM)),
        Function::new(
            "0000:01:00.1",
            0x04_0300,
            (0x10de, 0x10ef),
            0xa1,
            Some("snd_hda_intel"),
        )
        .on(0x1462, 0x8a96)
        .in_group(17)
        .downstream_of("0000:00:01.0")
        .has("numa_node", "1"),
        Function::new("0000:02:00.0", 0x03_0200, (0x10de, 0xfffe), 0, None)
            .on(0x10b0, 0x205e)
            .in_group(18)
            .leads(
                "of_node",
                "../../../firmware/devicetree/base/soc/pcie@600000000",
            ),
        Function::new(
            "0000:03:00.0",
            0x01_0802,
            (0x144d, 0xa808),
            0,
            Some("r8169"),
        )
        .on(0x144d, 0xa801)
        .in_group(20),
        Function::new("0000:04:1f.7", 0xff_0000, (0xfefe, 0x5678), 2, None).on(0xfefe, 0x1234),
        Function::new(
            "0000:05:00.0",
            0x40_0000,
            (0x1af4, 0x1041),
            1,
            Some("virtio-pci"),
        ),
    ]
}

/// The physical slots of that host: names and addresses.
pub const SLOTS: [(&str, &str); 3] = [
    ("4-1", "0000:01:00"),
    ("Slot 7", "0000:03:00"),
    ("9", "0000:20:00"),
];

/// A tree on disk, removed on drop.
pub struct SysfsTree {
    /// The directory that has `sys`.
    pub root: PathBuf,
}

impl SysfsTree {
    /// A tree of these functions below the directory for temporary files.
    pub fn new(name: &str, functions: &[Function]) -> Self {
        Self::below(&std::env::temp_dir(), name, functions)
    }

    /// A tree of these functions below `place`.
    pub fn below(place: &Path, name: &str, functions: &[Function]) -> Self {
        let root = place.join(format!("pci-core-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        let tree = Self { root };
        fs::create_dir_all(tree.root.join("sys/bus/pci/devices")).unwrap();
        for (slot, address) in SLOTS {
            let place = tree.root.join("sys/bus/pci/slots").join(slot);
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join("address"), format!("{address}\n")).unwrap();
        }
        for function in functions {
            tree.add(function);
        }
        tree
    }

    /// The argument of `lspci -O sysfs.path=`.
    pub fn bus(&self) -> PathBuf {
        self.root.join("sys/bus/pci")
    }

    fn add(&self, function: &Function) {
        let Function {
            address,
            class,
            id,
            subsystem,
            above,
            ..
        } = function;
        let place = self.root.join("sys/devices").join(above).join(address);
        fs::create_dir_all(&place).unwrap();
        let put = |name: &str, text: String| {
            let file = place.join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        };
        put("vendor", format!("0x{:04x}\n", id.0));
        put("device", format!("0x{:04x}\n", id.1));
        put("subsystem_vendor", format!("0x{:04x}\n", subsystem.0));
        put("subsystem_device", format!("0x{:04x}\n", subsystem.1));
        put("class", format!("0x{class:06x}\n"));
        put("revision", format!("0x{:02x}\n", function.revision));
        put("irq", "0\n".to_owned());
        put("resource", resource(function));
        for (name, text) in &function.attributes {
            put(name, text.clone());
        }
        let driver = function
            .driver
            .map(|name| format!("DRIVER={name}\n"))
            .unwrap_or_default();
        put(
            "uevent",
            format!(
                "{driver}PCI_CLASS={class:X}\nPCI_ID={:04X}:{:04X}\nPCI_SUBSYS_ID={:04X}:{:04X}\n\
                 PCI_SLOT_NAME={address}\nMODALIAS={}\n",
                id.0,
                id.1,
                subsystem.0,
                subsystem.1,
                function.modalias()
            ),
        );
        fs::write(place.join("config"), config(function)).unwrap();
        let device = format!("../../../devices/{above}/{address}");
        symlink(device, self.bus().join("devices").join(address)).unwrap();
        // From the function's directory up to sys.
        let up = "../".repeat(above.split('/').count() + 2);
        let link = |name: &str, target: &str| {
            fs::create_dir_all(self.root.join("sys").join(target)).unwrap();
            symlink(format!("{up}{target}"), place.join(name)).unwrap();
        };
        if let Some(driver) = function.driver {
            link("driver", &format!("bus/pci/drivers/{driver}"));
        }
        if let Some(group) = function.group {
            link("iommu_group", &format!("kernel/iommu_groups/{group}"));
        }
        for (name, target) in &function.links {
            link(name, target.trim_start_matches("../"));
        }
    }
}

/// The lines of `resource`, as a kernel with `CONFIG_PCI_IOV` prints them.
fn resource(function: &Function) -> String {
    let lines = if function.is_bridge() { 17 } else { 13 };
    let line = |at| {
        let range = function.ranges.iter().find(|(line, _)| *line == at);
        let (start, end, flags) = range.map_or((0, 0, 0), |(_, (start, size, flags))| {
            (*start, start + size - 1, *flags)
        });
        format!("0x{start:016x} 0x{end:016x} 0x{flags:016x}\n")
    };
    (0..lines).map(line).collect()
}

/// A configuration space of 256 bytes without capabilities (PCI Local Bus
/// Specification 3.0, section 6.1; PCI-to-PCI Bridge Architecture Specification
/// 1.2, section 3.2).
fn config(function: &Function) -> Vec<u8> {
    let mut bytes = vec![0; 256];
    let [_, base, sub, prog_if] = function.class.to_be_bytes();
    bytes[0..2].copy_from_slice(&function.id.0.to_le_bytes());
    bytes[2..4].copy_from_slice(&function.id.1.to_le_bytes());
    bytes[4] = 7;
    bytes[8..12].copy_from_slice(&[function.revision, prog_if, sub, base]);
    bytes[0x3c..0x3e].copy_from_slice(&[11, 1]);
    if function.is_bridge() {
        bytes[0x0e] = 1;
        bytes[0x19] = function.buses.0;
        bytes[0x1a] = function.buses.1;
        bytes[0x1c..0x1e].copy_from_slice(&[0xe1, 0xe1]);
        bytes[0x20..0x24].copy_from_slice(&[0x00, 0xf6, 0xf0, 0xf7]);
        bytes[0x24..0x28].copy_from_slice(&[0x01, 0x00, 0xf1, 0xff]);
        bytes[0x28] = 0x40;
        bytes[0x2c] = 0x43;
    } else {
        bytes[0x2c..0x2e].copy_from_slice(&function.subsystem.0.to_le_bytes());
        bytes[0x2e..0x30].copy_from_slice(&function.subsystem.1.to_le_bytes());
        for (line, (start, _, flags)) in &function.ranges {
            let low = u32::try_from(start & 0xffff_ffff).unwrap();
            let kind = u32::try_from(flags & 0xf).unwrap();
            let at = if *line == 6 { 0x30 } else { 0x10 + 4 * line };
            bytes[at..at + 4].copy_from_slice(&(low | kind).to_le_bytes());
            if *flags == MEMORY_64 {
                let high = u32::try_from(start >> 32).unwrap();
                bytes[at + 4..at + 8].copy_from_slice(&high.to_le_bytes());
            }
        }
    }
    if function.address.starts_with("0000:05") {
        // A powered-off function reads as ones.
        bytes = vec![0xff; 256];
    }
    bytes
}

/// A host of `count` functions, eight in a slot: every fourth without a driver.
pub fn many(count: usize) -> Vec<Function> {
    let each = |at: usize| {
        let (bus, device, function) = (at / 256, at / 8 % 32, at % 8);
        let address = format!("0000:{bus:02x}:{device:02x}.{function}");
        let driver = (at % 4 != 0).then_some(["vfio-pci", "nvme", "mlx5_core"][at % 3]);
        let group = u32::try_from(at / 8).unwrap();
        Function::new(&address, 0x02_0000, (0x15b3, 0x101d), 1, driver)
            .on(0x15b3, 0x0016)
            .in_group(group)
            .downstream_of("0000:00:01.0")
            .has("numa_node", "0")
            .range(0, (0xf600_0000, 0x100_0000, MEMORY))
    };
    (0..count).map(each).collect()
}

/// A host of graphics cards of two functions, each below its own root port, in its own group and
/// bound to vfio-pci.
pub fn graphics_cards(count: usize) -> Vec<Function> {
    let each = |at: usize| {
        let (domain, bus) = (at / 255, at % 255 + 1);
        let port = format!("{domain:04x}:00:{:02x}.{}", bus / 8, bus % 8);
        let group = u32::try_from(at).unwrap();
        let classes = [0x03_0000, 0x04_0300].into_iter().enumerate();
        classes.map(move |(function, class)| {
            let address = format!("{domain:04x}:{bus:02x}:00.{function}");
            let id = (0x10de, [0x2503, 0x228e][function]);
            Function::new(&address, class, id, 0xa1, Some("vfio-pci"))
                .on(0x1462, 0x3976)
                .in_group(group)
                .downstream_of(&port)
        })
    };
    (0..count).flat_map(each).collect()
}

/// A host of `cards` network cards, each below its own root port and with `each` virtual functions,
/// at most 503; every second of these is bound to vfio-pci.
pub fn virtualized(cards: usize, each: usize) -> Vec<Function> {
    let mut all = Vec::new();
    for card in 0..cards {
        let port = format!("0000:00:{:02x}.0", card + 1);
        let bus = 0x10 + 2 * card;
        let physical = format!("0000:{bus:02x}:00.0");
        let group = u32::try_from(card * (each + 2)).unwrap();
        let (first, last) = (u8::try_from(bus).unwrap(), u8::try_from(bus + 1).unwrap());
        all.push(
            Function::new(&port, 0x06_0400, (0x8086, 0x1901), 5, Some("pcieport"))
                .in_group(group)
                .leads_to(first, last),
        );
        all.push(
            Function::new(&physical, 0x02_0000, (0x15b3, 0x101d), 0, Some("mlx5_core"))
                .on(0x15b3, 0x0016)
                .in_group(group + 1)
                .downstream_of(&port)
                .has("sriov_totalvfs", &each.to_string())
                .has("sriov_numvfs", &each.to_string())
                .range(0, (0xf600_0000, 0x100_0000, MEMORY)),
        );
        for at in 1..=each {
            // Right after the physical function, with Alternative Routing-ID Interpretation.
            let (bus, device, function) = (bus + at / 256, at / 8 % 32, at % 8);
            let address = format!("0000:{bus:02x}:{device:02x}.{function}");
            let driver = ["mlx5_core", "vfio-pci"][at % 2];
            let above = format!("devices/pci0000:00/{port}/{physical}");
            all.push(
                Function::new(&address, 0x02_0000, (0x15b3, 0x101e), 0, Some(driver))
                    .on(0x15b3, 0x0016)
                    .in_group(group + 1 + u32::try_from(at).unwrap())
                    .downstream_of(&port)
                    .leads("physfn", &above)
                    .range(0, (0xf600_0000, 0x10_0000, MEMORY)),
            );
        }
    }
    all
}

impl Drop for SysfsTree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.root);
    }
}
