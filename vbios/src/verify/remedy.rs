//! Remedies of findings.

use core::fmt;

#[cfg(doc)]
use super::target::Guest;

/// Remedy of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RomRemedy {
    /// Remove the bytes before the first image.
    Trim,
    /// Correct the checksum of the x86 image.
    FixChecksum,
    /// Write the card's IDs into the images.
    PatchIds,
    /// Set the last-image indicator of the last image.
    SetLast,
    /// Dump the ROM again while another card is the primary one.
    DumpWhileSecondary,
    /// Dump the ROM again, or use a published dump of the same board.
    DumpAgain,
    /// Use the ROM of this card.
    UseOwnRom,
    /// Use a ROM with an EFI image, or a guest with SeaBIOS.
    UseUefiRom,
    /// Use a guest with UEFI.
    UseOvmf,
    /// Specify the guest's firmware.
    SpecifyGuest,
    /// Disable Secure Boot in the guest, or use the vendor's own driver.
    DisableSecureBoot,
}

impl RomRemedy {
    /// All remedies.
    pub const ALL: [Self; 11] = [
        Self::Trim,
        Self::FixChecksum,
        Self::PatchIds,
        Self::SetLast,
        Self::DumpWhileSecondary,
        Self::DumpAgain,
        Self::UseOwnRom,
        Self::UseUefiRom,
        Self::UseOvmf,
        Self::SpecifyGuest,
        Self::DisableSecureBoot,
    ];

    /// The command for the remedy, if there is one. FILE is the ROM, NEW the output file,
    /// VENDOR:DEVICE the card's IDs, and GUEST the guest's firmware, one of [`Guest::WORDS`].
    #[must_use]
    pub const fn command(self) -> Option<&'static str> {
        match self {
            Self::Trim => Some("passthru rom trim FILE -o NEW"),
            Self::FixChecksum => Some("passthru rom fix-checksum FILE -o NEW"),
            Self::PatchIds => Some("passthru rom patch FILE --ids VENDOR:DEVICE -o NEW"),
            Self::SetLast => Some("passthru rom set-last FILE -o NEW"),
            Self::SpecifyGuest => Some("passthru rom verify FILE --guest GUEST"),
            _ => None,
        }
    }
}

impl fmt::Display for RomRemedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trim => "remove the bytes before the first image",
            Self::FixChecksum => "correct the checksum of the x86 image",
            Self::PatchIds => "write the card's IDs into the images",
            Self::SetLast => "set the last-image indicator of the last image",
            Self::DumpWhileSecondary => {
                "read the ROM again while another graphics card is the primary one, or take a \
                 dump of the same board that a flash tool made"
            }
            Self::DumpAgain => "dump the ROM again, or use another dump of the same board",
            Self::UseOwnRom => "use the ROM of this card",
            Self::UseUefiRom => {
                "use a ROM with an EFI image for the guest's processor, or a guest with SeaBIOS"
            }
            Self::UseOvmf => "use a guest with OVMF",
            Self::SpecifyGuest => "specify the guest's firmware",
            Self::DisableSecureBoot => {
                "disable Secure Boot in the guest, or use a ROM with the vendor's own driver"
            }
        })
    }
}
