//! Dumps of functions that no machine at hand has: every conventional capability with
//! random registers, base address registers of every kind, headers that are cut, off,
//! of the wrong class or of no known type, lists that loop, and secondary buses of bridges.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test may fail so"
)]

use std::fmt::Write as _;

use testkit::Random;

/// A text for `lspci -F`, and its name.
pub(crate) struct MadeUp {
    pub(crate) name: String,
    pub(crate) text: String,
}

pub(crate) fn put(config: &mut [u8], at: usize, value: u32) {
    config[at..at + 4].copy_from_slice(&value.to_le_bytes());
}

/// An Ethernet controller or, of `kind` 1, a bridge, with a capability at 0x40.
fn function(id: u16, kind: u8) -> [u8; 256] {
    let mut config = [0; 256];
    put(&mut config, 0x00, 0x1533_8086);
    put(&mut config, 0x2c, u32::from(id) << 16 | 0x8086);
    config[0x06] = 0x10;
    config[0x0e] = kind;
    config[0x0b] = if kind == 0 { 2 } else { 6 };
    config[0x0a] = if kind == 0 { 0 } else { 4 };
    config[0x34] = 0x40;
    config
}

/// The dump of `functions` on bus 0, as far as each was read.
pub(crate) fn dump(functions: &[Vec<u8>]) -> String {
    let mut text = String::new();
    for (number, config) in functions.iter().enumerate() {
        writeln!(text, "00:{:02x}.{} x", number >> 3, number & 7).unwrap();
        for (row, bytes) in config.chunks(16).enumerate() {
            write!(text, "{:02x}:", row * 16).unwrap();
            for byte in bytes {
                write!(text, " {byte:02x}").unwrap();
            }
            text.push('\n');
        }
        text.push('\n');
    }
    text
}

/// A capability with random registers: sparse, dense, and all of one.
fn capability(id: u8) -> String {
    let mut random = Random::new(0x9e37_79b9_7f4a_7c15 ^ u64::from(id) << 32);
    let functions = (0..64).map(|number| {
        let mut config = function(number, u8::from(random.below(3) == 0));
        let share = random.one_of(&[0, 0, 1, 2, 4]);
        config[0x42..0x80].fill_with(|| random.bits(share));
        config[0x40] = id;
        if id == 0x09 {
            // One of virtio's, or of Intel's.
            if number % 2 == 0 {
                put(&mut config, 0x00, 0x1041_1af4);
                config[0x42] = random.one_of(&[0, 15, 24, 24]);
                config[0x43] = random.one_of(&[1, 2, 3, 4, 5, 8, 9]);
            } else {
                config[0x42] = random.one_of(&[0, 4, 5, 8, 12, 16, 16, 16, 0xc0, 0xc1]);
                config[0x43] = random.one_of(&[0, 1, 1, 1, 1, 1, 2, 0x10, 0x20]);
            }
        }
        if id == 0x10 {
            // A version and a type that there are.
            config[0x42] =
                random.one_of(&[1, 2, 2]) | random.one_of(&[0, 1, 4, 5, 6, 7, 8, 9, 10]) << 4;
        }
        put(
            &mut config,
            0x10,
            random.one_of(&[0, 0xf000_0000, 0xf000_000c, 0xe001]),
        );
        config.to_vec()
    });
    dump(&functions.collect::<Vec<_>>())
}

/// Enhanced Allocation: lspci dies of entries that are shorter than they say.
fn enhanced_allocation() -> String {
    let mut random = Random::new(0x14);
    let functions = (0..=255u16).map(|number| {
        let kind = u8::from(number & 1 != 0);
        let mut config = function(number, kind);
        config[0x40] = 0x14;
        config[0x42] = 2;
        let mut at = if kind == 0 { 0x44 } else { 0x48 };
        for entry in 0..2 {
            let (base, offset) = (random.one_of(&[0, 2]), random.one_of(&[0, 2]));
            let size = 2 + base / 2 + offset / 2;
            let (primary, secondary) = match entry {
                0 => (u32::from(number), random.one_of(&[0, 1, 7, 0xff])),
                _ => (random.one_of(&[0, 4, 0xfd, 0xfe]), u32::from(number)),
            };
            let indicator = random.below(16);
            let flags = (random.below(4)) << 30;
            let header = flags | secondary << 16 | primary << 8 | indicator << 4 | size;
            put(&mut config, at, header);
            put(&mut config, at + 4, (random.number() as u32) & !3 | base);
            put(&mut config, at + 8, (random.number() as u32) & !3 | offset);
            for word in 2..size as usize {
                put(
                    &mut config,
                    at + 4 + 4 * word,
                    random.number() as u32 >> random.below(32),
                );
            }
            at += 4 + 4 * size as usize;
        }
        config.to_vec()
    });
    dump(&functions.collect::<Vec<_>>())
}

