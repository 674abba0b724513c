//! Our compressed streams and edk2's, which the Python package `uefi_firmware`
//! carries: each reads what the other writes.

use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::environment;
use vbios::efi::{Algorithm, compress, decompress};

/// For each file: its two streams by edk2, beside it, and ours read by edk2.
const SCRIPT: &str = r"
import pathlib, sys
from uefi_firmware import efi_compressor as edk2
for path in pathlib.Path(sys.argv[1]).glob('*.bin'):
    original = path.read_bytes()
    for name, pack, unpack in (
        ('uefi', edk2.EfiCompress, edk2.EfiDecompress),
        ('tiano', edk2.TianoCompress, edk2.TianoDecompress),
    ):
        path.with_suffix('.theirs-' + name).write_bytes(pack(original, len(original)))
        ours = path.with_suffix('.ours-' + name).read_bytes()
        assert unpack(ours, len(ours)) == original, (path, name)
";

/// The repository's Python, where `uefi_firmware` is installed.
fn python() -> Option<PathBuf> {
    let named = environment::path(environment::PYTHON);
    let local = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.venv/bin/python");
    let python = named.unwrap_or(local);
    let import = Command::new(&python)
        .args(["-c", "import uefi_firmware.efi_compressor"])
        .output();
    import
        .is_ok_and(|run| run.status.success())
        .then_some(python)
}

/// What is compressed: real drivers and BIOSes, and what is special.
fn samples() -> Vec<(String, Vec<u8>)> {
    let mut samples = Vec::new();
    let noise = testkit::Random::new(0x9e37_79b9_7f4a_7c15).bytes(200_000);
    for length in [1, 2, 3, 4, 7, 255, 256, 257, 259, 1000] {
        samples.push((format!("noise-{length}"), noise[..length].to_vec()));
        samples.push((format!("same-{length}"), vec![0xa5; length]));
    }
    samples.push(("same".into(), vec![0; 300_000]));
    // Matches at every distance up to the window's end, and past it.
    for gap in [8190, 8191, 8192, 8193, 100_000] {
        let far = [&noise[..300], &noise[1000..1000 + gap - 300], &noise[..300]].concat();
        samples.push((format!("gap-{gap}"), far));
    }
    // Few symbols make long codes: each comes as often as the two before it.
    let (mut skewed, mut a, mut b) = (Vec::new(), 1, 1);
    for byte in 0..22u8 {
        for at in 0..a {
            skewed.extend([byte, noise[at % 1000] & 0x1f, byte ^ noise[at % 777]]);
        }
        (a, b) = (b, a + b);
    }
    samples.push(("skewed".into(), skewed));
    samples.push(("noise".into(), noise));
    for path in [
        "/usr/lib/ipxe/qemu/efi-e1000.rom",
        "/usr/share/seabios/vgabios-stdvga.bin",
        "/usr/lib/systemd/boot/efi/linuxx64.efi.stub",
        "/usr/lib/shim/shimx64.efi.signed",
        "/bin/true",
    ] {
        if let Ok(mut bytes) = std::fs::read(path) {
            bytes.truncate(200 << 10);
            samples.push((path.replace('/', "_"), bytes));
        }
    }
    samples
}

#[test]
fn each_reads_what_the_other_writes() {
    let Some(python) = python() else {
        return testkit::skipped::missing("the Python package uefi_firmware");
    };
    let scratch = testkit::Scratch::new();
    let directory = scratch.path();
    let algorithms = [("uefi", Algorithm::Uefi), ("tiano", Algorithm::Tiano)];
    let samples = samples();
    let place = |name: &str, suffix: &str| directory.join(format!("{name}.{suffix}"));
    for (name, bytes) in &samples {
        std::fs::write(place(name, "bin"), bytes).unwrap();
        for (algorithm_name, algorithm) in algorithms {
            let ours = compress(bytes, algorithm).unwrap();
            assert_eq!(decompress(&ours, algorithm).as_ref(), Ok(bytes), "{name}");
            std::fs::write(place(name, &format!("ours-{algorithm_name}")), ours).unwrap();
        }
    }
    let run = Command::new(python)
        .args(["-c", SCRIPT])
        .arg(directory)
        .output()
        .unwrap();
    let message = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{message}");
    for (name, bytes) in &samples {
        for (algorithm_name, algorithm) in algorithms {
            let theirs = std::fs::read(place(name, &format!("theirs-{algorithm_name}"))).unwrap();
            assert_eq!(decompress(&theirs, algorithm).as_ref(), Ok(bytes), "{name}");
            // No larger than edk2's, but for a few bytes.
            let ours = std::fs::metadata(place(name, &format!("ours-{algorithm_name}")));
            let ours = usize::try_from(ours.unwrap().len()).unwrap();
            assert!(
                ours <= theirs.len() + theirs.len() / 50 + 16,
                "{name} {algorithm_name}: {ours}, edk2 {}",
                theirs.len()
            );
        }
    }
}
