//! CRC-32 as in Ethernet and zlib (ISO/IEC 3309; reflected polynomial 0xedb88320), to detect a cut
//! or damaged blob.

/// The CRC-32 of these pieces, concatenated.
pub(super) fn crc32<const N: usize>(pieces: [&[u8]; N]) -> u32 {
    let bytes = pieces.into_iter().flatten();
    !bytes.fold(!0, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value in catalogs of CRCs.
    #[test]
    fn the_check_value() {
        assert_eq!(crc32([b"1234", b"56789"]), 0xcbf4_3926);
        assert_eq!(crc32([b""]), 0);
    }
}
