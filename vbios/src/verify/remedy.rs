//! What to do about a finding.

use core::fmt;

#[cfg(doc)]
use super::target::Guest;

/// What to do about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RomRemedy {
    /// Cut what stands in front of the first image.
    Trim,
    /// Make the sum of the x86 image right.
    FixChecksum,
    /// Put the card's ids into the images.
    PatchIds,
    /// Say of the last image that it is the last.
    SetLast,
    /// Read the ROM once more, while another card is the primary one.
    DumpWhileSecondary,
    /// Read the ROM once more, or take a published dump of the same board.
    DumpAgain,
    /// Take the ROM of this card.
    TakeOwnRom,
    /// Take a ROM with an EFI image, or a guest with a BIOS.
    TakeUefiRom,
    /// Take a guest with UEFI.
    TakeOvmf,
    /// Say which firmware the guest has.
    NameGuest,
    /// Turn Secure Boot off in the guest, or take the vendor's own driver.
    LeaveSecureBoot,
}

impl RomRemedy {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Trim,
        Self::FixChecksum,
        Self::PatchIds,
        Self::SetLast,
        Self::DumpWhileSecondary,
        Self::DumpAgain,
        Self::TakeOwnRom,
        Self::TakeUefiRom,
        Self::TakeOvmf,
        Self::NameGuest,
        Self::LeaveSecureBoot,
    ];

    /// The command that does it, where there is one. FILE stands for the ROM, NEW for
    /// the file that is written, VENDOR:DEVICE for the card's ids, and GUEST for the
    /// firmware of the guest, one of [`Guest::WORDS`].
    #[must_use]
    pub const fn command(self) -> Option<&'static str> {
        match self {
            Self::Trim => Some("passthru rom trim FILE -o NEW"),
            Self::FixChecksum => Some("passthru rom fix-checksum FILE -o NEW"),
            Self::PatchIds => Some("passthru rom patch FILE --ids VENDOR:DEVICE -o NEW"),
            Self::SetLast => Some("passthru rom set-last FILE -o NEW"),
            Self::NameGuest => Some("passthru rom verify FILE --guest GUEST"),
            _ => None,
        }
    }
}

impl fmt::Display for RomRemedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trim => "cut what stands in front of the first image",
            Self::FixChecksum => "make the sum of the x86 image right",
            Self::PatchIds => "put the card's ids into the images",
            Self::SetLast => "say of the last image that it is the last",
            Self::DumpWhileSecondary => {
                "read the ROM again while another graphics card is the primary one, or take a \
                 dump of the same board that a flash tool made"
            }
            Self::DumpAgain => "read the ROM again, or take another dump of the same board",
            Self::TakeOwnRom => "take the ROM of this card",
            Self::TakeUefiRom => {
                "take a ROM with an EFI image for the guest's processor, or a guest with SeaBIOS"
            }
            Self::TakeOvmf => "take a guest with OVMF",
            Self::NameGuest => "say which firmware the guest has",
            Self::LeaveSecureBoot => {
                "turn Secure Boot off in the guest, or take a ROM with the vendor's own driver"
            }
        })
    }
}
