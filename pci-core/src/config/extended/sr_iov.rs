//! Single Root I/O Virtualization: virtual functions.

use crate::DeviceId;
use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// Flags of the SR-IOV Capabilities register (PCI Express Base Specification 6.3, section
    /// 9.3.3.2).
    SrIovCapabilityFlags: u32 {
        /// VF Migration Capable (`Migration` in lspci); withdrawn.
        VF_MIGRATION_CAPABLE = 0;
        /// ARI Capable Hierarchy Preserved: `ARI_CAPABLE_HIERARCHY` is kept on a transition to D0.
        ARI_CAPABLE_HIERARCHY_PRESERVED = 1;
        /// VF 10-Bit Tag Requester Supported (`10BitTagReq`).
        VF_10_BIT_TAG_REQUESTER = 2;
    }
}

register! {
    /// SR-IOV Capabilities register, at 0x04.
    #[doc(alias = "IOVCap")]
    #[doc(alias = "PCI_SRIOV_CAP")]
    SrIovCapabilities: u32 {
        /// VF Migration Interrupt Message Number.
        vf_migration_interrupt_message: u16 = 31:21,
        ; /// The single bits.
        flags: SrIovCapabilityFlags
    }
}

flags! {
    /// SR-IOV Control register, at 0x08 (PCI Express Base Specification 6.3, section 9.3.3.3).
    #[doc(alias = "IOVCtl")]
    #[doc(alias = "PCI_SRIOV_CTRL")]
    SrIovControl: u16 {
        /// VF Enable: the virtual functions exist (`Enable` in lspci).
        VF_ENABLE = 0;
        /// VF Migration Enable (`Migration`); withdrawn.
        VF_MIGRATION_ENABLE = 1;
        /// VF Migration Interrupt Enable (`Interrupt`); withdrawn.
        VF_MIGRATION_INTERRUPT_ENABLE = 2;
        /// VF MSE (Memory Space Enable) (`MSE`).
        VF_MEMORY_SPACE_ENABLE = 3;
        /// ARI Capable Hierarchy: functions above 7 may be on the first bus (`ARIHierarchy`); only
        /// in the first physical function.
        ARI_CAPABLE_HIERARCHY = 4;
        /// VF 10-Bit Tag Requester Enable (`10BitTagReq`).
        VF_10_BIT_TAG_REQUESTER_ENABLE = 5;
    }
}

flags! {
    /// SR-IOV Status register, at 0x0a (PCI Express Base Specification 6.3, section 9.3.3.4).
    #[doc(alias = "IOVSta")]
    #[doc(alias = "PCI_SRIOV_STATUS")]
    SrIovStatus: u16 {
        /// VF Migration Status (`Migration` in lspci); withdrawn.
        VF_MIGRATION_STATUS = 0;
    }
}

