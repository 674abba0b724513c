//! IVRS, the ACPI table of AMD IOMMUs.

use bitflags::bitflags;
use pci_core::RequesterId;

use super::ivhd_entry::{DeviceEntry, DeviceEntryKind, DeviceRange, entries};
use super::table::{self, Block, OtherBlock, TableHeader};
use crate::error::Result;

/// The I/O virtualization reporting structure (AMD I/O Virtualization Technology
/// Specification 3.09, section 5.2).
///
/// ```
/// # fn show(bytes: &[u8]) -> Result<(), iommu::Error> {
/// let ivrs = iommu::acpi::Ivrs::parse(bytes)?;
/// for (_, devices, source) in ivrs.aliases() {
///     println!("{} to {} appear as {source}", devices.first, devices.last);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ivrs {
    /// The table's header.
    pub header: TableHeader,
    /// IVinfo: capabilities of all IOMMUs of the platform (section 5.2.1).
    pub info: u32,
    /// The blocks, in order. Firmware describes one IOMMU up to three times, in blocks of types
    /// 10h, 11h and 40h; Linux uses only those of one type: see [`Ivrs::units`].
    pub blocks: Vec<IvrsBlock>,
}

/// A block of IVRS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IvrsBlock {
    /// I/O virtualization hardware definition (IVHD).
    Hardware(Ivhd),
    /// I/O virtualization memory definition (IVMD).
    Memory(Ivmd),
    /// A block of another type.
    Other(OtherBlock),
}

bitflags! {
    /// IVHD flags (section 5.2.2, bits 7:0).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct IvhdFlags: u8 {
        /// HyperTransport tunnel translation.
        const HT_TUNNEL = 1;
        /// Posted writes may pass other requests (PassPW).
        const PASS_POSTED_WRITE = 1 << 1;
        /// Responses may pass posted writes (ResPassPW).
        const RESPONSE_PASS_POSTED_WRITE = 1 << 2;
        /// Isochronous requests.
        const ISOCHRONOUS = 1 << 3;
        /// Remote IOTLB support (ATS).
        const IOTLB = 1 << 4;
        /// Coherent page table walks.
        const COHERENT = 1 << 5;
        /// Prefetch command support; reserved in blocks of types 11h and 40h.
        const PREFETCH = 1 << 6;
        /// Peripheral page request support; reserved in blocks of types 11h and 40h.
        const PERIPHERAL_PAGE_REQUEST = 1 << 7;
        /// Reserved bits.
        const _ = !0;
    }

    /// IVMD flags (section 5.2.2.2).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct IvmdFlags: u8 {
        /// Unity mapping: virtual and physical addresses are equal.
        const UNITY = 1;
        /// Read permission.
        const READ = 1 << 1;
        /// Write permission.
        const WRITE = 1 << 2;
        /// Exclusion range: requests to this memory are not translated.
        const EXCLUSION_RANGE = 1 << 3;
        /// Reserved bits.
        const _ = !0;
    }
}

/// An I/O virtualization hardware definition, IVHD (section 5.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ivhd {
    /// Block type: 10h, 11h or 40h.
    pub kind: u8,
    /// Its flags.
    pub flags: IvhdFlags,
    /// Requester ID of the IOMMU's own function.
    pub device: RequesterId,
    /// Offset of the IOMMU capability in that function's configuration space.
    pub capability_offset: u16,
    /// Base address of its registers.
    pub base: u64,
    /// The PCI segment.
    pub segment: u16,
    /// IOMMU info: bits 4:0 MSI number, 12:8 unit ID.
    pub info: u16,
    /// IOMMU feature reporting of type 10h; IOMMU attributes of types 11h and 40h.
    pub features: u32,
    /// Image of the Extended Feature Register, in blocks of types 11h and 40h.
    pub extended_features: Option<u64>,
    /// The devices that the IOMMU covers.
    pub entries: Vec<DeviceEntry>,
}

/// An I/O virtualization memory definition, IVMD (section 5.2.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Ivmd {
    /// Its flags.
    pub flags: IvmdFlags,
    /// The devices of the memory.
    pub devices: IvmdDevices,
    /// Start address.
    pub start: u64,
    /// Length in bytes.
    pub length: u64,
}

/// The devices of a memory block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum IvmdDevices {
    /// All devices (type 20h).
    All,
    /// A device or a range (types 21h and 22h).
    Range(DeviceRange),
}

impl IvrsBlock {
    /// Its type and device ID; `None` for a type above 40h.
    fn type_and_device(&self) -> Option<(u8, u16)> {
        match self {
            Self::Hardware(unit) => Some((unit.kind, unit.device.0)),
            Self::Memory(memory) => Some(match memory.devices {
                IvmdDevices::All => (0x20, 0),
                IvmdDevices::Range(range) if range.first == range.last => (0x21, range.first.0),
                IvmdDevices::Range(range) => (0x22, range.first.0),
            }),
            Self::Other(other) => {
                let kind = u8::try_from(other.kind).ok().filter(|kind| *kind <= 0x40)?;
                let device = other.bytes.get(4..6)?.first_chunk()?;
                Some((kind, u16::from_le_bytes(*device)))
            }
        }
    }
}

