//! The Command register.

use crate::config::field::flags;

flags! {
    /// The Command register, at 0x04: what the function may do on the bus (PCI
    /// Local Bus Specification 3.0, section 6.2.2; PCI Express Base Specification
    /// 6.0, section 7.5.1.1.3).
    ///
    /// A function that a driver has let go of, or that vfio-pci holds for no guest,
    /// often has all of them clear.
    #[doc(alias = "PCI_COMMAND")]
    Command: u16 {
        /// It answers accesses to I/O ports (`I/O` in lspci).
        IO_SPACE = 0;
        /// It answers accesses to memory (`Mem`).
        MEMORY_SPACE = 1;
        /// It may access memory by itself: DMA, and interrupts as messages
        /// (`BusMaster`).
        BUS_MASTER = 2;
        /// It heeds special cycles (`SpecCycle`); 0 in PCI Express.
        SPECIAL_CYCLES = 3;
        /// It may use Memory Write and Invalidate (`MemWINV`).
        MEMORY_WRITE_AND_INVALIDATE = 4;
        /// It snoops writes to the VGA palette (`VGASnoop`); 0 in PCI Express.
        VGA_PALETTE_SNOOP = 5;
        /// It takes notice of parity errors (`ParErr`).
        PARITY_ERROR_RESPONSE = 6;
        /// Address and data stepping (`Stepping`); 0 since PCI 3.0.
        STEPPING_CONTROL = 7;
        /// It may signal SERR#, or send error messages (`SERR`).
        SERR_ENABLE = 8;
        /// It may do fast back-to-back transactions to several devices
        /// (`FastB2B`); 0 in PCI Express.
        FAST_BACK_TO_BACK_ENABLE = 9;
        /// It may not assert INTx (`DisINTx`).
        #[doc(alias = "PCI_COMMAND_INTX_DISABLE")]
        INTERRUPT_DISABLE = 10;
    }
}