/// Single Root I/O Virtualization (PCI Express Base Specification 6.3, section 9.3.3): a physical
/// function provides virtual functions. Each has its own requester ID and memory, so each can be
/// assigned to a different guest.
///
/// The structure contains the maximum number of virtual functions and their distance from the
/// physical function. The physical function's driver creates them when their number is written to
/// the sysfs file `sriov_numvfs`.
///
/// ```
/// use pci_core::config::{ConfigSpace, ExtendedStructure, extended::SrIov};
/// let mut bytes = [0; 0x40];
/// bytes[0x0e] = 8; // TotalVFs
/// bytes[0x10] = 2; // NumVFs
/// bytes[0x14..0x18].copy_from_slice(&[0x80, 0x01, 0x02, 0x00]); // offset, stride
/// bytes[0x1c..0x20].copy_from_slice(&0x0000_0553_u32.to_le_bytes());
/// bytes[0x20] = 1;
/// let sr_iov = SrIov::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(sr_iov.total_vfs, 8);
/// assert_eq!(sr_iov.system_page_bytes(), Some(4096));
/// // The virtual functions of 01:00.0 are at 02:10.0 and 02:10.2.
/// assert_eq!(sr_iov.vf_requester_id(0x0100, 0), Some(0x0280));
/// assert_eq!(sr_iov.vf_requester_id(0x0100, 1), Some(0x0282));
/// assert_eq!(sr_iov.vf_requester_id(0x0100, 2), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct SrIov {
    /// SR-IOV Capabilities, at 0x04.
    pub capabilities: SrIovCapabilities,
    /// SR-IOV Control, at 0x08.
    pub control: SrIovControl,
    /// SR-IOV Status, at 0x0a.
    pub status: SrIovStatus,
    /// InitialVFs, at 0x0c: initial number of virtual functions of this physical function.
    pub initial_vfs: u16,
    /// TotalVFs, at 0x0e: maximum number of virtual functions.
    pub total_vfs: u16,
    /// NumVFs, at 0x10: number of virtual functions, if enabled.
    pub num_vfs: u16,
    /// Function Dependency Link, at 0x12: the physical function that this one depends on; its own
    /// number for none.
    pub function_dependency_link: u8,
    /// First VF Offset, at 0x14: requester ID of the first virtual function relative to the
    /// physical function's. It may change with [`num_vfs`](Self::num_vfs).
    pub first_vf_offset: u16,
    /// VF Stride, at 0x16: distance of the requester IDs of consecutive virtual functions. It may
    /// change with [`num_vfs`](Self::num_vfs).
    pub vf_stride: u16,
    /// VF Device ID, at 0x1a.
    pub vf_device_id: DeviceId,
    /// Supported Page Sizes, at 0x1c: bit n for 4096 << n bytes.
    pub supported_page_sizes: u32,
    /// System Page Size, at 0x20: the same bits.
    pub system_page_size: u32,
    /// VF BARs, at 0x24 to 0x38, each for all virtual functions.
    pub vf_base_addresses: [u32; 6],
    /// VF Migration State Array Offset, at 0x3c; withdrawn.
    pub vf_migration_state_array: u32,
}

impl SrIov {
    /// System page size, in bytes; `None` unless exactly one bit is set.
    #[must_use]
    pub fn system_page_bytes(&self) -> Option<u64> {
        let one = self.system_page_size.is_power_of_two();
        one.then(|| u64::from(self.system_page_size) << 12)
    }

    /// Requester ID of virtual function `index`, from 0, of the physical function with requester ID
    /// `physical`; `None` if there is no such function, or it would be beyond bus 255 (PCI Express
    /// Base Specification 6.3, section 9.2.1.2).
    #[must_use]
    pub fn vf_requester_id(&self, physical: u16, index: u16) -> Option<u16> {
        if index >= self.num_vfs {
            return None;
        }
        let after = index.checked_mul(self.vf_stride)?;
        physical
            .checked_add(self.first_vf_offset)?
            .checked_add(after)
    }
}

impl ExtendedStructure for SrIov {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::SR_IOV;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: SrIovCapabilities::from_bits(registers.dword(0x04)?),
            control: SrIovControl::from_bits_retain(registers.word(0x08)?),
            status: SrIovStatus::from_bits_retain(registers.word(0x0a)?),
            initial_vfs: registers.word(0x0c)?,
            total_vfs: registers.word(0x0e)?,
            num_vfs: registers.word(0x10)?,
            function_dependency_link: registers.byte(0x12)?,
            first_vf_offset: registers.word(0x14)?,
            vf_stride: registers.word(0x16)?,
            vf_device_id: DeviceId(registers.word(0x1a)?),
            supported_page_sizes: registers.dword(0x1c)?,
            system_page_size: registers.dword(0x20)?,
            vf_base_addresses: [
                registers.dword(0x24)?,
                registers.dword(0x28)?,
                registers.dword(0x2c)?,
                registers.dword(0x30)?,
                registers.dword(0x34)?,
                registers.dword(0x38)?,
            ],
            vf_migration_state_array: registers.dword(0x3c)?,
        })
    }
}
