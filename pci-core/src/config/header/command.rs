//! The Command register.

use crate::config::field::flags;

flags! {
    /// Command register, at 0x04 (PCI Local Bus Specification 3.0, section 6.2.2; PCI Express Base
    /// Specification 6.0, section 7.5.1.1.3).
    ///
    /// All bits are often clear in an unbound function, or one that vfio-pci is bound to without a
    /// guest.
    #[doc(alias = "PCI_COMMAND")]
    Command: u16 {
        /// I/O Space Enable (`I/O` in lspci).
        IO_SPACE = 0;
        /// Memory Space Enable (`Mem`).
        MEMORY_SPACE = 1;
        /// Bus Master Enable: DMA, and message signaled interrupts (`BusMaster`).
        BUS_MASTER = 2;
        /// Special Cycle Enable (`SpecCycle`); 0 in PCI Express.
        SPECIAL_CYCLES = 3;
        /// Memory Write and Invalidate Enable (`MemWINV`).
        MEMORY_WRITE_AND_INVALIDATE = 4;
        /// VGA Palette Snoop (`VGASnoop`); 0 in PCI Express.
        VGA_PALETTE_SNOOP = 5;
        /// Parity Error Response (`ParErr`).
        PARITY_ERROR_RESPONSE = 6;
        /// IDSEL Stepping/Wait Cycle Control (`Stepping`); 0 since PCI 3.0.
        STEPPING_CONTROL = 7;
        /// SERR# Enable: SERR# and error messages (`SERR`).
        SERR_ENABLE = 8;
        /// Fast Back-to-Back Transactions Enable (`FastB2B`); 0 in PCI Express.
        FAST_BACK_TO_BACK_ENABLE = 9;
        /// Interrupt Disable: INTx is disabled (`DisINTx`).
        #[doc(alias = "PCI_COMMAND_INTX_DISABLE")]
        INTERRUPT_DISABLE = 10;
    }
}
