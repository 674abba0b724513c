//! Flit Error Injection: errors on purpose, to test a link with.

use crate::config::capability_id::ExtendedCapabilityId;
use crate::config::field::{code, flags, register};
use crate::config::registers::Registers;
use crate::config::space::ConfigSpace;
use crate::config::structure::ExtendedStructure;

code! {
    /// Which flits are spoilt.
    InjectedFlitType: u8 {
        /// Any.
        ANY = 0, "any";
        /// Any that carries something.
        NOT_IDLE = 1, "any non-IDLE";
        /// Those with a payload.
        PAYLOAD = 2, "only payload";
        /// Those without work.
        NOP = 3, "only NOP";
        /// Idle ones.
        IDLE = 4, "only IDLE";
        /// Those with a payload and a sequence number.
        PAYLOAD_AND_SEQUENCE = 5, "only payload+seq";
        /// Those with a payload and one sequence number.
        PAYLOAD_AND_ONE_SEQUENCE = 6, "only payload+1seq";
    }
}

flags! {
    /// The single bits of the Flit Error Injection Control 1 register.
    FlitErrorInjectionControl1Flags: u32 {
        /// Errors are made (`En` in lspci).
        ENABLE = 0;
        /// In what is sent (`Tx`).
        TRANSMITTED = 1;
        /// In what is received (`Rx`).
        RECEIVED = 2;
        /// At 2.5 GT/s.
        SPEED_2_5_GT = 6;
        /// At 5 GT/s.
        SPEED_5_GT = 7;
        /// At 8 GT/s.
        SPEED_8_GT = 8;
        /// At 16 GT/s.
        SPEED_16_GT = 9;
        /// At 32 GT/s.
        SPEED_32_GT = 10;
        /// At 64 GT/s.
        SPEED_64_GT = 11;
    }
}

register! {
    /// The Flit Error Injection Control 1 register, at 0x08 (PCI Express Base
    /// Specification 6.3, section 7.8.13; the bits as lspci 3.15 shows them).
    #[doc(alias = "FlitEiCtl1")]
    FlitErrorInjectionControl1: u32 {
        /// How many errors are made.
        errors: u8 = 20:16,
        /// How far apart.
        spacing: u8 = 28:21,
        /// In which flits. lspci 3.15 has names for seven codes, and takes the first two
        /// bits.
        flit_type: InjectedFlitType = 31:29,
        ; /// The single bits.
        flags: FlitErrorInjectionControl1Flags
    }
}

code! {
    /// What is done to a flit.
    InjectedErrorType: u8 {
        /// Anything.
        RANDOM = 0, "random";
        /// One ECC group is spoilt so that it can be corrected.
        CORRECTABLE_ONE_GROUP = 1, "correctable single group";
        /// All three are.
        CORRECTABLE_THREE_GROUPS = 2, "correctable three groups";
        /// More than can be corrected.
        UNCORRECTABLE = 3, "uncorrectable";
    }
}

