//! Status and Secondary Status registers.

use crate::config::field::{code, flags, register};

code! {
    /// DEVSEL Timing: bits 10:9 of the Status register (PCI Local Bus Specification 3.0, section
    /// 6.2.3). PCI Express has no DEVSEL# and reads as fast.
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
    /// Flags of the Status register (PCI Local Bus Specification 3.0, section 6.2.3; PCI Express
    /// Base Specification 6.0, section 7.5.1.1.4).
    StatusFlags: u16 {
        /// Immediate Readiness: configuration requests are answered immediately after a reset,
        /// without the 100 ms wait.
        IMMEDIATE_READINESS = 0;
        /// Interrupt Status: INTx is asserted (`INTx` in lspci).
        INTERRUPT = 3;
        /// Capabilities List (`Cap`).
        #[doc(alias = "PCI_STATUS_CAP_LIST")]
        CAPABILITIES_LIST = 4;
        /// 66 MHz Capable (`66MHz`).
        CAPABLE_66_MHZ = 5;
        /// User Definable Features (`UDF`); reserved since PCI 2.2.
        USER_DEFINABLE_FEATURES = 6;
        /// Fast Back-to-Back Transactions Capable, as target (`FastB2B`).
        FAST_BACK_TO_BACK_CAPABLE = 7;
        /// Master Data Parity Error: a sent request or received data was poisoned (`ParErr`).
        MASTER_DATA_PARITY_ERROR = 8;
        /// Signaled Target Abort: it ended a transaction with Completer Abort (`>TAbort`).
        SIGNALED_TARGET_ABORT = 11;
        /// Received Target Abort: its transaction was ended with Completer Abort (`<TAbort`).
        RECEIVED_TARGET_ABORT = 12;
        /// Received Master Abort: its transaction had no completer (`<MAbort`).
        RECEIVED_MASTER_ABORT = 13;
        /// Signaled System Error: SERR# or an error message (`>SERR`).
        SIGNALED_SYSTEM_ERROR = 14;
        /// Detected Parity Error: it received a poisoned packet (`<PERR`).
        DETECTED_PARITY_ERROR = 15;
    }
}

register! {
    /// Status register, at 0x06.
    #[doc(alias = "PCI_STATUS")]
    Status: u16 {
        /// DEVSEL Timing.
        devsel: DevselTiming = 10:9,
        ; /// The single bits.
        flags: StatusFlags
    }
}

flags! {
    /// Flags of the Secondary Status register of a bridge (PCI-to-PCI Bridge Architecture
    /// Specification 1.2, section 3.2.5.7; PCI Express Base Specification 6.0, section 7.5.1.3.7).
    SecondaryStatusFlags: u16 {
        /// 66 MHz Capable secondary bus (`66MHz` in lspci).
        CAPABLE_66_MHZ = 5;
        /// Fast Back-to-Back Transactions Capable, as target on the secondary interface
        /// (`FastB2B`).
        FAST_BACK_TO_BACK_CAPABLE = 7;
        /// As in [`StatusFlags`], on the secondary bus (`ParErr`).
        MASTER_DATA_PARITY_ERROR = 8;
        /// As in [`StatusFlags`], on the secondary bus (`>TAbort`).
        SIGNALED_TARGET_ABORT = 11;
        /// As in [`StatusFlags`], on the secondary bus (`<TAbort`).
        RECEIVED_TARGET_ABORT = 12;
        /// As in [`StatusFlags`], on the secondary bus (`<MAbort`).
        RECEIVED_MASTER_ABORT = 13;
        /// Received System Error: SERR# or an error message on the secondary bus (`<SERR`).
        RECEIVED_SYSTEM_ERROR = 14;
        /// As in [`StatusFlags`], on the secondary bus (`<PERR`).
        DETECTED_PARITY_ERROR = 15;
    }
}

register! {
    /// Secondary Status register: at 0x1e of a PCI-to-PCI bridge, at 0x16 of a CardBus bridge.
    #[doc(alias = "PCI_SEC_STATUS")]
    SecondaryStatus: u16 {
        /// DEVSEL Timing on the secondary bus.
        devsel: DevselTiming = 10:9,
        ; /// The single bits.
        flags: SecondaryStatusFlags
    }
}
