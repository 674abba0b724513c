//! Icons of device classes: paths in a square of 16 by 16.

use pci_core::ClassCode;

use crate::text::{Text, text};

/// The kind of a device, with its icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Icon {
    Display,
    Audio,
    Network,
    Storage,
    Usb,
    Accelerator,
    Serial,
    Encryption,
    Memory,
    Port,
    Bridge,
    System,
    Other,
}

impl Icon {
    /// The icon of a class (PCI Code and ID Assignment Specification 1.11).
    pub(super) const fn of(class: Option<ClassCode>) -> Self {
        let Some(class) = class else {
            return Self::Other;
        };
        match (class.base, class.sub) {
            (0x03, _) | (0x04, 0x00) => Self::Display,
            (0x04, _) => Self::Audio,
            (0x02 | 0x0d, _) => Self::Network,
            (0x01, _) => Self::Storage,
            (0x0c, 0x03) => Self::Usb,
            (0x0b | 0x12, _) => Self::Accelerator,
            (0x07 | 0x0c, _) => Self::Serial,
            (0x10, _) => Self::Encryption,
            (0x05, _) => Self::Memory,
            (0x06, 0x04 | 0x09) => Self::Port,
            (0x06, _) => Self::Bridge,
            (0x08, _) => Self::System,
            _ => Self::Other,
        }
    }

    /// The path, drawn with a stroke of one pixel.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::Display => {
                "M1 4h14v8H1zM4 12v2M8 12v2M4.5 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0M12 6.5v3"
            }
            Self::Audio => "M2 6h3l4-3v10l-4-3H2zM11 6a3 3 0 0 1 0 4M12.5 3.5a6 6 0 0 1 0 9",
            Self::Network => "M2 2h12v9H2zM5 11v3h6v-3M5 5v2M8 5v2M11 5v2",
            Self::Storage => "M2 3h12v10H2zM2 9h12M11 11h1",
            Self::Usb => "M8 15V2M6 4l2-2 2 2M8 12l-4-2V7M8 10l4-2V5M3 5.5h2v1.5H3zM11 4h2v1h-2z",
            Self::Accelerator => "M9 1L3 9h4l-1 6 6-8H8z",
            Self::Serial => "M1.5 5h13l-2 6h-9zM5 8h.5M8 8h.5M11 8h.5",
            Self::Encryption => "M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2",
            Self::Memory => "M1 5h14v6H1zM4 7v2M8 7v2M12 7v2M3 11v2M13 11v2",
            Self::Port => "M1 8h5M10 4h5M10 12h5M6 8l4-4M6 8l4 4",
            Self::Bridge => "M1 5h14M1 11h14M5 5v6M11 5v6",
            Self::System => "M4 4h8v8H4zM6 1v3M10 1v3M6 12v3M10 12v3M1 6h3M1 10h3M12 6h3M12 10h3",
            Self::Other => "M3 3h10v10H3zM7.5 8h1",
        }
    }

    /// The kind in words.
    pub(super) fn name(self) -> Text {
        match self {
            Self::Display => text!("display"),
            Self::Audio => text!("audio"),
            Self::Network => text!("network"),
            Self::Storage => text!("storage"),
            Self::Usb => text!("USB"),
            Self::Accelerator => text!("accelerator"),
            Self::Serial => text!("serial bus"),
            Self::Encryption => text!("encryption"),
            Self::Memory => text!("memory"),
            Self::Port => text!("PCI bridge or port"),
            Self::Bridge => text!("chipset bridge"),
            Self::System => text!("system"),
            Self::Other => text!("other device"),
        }
    }
}
