//! Releases of `lspci` to imitate.

use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error, Result};

/// A release of pciutils whose `lspci` output is imitated.
///
/// The output differs between releases; this type's methods are the differences. Each release is
/// compared byte by byte in the tests.
///
/// The default is 3.13, of Debian 13: 3.15.0 prints the wrong letter of the interrupt pin (`pin B`
/// for INTA#), which is written only on request.
///
/// ```
/// use pci_core::lspci::write::Version;
/// assert_eq!("3.9.0".parse(), Ok(Version::V3_9));
/// assert!(Version::V3_9 < Version::V3_13);
/// assert_eq!(Version::default().to_string(), "3.13");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Version {
    /// 3.9.0, of Debian 12.
    V3_9,
    /// 3.13.0, of Debian 13.
    #[default]
    V3_13,
    /// 3.15.0.
    V3_15,
}

impl Version {
    /// All releases, oldest first.
    pub const ALL: [Self; 3] = [Self::V3_9, Self::V3_13, Self::V3_15];

    /// Minor version number.
    pub(in crate::lspci) const fn minor(self) -> u8 {
        match self {
            Self::V3_9 => 9,
            Self::V3_13 => 13,
            Self::V3_15 => 15,
        }
    }

    /// Length limit of the class, and of vendor and device, on a function's first line, in bytes; a
    /// longer text ends in `...`. 255 since 3.10.
    pub(in crate::lspci) const fn longest_name(self) -> usize {
        match self {
            Self::V3_9 => 127,
            Self::V3_13 | Self::V3_15 => 255,
        }
    }

    /// Whether the tree has a bus 0000:00 even if it does not exist: 3.8 and 3.9.
    pub(in crate::lspci) const fn tree_has_bus_0(self) -> bool {
        matches!(self, Self::V3_9)
    }

    /// Whether a tree contains only the selected functions, with everything below them: since 3.10.
    /// Before, it has the lines of the whole tree.
    pub(in crate::lspci) const fn tree_is_cut_to_selection(self) -> bool {
        !matches!(self, Self::V3_9)
    }

    /// Whether the interrupt pin is the next letter, and its line has another form.
    pub(in crate::lspci) const fn interrupt_pin_is_one_too_far(self) -> bool {
        matches!(self, Self::V3_15)
    }
}

impl fmt::Display for Version {
    /// `3.13`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V3_9 => "3.9",
            Self::V3_13 => "3.13",
            Self::V3_15 => "3.15",
        })
    }
}

impl FromStr for Version {
    type Err = Error;

    /// Parses `3.9` and `3.9.0`.
    fn from_str(text: &str) -> Result<Self> {
        match text.strip_suffix(".0").unwrap_or(text) {
            "3.9" => Ok(Self::V3_9),
            "3.13" => Ok(Self::V3_13),
            "3.15" => Ok(Self::V3_15),
            _ => Err(Cause::Version.into()),
        }
    }
}
