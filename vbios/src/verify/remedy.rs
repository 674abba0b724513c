//! Remedies of findings.

use alloc::format;
use alloc::string::String;
use core::fmt;

use pci_core::PciId;

/// Remedy of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RomRemedy {
    /// Remove the bytes before the first image.
    Trim,
    /// Correct the checksum of the x86 image.
    FixChecksum,
    /// Write these IDs, the card's, into the images.
    PatchIds(PciId),
    /// Set the last-image indicator of the last image.
    SetLast,
    /// Dump the ROM again while another card is the primary one.
    DumpWhileSecondary,
    /// Dump the ROM again, or use a published dump of the same board.
    DumpAgain,
    /// Use the ROM of this card.
    UseOwnRom,
    /// Unpack the archive.
    Unpack,
    /// Download the file itself, or copy it as binary data.
    CopyAgain,
    /// Build a ROM with the EFI driver, for these IDs.
    Build(PciId),
    /// Extract the ROM for these IDs from a larger file.
    Carve(PciId),
    /// Use a ROM with an EFI image, or add one.
    UseUefiRom,
    /// Provide AMD's EFI driver as the ROM of the audio function.
    AttachGop,
    /// Use the video BIOS of AMD's integrated GPU.
    UseVideoBios,
    /// Use a guest with UEFI.
    UseOvmf,
    /// Verify for a guest with OVMF.
    SpecifyGuest,
    /// Disable Secure Boot in the guest, or use the vendor's own driver.
    DisableSecureBoot,
}

impl RomRemedy {
    /// The command for the remedy, if there is one: `file` is the ROM, and `new` the output file, as
    /// words of a shell.
    #[must_use]
    pub fn command(self, file: &str, new: &str) -> Option<String> {
        Some(match self {
            Self::Trim => format!("passthru rom trim {file} -o {new}"),
            Self::FixChecksum => format!("passthru rom fix-checksum {file} -o {new}"),
            Self::PatchIds(id) => format!("passthru rom patch {file} --ids {id} -o {new}"),
            Self::SetLast => format!("passthru rom set-last {file} -o {new}"),
            Self::Build(id) => format!("passthru rom build {file} --ids {id} -o {new}"),
            Self::Carve(id) => format!("passthru rom carve {file} --ids {id} -o {new}"),
            Self::SpecifyGuest => format!("passthru rom verify {file} --guest ovmf"),
            _ => return None,
        })
    }
}

impl fmt::Display for RomRemedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trim => "remove the bytes before the first image",
            Self::FixChecksum => "correct the checksum of the x86 image",
            Self::PatchIds(_) => "write the card's IDs into the images",
            Self::SetLast => "set the last-image indicator of the last image",
            Self::DumpWhileSecondary => {
                "dump the ROM again while another graphics card is the primary one, or use a flash \
                 tool's dump of the same board"
            }
            Self::DumpAgain => "dump the ROM again, or use another dump of the same board",
            Self::UseOwnRom => "use the ROM of this card",
            Self::Unpack => "unpack the archive and use the ROM in it",
            Self::CopyAgain => "download the file itself, as binary data",
            Self::Build(_) => "build a ROM with this EFI driver",
            Self::Carve(_) => "extract the card's ROM from the file",
            Self::UseUefiRom => {
                "for a boot picture, use a ROM with an EFI image for the guest's processor, or add \
                 the vendor's EFI driver by rom add; for a laptop's GPU, rom ssdt"
            }
            Self::AttachGop => {
                "for a boot picture, set a ROM with AMD's EFI driver (GOP) as the ROM file of the \
                 GPU's audio function"
            }
            Self::UseVideoBios => {
                "use the GPU's video BIOS, which rom vfct extracts; the EFI driver (GOP) belongs to \
                 the audio function"
            }
            Self::UseOvmf => "use a guest with OVMF",
            Self::SpecifyGuest => "specify the guest's firmware, such as OVMF",
            Self::DisableSecureBoot => {
                "disable Secure Boot in the guest, or use a ROM with the vendor's own driver"
            }
        })
    }
}
