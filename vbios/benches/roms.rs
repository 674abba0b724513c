//! Parsing and verification of a ROM, with its driver uncompressed and compressed, where
//! decompression is most of the work; compared with rom-parser, if `ROM_PARSER` names it or it is
//! in `PATH`: `cargo bench -p vbios --bench roms [-- FILE...]`. Plain `Instant`, the best of some
//! rounds.
#![allow(
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark prints its result"
)]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use testkit::rom::{ExtensionBuilder, ImageBuilder, flash_header_3, rom};
use vbios::efi::{Algorithm, compress, decompress};
use vbios::verify::Target;
use vbios::{Rom, carve, verify};

const ROUNDS: u32 = 300;

fn main() {
    let dump = dump();
    judge("a flash dump, driver not compressed", &dump);
    let whole = driver(&filler(89 << 10));
    judge("a ROM, driver not compressed", &rom_with(&whole, 0));
    let packed = compress(&whole, Algorithm::Uefi).unwrap();
    judge("a ROM, driver compressed", &rom_with(&packed, 1));
    let once = best(|| decompress(&packed, Algorithm::Uefi).unwrap().len());
    println!("decompressing that driver once: {once:?}");
    println!("parse alone: {:?}", best(|| Rom::parse(&dump).images.len()));
    let carved = best(|| carve(&dump).len());
    println!("carve: {carved:?}, {:.1} GB/s", rate(dump.len(), carved));
    let none = vec![0xff; 1 << 20];
    let searched = best(|| Rom::parse(&none).images.len());
    println!("1 MiB without an image: {searched:?}");
    sums();
    // `cargo bench` adds an option.
    let named = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with('-'));
    for name in named {
        file(&name);
    }
}

/// Parses and verifies `file`.
fn judge(what: &str, file: &[u8]) {
    let target = Target::default();
    let judged = best(|| {
        let rom = Rom::parse(file);
        verify(&rom, file, &target).findings.len()
    });
    println!(
        "parse and verify {} KiB, {what}: {judged:?}",
        file.len() >> 10
    );
}

/// A ROM of 1 MiB that starts with its first image and has this driver.
fn rom_with(driver: &[u8], compression: u16) -> Vec<u8> {
    let mut efi = ImageBuilder::efi(180);
    (efi.payload, efi.compression) = (driver.to_vec(), compression);
    let mut rom = rom(&[ImageBuilder::x86(127).more(), efi]);
    rom.resize(1 << 20, 0xff);
    rom
}

/// A driver with `bytes` after its sections.
fn driver(bytes: &[u8]) -> Vec<u8> {
    let mut driver = testkit::rom::driver(0x8664, &[0x31, 0xc0, 0xc3]);
    driver.extend_from_slice(bytes);
    driver
}

/// Bytes of which about half repeat, as in code.
fn filler(length: usize) -> Vec<u8> {
    let mut state = 1u32;
    let mut bytes = Vec::new();
    while bytes.len() < length {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let back = usize::from((state >> 16) as u16) % 4096;
        match bytes.len().checked_sub(back + 8) {
            Some(from) if state >> 31 == 0 => bytes.extend_from_within(from..from + 8),
            _ => bytes.extend(state.to_le_bytes()),
        }
    }
    bytes.truncate(length);
    bytes
}

/// A flash dump of 1 MiB: header, both chains, a tail.
fn dump() -> Vec<u8> {
    let version = [0x40, 0x26, 0x02, 0x94, 0x99];
    let chain = rom(&[
        ImageBuilder::x86(127)
            .more()
            .extension(ExtensionBuilder::new(127, false).subsystem(0x1462, 0x3896))
            .nvidia_tables(version, version, "PG132 SKU 30 VGA BIOS"),
        ImageBuilder::efi(179).extension(ExtensionBuilder::new(179, false)),
        ImageBuilder::nvidia(250, 0xe0).extension(ExtensionBuilder::new(250, false)),
        ImageBuilder::nvidia(14, 0x70),
    ]);
    let mut dump = flash_header_3(&chain);
    dump.resize(1 << 20, 0xff);
    dump
}

/// Checksum speed, compared with memory.
fn sums() {
    let image = ImageBuilder::x86(255).build();
    let sum = |bytes: &[u8]| bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    let small = best(|| sum(&image));
    let large = vec![1u8; 256 << 20];
    let start = Instant::now();
    black_box(sum(&large));
    let large_time = start.elapsed();
    let mut copy = vec![0u8; large.len()];
    copy.copy_from_slice(&large);
    let start = Instant::now();
    copy.copy_from_slice(black_box(&large));
    black_box(&copy);
    let copied = start.elapsed();
    println!(
        "sum: {:.1} GB/s in cache, {:.1} GB/s from memory; copying memory {:.1} GB/s",
        rate(image.len(), small),
        rate(large.len(), large_time),
        rate(large.len(), copied)
    );
}

/// One file, compared with rom-parser as a process.
fn file(name: &str) {
    let Ok(bytes) = std::fs::read(name) else {
        return println!("{name}: cannot be read");
    };
    let target = Target::default();
    let ours = best(|| {
        let bytes = std::fs::read(Path::new(name)).unwrap_or_default();
        let rom = Rom::parse(&bytes);
        verify(&rom, &bytes, &target).findings.len()
    });
    println!(
        "{name}: {} bytes, read, parsed and verified in {ours:?}",
        bytes.len()
    );
    let program = std::env::var_os("ROM_PARSER").unwrap_or_else(|| "rom-parser".into());
    let run = |argument: &str| Command::new(&program).arg(argument).output().is_ok();
    // Without a readable file it does nothing: the rest is the start of a process.
    if !run("/") {
        return println!("rom-parser is not installed");
    }
    let (theirs, nothing) = (best(|| run(name)), best(|| run("/")));
    let own = theirs.saturating_sub(nothing);
    println!(
        "rom-parser: {theirs:?} as a process, of which {own:?} are its own work; {:.1} times ours",
        theirs.as_secs_f64() / ours.as_secs_f64()
    );
}

fn rate(bytes: usize, time: Duration) -> f64 {
    f64::from(u32::try_from(bytes).unwrap_or(u32::MAX)) / time.as_secs_f64() / 1e9
}

fn best<T>(work: impl Fn() -> T) -> Duration {
    let round = |_| {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    (0..ROUNDS).map(round).min().unwrap_or_default()
}
