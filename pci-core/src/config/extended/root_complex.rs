//! How the root complex is wired.

use alloc::vec::Vec;

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

code! {
    /// What an element of the root complex is.
    ElementType: u8 {
        /// A port, or an endpoint with a configuration space.
        CONFIGURATION_SPACE = 0, "Config";
        /// The way out to memory and other root complexes.
        SYSTEM_EGRESS_PORT = 1, "Egress";
        /// A link inside.
        INTERNAL_LINK = 2, "Internal";
    }
}

register! {
    /// The Element Self Description register, at 0x04 (PCI Express Base Specification
    /// 6.3, section 7.9.8.2).
    ElementSelfDescription: u32 {
        /// What the element is.
        element_type: ElementType = 3:0,
        /// How many links it declares.
        link_entries: u8 = 15:8,
        /// Which component it is part of.
        component_id: u8 = 23:16,
        /// Its port number there.
        port_number: u8 = 31:24,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

flags! {
    /// The single bits of a Link Description register.
    LinkDescriptionFlags: u32 {
        /// The entry counts.
        LINK_VALID = 0;
        /// The address is that of a configuration space, not of memory.
        LINK_TYPE_CONFIGURATION_SPACE = 1;
        /// There is a register block at the address (`AssocRCRB` in lspci).
        ASSOCIATE_RCRB_HEADER = 2;
    }
}

register! {
    /// A Link Description register.
    LinkDescription: u32 {
        /// Which component the link goes to.
        target_component_id: u8 = 23:16,
        /// Which port there.
        target_port_number: u8 = 31:24,
        ; /// The single bits.
        flags: LinkDescriptionFlags
    }
}

/// A link of the root complex.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RootComplexLink {
    /// Where it goes.
    pub description: LinkDescription,
    /// The address of what is there. For a configuration space: the number of bits of
    /// the bus in bits 2:0, the function in 14:12, the device in 19:15, the bus from
    /// bit 20 on, and the base address of the segment above it.
    pub address: u64,
}

/// Root Complex Link Declaration (PCI Express Base Specification 6.3, sections 6.10
/// and 7.9.8): which links there are inside the root complex, from this port or endpoint
/// to others. The hardware's designer or the firmware sets it.
///
/// ```
/// use pci_core::config::extended::{ElementType, RootComplexLinkDeclaration};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x20];
/// bytes[..8].copy_from_slice(&[0x05, 0x00, 0x01, 0x00, 0x00, 0x01, 0x01, 0x02]);
/// bytes[0x10..0x14].copy_from_slice(&0x0001_0001_u32.to_le_bytes());
/// bytes[0x18..0x1c].copy_from_slice(&0xfed1_9000_u32.to_le_bytes());
/// let declaration = RootComplexLinkDeclaration::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(declaration.description.element_type, ElementType::CONFIGURATION_SPACE);
/// assert_eq!(declaration.description.port_number, 2);
/// assert_eq!(declaration.links[0].address, 0xfed1_9000);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RootComplexLinkDeclaration {
    /// What the element is, at 0x04.
    pub description: ElementSelfDescription,
    /// The links, from 0x10 on, as far as they were shown.
    pub links: Vec<RootComplexLink>,
}

impl ExtendedStructure for RootComplexLinkDeclaration {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::ROOT_COMPLEX_LINK_DECLARATION;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let description = ElementSelfDescription::from_bits(registers.dword(4)?);
        let link = |at: u16| {
            Some(RootComplexLink {
                description: LinkDescription::from_bits(registers.dword(at)?),
                address: registers.qword(at + 8)?,
            })
        };
        Some(Self {
            description,
            links: (1..=u16::from(description.link_entries))
                .map_while(|index| link(0x10 * index))
                .collect(),
        })
    }
}

register! {
    /// The RCEC Associated Bus Numbers register, at 0x08.
    RcecBusNumbers: u32 {
        /// The first bus with endpoints of the collector.
        next_bus: u8 = 15:8,
        /// The last bus; below the first one, there is none.
        last_bus: u8 = 23:16,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

/// Root Complex Event Collector Endpoint Association (PCI Express Base Specification
/// 6.3, section 7.9.10): for which endpoints inside the root complex the collector
/// tells of errors and wake-ups. They have no root port above them that could. The
/// hardware's designer sets it.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::RootComplexEventCollector};
/// let bytes = [0x07, 0x00, 0x01, 0x00, 0x06, 0x00, 0x00, 0x00];
/// let collector = RootComplexEventCollector::read(ConfigSpace::new(&bytes), 0).unwrap();
/// // Devices 1 and 2 of its own bus.
/// assert_eq!(collector.association_bitmap, 1 << 1 | 1 << 2);
/// assert_eq!(collector.bus_numbers, None);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RootComplexEventCollector {
    /// The devices on its own bus, at 0x04: a bit each.
    pub association_bitmap: u32,
    /// The other buses, at 0x08: from version 2 of the structure on.
    pub bus_numbers: Option<RcecBusNumbers>,
}

impl ExtendedStructure for RootComplexEventCollector {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::ROOT_COMPLEX_EVENT_COLLECTOR;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let version = registers.dword(0)? >> 16 & 0xf;
        Some(Self {
            association_bitmap: registers.dword(4)?,
            bus_numbers: if version >= 2 {
                Some(RcecBusNumbers::from_bits(registers.dword(8)?))
            } else {
                None
            },
        })
    }
}
