//! The results of `passthru/data/checks.txt`.

use std::fs;
use std::path::Path;

use crate::stanzas::stanzas;

/// All results, each a sentence.
#[must_use]
pub fn checks() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../passthru/data/checks.txt");
    let text = fs::read_to_string(path).unwrap();
    let entries = stanzas(&text).into_iter().flatten();
    let checks = entries.filter(|(key, _)| *key == "check");
    checks.map(|(_, check)| check.into_owned()).collect()
}
