//! The capability list in the first 256 bytes.

use alloc::vec::Vec;

use super::capability_id::CapabilityId;
use super::header::{CommonHeader, HeaderType, StatusFlags};
use super::space::ConfigSpace;

/// Lowest offset of a capability: after the header (PCI Local Bus Specification 3.0, section 6.7).
const FIRST: u16 = 0x40;

/// A structure in the capability list; [`ConfigSpace::capability`] parses one as its type.
///
/// ```
/// use pci_core::config::{Capabilities, CapabilityId, ConfigSpace};
/// let mut bytes = [0; 256];
/// bytes[0x06] = 0x10; // Status: there is a list
/// bytes[0x34] = 0x60;
/// bytes[0x60..0x64].copy_from_slice(&[0x01, 0x78, 0x03, 0x48]);
/// bytes[0x78..0x7c].copy_from_slice(&[0x10, 0x00, 0x12, 0x00]);
/// let list = Capabilities::read(ConfigSpace::new(&bytes)).capabilities;
/// let found: Vec<_> = list.iter().map(|one| (one.offset, one.id)).collect();
/// assert_eq!(
///     found,
///     [(0x60, CapabilityId::POWER_MANAGEMENT), (0x78, CapabilityId::PCI_EXPRESS)]
/// );
/// // PCI Express, version 2, of a legacy endpoint.
/// assert_eq!(list[1].flags, 0x0012);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Capability {
    /// Offset: 0x40 to 0xfc.
    pub offset: u16,
    /// Capability ID.
    pub id: CapabilityId,
    /// The 16 bits after ID and next pointer, the first register of most structures.
    #[doc(alias = "PCI_CAP_FLAGS")]
    pub flags: u16,
}

/// Why a capability list ends.
///
/// Only after [`End`](Self::End) or [`NoList`](Self::NoList) is an unlisted structure known to be
/// absent.
///
/// ```
/// use pci_core::config::{Capabilities, ConfigSpace, ListEnd};
/// let mut bytes = [0; 256];
/// bytes[0x06] = 0x10; // Status: there is a list
/// bytes[0x34] = 0x40;
/// bytes[0x40..0x42].copy_from_slice(&[0x01, 0x40]); // points to itself
/// let list = Capabilities::read(ConfigSpace::new(&bytes));
/// assert_eq!(list.end, ListEnd::Loop { offset: 0x40 });
/// // A non-root user sees 64 bytes.
/// let list = Capabilities::read(ConfigSpace::new(&bytes[..64]));
/// assert_eq!(list.end, ListEnd::NotShown { offset: 0x40 });
/// assert!(!list.end.is_complete());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub enum ListEnd {
    /// The last structure has no next pointer.
    End,
    /// No list: the function has no capabilities or, for the extended list, is neither PCI Express
    /// nor PCI-X Mode 2.
    NoList,
    /// The list continues at an offset that is not in the input: `<access denied>` in lspci without
    /// root, or a dump that is too short.
    NotShown {
        /// Next offset.
        offset: u16,
    },
    /// The list returns to a previous structure (`<chain looped>` in lspci).
    Loop {
        /// Offset of that structure.
        offset: u16,
    },
    /// The structure at this offset reads as all ones (`<chain broken>` in lspci).
    Broken {
        /// Its offset.
        offset: u16,
    },
    /// A next pointer points into the header or, in the extended list, into the first 256 bytes.
    OutOfRange {
        /// The pointer.
        offset: u16,
    },
}

impl ListEnd {
    /// Whether the list is complete.
    #[must_use]
    pub const fn is_complete(self) -> bool {
        matches!(self, Self::End | Self::NoList)
    }
}

/// The capabilities of a function in the first 256 bytes, in list order, and why the list ends.
///
/// ```
/// use pci_core::config::{Capabilities, CapabilityId, ConfigSpace, ListEnd};
/// let mut bytes = [0; 256];
/// bytes[0x06] = 0x10; // Status: there is a list
/// bytes[0x34] = 0x60; // where it begins
/// bytes[0x60..0x64].copy_from_slice(&[0x01, 0x68, 0x03, 0x00]);
/// bytes[0x68..0x6c].copy_from_slice(&[0x11, 0x00, 0x08, 0x80]);
/// let list = Capabilities::read(ConfigSpace::new(&bytes));
/// let ids: Vec<_> = list.capabilities.iter().map(|capability| capability.id).collect();
/// assert_eq!(ids, [CapabilityId::POWER_MANAGEMENT, CapabilityId::MSI_X]);
/// assert_eq!(list.end, ListEnd::End);
///
/// // A non-root user sees 64 bytes.
/// let list = Capabilities::read(ConfigSpace::new(&bytes[..64]));
/// assert_eq!(list.end, ListEnd::NotShown { offset: 0x60 });
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Capabilities {
    /// The structures, at most 48.
    pub capabilities: Vec<Capability>,
    /// Why the list ends.
    pub end: ListEnd,
}

