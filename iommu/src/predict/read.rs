//! Functions from configuration space.

use host_tree::Lookup;
use pci_core::Address;
use pci_core::config::conventional::Express;
use pci_core::config::{
    ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId, Header, HeaderLayout,
};

use super::function::{Acs, AcsRegisters, BusRange, Function};
use crate::error::{Cause, Result};

impl Function {
    /// Parses a function's configuration space.
    ///
    /// # Errors
    ///
    /// If it lacks the data that determines the group.
    pub fn read(address: Address, space: ConfigSpace<'_>) -> Result<Self> {
        let header = Header::read(space).map_err(|error| Cause::Header { address, error })?;
        let not_shown = Cause::CapabilitiesNotShown(address);
        let device_type = match space.capability::<Express>() {
            Lookup::Found(express) => Some(express.capabilities.device_type),
            Lookup::Absent => None,
            Lookup::NotShown | Lookup::Unreadable(_) => return Err(not_shown.into()),
        };
        let not_shown = Cause::ExtendedNotShown(address);
        let list = ExtendedCapabilities::read(space);
        let acs = match list.find(ExtendedCapabilityId::ACCESS_CONTROL_SERVICES) {
            _ if device_type.is_none() => None,
            Some(found) => Some(acs_registers(space, found.offset).ok_or(not_shown)?),
            None if list.end.is_complete() => None,
            None => return Err(not_shown.into()),
        };
        Ok(Self {
            device_type,
            acs: acs.map(Acs::Registers),
            ..Self::of_header(address, &header)
        })
    }

    /// The properties in its header; the capabilities are missing.
    pub(super) fn of_header(address: Address, header: &Header) -> Self {
        Self {
            address,
            id: header.common.id.into(),
            subsystem: header
                .device()
                .map(|device| device.subsystem)
                .filter(|ids| ids.vendor.0 != 0),
            class: Some(header.common.class),
            is_readable: true,
            multifunction_bit: header.common.header_type.is_multifunction(),
            bridge: match header.layout {
                HeaderLayout::Bridge(bridge) => Some(BusRange {
                    secondary: bridge.secondary_bus,
                    subordinate: bridge.subordinate_bus,
                }),
                HeaderLayout::CardBus(bridge) => Some(BusRange {
                    secondary: bridge.cardbus_bus,
                    subordinate: bridge.subordinate_bus,
                }),
                HeaderLayout::Device(_) | HeaderLayout::Unknown(_) => None,
            },
            has_memory: match header.layout {
                HeaderLayout::Bridge(bridge) => {
                    has_memory(bridge.base_addresses) || bridge.expansion_rom.address() != 0
                }
                _ => false,
            },
            device_type: None,
            acs: None,
            physical_function: None,
        }
    }
}

/// Whether a bridge has a memory BAR with an address. The low bits of a BAR are flags; bit 0 is set
/// for I/O ports (PCI Local Bus Specification 3.0, section 6.2.5.1).
pub(super) fn has_memory(bars: [u32; 2]) -> bool {
    let mut bars = bars.iter();
    bars.any(|bar| bar & 1 == 0 && bar >> 4 != 0)
}

/// The ACS registers in their 16-bit layout, and the bytes at which some ports have their control
/// register.
pub(super) fn acs_registers(space: ConfigSpace<'_>, at: u16) -> Option<AcsRegisters> {
    Some(AcsRegisters {
        capability: space.word(at.checked_add(4)?)?,
        control: space.word(at.checked_add(6)?)?,
        after: space.word(at.checked_add(8)?)?,
    })
}
