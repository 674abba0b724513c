//! The structure as a whole.

use super::interface::{HostInterface, SlaveInterface};
use super::link::HyperTransportRevision;
use super::other::{
    AddressMapping, DirectRoute, ExtendedConfigurationAccess, InterruptDiscovery, MsiMapping,
    RetryMode, Switch, UnitIdClumping, VcSet,
};
use crate::config::capability_id::CapabilityId;
use crate::config::field::code;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

code! {
    /// What a structure of HyperTransport is for: bits 15:11 of its Command register.
    /// Of the two interfaces only bits 15:13 count; the others are 0 here.
    HyperTransportType: u8 {
        /// The end of a link in a device.
        SLAVE = 0b0_0000, "Slave or Primary Interface";
        /// The end of a link in a host.
        HOST = 0b0_0100, "Host or Secondary Interface";
        /// A switch.
        SWITCH = 0b0_1000, "Switch";
        /// Interrupts.
        INTERRUPT_DISCOVERY = 0b1_0000, "Interrupt Discovery and Configuration";
        /// The revision.
        REVISION_ID = 0b1_0001, "Revision ID";
        /// Units that are treated as one.
        UNIT_ID_CLUMPING = 0b1_0010, "UnitID Clumping";
        /// A window to configuration space.
        EXTENDED_CONFIGURATION = 0b1_0011, "Extended Configuration Space Access";
        /// Addresses of the secondary bus.
        ADDRESS_MAPPING = 0b1_0100, "Address Mapping";
        /// Interrupts as messages.
        MSI_MAPPING = 0b1_0101, "MSI Mapping";
        /// Requests straight to a neighbour.
        DIRECT_ROUTE = 0b1_0110, "DirectRoute";
        /// Virtual channels.
        VC_SET = 0b1_0111, "VCSet";
        /// Packets sent again.
        RETRY_MODE = 0b1_1000, "Retry Mode";
        /// Reserved for x86.
        X86 = 0b1_1001, "X86";
        /// The third generation.
        GEN3 = 0b1_1010, "Gen3";
        /// How much extended configuration space a function has.
        FUNCTION_CONFIGURATION_SPACE = 0b1_1011, "Function Configuration Space Extension";
        /// Power management.
        POWER_MANAGEMENT = 0b1_1100, "Power Management";
    }
}

impl HyperTransportType {
    /// The type in a Command register.
    #[must_use]
    pub const fn from_command(command: u16) -> Self {
        let [_, high] = command.to_le_bytes();
        match high >> 5 {
            0 => Self::SLAVE,
            1 => Self::HOST,
            _ => Self(high >> 3),
        }
    }
}

/// HyperTransport (HyperTransport I/O Link Specification 3.10, chapter 7): the link
/// between processors and chipsets of AMD before 2017, and others of that time. A
/// function can have several of these structures, one of each type. Firmware sets them
/// up.
///
/// For passthrough one matters: [`MsiMapping`](Self::MsiMapping), in bridges. Only where
/// it is enabled does an MSI of a function below become an interrupt.
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// use pci_core::config::conventional::{HyperTransport, hyper_transport::MsiMappingFlags};
/// let bytes = [0x08, 0x00, 0x03, 0xa8];
/// let Some(HyperTransport::MsiMapping(mapping)) =
///     HyperTransport::read(ConfigSpace::new(&bytes), 0)
/// else {
///     panic!("MSI mapping")
/// };
/// assert!(mapping.flags.contains(MsiMappingFlags::ENABLE));
/// assert_eq!(mapping.address, 0xfee0_0000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum HyperTransport {
    /// The end of a link in a device.
    Slave(SlaveInterface),
    /// The end of a link in a host.
    Host(HostInterface),
    /// A switch.
    Switch(Switch),
    /// Interrupts.
    InterruptDiscovery(InterruptDiscovery),
    /// The revision, at 0x02.
    RevisionId(HyperTransportRevision),
    /// Units that are treated as one.
    UnitIdClumping(UnitIdClumping),
    /// A window to configuration space.
    ExtendedConfiguration(ExtendedConfigurationAccess),
    /// Addresses of the secondary bus.
    AddressMapping(AddressMapping),
    /// Interrupts as messages.
    MsiMapping(MsiMapping),
    /// Requests straight to a neighbour.
    DirectRoute(DirectRoute),
    /// Virtual channels.
    VcSet(VcSet),
    /// Packets sent again.
    RetryMode(RetryMode),
    /// A type that is not read here.
    Other(HyperTransportType),
}

impl HyperTransport {
    /// The type of the structure.
    #[must_use]
    pub const fn kind(&self) -> HyperTransportType {
        match self {
            Self::Slave(_) => HyperTransportType::SLAVE,
            Self::Host(_) => HyperTransportType::HOST,
            Self::Switch(_) => HyperTransportType::SWITCH,
            Self::InterruptDiscovery(_) => HyperTransportType::INTERRUPT_DISCOVERY,
            Self::RevisionId(_) => HyperTransportType::REVISION_ID,
            Self::UnitIdClumping(_) => HyperTransportType::UNIT_ID_CLUMPING,
            Self::ExtendedConfiguration(_) => HyperTransportType::EXTENDED_CONFIGURATION,
            Self::AddressMapping(_) => HyperTransportType::ADDRESS_MAPPING,
            Self::MsiMapping(_) => HyperTransportType::MSI_MAPPING,
            Self::DirectRoute(_) => HyperTransportType::DIRECT_ROUTE,
            Self::VcSet(_) => HyperTransportType::VC_SET,
            Self::RetryMode(_) => HyperTransportType::RETRY_MODE,
            Self::Other(kind) => *kind,
        }
    }
}

impl ConventionalStructure for HyperTransport {
    const ID: CapabilityId = CapabilityId::HYPER_TRANSPORT;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let command = registers.word(2)?;
        Some(match HyperTransportType::from_command(command) {
            HyperTransportType::SLAVE => Self::Slave(SlaveInterface::read(registers)?),
            HyperTransportType::HOST => Self::Host(HostInterface::read(registers)?),
            HyperTransportType::SWITCH => Self::Switch(Switch::read(registers)?),
            HyperTransportType::INTERRUPT_DISCOVERY => {
                Self::InterruptDiscovery(InterruptDiscovery::read(registers)?)
            }
            HyperTransportType::REVISION_ID => {
                Self::RevisionId(HyperTransportRevision::from_bits(registers.byte(2)?))
            }
            HyperTransportType::UNIT_ID_CLUMPING => {
                Self::UnitIdClumping(UnitIdClumping::read(registers)?)
            }
            HyperTransportType::EXTENDED_CONFIGURATION => {
                Self::ExtendedConfiguration(ExtendedConfigurationAccess::read(registers)?)
            }
            HyperTransportType::ADDRESS_MAPPING => {
                Self::AddressMapping(AddressMapping::read(registers)?)
            }
            HyperTransportType::MSI_MAPPING => Self::MsiMapping(MsiMapping::read(registers)?),
            HyperTransportType::DIRECT_ROUTE => Self::DirectRoute(DirectRoute::read(registers)?),
            HyperTransportType::VC_SET => Self::VcSet(VcSet::read(registers)?),
            HyperTransportType::RETRY_MODE => Self::RetryMode(RetryMode::read(registers)?),
            other => Self::Other(other),
        })
    }
}
