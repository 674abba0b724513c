//! Facts in sysfs of a function whose ROM is read.

use std::fs;
use std::path::{Path, PathBuf};

use pci_core::{Address, ClassCode, PciId};

/// Facts in sysfs of a function whose ROM is read. A missing fact is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Function {
    /// Its directory.
    pub(super) directory: PathBuf,
    /// Its ids.
    pub id: Option<PciId>,
    /// Its class.
    pub class: Option<ClassCode>,
    /// The driver.
    pub driver: Option<String>,
    /// The state it is in, such as `D0` or `D3cold`.
    pub power_state: Option<String>,
    /// Whether firmware started the machine's display on it.
    pub boot_vga: Option<bool>,
    /// Where the ROM is for the kernel.
    pub rom: RomResource,
}

/// The kernel's resource of an expansion ROM: the seventh line of `resource`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RomResource {
    /// The tree does not show the resources.
    #[default]
    NotShown,
    /// The function has no BAR for a ROM, or it got no address.
    None,
    /// A separate BAR.
    Bar,
    /// The copy in memory that firmware ran at 0xc0000: the file then shows that, not
    /// the card's ROM.
    Shadow,
}

/// `IORESOURCE_ROM_SHADOW` (`include/linux/ioport.h` of Linux).
const SHADOW: u64 = 1 << 1;

impl Function {
    /// Reads the function at `address` from the tree at `root`; `None` if the tree has none.
    #[must_use]
    pub fn read(root: &Path, address: Address) -> Option<Self> {
        let devices = root.join("sys/bus/pci/devices");
        let directory = devices.join(format!("{address}"));
        if !directory.is_dir() {
            return None;
        }
        let text = |name: &str| {
            let text = fs::read_to_string(directory.join(name)).ok()?;
            Some(text.trim().to_owned())
        };
        let hex = |name: &str| {
            let text = text(name)?;
            u32::from_str_radix(text.strip_prefix("0x")?, 16).ok()
        };
        let id = |name: &str| u16::try_from(hex(name)?).ok();
        let driver = fs::read_link(directory.join("driver")).ok();
        Some(Self {
            id: id("vendor")
                .zip(id("device"))
                .map(|(vendor, device)| PciId::new(vendor, device)),
            class: hex("class").map(ClassCode::from_u24),
            driver: driver.and_then(|link| Some(link.file_name()?.to_string_lossy().into_owned())),
            power_state: text("power_state"),
            boot_vga: text("boot_vga").map(|text| text == "1"),
            rom: text("resource").map_or(RomResource::NotShown, |text| resource(&text)),
            directory,
        })
    }

    /// The path of the ROM file.
    #[must_use]
    pub fn rom_file(&self) -> PathBuf {
        self.directory.join("rom")
    }
}

fn resource(text: &str) -> RomResource {
    let number = |word: &str| u64::from_str_radix(word.trim_start_matches("0x"), 16).unwrap_or(0);
    let line = text.lines().nth(6).unwrap_or_default();
    let fields: Vec<u64> = line.split_whitespace().map(number).collect();
    match fields[..] {
        [_, _, flags] if flags & SHADOW != 0 => RomResource::Shadow,
        [0, 0, _] | [] => RomResource::None,
        _ => RomResource::Bar,
    }
}
