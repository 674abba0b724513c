//! Advanced Error Reporting: errors in detail.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::express_link::device_type;
use crate::config::field::{flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

flags! {
    /// Uncorrectable errors: the bits of the Uncorrectable Error Status, Mask and
    /// Severity registers (PCI Express Base Specification 6.3, section 7.8.4.2).
    #[doc(alias = "PCI_ERR_UNCOR_STATUS")]
    UncorrectableErrors: u32 {
        /// The data link layer got out of step (`DLP` in lspci).
        DATA_LINK_PROTOCOL = 4;
        /// The link went down by surprise (`SDES`).
        SURPRISE_DOWN = 5;
        /// A packet said that its data is bad (`TLP`).
        POISONED_TLP_RECEIVED = 12;
        /// Flow control got out of step (`FCP`).
        FLOW_CONTROL_PROTOCOL = 13;
        /// No answer came in time (`CmpltTO`).
        COMPLETION_TIMEOUT = 14;
        /// It answered with Completer Abort (`CmpltAbrt`).
        COMPLETER_ABORT = 15;
        /// An answer came that it had not asked for (`UnxCmplt`).
        UNEXPECTED_COMPLETION = 16;
        /// A receiver had no room (`RxOF`).
        RECEIVER_OVERFLOW = 17;
        /// A packet was no packet (`MalfTLP`).
        MALFORMED_TLP = 18;
        /// The end-to-end checksum was wrong (`ECRC`).
        ECRC = 19;
        /// A request came that it does not support (`UnsupReq`).
        UNSUPPORTED_REQUEST = 20;
        /// Access control refused a request (`ACSViol`).
        ACS_VIOLATION = 21;
        /// Something inside failed (`UncorrIntErr`).
        UNCORRECTABLE_INTERNAL = 22;
        /// A multicast packet was blocked (`BlockedTLP`).
        MC_BLOCKED_TLP = 23;
        /// An atomic operation was blocked (`AtomicOpBlocked`).
        ATOMIC_OP_EGRESS_BLOCKED = 24;
        /// A packet with prefixes was blocked (`TLPBlockedErr`).
        TLP_PREFIX_BLOCKED = 25;
        /// A packet that said that its data is bad was blocked
        /// (`PoisonTLPBlocked`).
        POISONED_TLP_EGRESS_BLOCKED = 26;
        /// A deferrable memory write was blocked (`DMWrReqBlocked`).
        DMWR_REQUEST_EGRESS_BLOCKED = 27;
        /// Decryption failed (`IDECheck`).
        IDE_CHECK_FAILED = 28;
        /// An encrypted packet came to the wrong place (`MisIDETLP`).
        MISROUTED_IDE_TLP = 29;
        /// The checksum inside encryption was wrong (`PCRC_CHECK`).
        PCRC_CHECK_FAILED = 30;
        /// A packet with a translated address was blocked (`TLPXlatBlocked`).
        TLP_TRANSLATION_EGRESS_BLOCKED = 31;
    }
}

flags! {
    /// Correctable errors: the bits of the Correctable Error Status and Mask registers
    /// (PCI Express Base Specification 6.3, section 7.8.4.5).
    #[doc(alias = "PCI_ERR_COR_STATUS")]
    CorrectableErrors: u32 {
        /// The receiver saw nonsense (`RxErr` in lspci).
        RECEIVER = 0;
        /// A packet's checksum was wrong (`BadTLP`).
        BAD_TLP = 6;
        /// A link packet's checksum was wrong (`BadDLLP`).
        BAD_DLLP = 7;
        /// A packet was sent four times in vain (`Rollover`).
        REPLAY_NUM_ROLLOVER = 8;
        /// A packet was not acknowledged in time (`Timeout`).
        REPLAY_TIMER_TIMEOUT = 12;
        /// An uncorrectable error that is told as a correctable one
        /// (`AdvNonFatalErr`, `NonFatalErr`).
        ADVISORY_NON_FATAL = 13;
        /// Something inside was set right (`CorrIntErr`).
        CORRECTED_INTERNAL = 14;
        /// There was no room to log a header (`HeaderOF`).
        HEADER_LOG_OVERFLOW = 15;
    }
}

flags! {
    /// The single bits of the Advanced Error Capabilities and Control register (PCI
    /// Express Base Specification 6.3, section 7.8.4.7).
    AerControlFlags: u32 {
        /// It can send end-to-end checksums (`ECRCGenCap` in lspci).
        ECRC_GENERATION_CAPABLE = 5;
        /// It sends them (`ECRCGenEn`).
        ECRC_GENERATION_ENABLE = 6;
        /// It can check them (`ECRCChkCap`).
        ECRC_CHECK_CAPABLE = 7;
        /// It checks them (`ECRCChkEn`).
        ECRC_CHECK_ENABLE = 8;
        /// It can log several headers (`MultHdrRecCap`).
        MULTIPLE_HEADER_RECORDING_CAPABLE = 9;
        /// It logs several headers (`MultHdrRecEn`).
        MULTIPLE_HEADER_RECORDING_ENABLE = 10;
        /// The log has the packet's prefixes too (`TLPPfxPres`).
        TLP_PREFIX_LOG_PRESENT = 11;
        /// It logs the header of a request that got no answer (`HdrLogCap`).
        COMPLETION_TIMEOUT_LOG_CAPABLE = 12;
    }
}

register! {
    /// The Advanced Error Capabilities and Control register, at 0x18.
    #[doc(alias = "AERCap")]
    #[doc(alias = "PCI_ERR_CAP")]
    AerControl: u32 {
        /// The number of the bit in the status register that was set first.
        first_error_pointer: u8 = 4:0,
        ; /// The single bits.
        flags: AerControlFlags
    }
}

flags! {
    /// The Root Error Command register, at 0x2c (PCI Express Base Specification 6.3,
    /// section 7.8.4.9).
    #[doc(alias = "PCI_ERR_ROOT_COMMAND")]
    RootErrorCommand: u32 {
        /// Correctable errors below interrupt (`CERptEn` in lspci).
        CORRECTABLE_ERROR_REPORTING = 0;
        /// Errors below that are not fatal interrupt (`NFERptEn`).
        NON_FATAL_ERROR_REPORTING = 1;
        /// Fatal errors below interrupt (`FERptEn`).
        FATAL_ERROR_REPORTING = 2;
    }
}

flags! {
    /// The single bits of the Root Error Status register (PCI Express Base
    /// Specification 6.3, section 7.8.4.10).
    RootErrorStatusFlags: u32 {
        /// A correctable error was told (`CERcvd` in lspci).
        ERR_COR_RECEIVED = 0;
        /// And another one (`MultCERcvd`).
        MULTIPLE_ERR_COR_RECEIVED = 1;
        /// An uncorrectable error was told (`UERcvd`).
        ERR_FATAL_NON_FATAL_RECEIVED = 2;
        /// And another one (`MultUERcvd`).
        MULTIPLE_ERR_FATAL_NON_FATAL_RECEIVED = 3;
        /// The first uncorrectable one was fatal (`FirstFatal`).
        FIRST_UNCORRECTABLE_FATAL = 4;
        /// One that is not fatal was told (`NonFatalMsg`).
        NON_FATAL_ERROR_MESSAGES_RECEIVED = 5;
        /// A fatal one was told (`FatalMsg`).
        FATAL_ERROR_MESSAGES_RECEIVED = 6;
    }
}

register! {
    /// The Root Error Status register, at 0x30.
    #[doc(alias = "PCI_ERR_ROOT_STATUS")]
    RootErrorStatus: u32 {
        /// Which kind of correctable error was told.
        err_cor_subclass: u8 = 8:7,
        /// Which vector tells of errors (`IntMsgNum` or `IntMsg` in lspci).
        interrupt_message: u8 = 31:27,
        ; /// The single bits.
        flags: RootErrorStatusFlags
    }
}

/// What root ports and root complex event collectors have more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct RootErrors {
    /// What interrupts, at 0x2c.
    pub command: RootErrorCommand,
    /// What was told, at 0x30.
    pub status: RootErrorStatus,
    /// The requester ID of who told a correctable error first, at 0x34.
    pub err_cor_source: u16,
    /// The requester ID of who told an uncorrectable error first, at 0x36.
    pub err_fatal_non_fatal_source: u16,
}

