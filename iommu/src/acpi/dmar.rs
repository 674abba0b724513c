//! DMAR, the ACPI table of Intel VT-d.

use bitflags::bitflags;

use super::scope::{DeviceScope, scopes};
use super::table::{self, Block, OtherBlock, TableHeader};
use crate::error::Result;

bitflags! {
    /// Platform flags (VT-d specification 4.1, section 8.1).
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct DmarFlags: u8 {
        /// The platform supports interrupt remapping (INTR_REMAP).
        const INTERRUPT_REMAPPING = 1;
        /// The firmware requests that x2APIC mode stay disabled (X2APIC_OPT_OUT).
        const X2APIC_OPT_OUT = 1 << 1;
        /// The firmware requests DMA remapping at boot (DMA_CTRL_PLATFORM_OPT_IN_FLAG). Linux
        /// complies even if its default is off (`platform_optin_force_iommu`,
        /// drivers/iommu/intel/iommu.c).
        const PLATFORM_OPT_IN = 1 << 2;
        /// Reserved bits.
        const _ = !0;
    }
}

/// The DMA Remapping Reporting Structure (VT-d specification 4.1, chapter 8).
///
/// ```
/// # fn show(bytes: &[u8]) -> Result<(), iommu::Error> {
/// use iommu::acpi::{Dmar, DmarFlags};
/// let dmar = Dmar::parse(bytes)?;
/// if dmar.flags.contains(DmarFlags::PLATFORM_OPT_IN) {
///     println!("the firmware wants the IOMMU on");
/// }
/// for region in dmar.reserved_memory() {
///     println!("{:#x} to {:#x} stays mapped", region.base, region.limit);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dmar {
    /// The table's header.
    pub header: TableHeader,
    /// Host Address Width, in bits: 1 to 256.
    pub host_address_width: u16,
    /// Platform flags.
    pub flags: DmarFlags,
    /// The remapping structures, in order; the order matters: a device belongs to the first unit
    /// that names it.
    pub blocks: Vec<DmarBlock>,
}

/// A remapping structure of DMAR.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DmarBlock {
    /// DMA Remapping Hardware Unit Definition (DRHD).
    Unit(RemappingUnit),
    /// Reserved Memory Region Reporting (RMRR).
    ReservedMemory(ReservedMemory),
    /// Root Port ATS Capability Reporting (ATSR).
    AtsRootPorts(AtsRootPorts),
    /// Remapping Hardware Static Affinity (RHSA).
    ProximityDomain(ProximityDomain),
    /// ACPI Name-space Device Declaration (ANDD).
    AcpiDevice(AcpiDevice),
    /// SoC Integrated Address Translation Cache Reporting (SATC).
    SocAtc(SocAtc),
    /// SoC Integrated Device Property Reporting (SIDP): the segment and the devices.
    SocProperties {
        /// The PCI segment.
        segment: u16,
        /// The devices.
        scopes: Vec<DeviceScope>,
    },
    /// A structure of another type.
    Other(OtherBlock),
}

/// A DMA remapping hardware unit, DRHD (section 8.3).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RemappingUnit {
    /// Whether the unit covers all functions of its segment that no other unit names
    /// (INCLUDE_PCI_ALL).
    pub include_all: bool,
    /// Size of its register set in bytes: 4 KiB times a power of two.
    pub register_size: u64,
    /// The PCI segment.
    pub segment: u16,
    /// Base address of its registers.
    pub base: u64,
    /// The devices that the unit covers.
    pub scopes: Vec<DeviceScope>,
}

/// A reserved memory region, RMRR (section 8.4): the firmware's device keeps using this memory, so
/// it stays mapped, and VFIO refuses the device unless the region is relaxable, that is, of a USB
/// controller or a graphics device (`device_rmrr_is_relaxable`, drivers/iommu/intel/iommu.c).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReservedMemory {
    /// The PCI segment.
    pub segment: u16,
    /// First address.
    pub base: u64,
    /// Last address.
    pub limit: u64,
    /// The devices that use the region.
    pub scopes: Vec<DeviceScope>,
}

/// Root ports that support ATS, ATSR (section 8.5).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AtsRootPorts {
    /// Whether all root ports of the segment do (ALL_PORTS).
    pub all_ports: bool,
    /// The PCI segment.
    pub segment: u16,
    /// The root ports.
    pub scopes: Vec<DeviceScope>,
}

