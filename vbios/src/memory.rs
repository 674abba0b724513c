//! Memory that a board's tables name.

use alloc::string::String;
use alloc::vec::Vec;

/// The memory of a graphics card, or the system memory of an integrated GPU.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct BoardMemory {
    /// Whether the GPU uses the memory of the system.
    pub of_system: bool,
    /// Memory modules that the ROM supports, without duplicates; a board has one of them.
    pub modules: Vec<MemoryModule>,
    /// Revision of a table whose layout is not published, `2.7`: its modules are unknown.
    pub unknown_revision: Option<String>,
}

/// A kind of memory module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct MemoryModule {
    /// Name of the memory type, `GDDR6`; `None` if the meaning of the number is not published.
    pub type_name: Option<&'static str>,
    /// Number of the memory type in the table.
    pub type_number: u8,
    /// Manufacturer; `None` if the table has none, or a number without a published meaning.
    pub vendor: Option<&'static str>,
    /// Part number of the memory chips; unprintable bytes escaped.
    pub part_number: Option<String>,
    /// Memory of the board, in MiB; `None` if the table has no such field.
    pub size_mib: Option<u32>,
    /// Number of channels of the system memory.
    pub channels: Option<u8>,
}

impl BoardMemory {
    /// Adds a module that is not there yet.
    pub(crate) fn add(&mut self, module: MemoryModule) {
        if !self.modules.contains(&module) {
            self.modules.push(module);
        }
    }
}
