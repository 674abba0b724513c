//! L1 PM Substates: deeper sleep of the link.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the L1 PM Substates Capabilities register (PCI Express Base
    /// Specification 6.3, section 7.8.3.2).
    L1PmSubstatesCapabilityFlags: u32 {
        /// L1.2 when software puts the device to sleep (`PCI-PM_L1.2` in lspci).
        PCI_PM_L1_2 = 0;
        /// L1.1 when software puts the device to sleep (`PCI-PM_L1.1`).
        PCI_PM_L1_1 = 1;
        /// L1.2 by itself (`ASPM_L1.2`).
        ASPM_L1_2 = 2;
        /// L1.1 by itself (`ASPM_L1.1`).
        ASPM_L1_1 = 3;
        /// It has substates at all (`L1_PM_Substates`).
        L1_PM_SUBSTATES = 4;
        /// It can tell that the link woke up.
        LINK_ACTIVATION = 5;
    }
}

register! {
    /// The L1 PM Substates Capabilities register, at 0x04.
    #[doc(alias = "L1SubCap")]
    #[doc(alias = "PCI_L1SS_CAP")]
    L1PmSubstatesCapabilities: u32 {
        /// How long the port takes to restore the common mode, in µs.
        port_common_mode_restore_time: u8 = 15:8,
        /// The unit of the next field: 0, 1, 2 for 2, 10, 100 µs.
        port_t_power_on_scale: u8 = 17:16,
        /// How long the port takes to be powered on.
        port_t_power_on_value: u8 = 23:19,
        ; /// The single bits.
        flags: L1PmSubstatesCapabilityFlags
    }
}

flags! {
    /// The single bits of the L1 PM Substates Control 1 register (PCI Express Base
    /// Specification 6.3, section 7.8.3.3).
    L1PmSubstatesControl1Flags: u32 {
        /// As in the [capabilities](L1PmSubstatesCapabilityFlags): in use.
        PCI_PM_L1_2_ENABLE = 0;
        /// As in the capabilities: in use.
        PCI_PM_L1_1_ENABLE = 1;
        /// As in the capabilities: in use.
        ASPM_L1_2_ENABLE = 2;
        /// As in the capabilities: in use.
        ASPM_L1_1_ENABLE = 3;
        /// Waking up interrupts.
        LINK_ACTIVATION_INTERRUPT_ENABLE = 4;
        /// The link is to wake up.
        LINK_ACTIVATION_CONTROL = 5;
    }
}

register! {
    /// The L1 PM Substates Control 1 register, at 0x08.
    #[doc(alias = "L1SubCtl1")]
    #[doc(alias = "PCI_L1SS_CTL1")]
    L1PmSubstatesControl1: u32 {
        /// How long the common mode takes to be restored, in µs (`T_CommonMode` in
        /// lspci).
        common_mode_restore_time: u8 = 15:8,
        /// How long a function must be able to wait for L1.2 (`LTR1.2_Threshold`), in
        /// the unit of the next field.
        ltr_l1_2_threshold_value: u16 = 25:16,
        /// 0 to 5: units of 1, 32, 1024, 32768, 1048576, 33554432 ns.
        ltr_l1_2_threshold_scale: u8 = 31:29,
        ; /// The single bits.
        flags: L1PmSubstatesControl1Flags
    }
}

register! {
    /// The L1 PM Substates Control 2 register, at 0x0c.
    #[doc(alias = "L1SubCtl2")]
    #[doc(alias = "PCI_L1SS_CTL2")]
    L1PmSubstatesControl2: u32 {
        /// The unit of the next field: 0, 1, 2 for 2, 10, 100 µs.
        t_power_on_scale: u8 = 1:0,
        /// How long to wait for power (`T_PwrOn` in lspci).
        t_power_on_value: u8 = 7:3,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

/// A time of [`L1PmSubstates`] in microseconds: `value` in the unit that `scale` stands
/// for; `None` where it stands for none (PCI Express Base Specification 6.3, section
/// 7.8.3.2).
#[must_use]
pub(crate) const fn power_on_microseconds(value: u8, scale: u8) -> Option<u32> {
    let unit = match scale {
        0 => 2,
        1 => 10,
        2 => 100,
        _ => return None,
    };
    Some(value as u32 * unit)
}

impl L1PmSubstatesCapabilities {
    /// How long the port takes to be powered on, in µs; `None` where the unit means
    /// nothing.
    #[must_use]
    pub const fn port_t_power_on(self) -> Option<u32> {
        power_on_microseconds(self.port_t_power_on_value, self.port_t_power_on_scale)
    }
}

impl L1PmSubstatesControl1 {
    /// How long a function must be able to wait for L1.2, in ns; `None` where the unit
    /// means nothing.
    #[must_use]
    pub const fn ltr_l1_2_threshold(self) -> Option<u64> {
        match self.ltr_l1_2_threshold_scale {
            0..=5 => {
                Some((self.ltr_l1_2_threshold_value as u64) << (5 * self.ltr_l1_2_threshold_scale))
            }
            _ => None,
        }
    }
}

impl L1PmSubstatesControl2 {
    /// How long to wait for power, in µs; `None` where the unit means nothing.
    #[must_use]
    pub const fn t_power_on(self) -> Option<u32> {
        power_on_microseconds(self.t_power_on_value, self.t_power_on_scale)
    }
}

/// L1 PM Substates (PCI Express Base Specification 6.3, sections 5.5 and 7.8.3): sleep of
/// the link that is deeper than L1: in L1.1 it stops its clocks, in L1.2 it gives up the
/// common mode voltage of its lanes too. Both ends of the link have the structure, and
/// must be set alike: firmware and Linux do that. A frequent reason why a device does
/// not come back from sleep.
///
/// ```
/// use pci_core::config::extended::{L1PmSubstates, L1PmSubstatesControl1Flags};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 16];
/// bytes[4..8].copy_from_slice(&0x0029_0a1f_u32.to_le_bytes());
/// bytes[8..12].copy_from_slice(&0x4050_0a04_u32.to_le_bytes());
/// bytes[12..16].copy_from_slice(&0x0000_0029_u32.to_le_bytes());
/// let l1ss = L1PmSubstates::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(l1ss.control_1.flags.contains(L1PmSubstatesControl1Flags::ASPM_L1_2_ENABLE));
/// assert_eq!(l1ss.capabilities.port_t_power_on(), Some(50)); // µs
/// assert_eq!(l1ss.control_1.ltr_l1_2_threshold(), Some(81_920)); // ns
/// ```
#[doc(alias = "L1SS")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct L1PmSubstates {
    /// What it can, at 0x04.
    pub capabilities: L1PmSubstatesCapabilities,
    /// What is in use, at 0x08.
    pub control_1: L1PmSubstatesControl1,
    /// What is in use, at 0x0c.
    pub control_2: L1PmSubstatesControl2,
}

impl ExtendedStructure for L1PmSubstates {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::L1_PM_SUBSTATES;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        Some(Self {
            capabilities: L1PmSubstatesCapabilities::from_bits(registers.dword(4)?),
            control_1: L1PmSubstatesControl1::from_bits(registers.dword(8)?),
            control_2: L1PmSubstatesControl2::from_bits(registers.dword(0xc)?),
        })
    }
}
