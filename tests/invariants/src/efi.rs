//! Any bytes are decompressed or refused, and are an executable or none; any bytes come
//! back from a stream.

use vbios::efi::{Algorithm, Authenticode, Executable, compress, decompress};

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    for algorithm in [Algorithm::Uefi, Algorithm::Tiano] {
        // Small sizes, so that what is found is in the bits.
        let packed = u32::try_from(data.len()).unwrap().to_le_bytes();
        let stream = [&packed[..], &[0xff, 0x7f, 0, 0], data].concat();
        if let Ok(bytes) = decompress(&stream, algorithm) {
            assert_eq!(bytes.len(), 0x7fff);
        }
        let _ = decompress(data, algorithm);
        if let Ok(executable) = Executable::read(data) {
            let _ = Authenticode::read(data, &executable);
        }
        let stream = compress(data, algorithm).unwrap();
        assert_eq!(decompress(&stream, algorithm).unwrap(), data);
    }
}
