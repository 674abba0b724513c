//! Target of a ROM.

use core::str::FromStr;

use pci_core::{ClassCode, PciId, SubsystemId};

use crate::efi::EfiMachine;
use crate::error::{Cause, Error, Result};

/// The card and the guest for a ROM. Unknown properties are not checked.
///
/// ```
/// use vbios::verify::{Guest, Target};
/// let target = Target {
///     id: Some("10de:1c03".parse()?),
///     subsystem: Some("1462:3281".parse()?),
///     guest: Some(Guest::Ovmf),
///     ..Target::default()
/// };
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// IDs of the function: configuration space 0x00 and 0x02.
    pub id: Option<PciId>,
    /// Subsystem IDs of the board: configuration space 0x2c and 0x2e.
    pub subsystem: Option<SubsystemId>,
    /// Class code of the function: configuration space 0x09.
    pub class: Option<ClassCode>,
    /// Firmware of the guest.
    pub guest: Option<Guest>,
    /// Processor of the guest, which an EFI driver must match.
    pub machine: EfiMachine,
}

impl Default for Target {
    /// Any card, any firmware, an x86-64 guest.
    fn default() -> Self {
        Self {
            id: None,
            subsystem: None,
            class: None,
            guest: None,
            machine: EfiMachine::X64,
        }
    }
}

/// IDs of a function, with or without subsystem IDs, as typed.
///
/// ```
/// use vbios::verify::CardIds;
/// let ids: CardIds = "10de:1c03:1462:3281".parse()?;
/// assert_eq!(ids.function.to_string(), "10de:1c03");
/// assert_eq!(ids.subsystem.unwrap().to_string(), "1462:3281");
/// assert_eq!("10de:1c03".parse::<CardIds>()?.subsystem, None);
/// # Ok::<(), vbios::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CardIds {
    /// IDs of the function: configuration space 0x00 and 0x02.
    pub function: PciId,
    /// Subsystem IDs of the board: configuration space 0x2c and 0x2e.
    pub subsystem: Option<SubsystemId>,
}

impl FromStr for CardIds {
    type Err = Error;

    /// Parses `vendor:device` or `vendor:device:subvendor:subdevice`, four hex digits each.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = |start: usize, error: &pci_core::Error| Cause::CardIds {
            offset: start + error.offset().unwrap_or_default(),
        };
        let split = text.match_indices(':').nth(1).map(|(at, _)| at);
        let (function, subsystem) = match split.and_then(|at| text.split_at_checked(at)) {
            Some((function, rest)) => (function, rest.strip_prefix(':')),
            None => (text, None),
        };
        let after = function.len() + 1;
        Ok(Self {
            function: function.parse().map_err(|error| wrong(0, &error))?,
            subsystem: subsystem
                .map(str::parse)
                .transpose()
                .map_err(|error| wrong(after, &error))?,
        })
    }
}

/// Firmware of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guest {
    /// UEFI.
    Ovmf,
    /// BIOS.
    SeaBios,
    /// Both: the ROM must work with either.
    Both,
}

impl Guest {
    /// The words of [`Guest::from_word`].
    pub const WORDS: [&'static str; 3] = ["ovmf", "seabios", "both"];

    /// Parses `ovmf`, `seabios` or `both`.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "ovmf" => Some(Self::Ovmf),
            "seabios" => Some(Self::SeaBios),
            "both" => Some(Self::Both),
            _ => None,
        }
    }

    /// Whether the guest's firmware may be OVMF.
    #[must_use]
    pub(crate) const fn has_ovmf(self) -> bool {
        matches!(self, Self::Ovmf | Self::Both)
    }

    /// Whether the guest's firmware may be SeaBIOS.
    #[must_use]
    pub(crate) const fn has_seabios(self) -> bool {
        matches!(self, Self::SeaBios | Self::Both)
    }
}