register! {
    /// The Flit Error Injection Control 2 register, at 0x0c (PCI Express Base
    /// Specification 6.3, section 7.8.13; the bits as lspci 3.15 shows them).
    #[doc(alias = "FlitEiCtl2")]
    FlitErrorInjectionControl2: u32 {
        /// How many flits behind it are spoilt, too: 0 for none, 7 for as many as chance
        /// will have.
        consecutive: u8 = 2:0,
        /// What is done to it.
        error_type: InjectedErrorType = 4:3,
        /// At which byte.
        offset: u8 = 11:5,
        /// Which bits of the byte are turned.
        magnitude: u8 = 19:12,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

code! {
    /// How far it is with the errors.
    InjectionStatus: u8 {
        /// None was made yet.
        NOT_STARTED = 0, "not started";
        /// Some were.
        STARTED = 1, "started";
        /// All were.
        COMPLETED = 2, "completed";
        /// They could not be.
        ERROR = 3, "error";
    }
}

register! {
    /// The Flit Error Injection Status register, at 0x10 (PCI Express Base Specification
    /// 6.3, section 7.8.13; the bits as lspci 3.15 shows them).
    #[doc(alias = "FlitEiSts")]
    FlitErrorInjectionStatus: u32 {
        /// In what is sent.
        transmitted: InjectionStatus = 1:0,
        /// In what is received.
        received: InjectionStatus = 3:2,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

flags! {
    /// The single bits of the Ordered Set Error Injection Control 1 register.
    OrderedSetErrorInjectionControl1Flags: u32 {
        /// Errors are made (`En` in lspci).
        ENABLE = 0;
        /// In what is sent (`Tx`).
        TRANSMITTED = 1;
        /// In what is received (`Rx`).
        RECEIVED = 2;
        /// In TS0.
        TS0 = 16;
        /// In TS1.
        TS1 = 17;
        /// In TS2.
        TS2 = 18;
        /// In SKP.
        SKP = 19;
        /// In EIEOS.
        EIEOS = 20;
        /// In EIOS.
        EIOS = 21;
        /// In SDS.
        SDS = 22;
        /// In the state Polling.
        POLLING = 23;
        /// In the state Configuration.
        CONFIGURATION = 24;
        /// In L0.
        L0 = 25;
        /// In Recovery without equalization (`NoEq`).
        RECOVERY_NOT_EQUALIZATION = 26;
        /// In phases 0 and 1 of Recovery.Equalization (`Eq01`).
        EQUALIZATION_PHASE_0_AND_1 = 27;
        /// In phase 2.
        EQUALIZATION_PHASE_2 = 28;
        /// In phase 3.
        EQUALIZATION_PHASE_3 = 29;
    }
}

register! {
    /// The Ordered Set Error Injection Control 1 register, at 0x14 (PCI Express Base
    /// Specification 6.3, section 7.8.13; the bits as lspci 3.15 shows them).
    #[doc(alias = "FlitEiOsCtl1")]
    OrderedSetErrorInjectionControl1: u32 {
        /// How many errors are made.
        errors: u8 = 7:3,
        /// How far apart.
        spacing: u8 = 15:8,
        ; /// The single bits.
        flags: OrderedSetErrorInjectionControl1Flags
    }
}

register! {
    /// The Ordered Set Error Injection Control 2 register, at 0x18 (PCI Express Base
    /// Specification 6.3, section 7.8.13; the bits as lspci 3.15 shows them).
    #[doc(alias = "FlitEiOsCtl2")]
    OrderedSetErrorInjectionControl2: u32 {
        /// Which bytes are spoilt: a bit each.
        bytes: u16 = 15:0,
        /// On which lanes: a bit each.
        lanes: u16 = 31:16,
        ; /// No bits.
        reserved: u32
    }
}

register! {
    /// An Ordered Set Error Injection Status register, at 0x1c for what is sent and at
    /// 0x20 for what is received (PCI Express Base Specification 6.3, section 7.8.13; the
    /// bits as lspci 3.15 shows them).
    OrderedSetErrorInjectionStatus: u32 {
        /// In TS0.
        ts0: InjectionStatus = 1:0,
        /// In TS1.
        ts1: InjectionStatus = 3:2,
        /// In TS2.
        ts2: InjectionStatus = 5:4,
        /// In SKP.
        skp: InjectionStatus = 7:6,
        /// In EIEOS.
        eieos: InjectionStatus = 9:8,
        /// In EIOS.
        eios: InjectionStatus = 11:10,
        /// In SDS.
        sds: InjectionStatus = 13:12,
        /// In the state Polling.
        polling: InjectionStatus = 15:14,
        /// In the state Configuration.
        configuration: InjectionStatus = 17:16,
        /// In L0.
        l0: InjectionStatus = 19:18,
        /// In Recovery without equalization.
        recovery_not_equalization: InjectionStatus = 21:20,
        /// In phases 0 and 1 of Recovery.Equalization.
        equalization_phase_0_and_1: InjectionStatus = 23:22,
        /// In phase 2.
        equalization_phase_2: InjectionStatus = 25:24,
        /// In phase 3.
        equalization_phase_3: InjectionStatus = 27:26,
        ; /// The bits that are in no field.
        reserved: u32
    }
}

/// Flit Error Injection (PCI Express Base Specification 6.3, section 7.8.13): errors that
/// a port makes on purpose, in flits (the fixed-size units of a link at 64 GT/s) or in
/// ordered sets, so that a tester sees whether the link gets over them.
///
/// ```
/// use pci_core::config::extended::{FlitErrorInjection, InjectionStatus};
/// use pci_core::config::{ConfigSpace, ExtendedStructure};
/// let mut bytes = [0; 0x24];
/// bytes[..4].copy_from_slice(&[0x34, 0x00, 0x01, 0x00]);
/// bytes[0x10] = 0b01_10;
/// let injection = FlitErrorInjection::read(ConfigSpace::new(&bytes), 0).unwrap();
/// assert_eq!(injection.status.transmitted, InjectionStatus::COMPLETED);
/// assert_eq!(injection.status.received, InjectionStatus::STARTED);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct FlitErrorInjection {
    /// Which flits are spoilt, at 0x08.
    pub control_1: FlitErrorInjectionControl1,
    /// How, at 0x0c.
    pub control_2: FlitErrorInjectionControl2,
    /// How far it is with that, at 0x10.
    pub status: FlitErrorInjectionStatus,
    /// Which ordered sets are spoilt, at 0x14.
    pub ordered_set_control_1: OrderedSetErrorInjectionControl1,
    /// Where, at 0x18.
    pub ordered_set_control_2: OrderedSetErrorInjectionControl2,
    /// How far it is with those that are sent, at 0x1c.
    pub ordered_set_transmitted: OrderedSetErrorInjectionStatus,
    /// And with those that are received, at 0x20.
    pub ordered_set_received: OrderedSetErrorInjectionStatus,
}

impl ExtendedStructure for FlitErrorInjection {
    const ID: ExtendedCapabilityId = ExtendedCapabilityId::FLIT_ERROR_INJECTION;

    fn read(space: ConfigSpace<'_>, offset: u16) -> Option<Self> {
        let registers = Registers::new(space, offset);
        let ordered_sets = |at| {
            let bits = registers.dword(at)?;
            Some(OrderedSetErrorInjectionStatus::from_bits(bits))
        };
        Some(Self {
            control_1: FlitErrorInjectionControl1::from_bits(registers.dword(8)?),
            control_2: FlitErrorInjectionControl2::from_bits(registers.dword(0xc)?),
            status: FlitErrorInjectionStatus::from_bits(registers.dword(0x10)?),
            ordered_set_control_1: OrderedSetErrorInjectionControl1::from_bits(
                registers.dword(0x14)?,
            ),
            ordered_set_control_2: OrderedSetErrorInjectionControl2::from_bits(
                registers.dword(0x18)?,
            ),
            ordered_set_transmitted: ordered_sets(0x1c)?,
            ordered_set_received: ordered_sets(0x20)?,
        })
    }
}
