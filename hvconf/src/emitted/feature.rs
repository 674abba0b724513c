//! Features of a VM that a format may not support.

/// A feature of a description that not every target supports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Feature {
    /// The name.
    Name,
    /// The guest's system.
    System,
    /// The chipset, and the version of the machine type.
    Machine,
    /// A file in place of a card's ROM.
    RomFile,
    /// Whether the guest sees a ROM.
    RomBar,
    /// Whether a card is the guest's first screen.
    PrimaryDisplay,
    /// The slot in the guest.
    GuestSlot,
    /// Ids that the guest sees in place of a function's own.
    SeenIds,
    /// BIOS or UEFI.
    Firmware,
    /// Whether only signed systems start.
    SecureBoot,
    /// Hidden properties of the processor.
    Hiding,
    /// Sockets, cores and threads.
    Topology,
    /// A NUMA node for each socket.
    NumaNodes,
    /// Address width in bits.
    AddressBits,
    /// Size of the memory.
    Memory,
    /// Number of processors.
    Processors,
    /// The host's processors that the guest's run on.
    Pinning,
    /// Whether the clock has local time.
    Clock,
    /// Huge pages.
    HugePages,
    /// Whether memory is locked.
    MemoryLock,
    /// The window for BARs above 4 GiB.
    MmioWindow,
    /// The emulated graphics card.
    EmulatedDisplay,
    /// Shared memory for Looking Glass.
    LookingGlass,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 23] = [
        Self::Name,
        Self::System,
        Self::Machine,
        Self::RomFile,
        Self::RomBar,
        Self::PrimaryDisplay,
        Self::GuestSlot,
        Self::SeenIds,
        Self::Firmware,
        Self::SecureBoot,
        Self::Hiding,
        Self::Topology,
        Self::NumaNodes,
        Self::AddressBits,
        Self::Memory,
        Self::Processors,
        Self::Pinning,
        Self::Clock,
        Self::HugePages,
        Self::MemoryLock,
        Self::MmioWindow,
        Self::EmulatedDisplay,
        Self::LookingGlass,
    ];
}
