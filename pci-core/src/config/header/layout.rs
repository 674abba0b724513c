//! A complete header.

use super::bridge::BridgeHeader;
use super::cardbus::CardBusHeader;
use super::common::{CommonHeader, HeaderType};
use super::device::DeviceHeader;
use super::interrupt::InterruptPin;
use crate::config::space::ConfigSpace;
use crate::error::{Cause, Result};

/// The first 64 bytes of configuration space (PCI Local Bus Specification 3.0,
/// section 6.1).
///
/// ```
/// use pci_core::ErrorKind;
/// use pci_core::config::{ConfigSpace, Header};
/// let error = Header::read(ConfigSpace::new(&[0xff; 64])).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::NoAnswer);
/// let error = Header::read(ConfigSpace::new(&[0; 16])).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::HeaderNotShown);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Header {
    /// The common part.
    pub common: CommonHeader,
    /// The part that depends on the header type.
    pub layout: HeaderLayout,
}

/// The part of a header that depends on the header type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum HeaderLayout {
    /// A device, type 0.
    Device(DeviceHeader),
    /// A PCI-to-PCI bridge, type 1.
    Bridge(BridgeHeader),
    /// A PCI-to-CardBus bridge, type 2.
    CardBus(CardBusHeader),
    /// An undefined header type.
    Unknown(HeaderType),
}

impl Header {
    /// Parses the header.
    ///
    /// # Errors
    ///
    /// If the input lacks part of it, or the function does not respond.
    pub fn read(space: ConfigSpace<'_>) -> Result<Self> {
        if space.is_all_ones() {
            return Err(Cause::NoAnswer.into());
        }
        Self::of(space).ok_or_else(|| Cause::HeaderNotShown.into())
    }

    fn of(space: ConfigSpace<'_>) -> Option<Self> {
        let common = CommonHeader::read(space)?;
        let layout = match common.header_type.layout() {
            HeaderType::DEVICE => HeaderLayout::Device(DeviceHeader::read(space)?),
            HeaderType::BRIDGE => HeaderLayout::Bridge(BridgeHeader::read(space)?),
            HeaderType::CARDBUS => HeaderLayout::CardBus(CardBusHeader::read(space)?),
            _ => HeaderLayout::Unknown(common.header_type),
        };
        Some(Self { common, layout })
    }

    /// The type 0 header.
    #[must_use]
    pub const fn device(&self) -> Option<&DeviceHeader> {
        match &self.layout {
            HeaderLayout::Device(device) => Some(device),
            _ => None,
        }
    }

    /// The type 1 header.
    #[must_use]
    pub const fn bridge(&self) -> Option<&BridgeHeader> {
        match &self.layout {
            HeaderLayout::Bridge(bridge) => Some(bridge),
            _ => None,
        }
    }

    /// INTx of the function; `None` if the header type is unknown.
    #[must_use]
    pub const fn interrupt_pin(&self) -> Option<InterruptPin> {
        match &self.layout {
            HeaderLayout::Device(device) => Some(device.interrupt_pin),
            HeaderLayout::Bridge(bridge) => Some(bridge.interrupt_pin),
            HeaderLayout::CardBus(cardbus) => Some(cardbus.interrupt_pin),
            HeaderLayout::Unknown(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts() {
        let mut bytes = [0u8; 64];
        let mut layout = |kind| {
            bytes[14] = kind;
            Header::read(ConfigSpace::new(&bytes)).unwrap().layout
        };
        assert!(matches!(layout(0x80), HeaderLayout::Device(_)));
        assert!(matches!(layout(0x01), HeaderLayout::Bridge(_)));
        assert!(matches!(layout(0x02), HeaderLayout::CardBus(_)));
        assert_eq!(layout(0x7f), HeaderLayout::Unknown(HeaderType(0x7f)));
    }

    #[test]
    fn a_virtual_function_is_not_all_ones() {
        let mut bytes = [0u8; 64];
        bytes[..4].fill(0xff);
        let header = Header::read(ConfigSpace::new(&bytes)).unwrap();
        assert_eq!(header.common.id.to_string(), "ffff:ffff");
    }
}
