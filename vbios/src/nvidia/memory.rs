//! Memory in NVIDIA's BIOS Information Table.

use crate::field::u16_at;
use crate::memory::{BoardMemory, MemoryModule};
use crate::nvidia::Bit;

/// The memory types of the table that token `M`, version 2, points to (`nvbios_M0203Te` of
/// `drivers/gpu/drm/nouveau/nvkm/subdev/bios/M0203.c` in Linux); the straps of the board select
/// one. `None` without that table, or if it is not in the image.
pub(crate) fn read(image: &[u8], bit: &Bit) -> Option<BoardMemory> {
    let token = bit.tokens.iter().find(|token| token.id == b'M')?;
    if token.version != 2 || token.length < 5 {
        return None;
    }
    let pointer = u16_at(image, usize::from(token.offset) + 3)?;
    let table = image.get(usize::from(pointer)..).filter(|_| pointer != 0)?;
    let [0x10, header, length, count, ..] = *table else {
        return None;
    };
    let mut memory = BoardMemory::default();
    for index in 0..usize::from(count) {
        let at = usize::from(header) + index * usize::from(length);
        let type_number = table.get(at)? & 0xf;
        // A strap that no board has.
        if type_number != 0xf {
            memory.add(MemoryModule {
                type_name: name(type_number),
                type_number,
                ..MemoryModule::default()
            });
        }
    }
    (!memory.modules.is_empty()).then_some(memory)
}

fn name(number: u8) -> Option<&'static str> {
    Some(match number {
        0 => "DDR2",
        1 => "DDR3",
        2 => "GDDR3",
        3 => "GDDR5",
        6 => "HBM2",
        8 => "GDDR5X",
        9 => "GDDR6",
        _ => return None,
    })
}
