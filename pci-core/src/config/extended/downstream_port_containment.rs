//! Downstream Port Containment: cutting off a link after an error.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// The single bits of the DPC Capability register (PCI Express Base Specification
    /// 6.3, section 7.9.14.2).
    DpcCapabilityFlags: u16 {
        /// It has what root ports have more (`RPExt` in lspci).
        RP_EXTENSIONS = 5;
        /// It can stop packets that say that their data is bad (`PoisonedTLP`).
        POISONED_TLP_EGRESS_BLOCKING = 6;
        /// Software can trigger it (`SwTrigger`).
        SOFTWARE_TRIGGERING = 7;
        /// It can tell when the link is up (`DL_ActiveErr`).
        DL_ACTIVE_ERR_COR_SIGNALING = 12;
        /// It can tell firmware.
        SIG_SFW = 13;
    }
}

register! {
    /// The DPC Capability register, at 0x04.
    #[doc(alias = "DpcCap")]
    #[doc(alias = "PCI_EXP_DPC_CAP")]
    DpcCapabilities: u16 {
        /// Which vector tells of it (`IntMsgNum` or `INT Msg #` in lspci).
        interrupt_message: u8 = 4:0,
        /// How many registers the logs have.
        rp_pio_log_size: u8 = 11:8,
        ; /// The single bits.
        flags: DpcCapabilityFlags
    }
}

code! {
    /// Which errors trigger it.
    DpcTriggerEnable: u8 {
        /// None.
        DISABLED = 0, "disabled";
        /// Fatal ones.
        FATAL = 1, "fatal";
        /// Fatal ones and others that cannot be corrected.
        NON_FATAL = 2, "non-fatal and fatal";
    }
}

flags! {
    /// The single bits of the DPC Control register (PCI Express Base Specification
    /// 6.3, section 7.9.14.3).
    DpcControlFlags: u16 {
        /// Requests that are cut off are answered with Unsupported Request, not
        /// Completer Abort (`Cmpl` in lspci).
        COMPLETION_CONTROL = 2;
        /// It interrupts (`INT`).
        INTERRUPT_ENABLE = 3;
        /// It tells a correctable error (`ErrCor`).
        ERR_COR_ENABLE = 4;
        /// Packets that say that their data is bad are stopped (`PoisonedTLP`).
        POISONED_TLP_EGRESS_BLOCKING_ENABLE = 5;
        /// Writing 1 triggers it (`SwTrigger`).
        SOFTWARE_TRIGGER = 6;
        /// It tells when the link is up (`DL_ActiveErr`).
        DL_ACTIVE_ERR_COR_ENABLE = 7;
        /// It tells firmware.
        SIG_SFW_ENABLE = 8;
    }
}

register! {
    /// The DPC Control register, at 0x06.
    #[doc(alias = "DpcCtl")]
    #[doc(alias = "PCI_EXP_DPC_CTL")]
    DpcControl: u16 {
        /// Which errors trigger it.
        trigger_enable: DpcTriggerEnable = 1:0,
        ; /// The single bits.
        flags: DpcControlFlags
    }
}

code! {
    /// What triggered it.
    DpcTriggerReason: u8 {
        /// An uncorrectable error that is not masked.
        UNMASKED_UNCORRECTABLE = 0, "unmasked uncorrectable error";
        /// A device below told an error that is not fatal.
        ERR_NONFATAL = 1, "ERR_NONFATAL received";
        /// A device below told a fatal error.
        ERR_FATAL = 2, "ERR_FATAL received";
        /// What the extension says.
        EXTENSION = 3, "see the extension";
    }
}

flags! {
    /// The single bits of the DPC Status register (PCI Express Base Specification 6.3,
    /// section 7.9.14.4).
    DpcStatusFlags: u16 {
        /// It was triggered: the link is down (`Trigger` in lspci).
        TRIGGER_STATUS = 0;
        /// It interrupted (`INT`).
        INTERRUPT_STATUS = 3;
        /// The root port is still busy (`RPBusy`).
        RP_BUSY = 4;
        /// It told firmware.
        SIG_SFW_STATUS = 13;
    }
}

