//! The Interrupt Pin register.

use crate::config::field::code;

code! {
    /// Interrupt Pin register, at 0x3d: the INTx of the function (PCI Local Bus Specification 3.0,
    /// section 6.2.4). A function without one uses MSI or MSI-X.
    #[doc(alias = "PCI_INTERRUPT_PIN")]
    InterruptPin: u8 {
        /// No INTx.
        NONE = 0, "none";
        /// INTA.
        A = 1, "A";
        /// INTB.
        B = 2, "B";
        /// INTC.
        C = 3, "C";
        /// INTD.
        D = 4, "D";
    }
}
