//! What a ROM is to serve.

use pci_core::{ClassCode, PciId, SubsystemId};

use crate::efi::Machine;

/// The card and the guest that a ROM is to serve. What is not known is not judged.
///
/// ```
/// use vbios::verify::{Guest, Target};
/// let target = Target {
///     id: Some("10de:1c03".parse()?),
///     subsystem: Some("1462:3281".parse()?),
///     guest: Some(Guest::Ovmf),
///     ..Target::default()
/// };
/// # Ok::<(), pci_core::IdError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The function's ids: configuration space 0x00 and 0x02.
    pub id: Option<PciId>,
    /// The board's ids: configuration space 0x2c and 0x2e.
    pub subsystem: Option<SubsystemId>,
    /// The function's class: configuration space 0x09.
    pub class: Option<ClassCode>,
    /// The firmware of the guest.
    pub guest: Option<Guest>,
    /// The guest's processor, which an EFI driver must be for.
    pub machine: Machine,
}

impl Default for Target {
    /// Any card, any firmware, an x86-64 guest.
    fn default() -> Self {
        Self {
            id: None,
            subsystem: None,
            class: None,
            guest: None,
            machine: Machine::X64,
        }
    }
}

/// The firmware of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Guest {
    /// UEFI.
    Ovmf,
    /// A BIOS.
    SeaBios,
    /// The ROM must serve guests with either.
    Both,
}

impl Guest {
    /// The guest with this word: `ovmf`, `seabios` or `both`.
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
    pub const fn has_ovmf(self) -> bool {
        matches!(self, Self::Ovmf | Self::Both)
    }

    /// Whether the guest's firmware may be `SeaBIOS`.
    #[must_use]
    pub const fn has_seabios(self) -> bool {
        matches!(self, Self::SeaBios | Self::Both)
    }
}
