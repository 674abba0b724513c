//! The structures of CXL.

use alloc::vec::Vec;

use super::capability::DesignatedVendorSpecific;
use super::cxl_device::CxlDevice;
use super::cxl_flex_bus::CxlFlexBusPort;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

code! {
    /// Which structure of CXL it is (Compute Express Link Specification 3.1, section
    /// 8.1.1).
    CxlDvsecId: u16 {
        /// Of a device.
        DEVICE = 0, "PCIe DVSEC for CXL Devices";
        /// Which functions do not take part.
        NON_CXL_FUNCTION_MAP = 2, "Non-CXL Function Map DVSEC";
        /// Of a port.
        PORT_EXTENSIONS = 3, "CXL Extensions DVSEC for Ports";
        /// Flushing memory before power fails, of a port.
        GPF_PORT = 4, "GPF DVSEC for CXL Ports";
        /// Flushing memory before power fails, of a device.
        GPF_DEVICE = 5, "GPF DVSEC for CXL Devices";
        /// The link.
        FLEX_BUS_PORT = 7, "PCIe DVSEC for Flex Bus Port";
        /// Where in memory there are more registers.
        REGISTER_LOCATOR = 8, "Register Locator DVSEC";
        /// A device of several.
        MULTI_LOGICAL_DEVICE = 9, "MLD DVSEC";
        /// Tests.
        TEST_CAPABILITY = 10, "PCIe DVSEC for Test Capability";
    }
}

flags! {
    /// The Port Control Extensions register, at 0x0c (Compute Express Link Specification
    /// 3.1, section 8.1.5.2).
    CxlPortControl: u16 {
        /// A reset of the bus takes effect (`UnmaskSBR` in lspci).
        UNMASK_SBR = 0;
        /// Turning the link off takes effect (`UnmaskLinkDisable`).
        UNMASK_LINK_DISABLE = 1;
        /// The alternate windows are in use (`AltMem`).
        ALT_MEMORY_AND_ID_SPACE_ENABLE = 2;
        /// Devices on the alternate buses may access memory (`AltBME`).
        ALT_BUS_MASTER_ENABLE = 3;
        /// Trouble is passed on (`ViralEnable`).
        VIRAL_ENABLE = 14;
    }
}

/// CXL Extensions for Ports (Compute Express Link Specification 3.1, section 8.1.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CxlPortExtensions {
    /// The Port Status register, at 0x0a: bit 0 says that power management is set up,
    /// bit 14 that there was trouble.
    pub status: u16,
    /// What the port is told, at 0x0c.
    pub control: CxlPortControl,
    /// The first and last alternate bus, at 0x0e and 0x0f.
    pub alternate_buses: (u8, u8),
    /// The registers of base and limit of the alternate memory window, at 0x10 and
    /// 0x12.
    pub alternate_memory: (u16, u16),
}

register! {
    /// A time: a value and its scale.
    GpfTimeout: u16 {
        /// The value, in the unit of the scale.
        base: u8 = 3:0,
        /// 0 to 7: units of 1, 10, 100 µs, 1, 10, 100 ms, 1, 10 s.
        scale: u8 = 11:8,
        ; /// The bits that are in no field.
        reserved: u16
    }
}

impl GpfTimeout {
    /// The time in microseconds; `None` where the scale means nothing.
    #[must_use]
    pub const fn microseconds(self) -> Option<u64> {
        match self.scale {
            0..=7 => Some(self.base as u64 * 10_u64.pow(self.scale as u32)),
            _ => None,
        }
    }
}

/// Global Persistent Flush of a port (Compute Express Link Specification 3.1, section
/// 8.1.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CxlGpfPort {
    /// How long it waits in phase 1, at 0x0c.
    pub phase_1_timeout: GpfTimeout,
    /// How long it waits in phase 2, at 0x0e.
    pub phase_2_timeout: GpfTimeout,
}

/// Global Persistent Flush of a device (Compute Express Link Specification 3.1, section
/// 8.1.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CxlGpfDevice {
    /// How long it takes in phase 2, at 0x0a.
    pub phase_2_duration: GpfTimeout,
    /// How much power it takes then, in mW, at 0x0c.
    pub phase_2_power: u32,
}

code! {
    /// What a block of registers is for.
    CxlRegisterBlockId: u8 {
        /// Nothing.
        EMPTY = 0, "empty";
        /// Registers of the component.
        COMPONENT = 1, "component registers";
        /// Control of access to windows.
        BAR_VIRTUALIZATION_ACL = 2, "BAR virtualization";
        /// Registers of the device.
        DEVICE = 3, "CXL device registers";
        /// Counters.
        CPMU = 4, "CPMU registers";
        /// What the designer chose.
        DESIGNATED_VENDOR_SPECIFIC = 0xff, "designated vendor specific registers";
    }
}

/// Where in memory a block of registers is (Compute Express Link Specification 3.1,
/// section 8.1.9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CxlRegisterBlock {
    /// In which base address register: bits 2:0.
    pub bar: u8,
    /// What it is for: bits 15:8.
    pub id: CxlRegisterBlockId,
    /// How many bytes behind the base address.
    pub offset: u64,
}

