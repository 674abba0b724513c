//! Whatever the vendor of a function chose: virtio keeps its structures here.

use crate::config::capability_id::CapabilityId;
use crate::config::field::code;
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ConventionalStructure;

/// The Vendor-Specific capability (PCI Local Bus Specification 3.0, appendix H; PCI
/// Express Base Specification 6.3, section 7.9.4). What it means, only the vendor
/// knows. Its bytes are in the configuration space, from the structure's offset on.
/// Those of virtio devices are read as [`VirtioStructure`].
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure, conventional::VendorSpecific};
/// let bytes = [0x09, 0x00, 0x06, 0xab, 0xcd, 0xef];
/// let space = ConfigSpace::new(&bytes);
/// let structure = VendorSpecific::read(space, 0).unwrap();
/// // 6 bytes, of which the first three are the head.
/// assert_eq!(structure.length, 6);
/// assert_eq!(space.byte(3), Some(0xab));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VendorSpecific {
    /// How many bytes the whole structure has, at 0x02.
    pub length: u8,
}

impl ConventionalStructure for VendorSpecific {
    const ID: CapabilityId = CapabilityId::VENDOR_SPECIFIC;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            length: registers.byte(2)?,
        })
    }
}

code! {
    /// What a structure of virtio leads to (Virtual I/O Device (VIRTIO) Version 1.3,
    /// section 4.1.4).
    VirtioType: u8 {
        /// The configuration that all devices have.
        COMMON_CFG = 1, "CommonCfg";
        /// Where drivers knock.
        NOTIFY_CFG = 2, "Notify";
        /// What an interrupt was for.
        ISR_CFG = 3, "ISR";
        /// The device's own configuration.
        DEVICE_CFG = 4, "DeviceCfg";
        /// A window to the others through configuration space.
        PCI_CFG = 5, "PCI configuration access";
        /// Shared memory.
        SHARED_MEMORY_CFG = 8, "Shared memory";
        /// Something of the vendor.
        VENDOR_CFG = 9, "Vendor data";
    }
}

/// A vendor-specific structure of a virtio device, whose vendor id is 1af4 (Virtual
/// I/O Device (VIRTIO) Version 1.3, section 4.1.4): where in which base address register a
/// guest's driver finds a part of the device. A function has one for each part. The
/// hypervisor sets them.
///
/// ```
/// use pci_core::config::{ConfigSpace, ConventionalStructure};
/// use pci_core::config::conventional::{VirtioStructure, VirtioType};
/// let bytes = [
///     0x09, 0x40, 0x14, 0x02, 0x04, 0, 0, 0, 0x00, 0x30, 0, 0, 0x00, 0x10, 0, 0, 4, 0, 0, 0,
/// ];
/// let notify = VirtioStructure::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(notify.kind, VirtioType::NOTIFY_CFG);
/// assert_eq!((notify.bar, notify.offset, notify.size), (4, 0x3000, 0x1000));
/// assert_eq!(notify.notify_off_multiplier, Some(4));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct VirtioStructure {
    /// How many bytes the whole structure has, at 0x02.
    pub length: u8,
    /// What it leads to, at 0x03.
    pub kind: VirtioType,
    /// In which base address register that is, at 0x04: 0 to 5.
    pub bar: u8,
    /// Which of several of its kind it is, at 0x05.
    pub id: u8,
    /// How many bytes it is behind the base address, at 0x08; for shared memory the
    /// upper half is at 0x10.
    pub offset: u64,
    /// How many bytes it has, at 0x0c; for shared memory the upper half is at 0x14.
    pub size: u64,
    /// How far apart the places are where drivers knock, at 0x10 of
    /// [`NOTIFY_CFG`](VirtioType::NOTIFY_CFG), where the structure is that long.
    pub notify_off_multiplier: Option<u32>,
}

impl ConventionalStructure for VirtioStructure {
    const ID: CapabilityId = CapabilityId::VENDOR_SPECIFIC;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let length = registers.byte(2)?;
        let kind = VirtioType(registers.byte(3)?);
        let upper = |at| match kind {
            VirtioType::SHARED_MEMORY_CFG => Some(u64::from(registers.dword(at)?) << 32),
            _ => Some(0),
        };
        Some(Self {
            length,
            kind,
            bar: registers.byte(4)?,
            id: registers.byte(5)?,
            offset: u64::from(registers.dword(8)?) | upper(0x10)?,
            size: u64::from(registers.dword(0xc)?) | upper(0x14)?,
            notify_off_multiplier: match kind {
                VirtioType::NOTIFY_CFG if length >= 0x14 => Some(registers.dword(0x10)?),
                _ => None,
            },
        })
    }
}
