//! Dumps of functions with chains of capabilities: every capability of both lists in
//! any order, with random registers, whole or cut.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail so"
)]

use testkit::Random;

use crate::oracles::made_up::{dump, put};

/// How many functions a dump has.
const FUNCTIONS: u16 = 64;

/// The capabilities of both lists, generated from `seed`.
pub(crate) fn chains(seed: u64) -> String {
    let mut random = Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    for _ in 0..8 {
        random.number();
    }
    let functions = (0..FUNCTIONS).map(|number| function(number, &mut random));
    dump(&functions.collect::<Vec<_>>())
}

/// A function of any type of header.
fn function(number: u16, random: &mut Random) -> Vec<u8> {
    let mut config = vec![0; 4096];
    let (kind, class) = random.one_of(&[
        (0, 0x0200),
        (0, 0x0300),
        (0, 0x0502),
        (0x80, 0x0108),
        (1, 0x0604),
        (1, 0x0604),
        (2, 0x0607),
    ]);
    let id = random.one_of(&[
        0x1533_8086,
        0x1041_1af4,
        0x0d93_8086,
        0x2d04_10de,
        0x1234_1e98,
    ]);
    put(&mut config, 0x00, id);
    put(&mut config, 0x08, class << 16 | u32::from(random.bits(2)));
    config[0x04] = random.bits(4);
    config[0x06] = 0x10;
    config[0x0e] = kind;
    if kind & 0x7f == 0 {
        put(&mut config, 0x2c, u32::from(number) << 16 | 0x8086);
    }
    put(
        &mut config,
        0x10,
        random.one_of(&[0, 0xf000_0000, 0xf000_000c, 0xe001]),
    );
    config[if kind == 2 { 0x14 } else { 0x34 }] = 0;
    let share = random.one_of(&[0, 1, 2, 4, 6]);
    let start = if kind == 2 { 0x80 } else { 0x40 };
    conventional(&mut config, start, kind == 2, share, random);
    let end = extended(&mut config, share, random);
    let length = match random.below(16) {
        0 => random.one_of(&[64, 128, 256, 4096]),
        1 => 64 + random.below(192),
        2..=4 => 256 + random.below(end - 256 + 1),
        _ => end,
    };
    config.truncate(length);
    config
}

/// Fills the list from `start` to 0x100.
fn conventional(
    config: &mut [u8],
    start: usize,
    is_cardbus: bool,
    share: u64,
    random: &mut Random,
) {
    config[start..0x100].fill_with(|| random.bits(share));
    let mut at = start;
    let mut pointer = if is_cardbus { 0x14 } else { 0x34 };
    let mut wants_express = random.below(8) != 0;
    loop {
        let mut id = random.below(0x17);
        if wants_express && random.below(2) == 0 {
            id = 0x10;
        } else if matches!(id, 0x10 | 0x14) {
            // There is one of the first at most, and lspci reads too much of the other.
            id = 0x05;
        }
        wants_express &= id != 0x10;
        let length = match id {
            0x10 => 0x3c,
            0x05 => 0x18,
            0x07 | 0x08 | 0x09 | 0x0e | 0x02 => 0x20,
            _ => 4 + 4 * random.below(4),
        };
        config[pointer] = at as u8;
        config[at] = id;
        if id == 0x10 && random.below(8) != 0 {
            // A version and a type that there are.
            config[at + 2] =
                random.one_of(&[1, 2, 2]) | random.one_of(&[0, 1, 4, 5, 6, 7, 8, 9, 10]) << 4;
        }
        if id == 0x09 {
            config[at + 2] = random.one_of(&[0, 4, 5, 8, 12, 15, 16, 20, 24, 0x20, 0xc0]);
            config[at + 3] = random.one_of(&[0, 1, 1, 1, 2, 3, 4, 5, 8, 9, 0x10, 0x20]);
            if config[at + 3] == 8 {
                // Of shared memory lspci reads what a shorter structure does not have.
                config[at + 2] = random.one_of(&[0, 15, 24, 0x20]);
            }
        }
        pointer = at + 1;
        at += length + 4 * random.below(3);
        if at >= 0x100 || random.below(8) == 0 {
            break;
        }
    }
    config[pointer] = 0;
}

/// Fills the list from 0x100 on; says where it ends.
fn extended(config: &mut [u8], share: u64, random: &mut Random) -> usize {
    let mut at = 0x100;
    for left in (0..random.below(8)).rev() {
        let id = if random.below(16) == 0 {
            random.number() as u16
        } else {
            random.below(0x40)
        };
        let mut length = 4 + 4 * random.below(20);
        if matches!(id, 0x02 | 0x09 | 0x10 | 0x23 | 0x26..=0x36) {
            length += 0x40;
        }
        config[at..at + length].fill_with(|| random.bits(share));
        let end = at + length;
        let next = if left == 0 { 0 } else { end as u32 };
        put(
            config,
            at,
            u32::from(id) | u32::from(random.bits(2)) << 16 & 0xf0000 | next << 20,
        );
        registers(&mut config[at..end], id, random);
        at = end;
    }
    (at + 0x40).min(4096)
}

/// Leaves the numbers of a structure's parts small.
fn registers(structure: &mut [u8], id: u16, random: &mut Random) {
    let mut set = |at: usize, keep: u8, value: u8| {
        if let Some(byte) = structure.get_mut(at) {
            *byte = *byte & keep | value;
        }
    };
    if random.below(8) == 0 && id != 0x23 {
        return;
    }
    match id {
        0x02 | 0x09 => set(4, !7, random.one_of(&[0, 1, 2])),
        0x05 => set(5, 0, random.one_of(&[0, 1, 2])),
        0x15 | 0x24 => set(8, !0xe0, random.one_of(&[0, 1, 2, 3, 6, 7]) << 5),
        0x30 => {
            set(5, 0x1f, random.one_of(&[0, 1, 2]) << 5);
            set(6, 0, random.one_of(&[0, 1]));
        }
        0x23 => cxl(structure, random),
        0x36 => {
            set(4, 0, random.one_of(&[4, 8, 16, 30, 40]));
            set(5, 0xf0, 0);
        }
        _ => {}
    }
}

/// Makes one of CXL of a designated vendor's structure.
fn cxl(structure: &mut [u8], random: &mut Random) {
    let length = match random.below(4) {
        0 => random.one_of(&[0x0c, 0x10, 0x14, 0x20, 0x24, 0x28, 0x38, 0x3c]),
        _ => structure.len() as u32,
    };
    let revision = random.one_of(&[0, 0, 1, 1, 2, 3]);
    put(structure, 4, 0x1e98 | revision << 16 | length << 20);
    structure[8] = random.below(12);
    structure[9] = 0;
    if structure[8] == 0 {
        // lspci looks codes up beyond the ends of its tables.
        for at in [0x1c, 0x2c] {
            structure[at] &= 3;
            structure[at] |= random.one_of(&[0, 1, 2]) << 2 | random.one_of(&[0, 1, 2]) << 5;
            structure[at + 1] &= 0xe7;
        }
    }
}