/// Which functions of the device do not take part in CXL (Compute Express Link
/// Specification 3.1, section 8.1.4): bit n of word m for function n of device m, or
/// with ARI function 32 m + n.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct CxlNonCxlFunctionMap {
    /// The words, from 0x0c on.
    pub functions: [u32; 8],
}

/// A structure of CXL (Compute Express Link Specification 3.1, section 8.1), inside a
/// [`DesignatedVendorSpecific`] structure of vendor
/// [`CXL`](DesignatedVendorSpecific::CXL).
///
/// CXL is PCI Express with two protocols more: devices cache the host's memory, and the
/// host uses memory of devices. These structures say which of that a device or port can
/// do, and where its registers are. A function has one for each purpose.
///
/// ```
/// use pci_core::config::ConfigSpace;
/// use pci_core::config::extended::designated_vendor_specific::{Cxl, CxlRegisterBlockId};
/// let mut bytes = [0; 0x14];
/// bytes[..8].copy_from_slice(&[0x23, 0x00, 0x01, 0x00, 0x98, 0x1e, 0x40, 0x01]);
/// bytes[0x08] = 8; // Register Locator
/// bytes[0x0c..0x10].copy_from_slice(&[0x00, 0x03, 0x01, 0x00]);
/// let Some(Cxl::RegisterLocator(blocks)) = Cxl::read(ConfigSpace::new(&bytes), 0) else {
///     panic!("a locator")
/// };
/// // The device's registers are in BAR 0, 64 KiB behind its beginning.
/// assert_eq!(blocks[0].id, CxlRegisterBlockId::DEVICE);
/// assert_eq!((blocks[0].bar, blocks[0].offset), (0, 0x1_0000));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Cxl {
    /// Of a device.
    Device(CxlDevice),
    /// Which functions do not take part.
    NonCxlFunctionMap(CxlNonCxlFunctionMap),
    /// Of a port.
    PortExtensions(CxlPortExtensions),
    /// Flushing memory before power fails, of a port.
    GpfPort(CxlGpfPort),
    /// Flushing memory before power fails, of a device.
    GpfDevice(CxlGpfDevice),
    /// The link.
    FlexBusPort(CxlFlexBusPort),
    /// Where in memory there are more registers: the blocks, as far as they were shown.
    RegisterLocator(Vec<CxlRegisterBlock>),
    /// How many logical devices there are, at 0x0a.
    MultiLogicalDevice(u16),
    /// A structure that is not read here.
    Other(CxlDvsecId),
}

impl Cxl {
    /// Reads the structure at `offset`; `None` where it is of another vendor or was
    /// not shown.
    #[must_use]
    pub fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let dvsec = DesignatedVendorSpecific::read(space, offset)?;
        if dvsec.vendor() != DesignatedVendorSpecific::CXL {
            return None;
        }
        let registers = Registers::new(space, offset);
        Some(match CxlDvsecId(dvsec.id) {
            CxlDvsecId::DEVICE => Self::Device(CxlDevice::read(registers, dvsec.header)?),
            CxlDvsecId::NON_CXL_FUNCTION_MAP => {
                let mut functions = [0; 8];
                for (at, word) in (0xc..).step_by(4).zip(&mut functions) {
                    *word = registers.dword(at)?;
                }
                Self::NonCxlFunctionMap(CxlNonCxlFunctionMap { functions })
            }
            CxlDvsecId::PORT_EXTENSIONS => Self::PortExtensions(CxlPortExtensions {
                status: registers.word(0xa)?,
                control: CxlPortControl::from_bits_retain(registers.word(0xc)?),
                alternate_buses: (registers.byte(0xe)?, registers.byte(0xf)?),
                alternate_memory: (registers.word(0x10)?, registers.word(0x12)?),
            }),
            CxlDvsecId::GPF_PORT => Self::GpfPort(CxlGpfPort {
                phase_1_timeout: GpfTimeout::from_bits(registers.word(0xc)?),
                phase_2_timeout: GpfTimeout::from_bits(registers.word(0xe)?),
            }),
            CxlDvsecId::GPF_DEVICE => Self::GpfDevice(CxlGpfDevice {
                phase_2_duration: GpfTimeout::from_bits(registers.word(0xa)?),
                phase_2_power: registers.dword(0xc)?,
            }),
            CxlDvsecId::FLEX_BUS_PORT => {
                Self::FlexBusPort(CxlFlexBusPort::read(registers, dvsec.header)?)
            }
            CxlDvsecId::REGISTER_LOCATOR => {
                Self::RegisterLocator(blocks(registers, dvsec.header.length))
            }
            CxlDvsecId::MULTI_LOGICAL_DEVICE => Self::MultiLogicalDevice(registers.word(0xa)?),
            other => Self::Other(other),
        })
    }
}

fn blocks(registers: Registers<'_>, length: u16) -> Vec<CxlRegisterBlock> {
    let block = |at: u16| {
        let low = registers.dword(at)?;
        let [first, id, ..] = low.to_le_bytes();
        Some(CxlRegisterBlock {
            bar: first & 7,
            id: CxlRegisterBlockId(id),
            offset: u64::from(registers.dword(at + 4)?) << 32 | u64::from(low & 0xffff_0000),
        })
    };
    (0xc..length.saturating_sub(7))
        .step_by(8)
        .map_while(block)
        .collect()
}