impl Capabilities {
    /// Walks the list. The two low bits of every pointer are masked (PCI Local Bus Specification
    /// 3.0, section 6.7).
    #[must_use]
    pub fn read(space: ConfigSpace<'_>) -> Self {
        let mut capabilities = Vec::new();
        let end = walk(space, &mut capabilities);
        Self { capabilities, end }
    }

    /// The first structure with this ID.
    #[must_use]
    pub fn find(&self, id: CapabilityId) -> Option<Capability> {
        self.all(id).next()
    }

    /// All structures with this ID: vendor-specific and HyperTransport capabilities may occur
    /// several times.
    pub fn all(&self, id: CapabilityId) -> impl Iterator<Item = Capability> + use<'_> {
        let capabilities = self.capabilities.iter().copied();
        capabilities.filter(move |capability| capability.id == id)
    }
}

fn walk(space: ConfigSpace<'_>, capabilities: &mut Vec<Capability>) -> ListEnd {
    let Some(header) = CommonHeader::read(space) else {
        return ListEnd::NotShown { offset: 0 };
    };
    let pointer = match header.header_type.layout() {
        _ if space.is_all_ones() => return ListEnd::Broken { offset: 0 },
        _ if !(header.status.flags).contains(StatusFlags::CAPABILITIES_LIST) => {
            return ListEnd::NoList;
        }
        HeaderType::DEVICE | HeaderType::BRIDGE => 0x34,
        HeaderType::CARDBUS => 0x14,
        _ => return ListEnd::NoList,
    };
    let Some(mut next) = space.byte(pointer) else {
        return ListEnd::NotShown { offset: pointer };
    };
    // One bit per possible offset.
    let mut seen = 0u64;
    loop {
        let offset = u16::from(next & !3);
        if offset == 0 {
            return ListEnd::End;
        }
        if offset < FIRST {
            return ListEnd::OutOfRange { offset };
        }
        let place = 1 << (offset / 4);
        if seen & place != 0 {
            return ListEnd::Loop { offset };
        }
        seen |= place;
        let Some(&[id, pointer, low, high]) = space.bytes(offset, 4) else {
            return ListEnd::NotShown { offset };
        };
        if id == 0xff {
            return ListEnd::Broken { offset };
        }
        capabilities.push(Capability {
            offset,
            id: CapabilityId(id),
            flags: u16::from_le_bytes([low, high]),
        });
        next = pointer;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(links: &[(u8, u8, u8)]) -> Capabilities {
        let mut bytes = [0; 256];
        bytes[6] = 0x10;
        bytes[0x34] = links.first().map_or(0, |link| link.0);
        for (at, id, next) in links {
            bytes[usize::from(at & !3)] = *id;
            bytes[usize::from(at & !3) + 1] = *next;
        }
        Capabilities::read(ConfigSpace::new(&bytes))
    }

    #[test]
    fn how_lists_end() {
        let long = list(&[(0x40, 1, 0x53), (0x50, 5, 0x40)]);
        assert_eq!(long.capabilities.len(), 2);
        assert_eq!(long.end, ListEnd::Loop { offset: 0x40 });
        assert_eq!(list(&[]).end, ListEnd::End);
        assert_eq!(list(&[(0x40, 9, 0x40)]).end, ListEnd::Loop { offset: 0x40 });
        assert_eq!(
            list(&[(0x40, 9, 0x3c)]).end,
            ListEnd::OutOfRange { offset: 0x3c }
        );
        let broken = list(&[(0x43, 0, 0xfc), (0xfc, 0xff, 0)]);
        assert_eq!(broken.end, ListEnd::Broken { offset: 0xfc });
        assert_eq!(broken.capabilities[0].id, CapabilityId::NULL);
        assert!(!broken.end.is_complete());
        let off = Capabilities::read(ConfigSpace::new(&[0xff; 256]));
        assert_eq!(off.end, ListEnd::Broken { offset: 0 });
        let old = Capabilities::read(ConfigSpace::new(&[0; 64]));
        assert_eq!(old.end, ListEnd::NoList);
    }

    #[test]
    fn a_cardbus_bridge_has_its_pointer_elsewhere() {
        let mut bytes = [0; 256];
        bytes[6] = 0x10;
        bytes[0x0e] = 2;
        bytes[0x14] = 0xa0;
        bytes[0xa0] = 1;
        let list = Capabilities::read(ConfigSpace::new(&bytes));
        assert_eq!(list.capabilities[0].offset, 0xa0);
        let list = Capabilities::read(ConfigSpace::new(&bytes[..128]));
        assert_eq!(list.end, ListEnd::NotShown { offset: 0xa0 });
    }

    #[test]
    fn no_list_is_longer_than_48() {
        let mut bytes: Vec<u8> = (0..=255).map(|at: u8| at.wrapping_add(3)).collect();
        bytes[6] = 0x10;
        bytes[0x0e] = 0;
        bytes[0x34] = 0x40;
        for at in (0x40..256).step_by(4) {
            bytes[at] = 9;
        }
        let list = Capabilities::read(ConfigSpace::new(&bytes));
        assert_eq!(list.capabilities.len(), 48);
        assert_eq!(list.end, ListEnd::End);
    }
}