/// Advanced Error Reporting (PCI Express Base Specification 6.3, sections 6.2 and
/// 7.8.4): which errors happened, which are passed over, and the header of the packet
/// that made the first one.
///
/// The hardware sets the status bits; Linux or the firmware reads and clears them, and
/// says so in the kernel's log (`AER: Corrected error ...`). Correctable errors cost time
/// only. After an uncorrectable one in a function that a guest has, QEMU stops the guest.
///
/// ```
/// use pci_core::config::extended::{
///     AdvancedErrorReporting, CorrectableErrors, UncorrectableErrors,
/// };
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x2c];
/// bytes[0x00..0x04].copy_from_slice(&[0x01, 0x00, 0x02, 0x00]);
/// bytes[0x04..0x08].copy_from_slice(&0x0000_4000_u32.to_le_bytes());
/// bytes[0x10..0x14].copy_from_slice(&0x0000_0001_u32.to_le_bytes());
/// bytes[0x18] = 14; // which bit was first
/// let aer = AdvancedErrorReporting::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(aer.uncorrectable_status, UncorrectableErrors::COMPLETION_TIMEOUT);
/// assert_eq!(aer.correctable_status, CorrectableErrors::RECEIVER);
/// assert_eq!(aer.control.first_error_pointer, 14);
/// ```
#[doc(alias = "AER")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct AdvancedErrorReporting {
    /// What happened that cannot be corrected, at 0x04 (`UESta` in lspci).
    pub uncorrectable_status: UncorrectableErrors,
    /// What of it is not told, at 0x08 (`UEMsk`).
    pub uncorrectable_mask: UncorrectableErrors,
    /// What of it is fatal, at 0x0c (`UESvrt`).
    pub uncorrectable_severity: UncorrectableErrors,
    /// What happened that was corrected, at 0x10 (`CESta`).
    pub correctable_status: CorrectableErrors,
    /// What of it is not told, at 0x14 (`CEMsk`).
    pub correctable_mask: CorrectableErrors,
    /// What it can, at 0x18.
    pub control: AerControl,
    /// The header of the packet that made the first error, at 0x1c.
    pub header_log: [u32; 4],
    /// What root ports and event collectors have more.
    pub root: Option<RootErrors>,
    /// The prefixes of the packet, at 0x38, where there are any and they were shown.
    pub tlp_prefix_log: Option<[u32; 4]>,
}

