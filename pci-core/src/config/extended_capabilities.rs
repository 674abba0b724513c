//! The extended capability list, from 0x100.

use alloc::vec::Vec;

use super::capabilities::{Capabilities, ListEnd};
use super::capability_id::{CapabilityId, ExtendedCapabilityId};
use super::space::{CONVENTIONAL_SIZE, ConfigSpace, EXTENDED_SIZE};

/// A structure in the extended capability list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ExtendedCapability {
    /// Offset: 0x100 to 0xffc.
    pub offset: u16,
    /// Extended capability ID.
    pub id: ExtendedCapabilityId,
    /// Capability version, 0 to 15.
    pub version: u8,
}

/// The extended capabilities of a function, in list order, and why the list ends.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedCapabilities, ExtendedCapabilityId};
/// let mut bytes = vec![0; 4096];
/// bytes[0x06] = 0x10; // Status: there is a list
/// bytes[0x34] = 0x60;
/// bytes[0x60] = 0x10; // PCI Express
/// bytes[0x100..0x104].copy_from_slice(&0x0001_000d_u32.to_le_bytes());
/// let list = ExtendedCapabilities::read(ConfigSpace::new(&bytes));
/// let acs = list.find(ExtendedCapabilityId::ACCESS_CONTROL_SERVICES).unwrap();
/// assert_eq!((acs.offset, acs.version), (0x100, 1));
/// assert!(list.end.is_complete());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ExtendedCapabilities {
    /// The structures, at most 960.
    pub capabilities: Vec<ExtendedCapability>,
    /// Why the list ends.
    pub end: ListEnd,
}

impl ExtendedCapabilities {
    /// Walks the list (PCI Express Base Specification 6.3, section 7.6.3). Only a function with a
    /// PCI Express or PCI-X capability can have one: on others the bytes from 0x100 on are
    /// undefined, and may repeat the first 256.
    #[must_use]
    pub fn read(space: ConfigSpace<'_>) -> Self {
        Self::read_after(space, &Capabilities::read(space))
    }

    /// As [`read`](Self::read), with the first list already parsed.
    #[must_use]
    pub fn read_after(space: ConfigSpace<'_>, first: &Capabilities) -> Self {
        let extended = [CapabilityId::PCI_EXPRESS, CapabilityId::PCI_X];
        let mut capabilities = Vec::new();
        let end = if extended.iter().any(|id| first.find(*id).is_some()) {
            walk(space, &mut capabilities)
        } else if first.end.is_complete() {
            ListEnd::NoList
        } else {
            first.end
        };
        Self { capabilities, end }
    }

    /// The first structure with this ID.
    #[must_use]
    pub fn find(&self, id: ExtendedCapabilityId) -> Option<ExtendedCapability> {
        self.all(id).next()
    }

    /// All structures with this ID: vendor-specific and designated vendor-specific ones may occur
    /// several times.
    pub fn all(
        &self,
        id: ExtendedCapabilityId,
    ) -> impl Iterator<Item = ExtendedCapability> + use<'_> {
        let capabilities = self.capabilities.iter().copied();
        capabilities.filter(move |capability| capability.id == id)
    }
}

fn walk(space: ConfigSpace<'_>, capabilities: &mut Vec<ExtendedCapability>) -> ListEnd {
    // One bit per possible offset.
    let mut seen = [0u64; (EXTENDED_SIZE / 4 / 64) as usize];
    let mut offset = CONVENTIONAL_SIZE;
    loop {
        if offset < CONVENTIONAL_SIZE {
            return ListEnd::OutOfRange { offset };
        }
        let place = offset / 4;
        let Some(word) = seen.get_mut(usize::from(place / 64)) else {
            return ListEnd::OutOfRange { offset };
        };
        let bit = 1 << (place % 64);
        if *word & bit != 0 {
            return ListEnd::Loop { offset };
        }
        *word |= bit;
        let Some(header) = space.dword(offset) else {
            return ListEnd::NotShown { offset };
        };
        match header {
            // No capabilities: an empty header at 0x100.
            0 => return ListEnd::End,
            u32::MAX => return ListEnd::Broken { offset },
            _ => {}
        }
        let [id_low, id_high, low, high] = header.to_le_bytes();
        capabilities.push(ExtendedCapability {
            offset,
            id: ExtendedCapabilityId(u16::from_le_bytes([id_low, id_high])),
            version: low & 0xf,
        });
        offset = u16::from_le_bytes([low, high]) >> 4 & !3;
        if offset == 0 {
            return ListEnd::End;
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn express(links: &[(usize, u16, usize)]) -> Vec<u8> {
        let mut bytes = vec![0; 4096];
        bytes[6] = 0x10;
        bytes[0x34] = 0x40;
        bytes[0x40] = 0x10;
        for (at, id, next) in links {
            let header = u32::from(*id) | 1 << 16 | u32::try_from(*next << 20).unwrap();
            bytes[*at..at + 4].copy_from_slice(&header.to_le_bytes());
        }
        bytes
    }

    fn list(links: &[(usize, u16, usize)]) -> ExtendedCapabilities {
        ExtendedCapabilities::read(ConfigSpace::new(&express(links)))
    }

    #[test]
    fn how_lists_end() {
        assert_eq!(list(&[]).end, ListEnd::End);
        let looped = list(&[(0x100, 1, 0x203), (0x200, 2, 0x100)]);
        assert_eq!(looped.capabilities.len(), 2);
        assert_eq!(looped.end, ListEnd::Loop { offset: 0x100 });
        assert_eq!(
            list(&[(0x100, 1, 0x40)]).end,
            ListEnd::OutOfRange { offset: 0x40 }
        );
        let mut bytes = express(&[(0x100, 1, 0x200)]);
        bytes[0x200..0x204].fill(0xff);
        let read = |bytes: &[u8]| ExtendedCapabilities::read(ConfigSpace::new(bytes));
        assert_eq!(read(&bytes).end, ListEnd::Broken { offset: 0x200 });
        assert_eq!(read(&bytes[..256]).end, ListEnd::NotShown { offset: 0x100 });
        assert_eq!(read(&bytes[..64]).end, ListEnd::NotShown { offset: 0x40 });
        bytes[0x40] = 9;
        assert_eq!(read(&bytes).end, ListEnd::NoList);
        assert_eq!(read(&[0xff; 4096]).end, ListEnd::Broken { offset: 0 });
    }

    #[test]
    fn no_list_is_longer_than_960() {
        let links: Vec<_> = (0x100..0x1000)
            .step_by(4)
            .map(|at| (at, 0, if at == 0xffc { 0 } else { at + 4 }))
            .collect();
        let long = list(&links);
        assert_eq!(long.capabilities.len(), 960);
        assert_eq!(long.end, ListEnd::End);
    }
}