/// NUMA node of an IOMMU, RHSA (section 8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProximityDomain {
    /// Base address of the unit's registers, as in [`RemappingUnit::base`].
    pub base: u64,
    /// Proximity domain, as in SRAT.
    pub domain: u32,
}

/// A device of the ACPI namespace, ANDD (section 8.7).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AcpiDevice {
    /// ACPI Device Number, which device scopes refer to.
    pub number: u8,
    /// Its name in the namespace, such as `\_SB.PCI0.I2C0`; non-ASCII bytes are replaced.
    pub name: String,
}

/// SoC devices with an address translation cache, SATC (section 8.8).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SocAtc {
    /// Whether the devices require the cache to work (ATC_REQUIRED).
    pub required: bool,
    /// The PCI segment.
    pub segment: u16,
    /// The devices.
    pub scopes: Vec<DeviceScope>,
}

impl Dmar {
    /// Parses the table.
    ///
    /// # Errors
    ///
    /// If the table has another signature, is cut, or contains an invalid length.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let (header, table) = table::header(bytes, "DMAR")?;
        let table = Block {
            offset: 0,
            bytes: table,
        };
        table.at_least(48, "the fixed part of DMAR")?;
        let mut blocks = Vec::new();
        let mut rest = table.from(48);
        while !rest.bytes.is_empty() {
            const WHAT: &str = "a remapping structure";
            rest.at_least(4, WHAT)?;
            let (block, after) = rest.split(usize::from(rest.u16(2)), 4, WHAT)?;
            blocks.push(self::block(block)?);
            rest = after;
        }
        Ok(Self {
            header,
            host_address_width: u16::from(table.u8(36)) + 1,
            flags: DmarFlags::from_bits_retain(table.u8(37)),
            blocks,
        })
    }

    /// The remapping units, in the order of the table.
    pub fn units(&self) -> impl Iterator<Item = &RemappingUnit> {
        self.blocks.iter().filter_map(|block| match block {
            DmarBlock::Unit(unit) => Some(unit),
            _ => None,
        })
    }

    /// The reserved memory regions, in the order of the table.
    pub fn reserved_memory(&self) -> impl Iterator<Item = &ReservedMemory> {
        self.blocks.iter().filter_map(|block| match block {
            DmarBlock::ReservedMemory(region) => Some(region),
            _ => None,
        })
    }
}

fn block(block: Block<'_>) -> Result<DmarBlock> {
    Ok(match block.u16(0) {
        0 => {
            let block = block.at_least(16, "a DRHD structure")?;
            DmarBlock::Unit(RemappingUnit {
                include_all: block.u8(4) & 1 != 0,
                register_size: 4096 << (block.u8(5) & 0xf),
                segment: block.u16(6),
                base: block.u64(8),
                scopes: scopes(block.from(16))?,
            })
        }
        1 => {
            let block = block.at_least(24, "an RMRR structure")?;
            DmarBlock::ReservedMemory(ReservedMemory {
                segment: block.u16(6),
                base: block.u64(8),
                limit: block.u64(16),
                scopes: scopes(block.from(24))?,
            })
        }
        2 => {
            let block = block.at_least(8, "an ATSR structure")?;
            DmarBlock::AtsRootPorts(AtsRootPorts {
                all_ports: block.u8(4) & 1 != 0,
                segment: block.u16(6),
                scopes: scopes(block.from(8))?,
            })
        }
        3 => {
            let block = block.at_least(20, "an RHSA structure")?;
            DmarBlock::ProximityDomain(ProximityDomain {
                base: block.u64(8),
                domain: block.u32(16),
            })
        }
        4 => {
            let block = block.at_least(8, "an ANDD structure")?;
            let name = block.from(8).bytes;
            let name = name.split(|byte| *byte == 0).next().unwrap_or_default();
            DmarBlock::AcpiDevice(AcpiDevice {
                number: block.u8(7),
                name: String::from_utf8_lossy(name).into_owned(),
            })
        }
        5 => {
            let block = block.at_least(8, "a SATC structure")?;
            DmarBlock::SocAtc(SocAtc {
                required: block.u8(4) & 1 != 0,
                segment: block.u16(6),
                scopes: scopes(block.from(8))?,
            })
        }
        6 => {
            let block = block.at_least(8, "a SIDP structure")?;
            DmarBlock::SocProperties {
                segment: block.u16(6),
                scopes: scopes(block.from(8))?,
            }
        }
        kind => DmarBlock::Other(OtherBlock {
            kind,
            offset: block.offset,
            bytes: block.bytes.to_vec(),
        }),
    })
}
