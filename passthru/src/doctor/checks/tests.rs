use std::collections::BTreeSet;
use std::fs;

use super::super::codes;
use super::*;

#[test]
fn every_row_is_read_and_has_codes_of_findings() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/checks.txt");
    let text = fs::read_to_string(path).unwrap();
    assert_eq!(rows().len(), stanzas(&text).len());
    let known: BTreeSet<&str> = codes().into_iter().collect();
    let mut seen = BTreeSet::new();
    for row in rows() {
        for code in row.codes.split(' ') {
            assert!(known.contains(code), "{code}");
            assert!(seen.insert((code, row.check)), "{code} twice");
        }
    }
}