register! {
    /// The DPC Status register, at 0x08.
    #[doc(alias = "DpcSta")]
    #[doc(alias = "PCI_EXP_DPC_STATUS")]
    DpcStatus: u16 {
        /// What triggered it.
        trigger_reason: DpcTriggerReason = 2:1,
        /// What triggered it, where the reason says so: 0 a programmed I/O error, 1
        /// software.
        trigger_reason_extension: u8 = 6:5,
        /// The number of the bit of the programmed I/O error that came first.
        rp_pio_first_error_pointer: u8 = 12:8,
        ; /// The single bits.
        flags: DpcStatusFlags
    }
}

/// Errors of the processor's own accesses, which root ports tell (PCI Express Base
/// Specification 6.3, sections 7.9.14.6 to 7.9.14.10): bits 0 to 2 are those of
/// configuration requests, 8 to 10 of I/O, 16 to 18 of memory: answered with
/// Unsupported Request, with Completer Abort, not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RpPio {
    /// What happened, at 0x0c.
    pub status: u32,
    /// What of it is not told, at 0x10.
    pub mask: u32,
    /// What of it is an uncorrectable error, at 0x14.
    pub severity: u32,
    /// What of it makes a system error, at 0x18.
    pub system_error: u32,
    /// What of it the processor sees as an exception, at 0x1c.
    pub exception: u32,
}

/// Downstream Port Containment (PCI Express Base Specification 6.3, sections 6.2.11 and
/// 7.9.14): after an uncorrectable error the port cuts off its link, so that bad data
/// goes no further. Root ports and ports of switches have it.
///
/// Linux or the firmware switches it on. What is below a port that was triggered is gone
/// until software brings the link up again: the guest that had the device loses it.
///
/// ```
/// use pci_core::config::extended::{
///     DownstreamPortContainment, DpcStatusFlags, DpcTriggerReason,
/// };
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// // Id 001d, capabilities 0000, control 0001, status 0005, source 0100.
/// let bytes = [
///     0x1d, 0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x05, 0x00, 0x00, 0x01,
/// ];
/// let dpc = DownstreamPortContainment::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert!(dpc.status.flags.contains(DpcStatusFlags::TRIGGER_STATUS));
/// assert_eq!(dpc.status.trigger_reason, DpcTriggerReason::ERR_FATAL);
/// assert_eq!(dpc.error_source, 0x0100); // 01:00.0 told the error
/// ```
#[doc(alias = "DPC")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct DownstreamPortContainment {
    /// What it can, at 0x04.
    pub capabilities: DpcCapabilities,
    /// What it is told, at 0x06.
    pub control: DpcControl,
    /// What happened, at 0x08.
    pub status: DpcStatus,
    /// The requester ID of who told the error, at 0x0a.
    pub error_source: u16,
    /// What root ports have more, where it was shown.
    pub rp_pio: Option<RpPio>,
}

impl ExtendedStructure for DownstreamPortContainment {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::DOWNSTREAM_PORT_CONTAINMENT;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let capabilities = DpcCapabilities::from_bits(registers.word(4)?);
        let extensions = DpcCapabilityFlags::RP_EXTENSIONS;
        Some(Self {
            capabilities,
            control: DpcControl::from_bits(registers.word(6)?),
            status: DpcStatus::from_bits(registers.word(8)?),
            error_source: registers.word(0xa)?,
            rp_pio: if capabilities.flags.contains(extensions) {
                rp_pio(registers)
            } else {
                None
            },
        })
    }
}

fn rp_pio(registers: Registers<'_>) -> Option<RpPio> {
    Some(RpPio {
        status: registers.dword(0x0c)?,
        mask: registers.dword(0x10)?,
        severity: registers.dword(0x14)?,
        system_error: registers.dword(0x18)?,
        exception: registers.dword(0x1c)?,
    })
}
