//! Memory in AMD's tables.
//!
//! Layouts: `ATOM_VRAM_INFO_HEADER_V2_1`, `ATOM_VRAM_MODULE_V7` and `_V8` of
//! `drivers/gpu/drm/amd/include/atombios.h` in Linux; `atom_vram_info_header_v2_3` to `_v3_0`,
//! `atom_integrated_system_info_v1_11` to `_v2_3` of `atomfirmware.h` there.

use alloc::format;

use crate::field::{text_at, u16_at, u32_at};
use crate::memory::{BoardMemory, MemoryModule};

/// Places of `VRAM_Info` and `IntegratedSystemInfo` in the list of data tables.
const VRAM_INFO: usize = 28;
const INTEGRATED_SYSTEM_INFO: usize = 30;

/// Offsets of a memory module's fields.
struct Layout {
    /// Number of modules, in the table.
    count: usize,
    /// First module, in the table.
    first: usize,
    length: ModuleLength,
    memory_type: TypeAt,
    vendor: usize,
    part_number: usize,
    /// Longest part number, in bytes.
    longest: usize,
    size: Size,
}

enum ModuleLength {
    At(usize),
    Fixed(usize),
}

enum TypeAt {
    /// In the module.
    Module(usize),
    /// In the table.
    Table(usize),
}

enum Size {
    /// Not known: version 7 counts in units that differ by generation.
    Unknown,
    /// A word, in MiB.
    Word(usize),
    /// A double word, in MiB.
    Double(usize),
}

impl Layout {
    /// The layout of a revision of the table.
    fn of(table: &[u8]) -> Option<Self> {
        let legacy = |vendor, part_number, size| Self {
            count: 16,
            first: 20,
            length: ModuleLength::At(4),
            memory_type: TypeAt::Module(11),
            vendor,
            part_number,
            longest: 20,
            size,
        };
        let newer = |length, memory_type, vendor, part_number, longest| Self {
            count: 20,
            first: 24,
            length: ModuleLength::At(length),
            memory_type: TypeAt::Module(memory_type),
            vendor,
            part_number,
            longest,
            size: Size::Double(0),
        };
        let [_, _, format, content, ..] = *table else {
            return None;
        };
        Some(match (format, content) {
            // The version of the modules.
            (2, 1 | 2) => match *table.get(18)? {
                7 => legacy(28, 32, Size::Unknown),
                8 => legacy(28, 44, Size::Word(20)),
                _ => return None,
            },
            (2, 3 | 6) => newer(20, 23, 28, 32, 20),
            (2, 4) => newer(20, 23, 28, 40, 20),
            (2, 5) => newer(10, 13, 26, 44, 40),
            (3, 0) => Self {
                count: 20,
                first: 64,
                length: ModuleLength::Fixed(68),
                memory_type: TypeAt::Table(24),
                vendor: 3,
                part_number: 28,
                longest: 40,
                size: Size::Unknown,
            },
            _ => return None,
        })
    }

    fn module(&self, table: &[u8], module: &[u8]) -> Option<MemoryModule> {
        let type_number = *match self.memory_type {
            TypeAt::Module(at) => module.get(at)?,
            TypeAt::Table(at) => table.get(at)?,
        };
        let size_mib = match self.size {
            Size::Unknown => None,
            Size::Word(at) => u16_at(module, at).map(u32::from),
            Size::Double(at) => u32_at(module, at),
        };
        Some(MemoryModule {
            type_name: graphics_memory(type_number),
            type_number,
            vendor: vendor(*module.get(self.vendor)?),
            part_number: text_at(module, self.part_number, self.longest),
            size_mib: size_mib.filter(|size| *size > 0),
            channels: None,
        })
    }
}

/// The memory in the data tables at `list` of an x86 image; `None` without such a table.
pub(crate) fn read(image: &[u8], list: u16) -> Option<BoardMemory> {
    let list = image.get(usize::from(list)..)?;
    let table = |place: usize| {
        // The list has a header of 4 bytes.
        let length = usize::from(u16_at(list, 0)?);
        let at = 4 + place * 2;
        let pointer = (at + 2 <= length).then(|| u16_at(list, at))??;
        image.get(usize::from(pointer)..).filter(|_| pointer != 0)
    };
    match table(VRAM_INFO) {
        Some(table) => of_card(table),
        None => of_system(table(INTEGRATED_SYSTEM_INFO)?),
    }
}

