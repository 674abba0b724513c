//! PCI Express link of a function.

use core::fmt;

use host_tree::Lookup;

use super::attributes::{self, parsed};
use super::reader::Reader;
use crate::padded::padded;

/// Link speed in transfers per second and lane.
///
/// ```
/// use pci_core::sysfs::LinkSpeed;
/// assert_eq!(LinkSpeed::parse("8.0 GT/s PCIe"), Some(LinkSpeed::GT_8));
/// assert_eq!(LinkSpeed::parse("2.5 GT/s"), Some(LinkSpeed::GT_2_5));
/// assert_eq!(LinkSpeed::GT_32.to_string(), "32.0 GT/s");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct LinkSpeed(
    /// Millions of transfers per second: 2500 for 2.5 GT/s.
    pub u32,
);

impl LinkSpeed {
    /// PCI Express 1.0.
    pub const GT_2_5: Self = Self(2_500);
    /// PCI Express 2.0.
    pub const GT_5: Self = Self(5_000);
    /// PCI Express 3.0.
    pub const GT_8: Self = Self(8_000);
    /// PCI Express 4.0.
    pub const GT_16: Self = Self(16_000);
    /// PCI Express 5.0.
    pub const GT_32: Self = Self(32_000);
    /// PCI Express 6.0.
    pub const GT_64: Self = Self(64_000);

    /// The speed of a code of the Link Capabilities and Link Status registers, whose supported
    /// speeds are numbered from 2.5 GT/s on (PCI Express Base Specification 6.3, section 7.5.3.18).
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        Some(match code {
            1 => Self::GT_2_5,
            2 => Self::GT_5,
            3 => Self::GT_8,
            4 => Self::GT_16,
            5 => Self::GT_32,
            6 => Self::GT_64,
            _ => return None,
        })
    }

    /// Parses `8.0 GT/s PCIe`, `8 GT/s` and `8GT/s` (`drivers/pci/probe.c`, `pci_speed_string`;
    /// kernels before 5.8 omit `PCIe`, and lspci the blank).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, unit) = text.trim_end().split_once("GT/s")?;
        if !unit.is_empty() && unit != " PCIe" {
            return None;
        }
        let number = number.strip_suffix(' ').unwrap_or(number);
        let (whole, tenths) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(tenths) || tenths.len() != 1 || whole.len() > 4 {
            return None;
        }
        let (whole, tenths): (u32, u32) = (whole.parse().ok()?, tenths.parse().ok()?);
        Some(Self(whole * 1000 + tenths * 100))
    }
}

impl fmt::Display for LinkSpeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        padded(f, |f| {
            write!(f, "{}.{} GT/s", self.0 / 1000, self.0 % 1000 / 100)
        })
    }
}

/// Speed and width of a link: current and maximum (`Documentation/ABI/testing/sysfs-bus-pci` of the
/// kernel). `Absent` without a link: for conventional PCI, root complex integrated and virtual
/// functions.
///
/// ```
/// use pci_core::sysfs::{self, Wanted};
/// use host_tree::{Lookup, MemoryTree};
/// let mut host = MemoryTree::partial();
/// let function = "/sys/bus/pci/devices/0000:01:00.0";
/// host.insert_file(&format!("{function}/max_link_width"), "16\n");
/// host.insert_file(&format!("{function}/current_link_width"), "8\n");
/// host.insert_file(&format!("{function}/current_link_speed"), "16.0 GT/s PCIe\n");
/// let gpu = sysfs::read_device(&host, "01:00.0".parse()?, Wanted::default()).unwrap();
/// // A card with 16 lanes in a slot with 8.
/// assert_eq!(gpu.link.max_width, Lookup::Found(16));
/// assert_eq!(gpu.link.current_width, Lookup::Found(8));
/// assert_eq!(gpu.link.current_speed.found().unwrap().to_string(), "16.0 GT/s");
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Link {
    /// Current speed.
    pub current_speed: Lookup<LinkSpeed>,
    /// Current width in lanes; 0 if the link is down.
    pub current_width: Lookup<u8>,
    /// Maximum speed of this function.
    pub max_speed: Lookup<LinkSpeed>,
    /// Maximum width of this function, in lanes.
    pub max_width: Lookup<u8>,
}

impl Link {
    /// Reads the four attributes. The kernel reads them from the function's registers, and since
    /// 6.18 wakes it for that: they are skipped while it is suspended.
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let speed = |name: &str| {
            let text = attributes::unless(reader.register(name), is_unknown);
            parsed(text, "a speed such as 8.0 GT/s PCIe", LinkSpeed::parse)
        };
        let width = |name: &str| {
            // A powered-off function reads as ones (`PCIE_LNK_WIDTH_UNKNOWN`).
            let text = attributes::unless(reader.register(name), |width| width == "255");
            parsed(text, "a number of lanes", |width| width.parse().ok())
        };
        Self {
            current_speed: speed("current_link_speed"),
            current_width: width("current_link_width"),
            max_speed: speed("max_link_speed"),
            max_width: width("max_link_width"),
        }
    }

    pub(super) const fn not_requested() -> Self {
        Self {
            current_speed: Lookup::NotShown,
            current_width: Lookup::NotShown,
            max_speed: Lookup::NotShown,
            max_width: Lookup::NotShown,
        }
    }
}

/// `Unknown`, or `Unknown speed` from kernels before 5.8.
fn is_unknown(text: &str) -> bool {
    text.starts_with("Unknown")
}
