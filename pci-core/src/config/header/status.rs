//! The Status and Secondary Status registers.

use crate::config::field::{code, flags, register};

code! {
    /// How soon a device claims a transaction on a parallel bus: bits 10:9 of the
    /// Status register (PCI Local Bus Specification 3.0, section 6.2.3). PCI Express
    /// has no DEVSEL# and reads as fast.
    #[doc(alias = "PCI_STATUS_DEVSEL_MASK")]
    DevselTiming: u8 {
        /// One clock after the address.
        FAST = 0, "fast";
        /// Two clocks.
        MEDIUM = 1, "medium";
        /// Three clocks.
        SLOW = 2, "slow";
    }
}

flags! {
    /// The single bits of the Status register (PCI Local Bus Specification 3.0,
    /// section 6.2.3; PCI Express Base Specification 6.0, section 7.5.1.1.4).
    StatusFlags: u16 {
        /// Configuration requests are answered at once after a reset: nothing has
        /// to wait 100 ms.
        IMMEDIATE_READINESS = 0;
        /// It asserts INTx (`INTx` in lspci).
        INTERRUPT = 3;
        /// It has a list of capabilities (`Cap`).
        #[doc(alias = "PCI_STATUS_CAP_LIST")]
        CAPABILITIES_LIST = 4;
        /// It can run at 66 MHz (`66MHz`).
        CAPABLE_66_MHZ = 5;
        /// It has user definable features (`UDF`); reserved since PCI 2.2.
        USER_DEFINABLE_FEATURES = 6;
        /// It can be the target of fast back-to-back transactions (`FastB2B`).
        FAST_BACK_TO_BACK_CAPABLE = 7;
        /// A request it sent, or data it received, was poisoned (`ParErr`).
        MASTER_DATA_PARITY_ERROR = 8;
        /// It ended a transaction with Completer Abort (`>TAbort`).
        SIGNALED_TARGET_ABORT = 11;
        /// A transaction of its own was ended with Completer Abort (`<TAbort`).
        RECEIVED_TARGET_ABORT = 12;
        /// A transaction of its own found no completer (`<MAbort`).
        RECEIVED_MASTER_ABORT = 13;
        /// It asserted SERR#, or sent an error message (`>SERR`).
        SIGNALED_SYSTEM_ERROR = 14;
        /// It received something poisoned (`<PERR`).
        DETECTED_PARITY_ERROR = 15;
    }
}

register! {
    /// The Status register, at 0x06.
    #[doc(alias = "PCI_STATUS")]
    Status: u16 {
        /// How soon it claims a transaction.
        devsel: DevselTiming = 10:9,
        ; /// The single bits.
        flags: StatusFlags
    }
}

flags! {
    /// The single bits of the Secondary Status register of a bridge (PCI-to-PCI
    /// Bridge Architecture Specification 1.2, section 3.2.5.7; PCI Express Base
    /// Specification 6.0, section 7.5.1.3.7).
    SecondaryStatusFlags: u16 {
        /// The secondary bus can run at 66 MHz (`66MHz` in lspci).
        CAPABLE_66_MHZ = 5;
        /// The secondary interface can be the target of fast back-to-back
        /// transactions (`FastB2B`).
        FAST_BACK_TO_BACK_CAPABLE = 7;
        /// As in [`StatusFlags`], on the secondary bus (`ParErr`).
        MASTER_DATA_PARITY_ERROR = 8;
        /// As in [`StatusFlags`], on the secondary bus (`>TAbort`).
        SIGNALED_TARGET_ABORT = 11;
        /// As in [`StatusFlags`], on the secondary bus (`<TAbort`).
        RECEIVED_TARGET_ABORT = 12;
        /// As in [`StatusFlags`], on the secondary bus (`<MAbort`).
        RECEIVED_MASTER_ABORT = 13;
        /// SERR# was asserted, or an error message came, on the secondary bus
        /// (`<SERR`).
        RECEIVED_SYSTEM_ERROR = 14;
        /// As in [`StatusFlags`], on the secondary bus (`<PERR`).
        DETECTED_PARITY_ERROR = 15;
    }
}

register! {
    /// The Secondary Status register: at 0x1e of a PCI-to-PCI bridge, at 0x16 of a
    /// CardBus bridge.
    #[doc(alias = "PCI_SEC_STATUS")]
    SecondaryStatus: u16 {
        /// How soon the bridge claims a transaction on the secondary bus.
        devsel: DevselTiming = 10:9,
        ; /// The single bits.
        flags: SecondaryStatusFlags
    }
}
