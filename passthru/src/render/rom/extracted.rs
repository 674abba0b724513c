//! Parts of a ROM for people.

use vbios::edit::ImagePart;

use super::super::style::Style;
use super::super::wrap::{clean, paragraph};
use crate::rom_document::{DriverSignature, ExtractedDriver, driver};
use crate::text::{Text, text};

/// The images and drivers extracted from a ROM, one per line.
#[must_use]
pub fn extracted(parts: &[ImagePart], style: Style) -> String {
    let line = |part: &ImagePart| {
        let mut line = text!(
            "image {number}, {kind}: {size} bytes",
            number = part.number,
            kind = part.code_type.to_string(),
            size = part.bytes.len()
        );
        if let Some(driver) = driver(&part.bytes) {
            line = line.then(&about(&driver));
        }
        paragraph("", &style.say(&line), style.columns)
    };
    parts.iter().map(line).collect()
}

pub(super) fn about(driver: &ExtractedDriver) -> Text {
    let (form, machine) = (driver.format.to_string(), driver.machine.to_string());
    let mut text = match &driver.name {
        Some(name) => text!(
            "{form}, machine {machine}, \"{name}\"",
            form,
            machine,
            name = clean(name)
        ),
        None => text!("{form}, machine {machine}", form, machine),
    };
    match driver.signatures.as_deref() {
        None => text = text.then(&text!("unreadable signature")),
        Some([]) => {
            text = text.then(&text!(
                "not signed: a guest with Secure Boot does not load it"
            ));
        }
        Some(signatures) => {
            for signature in signatures {
                text = text.then(&signed(signature));
            }
        }
    }
    text
}

fn signed(signature: &DriverSignature) -> Text {
    let names = signature
        .signers
        .iter()
        .filter_map(|signer| signer.issuer.as_deref());
    let names: Vec<String> = names.map(|name| clean(name).into_owned()).collect();
    let signed = match names.as_slice() {
        [] => text!("signed"),
        signers => text!("signed by {signers}", signers),
    };
    match signature.digest_matches {
        Some(true) if signature.valid == Some(false) => text!(
            "{signed}, but the signature is not valid: a guest with Secure Boot does not load it",
            signed
        ),
        Some(true) => signed,
        Some(false) => text!(
            "{signed}, but changed after that: a guest with Secure Boot does not load it",
            signed
        ),
        None => text!(
            "{signed} with a {algorithm} digest, which was not checked",
            signed,
            algorithm = signature.algorithm.to_string()
        ),
    }
}