impl Ivrs {
    /// Parses the table.
    ///
    /// # Errors
    ///
    /// If the table has another signature, is cut, or contains an invalid length or range.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let (header, table) = table::header(bytes, "IVRS")?;
        let table = Block {
            offset: 0,
            bytes: table,
        };
        table.at_least(48, "the fixed part of IVRS")?;
        let mut blocks = Vec::new();
        let mut rest = table.from(48);
        while !rest.bytes.is_empty() {
            const WHAT: &str = "a block of IVRS";
            rest.at_least(4, WHAT)?;
            let (block, after) = rest.split(usize::from(rest.u16(2)), 4, WHAT)?;
            blocks.push(match block.u8(0) {
                0x10 | 0x11 | 0x40 => IvrsBlock::Hardware(hardware(block)?),
                0x20..=0x22 => IvrsBlock::Memory(memory(block)?),
                kind => IvrsBlock::Other(OtherBlock {
                    kind: u16::from(kind),
                    offset: block.offset,
                    bytes: block.bytes.to_vec(),
                }),
            });
            rest = after;
        }
        Ok(Self {
            header,
            info: table.u32(36),
            blocks,
        })
    }

    /// The IOMMUs as Linux reads them: the blocks of one type, the type of the last block that has
    /// the device ID of the first, up to a block of a type above 40h
    /// (`get_highest_supported_ivhd_type`, drivers/iommu/amd/init.c).
    pub fn units(&self) -> impl Iterator<Item = &Ivhd> {
        let known = || self.blocks.iter().map_while(IvrsBlock::type_and_device);
        let first = known().next().map(|(_, device)| device);
        let read = known().filter(|(_, device)| Some(*device) == first);
        let kind = read.last().map(|(kind, _)| kind);
        let all = self.blocks.iter().filter_map(|block| match block {
            IvrsBlock::Hardware(unit) => Some(unit),
            _ => None,
        });
        all.filter(move |unit| Some(unit.kind) == kind)
    }

    /// Devices whose requests carry another requester ID: the PCI segment, the devices and that ID,
    /// from the blocks that Linux reads.
    pub fn aliases(&self) -> impl Iterator<Item = (u16, DeviceRange, RequesterId)> {
        let entries = self
            .units()
            .flat_map(|unit| unit.entries.iter().map(|entry| (unit.segment, entry)));
        entries.filter_map(|(segment, entry)| match entry.kind {
            DeviceEntryKind::Alias { devices, source } => Some((segment, devices, source)),
            _ => None,
        })
    }
}

fn hardware(block: Block<'_>) -> Result<Ivhd> {
    let kind = block.u8(0);
    let fixed = if kind == 0x10 { 24 } else { 40 };
    let block = block.at_least(fixed, "an IVHD block")?;
    Ok(Ivhd {
        kind,
        flags: IvhdFlags::from_bits_retain(block.u8(1)),
        device: RequesterId(block.u16(4)),
        capability_offset: block.u16(6),
        base: block.u64(8),
        segment: block.u16(16),
        info: block.u16(18),
        features: block.u32(20),
        extended_features: (kind != 0x10).then(|| block.u64(24)),
        entries: entries(block.from(fixed))?,
    })
}

fn memory(block: Block<'_>) -> Result<Ivmd> {
    let block = block.at_least(32, "an IVMD block")?;
    let first = RequesterId(block.u16(4));
    let range = |last| IvmdDevices::Range(DeviceRange { first, last });
    Ok(Ivmd {
        flags: IvmdFlags::from_bits_retain(block.u8(1)),
        devices: match block.u8(0) {
            0x20 => IvmdDevices::All,
            0x21 => range(first),
            _ => range(RequesterId(block.u16(6))),
        },
        start: block.u64(16),
        length: block.u64(24),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An IVRS of blocks with these types and device IDs.
    fn kinds(blocks: &[(u8, u16)]) -> Vec<u8> {
        let mut bytes = b"IVRS".to_vec();
        bytes.resize(48, 0);
        for (kind, device) in blocks {
            bytes.extend([*kind, 0, 40, 0]);
            bytes.extend(device.to_le_bytes());
            bytes.resize(bytes.len() + 34, 0);
        }
        let length = u32::try_from(bytes.len()).unwrap();
        bytes[4..8].copy_from_slice(&length.to_le_bytes());
        let ivrs = Ivrs::parse(&bytes).unwrap();
        ivrs.units().map(|unit| unit.kind).collect()
    }

    #[test]
    fn the_last_type_of_the_first_iommu() {
        assert_eq!(
            kinds(&[(0x10, 2), (0x10, 0x2002), (0x11, 2), (0x11, 0x2002)]),
            [0x11; 2]
        );
        // The last, not the newest; that of another IOMMU does not count.
        assert_eq!(kinds(&[(0x40, 2), (0x11, 2), (0x40, 0x2002)]), [0x11]);
        assert_eq!(kinds(&[(0x10, 2), (0x11, 0x2002)]), [0x10]);
        // A type above 40h ends the search.
        assert_eq!(kinds(&[(0x10, 2), (0x41, 2), (0x11, 2)]), [0x10]);
    }
}
