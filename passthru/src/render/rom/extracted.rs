//! Parts of a ROM for people.

use std::fmt::Write as _;

use vbios::edit::ImagePart;

use super::super::style::Style;
use super::super::wrap::{clean, paragraph};
use crate::rom_document::{DriverSignature, ExtractedDriver, driver};

/// The parts that were taken out of a ROM, one a line.
#[must_use]
pub fn extracted(parts: &[ImagePart], style: Style) -> String {
    let line = |part: &ImagePart| {
        let mut line = format!(
            "image {}, {}: {} bytes",
            part.number,
            part.code_type,
            part.bytes.len()
        );
        if let Some(driver) = driver(&part.bytes) {
            line.push_str(&about(&driver));
        }
        paragraph("", &line, style.columns)
    };
    parts.iter().map(line).collect()
}

fn about(driver: &ExtractedDriver) -> String {
    let mut text = format!(", {} for {}", driver.format, driver.machine);
    if let Some(name) = &driver.name {
        let _ = write!(text, ", \"{}\"", clean(name));
    }
    match driver.signatures.as_deref() {
        None => text.push_str(", with a signature that cannot be read"),
        Some([]) => text.push_str(", not signed: a guest with Secure Boot does not load it"),
        Some(signatures) => signatures
            .iter()
            .for_each(|signature| text.push_str(&signed(signature))),
    }
    text
}

fn signed(signature: &DriverSignature) -> String {
    let names = signature
        .signers
        .iter()
        .filter_map(|signer| signer.issuer.as_deref());
    let names: Vec<_> = names.map(clean).collect();
    let by = if names.is_empty() {
        String::new()
    } else {
        format!(" by {}", names.join(", "))
    };
    match signature.digest_matches {
        Some(true) => format!(", signed{by}"),
        Some(false) => format!(
            ", signed{by}, but changed after that: a guest with Secure Boot does not load it"
        ),
        None => format!(
            ", signed{by} with a {} digest, which was not compared",
            signature.algorithm
        ),
    }
}