fn of_card(table: &[u8]) -> Option<BoardMemory> {
    let mut memory = BoardMemory::default();
    let Some(layout) = Layout::of(table) else {
        memory.unknown_revision = Some(revision(table)?);
        return Some(memory);
    };
    let mut at = layout.first;
    for _ in 0..*table.get(layout.count)? {
        let Some(module) = table.get(at..) else { break };
        let length = match layout.length {
            ModuleLength::At(place) => u16_at(module, place).map_or(0, usize::from),
            ModuleLength::Fixed(length) => length,
        };
        let Some(found) = layout.module(table, module).filter(|_| length > 0) else {
            break;
        };
        memory.add(found);
        at += length;
    }
    // An entry for memory that the others do not name.
    if memory.modules.iter().any(is_named) {
        memory.modules.retain(is_named);
    }
    (!memory.modules.is_empty()).then_some(memory)
}

fn is_named(module: &MemoryModule) -> bool {
    module.vendor.is_some() || module.part_number.is_some()
}

/// The system memory, as the firmware has entered it: the type as in SMBIOS.
fn of_system(table: &[u8]) -> Option<BoardMemory> {
    let mut memory = BoardMemory {
        of_system: true,
        ..BoardMemory::default()
    };
    let at = match *table {
        [_, _, 1, 11 | 12, ..] => 42,
        [_, _, 2, 1..=3, ..] => 26,
        _ => {
            memory.unknown_revision = Some(revision(table)?);
            return Some(memory);
        }
    };
    let [type_number, channels] = *table.get(at..)?.first_chunk()?;
    // 2 is "unknown" (DSP0134 3.7, table 77), 0 a table that the firmware has not filled.
    if matches!(type_number, 0 | 2) {
        return None;
    }
    memory.add(MemoryModule {
        type_name: system_memory(type_number),
        type_number,
        channels: (channels > 0).then_some(channels),
        ..MemoryModule::default()
    });
    Some(memory)
}

fn revision(table: &[u8]) -> Option<alloc::string::String> {
    Some(format!("{}.{}", table.get(2)?, table.get(3)?))
}

/// `MC_SEQ_MISC0__MT__*` (`drivers/gpu/drm/amd/amdgpu/gmc_v8_0.c`), `atom_dgpu_vram_type`.
fn graphics_memory(number: u8) -> Option<&'static str> {
    Some(match number {
        0x10 => "GDDR1",
        0x20 => "DDR2",
        0x30 => "GDDR3",
        0x40 => "GDDR4",
        0x50 => "GDDR5",
        0x60 => "HBM",
        0x61 => "HBM2E",
        0x70 => "GDDR6",
        0xb0 => "DDR3",
        _ => return None,
    })
}

/// Types of memory devices (SMBIOS, DSP0134 3.7, table 77).
fn system_memory(number: u8) -> Option<&'static str> {
    Some(match number {
        0x12 => "DDR",
        0x13 => "DDR2",
        0x18 => "DDR3",
        0x1a => "DDR4",
        0x1b => "LPDDR",
        0x1c => "LPDDR2",
        0x1d => "LPDDR3",
        0x1e => "LPDDR4",
        0x22 => "DDR5",
        0x23 => "LPDDR5",
        _ => return None,
    })
}

/// Manufacturers, in the low four bits (`atombios.h`).
fn vendor(number: u8) -> Option<&'static str> {
    Some(match number & 0xf {
        1 => "Samsung",
        2 => "Infineon",
        3 => "Elpida",
        4 => "Etron",
        5 => "Nanya",
        6 => "Hynix",
        7 => "Mosel",
        8 => "Winbond",
        9 => "ESMT",
        0xf => "Micron",
        _ => return None,
    })
}