impl ExtendedStructure for AdvancedErrorReporting {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::ADVANCED_ERROR_REPORTING;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let four = |at| {
            Some([
                registers.dword(at)?,
                registers.dword(at + 4)?,
                registers.dword(at + 8)?,
                registers.dword(at + 12)?,
            ])
        };
        let control = AerControl::from_bits(registers.dword(0x18)?);
        let prefixes = AerControlFlags::TLP_PREFIX_LOG_PRESENT;
        let has_root = device_type(space).is_some_and(|kind| kind.has_root());
        Some(Self {
            uncorrectable_status: UncorrectableErrors::from_bits_retain(registers.dword(0x04)?),
            uncorrectable_mask: UncorrectableErrors::from_bits_retain(registers.dword(0x08)?),
            uncorrectable_severity: UncorrectableErrors::from_bits_retain(registers.dword(0x0c)?),
            correctable_status: CorrectableErrors::from_bits_retain(registers.dword(0x10)?),
            correctable_mask: CorrectableErrors::from_bits_retain(registers.dword(0x14)?),
            control,
            header_log: four(0x1c)?,
            root: if has_root { root(registers) } else { None },
            tlp_prefix_log: if control.flags.contains(prefixes) {
                four(0x38)
            } else {
                None
            },
        })
    }
}

fn root(registers: Registers<'_>) -> Option<RootErrors> {
    Some(RootErrors {
        command: RootErrorCommand::from_bits_retain(registers.dword(0x2c)?),
        status: RootErrorStatus::from_bits(registers.dword(0x30)?),
        err_cor_source: registers.word(0x34)?,
        err_fatal_non_fatal_source: registers.word(0x36)?,
    })
}
