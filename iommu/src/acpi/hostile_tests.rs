//! Arbitrary bytes yield a table or an error with an offset.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::{Dmar, Ivrs};

fn table(signature: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(36 + body.len()).unwrap();
    let mut bytes = signature.to_vec();
    bytes.extend(length.to_le_bytes());
    bytes.resize(36, 0);
    bytes.extend(body);
    bytes
}

#[test]
fn any_bytes_end() {
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    for round in 0..4000_usize {
        // Small numbers, so that types and lengths are often valid.
        let body: Vec<u8> = (0..round % 300)
            .map(|_| {
                if random.byte() < 200 {
                    random.byte() % 0x31
                } else {
                    random.byte()
                }
            })
            .collect();
        for bytes in [table(b"DMAR", &body), table(b"IVRS", &body)] {
            for error in [Dmar::parse(&bytes).err(), Ivrs::parse(&bytes).err()] {
                assert!(error.is_none_or(|error| error.offset() <= Some(bytes.len())));
            }
        }
    }
}

#[test]
fn a_length_of_zero_is_an_error_and_no_loop() {
    let mut body = vec![0; 12];
    body.extend([0, 0, 0, 0, 0, 0, 0, 0]);
    let error = Dmar::parse(&table(b"DMAR", &body)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a remapping structure has the invalid length 0 at offset 0x30 of the table"
    );
    let error = Ivrs::parse(&table(b"IVRS", &body)).unwrap_err();
    assert_eq!(error.offset(), Some(0x30));
}

#[test]
fn a_cut_table_has_its_missing_length() {
    let bytes = table(b"DMAR", &[0; 12]);
    let error = Dmar::parse(&bytes[..40]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the table ends after 40 of 48 bytes at offset 0x0 of the table"
    );
    assert!(
        Ivrs::parse(&bytes)
            .unwrap_err()
            .to_string()
            .contains("IVRS")
    );
}
