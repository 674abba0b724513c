//! Decompression and compression of an EFI driver, compared with edk2's code in the Python package
//! `uefi_firmware`, if installed: `cargo bench -p vbios --bench efi [-- FILE]`. Plain `Instant`,
//! the best of some rounds.
#![allow(clippy::print_stdout, reason = "a benchmark prints its result")]

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use vbios::efi::{Algorithm, compress, decompress};

const ROUNDS: u32 = 200;

/// The best of as many rounds, in microseconds, with edk2's code.
const SCRIPT: &str = r"
import sys, time
from uefi_firmware import efi_compressor as edk2
stream = open(sys.argv[1], 'rb').read()
original = edk2.EfiDecompress(stream, len(stream))
def best(rounds, work):
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return int(min(times) * 1e6)
print(best(200, lambda: edk2.EfiDecompress(stream, len(stream))),
      best(5, lambda: edk2.EfiCompress(original, len(original))))
";

fn main() {
    // `cargo bench` adds an option.
    let named = std::env::args().skip(1).find(|word| !word.starts_with('-'));
    // About as much code as a GOP driver.
    let path = named.unwrap_or_else(|| "/usr/bin/gpg-agent".to_owned());
    let Ok(mut bytes) = std::fs::read(&path) else {
        return println!("{path}: cannot be read; name a file");
    };
    bytes.truncate(128 << 10);
    let Ok(packed) = compress(&bytes, Algorithm::Uefi) else {
        return println!("{path}: is too large");
    };
    println!("{path}: {} bytes, compressed {}", bytes.len(), packed.len());
    let unpacking = best(ROUNDS, || decompress(&packed, Algorithm::Uefi).is_ok());
    let packing = best(5, || compress(&bytes, Algorithm::Uefi).is_ok());
    println!("decompress: {} us", unpacking.as_micros());
    println!("compress: {} us", packing.as_micros());
    let Some((their_unpacking, their_packing)) = edk2(&packed) else {
        return println!("edk2: uefi_firmware is not installed");
    };
    println!(
        "edk2: decompress {their_unpacking} us, {:.1} times ours",
        ratio(their_unpacking, unpacking)
    );
    println!(
        "edk2: compress {their_packing} us, {:.1} times ours",
        ratio(their_packing, packing)
    );
}

fn best(rounds: u32, work: impl Fn() -> bool) -> Duration {
    let round = || {
        let start = Instant::now();
        black_box(work());
        start.elapsed()
    };
    (0..rounds).map(|_| round()).min().unwrap_or_default()
}

fn ratio(theirs: u32, ours: Duration) -> f64 {
    f64::from(theirs) / (ours.as_secs_f64() * 1e6)
}

fn edk2(packed: &[u8]) -> Option<(u32, u32)> {
    let named = std::env::var_os("PASSTHRU_PYTHON");
    let local = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    let python = named.map_or(local, Into::into);
    let file = std::env::temp_dir().join(format!("vbios-bench-{}", std::process::id()));
    std::fs::write(&file, packed).ok()?;
    let run = Command::new(python)
        .args(["-c", SCRIPT])
        .arg(&file)
        .output();
    let _ = std::fs::remove_file(&file);
    let message = String::from_utf8(run.ok()?.stdout).ok()?;
    let mut numbers = message.split_whitespace().map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}
