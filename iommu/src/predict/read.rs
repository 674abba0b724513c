//! Functions from configuration space.

use std::collections::BTreeMap;

use host_tree::Lookup;
use pci_core::config::conventional::Express;
use pci_core::config::extended::{SrIov, SrIovControl};
use pci_core::config::{
    ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId, Header, HeaderLayout,
};
use pci_core::{Address, RequesterId, VendorId};

use super::function::{AcsRegisters, BusRange, Function};
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
            address,
            id: header.common.id,
            subsystem: header
                .device()
                .map(|device| device.subsystem)
                .filter(|ids| ids.vendor.0 != 0),
            class: header.common.class,
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
            device_type,
            acs,
            physical_function: None,
        })
    }

    /// Parses the configuration space of all functions of a host. Functions that an SR-IOV
    /// capability declares virtual get their physical function and their IDs, which their own
    /// configuration space lacks.
    ///
    /// # Errors
    ///
    /// If a function lacks the data that determines the groups.
    pub fn read_all<'a>(
        all: impl IntoIterator<Item = (Address, ConfigSpace<'a>)> + Clone,
    ) -> Result<Vec<Self>> {
        let functions = all.clone().into_iter();
        let functions = functions.map(|(address, space)| Self::read(address, space));
        let mut functions = functions.collect::<Result<Vec<Self>>>()?;
        let mut virtual_ones = BTreeMap::new();
        // Limit: malformed input could declare as many for each function.
        let mut most = usize::from(u16::MAX);
        for (physical, space) in all {
            let Lookup::Found(sr_iov) = space.extended_capability::<SrIov>() else {
                continue;
            };
            if !sr_iov.control.contains(SrIovControl::VF_ENABLE) {
                continue;
            }
            let ids = (0..sr_iov.num_vfs)
                .map_while(|index| sr_iov.vf_requester_id(physical.requester_id().0, index));
            for id in ids.take(most) {
                most -= 1;
                let address = RequesterId(id).in_domain(physical.domain());
                virtual_ones.insert(address, (physical, sr_iov.vf_device_id));
            }
        }
        let vendors: BTreeMap<Address, VendorId> = functions
            .iter()
            .map(|function| (function.address, function.id.vendor))
            .collect();
        for function in &mut functions {
            if let Some((physical, device)) = virtual_ones.get(&function.address)
                && let Some(vendor) = vendors.get(physical)
            {
                function.physical_function = Some(*physical);
                function.id.vendor = *vendor;
                function.id.device = *device;
            }
        }
        Ok(functions)
    }
}

/// Whether a bridge has a memory BAR with an address. The low bits of a BAR are flags; bit 0 is set
/// for I/O ports (PCI Local Bus Specification 3.0, section 6.2.5.1).
fn has_memory(bars: [u32; 2]) -> bool {
    let mut bars = bars.iter();
    bars.any(|bar| bar & 1 == 0 && bar >> 4 != 0)
}

/// The ACS registers in their 16-bit layout, and the bytes at which some ports have their control
/// register.
fn acs_registers(space: ConfigSpace<'_>, at: u16) -> Option<AcsRegisters> {
    Some(AcsRegisters {
        capability: space.word(at.checked_add(4)?)?,
        control: space.word(at.checked_add(6)?)?,
        after: space.word(at.checked_add(8)?)?,
    })
}