/// Base address registers and expansion ROMs, on and off.
fn registers() -> String {
    let mut functions = Vec::new();
    for command in [0, 1, 2, 7] {
        for (low, high) in [
            (0, 0),
            (1, 0),
            (2, 0),
            (4, 1),
            (4, 4),
            (4, 5),
            (4, 8),
            (6, 0),
            (0xc, 0x80),
            (0x1f1, 0),
            (0xe001, 0xe101),
            (0xf000_0000, 0),
            (0xf000_000c, 0x1000),
            (0xc0002, 0),
            (0xf000_0004, u32::MAX),
            (u32::MAX, u32::MAX),
        ] {
            let mut config = function(0, 0);
            config[0x04] = command;
            config[0x06] = 0;
            put(&mut config, 0x10, low);
            put(&mut config, 0x14, high);
            put(&mut config, 0x24, low);
            functions.push(config[..64].to_vec());
        }
        for rom in [
            1,
            2,
            0x1f0,
            0x7ff,
            0x800,
            0xf000_0001,
            0xf000_0000,
            u32::MAX - 1,
        ] {
            let mut config = function(0, 0);
            config[0x04] = command;
            put(&mut config, 0x30, rom);
            functions.push(config[..64].to_vec());
        }
    }
    dump(&functions)
}

/// Headers of every type with random registers, some cut.
fn headers(seed: u64) -> String {
    let mut random = Random::new(seed);
    let functions = (0..128).map(|number| {
        let share = random.one_of(&[0, 1, 4]);
        let mut config = [0; 256];
        config[4..64].fill_with(|| random.bits(share));
        put(
            &mut config,
            0x00,
            random.one_of(&[0x1533_8086, 0x2d04_10de, 0x1234_5678]),
        );
        config[0x0e] = random.one_of(&[0, 0x80, 1, 1, 0x81, 2, 2, 3, 0x7f]);
        config[0x0b] = random.one_of(&[6, 6, 2, 1, 0xff, 0x13, 3]);
        config[0x0a] = random.one_of(&[4, 0, 1, 7, 0x80]);
        config[0x3d] = random.one_of(&[0, 0, 1, 2, 3, 4]);
        config[0x06] &= 0xef;
        // Windows of types that there are, mostly.
        for at in [0x1c, 0x1d, 0x20, 0x22, 0x24, 0x26] {
            config[at] &= random.one_of(&[0xf0, 0xf0, 0xf0, 0xf1]);
        }
        if random.below(16) == 0 {
            config = [0xff; 256];
        }
        let length = match (number, config[0x0e]) {
            // What lspci says of the rest is not the same in all releases.
            (_, 0 | 1 | 0x80 | 0x81) => random.one_of(&[64, 64, 128, 256]),
            _ => random.one_of(&[64, 128, 256]),
        };
        config[..length].to_vec()
    });
    dump(&functions.collect::<Vec<_>>())
}

/// Lists that loop, break off, point into the header, or were not read.
fn lists() -> String {
    let mut functions = Vec::new();
    for length in [64, 128, 256] {
        for (first, id, next) in [
            (0x40, 5, 0x40),
            (0x43, 1, 0x53),
            (0x40, 0xff, 0),
            (0x40, 0, 0x80),
            (0xfc, 9, 0),
            (0x80, 0x10, 0x40),
            (0, 0, 0),
            (0xa0, 0x0d, 0xa3),
        ] {
            let mut config = function(0, 0);
            config[0x34] = first;
            let at = usize::from(first & 0xfc);
            if at != 0 {
                config[at] = id;
                config[at + 1] = next;
            }
            functions.push(config[..length].to_vec());
        }
    }
    dump(&functions)
}

/// Bridges below bridges, spare buses, buses without a bridge, one that was given no
/// bus, and several roots; in one domain or in two.
fn buses(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text = String::new();
    for domain in [0, random.one_of(&[0, 1, 0x10000])] {
        let mut next = if domain == 0 && !text.is_empty() {
            0x80
        } else {
            0
        };
        for _ in 0..=random.below(2) {
            bus(domain, next, 0, &mut next, &mut random, &mut text);
            next += 1;
        }
    }
    text
}

fn bus(domain: u32, number: u8, depth: u8, next: &mut u8, random: &mut Random, text: &mut String) {
    let mut device = 0_u8;
    for _ in 0..=random.below(3) {
        device += 1 + random.below(7);
        let mut config = function(u16::from(device), 0);
        config[0x06] = 0;
        if random.below(2) == 0 && depth < 4 && *next & 0x7f < 100 {
            let is_cardbus = random.below(8) == 0;
            config[0x0e] = if is_cardbus { 2 } else { 1 };
            config[0x0b] = 6;
            config[0x0a] = if is_cardbus { 7 } else { 4 };
            *next += 1;
            let secondary = *next;
            bus(domain, secondary, depth + 1, next, random, text);
            if random.below(3) == 0 {
                *next += 2;
            }
            config[0x18..0x1b].copy_from_slice(&[number, secondary, *next]);
        }
        let shown = dump(&[config[..64].to_vec()]);
        let place = format!("{domain:04x}:{number:02x}:{device:02x}.0 x");
        text.push_str(&shown.replacen("00:00.0 x", &place, 1));
    }
}

/// All of them.
pub(crate) fn made_up() -> Vec<MadeUp> {
    let mut all = Vec::new();
    let mut add = |name: String, text: String| all.push(MadeUp { name, text });
    for id in (0..=0x16).filter(|id| *id != 0x14) {
        add(format!("capability-{id:02x}"), capability(id));
    }
    add("enhanced-allocation".to_owned(), enhanced_allocation());
    add("registers".to_owned(), registers());
    add("lists".to_owned(), lists());
    for seed in 1..4 {
        add(format!("headers-{seed}"), headers(seed));
    }
    for seed in 1..12 {
        add(format!("buses-{seed}"), buses(seed * 0x1234_5678_9abc));
    }
    all
}
