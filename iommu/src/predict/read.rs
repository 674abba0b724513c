//! Functions from configuration space.

use std::collections::BTreeMap;

use host_tree::Lookup;
use pci_core::config::conventional::Express;
use pci_core::config::extended::{SrIov, SrIovControl};
use pci_core::config::{
    ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId, Header, HeaderError, HeaderLayout,
};
use pci_core::{Address, RequesterId, VendorId};

use super::function::{AcsRegisters, BusRange, Function};

/// Why a function's configuration space does not show what decides its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The header is not shown, or the function does not answer.
    #[error("{address}: {error}")]
    Header {
        /// Where the function is.
        address: Address,
        /// What is wrong with its header.
        error: HeaderError,
    },
    /// The capabilities are not shown: without root the kernel gives 64 bytes.
    #[error("{0}: its capabilities are not shown, which only root can read")]
    CapabilitiesNotShown(Address),
    /// A listing shows its name and not its class or ids.
    #[error("{0}: its class and ids are not shown; `lspci -nn` shows them")]
    NoIds(Address),
    /// It has an Express capability, and what is behind the first 256 bytes is not
    /// shown: ACS would be there.
    #[error("{0}: its extended capabilities are not shown; `lspci -xxxx`, run by root, shows them")]
    ExtendedNotShown(Address),
}

impl Function {
    /// Reads a function's configuration space.
    ///
    /// # Errors
    ///
    /// Where it does not show what decides the group.
    pub fn read(address: Address, space: ConfigSpace<'_>) -> Result<Self, ReadError> {
        let header = Header::read(space).map_err(|error| ReadError::Header { address, error })?;
        let not_shown = ReadError::CapabilitiesNotShown(address);
        let device_type = match space.capability::<Express>() {
            Lookup::Found(express) => Some(express.capabilities.device_type),
            Lookup::Absent => None,
            Lookup::NotShown | Lookup::Unreadable(_) => return Err(not_shown),
        };
        let not_shown = ReadError::ExtendedNotShown(address);
        let list = ExtendedCapabilities::read(space);
        let acs = match list.find(ExtendedCapabilityId::ACCESS_CONTROL_SERVICES) {
            _ if device_type.is_none() => None,
            Some(found) => Some(acs_registers(space, found.offset).ok_or(not_shown)?),
            None if list.end.is_whole() => None,
            None => return Err(not_shown),
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

    /// Reads the configuration space of all functions of a host. Those that an SR-IOV
    /// capability says are virtual get their physical function and their ids, which
    /// their own space does not have.
    ///
    /// # Errors
    ///
    /// Where one does not show what decides the groups.
    pub fn read_all<'a>(
        all: impl IntoIterator<Item = (Address, ConfigSpace<'a>)> + Clone,
    ) -> Result<Vec<Self>, ReadError> {
        let functions = all.clone().into_iter();
        let functions = functions.map(|(address, space)| Self::read(address, space));
        let mut functions = functions.collect::<Result<Vec<Self>, ReadError>>()?;
        let mut virtual_ones = BTreeMap::new();
        // No host has so many; a made-up one could say so of each function.
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

/// Whether a bridge has an address for memory of its own. The low bits of a BAR are
/// flags, of which bit 0 is set for I/O ports (PCI Local Bus Specification 3.0, section
/// 6.2.5.1).
fn has_memory(bars: [u32; 2]) -> bool {
    let mut bars = bars.iter();
    bars.any(|bar| bar & 1 == 0 && bar >> 4 != 0)
}

/// What the kernel takes for the ACS registers: their 16-bit layout, and what
/// stands where some ports have their control register.
fn acs_registers(space: ConfigSpace<'_>, at: u16) -> Option<AcsRegisters> {
    Some(AcsRegisters {
        capability: space.word(at.checked_add(4)?)?,
        control: space.word(at.checked_add(6)?)?,
        behind: space.word(at.checked_add(8)?)?,
    })
}
