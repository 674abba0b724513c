//! Kinds of devices, by their class.

use pci_core::ClassCode;

use crate::typos::similar;

/// A kind of device that a person names by one word.
///
/// ```
/// use passthru::select::DeviceKind;
/// use pci_core::ClassCode;
/// assert_eq!(DeviceKind::of_word("GPU"), Some(DeviceKind::Gpu));
/// assert!(DeviceKind::Gpu.has(ClassCode::VGA_CONTROLLER) && !DeviceKind::Usb.has(ClassCode::VGA_CONTROLLER));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceKind {
    /// Display controllers and processing accelerators.
    Gpu,
    /// Network controllers, with and without a cable.
    Nic,
    /// NVMe drives.
    Nvme,
    /// USB and Thunderbolt host controllers.
    Usb,
    /// Host bus adapters: every storage controller but NVMe.
    Hba,
    /// Audio devices.
    Audio,
}

impl DeviceKind {
    /// All kinds, in the order of the documentation.
    pub const ALL: [Self; 6] = [
        Self::Gpu,
        Self::Nic,
        Self::Nvme,
        Self::Usb,
        Self::Hba,
        Self::Audio,
    ];

    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Gpu => "gpu",
            Self::Nic => "nic",
            Self::Nvme => "nvme",
            Self::Usb => "usb",
            Self::Hba => "hba",
            Self::Audio => "audio",
        }
    }

    /// The kind that a word names, in either case; `gpus` and `nics`, too.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        Self::ALL
            .into_iter()
            .find(|kind| word == kind.word() || word.strip_suffix('s') == Some(kind.word()))
    }

    /// Whether functions of this class are of the kind. The numbers are those of the PCI Code
    /// and ID Assignment Specification 1.11, sections 1.2 to 1.19.
    #[must_use]
    pub const fn has(self, class: ClassCode) -> bool {
        match self {
            Self::Gpu => matches!(class.base, 0x03 | 0x12),
            // Base class 0d: wireless; 02: network.
            Self::Nic => matches!(class.base, 0x02 | 0x0d),
            Self::Nvme => class.base == 0x01 && class.sub == 0x08,
            Self::Usb => class.base == 0x0c && matches!(class.sub, 0x03 | 0x0a),
            Self::Hba => class.base == 0x01 && class.sub != 0x08,
            Self::Audio => class.base == 0x04 && matches!(class.sub, 0x01 | 0x03),
        }
    }

    /// The words that almost are `word`.
    pub(super) fn near(word: &str) -> Vec<&'static str> {
        similar(word, Self::ALL.map(Self::word))
    }
}
