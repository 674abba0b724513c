//! Compressed streams: what is read back, what is refused and where, and that
//! nothing is slow.

use std::time::Instant;

use testkit::Random;
use vbios::ErrorKind;
use vbios::efi::{Algorithm, compress, decompress};

const BOTH: [Algorithm; 2] = [Algorithm::Uefi, Algorithm::Tiano];

fn generator() -> Random {
    Random::new(0x9e37_79b9_7f4a_7c15)
}

/// Bytes like those of a program: few values, and much that comes again.
fn program(length: usize) -> Vec<u8> {
    let mut random = generator();
    let mut bytes = Vec::new();
    while bytes.len() < length {
        let from = random.below(bytes.len() + 1);
        let again = bytes[from..(from + random.below(40)).min(bytes.len())].to_vec();
        bytes.extend(again);
        bytes.push((random.below(100_u16) * random.below(4)) as u8);
    }
    bytes.truncate(length);
    bytes
}

#[test]
fn compressed_bytes_are_decompressed() {
    for algorithm in BOTH {
        for length in (0..300).chain([8191, 8192, 8193, 70_000]) {
            let bytes = program(length);
            let stream = compress(&bytes, algorithm).unwrap();
            assert_eq!(decompress(&stream, algorithm), Ok(bytes), "{length}");
            // Firmware also ignores bytes after the stream.
            let padded = [&stream[..], &[0xff; 20]].concat();
            assert_eq!(decompress(&padded, algorithm).unwrap().len(), length);
        }
    }
    let size = Algorithm::MAX_SIZE + 1;
    let error = compress(&vec![0; size], Algorithm::Uefi).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert!(error.to_string().ends_with(&format!("found {size}")));
}

/// A stream of the header and the bits of `text`, in which all but 0 and 1 is for
/// reading.
fn stream(size: u32, text: &str) -> Vec<u8> {
    let bits: Vec<u8> = text.bytes().filter(|b| matches!(b, b'0' | b'1')).collect();
    let bytes = bits.chunks(8).map(|bits| {
        let byte = bits.iter().fold(0, |byte, bit| byte << 1 | (bit & 1));
        byte << (8 - bits.len())
    });
    let bytes: Vec<u8> = bytes.collect();
    let packed = (bytes.len() as u32).to_le_bytes();
    [&packed[..], &size.to_le_bytes(), &bytes].concat()
}

#[test]
fn each_fault_is_named_with_its_bit() {
    let fault = |stream: &[u8]| {
        let error = decompress(stream, Algorithm::Uefi).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::CompressedStream);
        error.to_string()
    };
    // One block of three times the only symbol, the literal 65.
    let only = "0000000000000011 00000 00000 000000000 001000001 0000 0000";
    assert_eq!(
        decompress(&stream(3, only), Algorithm::Uefi).unwrap(),
        b"AAA"
    );
    assert_eq!(
        fault(b"1234567"),
        "ends inside its header, at byte 0x7, bit 0"
    );
    assert_eq!(
        fault(b"\x09\0\0\0\x01\0\0\0AAAAAAAA"),
        "header states 9 compressed bytes, 8 follow, at byte 0x0, bit 0"
    );
    assert_eq!(
        fault(b"\0\0\0\0\x01\0\0\x01"),
        "header states an original size of 16777217 bytes, more than any ROM, at byte 0x4, bit 0"
    );
    let cut = fault(&stream(4, only));
    assert!(cut.starts_with("ends before the original size is reached, at byte "));
    assert_eq!(
        fault(&stream(1, "0000000000000000 1111 1111")),
        "block has no symbols, at byte 0xa, bit 0"
    );
    // The only symbol is 510, which there is not.
    let symbol = "0000000000000011 00000 00000 000000000 111111110 0000 0000";
    assert_eq!(
        fault(&stream(3, symbol)),
        "code for an undefined symbol, at byte 0xd, bit 4"
    );
    // Two extra codes of two bits each leave half of the bits without a symbol.
    let lengths = "0000000000000011 00010 010 010 000000000 001000001";
    assert_eq!(
        fault(&stream(3, lengths)),
        "code lengths are not a Huffman code, at byte 0xb, bit 3"
    );
    // The only symbol is a match of three bytes, with nothing before it.
    let early = "0000000000000011 00000 00000 000000000 100000000 0000 0000";
    assert_eq!(
        fault(&stream(3, early)),
        "match starts 1 bytes back, after only 0 bytes, at byte 0xe, bit 4"
    );
}

#[test]
fn no_bytes_break_it() {
    let mut random = generator();
    for algorithm in BOTH {
        let whole = compress(&program(3000), algorithm).unwrap();
        for _ in 0..1000 {
            let mut mutant = whole.clone();
            for _ in 0..random.below(4) + 1 {
                let at = random.below(mutant.len());
                mutant[at] = random.byte();
            }
            // The header is right, so that the bits are looked at.
            mutant[..8].copy_from_slice(&whole[..8]);
            match decompress(&mutant, algorithm) {
                Ok(bytes) => assert_eq!(bytes.len(), 3000),
                Err(error) => assert!(error.offset() <= Some(mutant.len()), "{error}"),
            }
            let _ = decompress(&mutant[..random.below(mutant.len())], algorithm);
        }
        // Cut off anywhere, it is not taken for whole.
        for end in (8..whole.len()).step_by(7) {
            let mut cut = whole[..end].to_vec();
            cut[..4].copy_from_slice(&(end as u32 - 8).to_le_bytes());
            let error = decompress(&cut, algorithm).unwrap_err();
            let message = error.to_string();
            assert!(
                message.starts_with("ends before the original size"),
                "{end}"
            );
        }
    }
}

#[test]
fn hostile_streams_are_linear() {
    let start = Instant::now();
    // Blocks of one symbol, each with new codes.
    let one = "0000000000000001 00000 00000 000000000 001000001 0000 0000";
    let blocks = 40_000;
    let bytes = decompress(
        &stream(blocks, &one.repeat(blocks as usize)),
        Algorithm::Uefi,
    );
    assert_eq!(bytes.unwrap().len(), blocks as usize);
    // The largest size from the fewest bits: matches of no bits.
    let first = "0000000000000001 00000 00000 000000000 001000001 0000 0000";
    let most = "1111111111111111 00000 00000 000000000 111111101 0000 0000";
    let size = Algorithm::MAX_SIZE as u32;
    let bytes = decompress(
        &stream(size, &(first.to_owned() + most + most)),
        Algorithm::Uefi,
    );
    assert_eq!(bytes.unwrap(), vec![65; Algorithm::MAX_SIZE]);
    // And as much to compress.
    for same in [
        vec![0; 2 << 20],
        [1, 2, 3, 4, 5].repeat(400_000),
        program(300_000),
    ] {
        let stream = compress(&same, Algorithm::Tiano).unwrap();
        assert_eq!(decompress(&stream, Algorithm::Tiano).as_ref(), Ok(&same));
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
