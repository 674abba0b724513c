//! Device 3: more registers of the device.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::conventional::express::L1ExitLatency;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the Device Capabilities 3 register (PCI Express Base
    /// Specification 6.3, section 7.7.9.2).
    DeviceCapability3Flags: u32 {
        /// The port can forward deferrable memory writes (`DMWr Request Routing` in
        /// lspci).
        DMWR_REQUEST_ROUTING = 0;
        /// It takes tags of 14 bits (`14-Bit Tag Completer`).
        TAG_14_BIT_COMPLETER = 1;
        /// It can use tags of 14 bits (`14-Bit Tag Requester`).
        TAG_14_BIT_REQUESTER = 2;
        /// The link can drop lanes to save power (`Receiver L0p`).
        L0P = 3;
        /// It takes unordered requests.
        UIO_MEM_RDWR_COMPLETER = 10;
        /// It can send unordered requests.
        UIO_MEM_RDWR_REQUESTER = 11;
    }
}

register! {
    /// The Device Capabilities 3 register, at 0x04.
    #[doc(alias = "DevCap3")]
    DeviceCapabilities3: u32 {
        /// How long the port takes to widen the link again.
        port_l0p_exit_latency: L1ExitLatency = 6:4,
        /// How long a retimer takes to widen the link again.
        retimer_l0p_exit_latency: L1ExitLatency = 9:7,
        /// How many header words of kind E it takes, as a code.
        ohc_e_support: u8 = 14:12,
        ; /// The single bits.
        flags: DeviceCapability3Flags
    }
}

code! {
    /// How wide a link is, as Device 3 says it.
    L0pLinkWidth: u8 {
        /// One lane.
        X1 = 0, "x1";
        /// Two lanes.
        X2 = 1, "x2";
        /// Four lanes.
        X4 = 2, "x4";
        /// Eight lanes.
        X8 = 3, "x8";
        /// Sixteen lanes.
        X16 = 4, "x16";
        /// As wide as it likes: only as a target.
        DYNAMIC = 7, "dynamic";
    }
}

flags! {
    /// The single bits of the Device Control 3 register (PCI Express Base Specification
    /// 6.3, section 7.7.9.3).
    DeviceControl3Flags: u32 {
        /// It may send deferrable memory writes (`DMWr Requester` in lspci).
        DMWR_REQUESTER_ENABLE = 0;
        /// The port does not forward them (`DMWr Egress Blocking`).
        DMWR_EGRESS_BLOCKING = 1;
        /// It may use tags of 14 bits (`14-Bit Tag Requester`).
        TAG_14_BIT_REQUESTER_ENABLE = 2;
        /// The link may drop lanes (`L0p`).
        L0P_ENABLE = 3;
        /// It may send unordered requests.
        UIO_MEM_RDWR_REQUESTER_ENABLE = 7;
        /// Unordered requests may cross 256 bytes.
        UIO_REQUEST_256B_BOUNDARY_DISABLE = 8;
    }
}

register! {
    /// The Device Control 3 register, at 0x08.
    #[doc(alias = "DevCtl3")]
    DeviceControl3: u32 {
        /// How wide the link shall be.
        target_link_width: L0pLinkWidth = 6:4,
        ; /// The single bits.
        flags: DeviceControl3Flags
    }
}

flags! {
    /// The single bits of the Device Status 3 register (PCI Express Base Specification
    /// 6.3, section 7.7.9.4).
    DeviceStatus3Flags: u32 {
        /// It knows the number of its segment (`Segment Captured` in lspci).
        SEGMENT_CAPTURED = 3;
        /// The other end can drop lanes too (`Remote L0p`).
        REMOTE_L0P_SUPPORTED = 4;
    }
}

register! {
    /// The Device Status 3 register, at 0x0c.
    #[doc(alias = "DevSta3")]
    DeviceStatus3: u32 {
        /// How wide the link was at first.
        initial_link_width: L0pLinkWidth = 2:0,
        ; /// The single bits.
        flags: DeviceStatus3Flags
    }
}

/// Device 3 (PCI Express Base Specification 6.3, section 7.7.9): what had no more room in
/// the Device registers of the [PCI Express](crate::config::conventional::Express)
/// capability: tags of 14 bits, links that drop lanes to save power (L0p), deferrable
/// memory writes. The hardware says what it can, software what is in use.
///
/// ```
/// use pci_core::config::extended::{Device3, DeviceControl3Flags, DeviceStatus3Flags};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x10];
/// bytes[..4].copy_from_slice(&[0x2f, 0x00, 0x01, 0x00]);
/// bytes[0x08] = 0x08;
/// bytes[0x0c] = 0x08;
/// let device = Device3::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(device.control.flags.contains(DeviceControl3Flags::L0P_ENABLE));
/// assert!(device.status.flags.contains(DeviceStatus3Flags::SEGMENT_CAPTURED));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Device3 {
    /// What it can, at 0x04.
    pub capabilities: DeviceCapabilities3,
    /// What it is told, at 0x08.
    pub control: DeviceControl3,
    /// What it does, at 0x0c.
    pub status: DeviceStatus3,
}

impl ExtendedStructure for Device3 {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::DEVICE_3;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: DeviceCapabilities3::from_bits(registers.dword(4)?),
            control: DeviceControl3::from_bits(registers.dword(8)?),
            status: DeviceStatus3::from_bits(registers.dword(0xc)?),
        })
    }
}
