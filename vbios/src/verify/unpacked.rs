//! The driver of an EFI image, read once for all who ask.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::efi::{Authenticode, Executable, Machine, driver};
use crate::image::Image;

/// What is known of the driver in an EFI image. The driver itself, which may be much
/// longer than the image, is not kept.
pub(super) struct Unpacked {
    /// The processor that it is for. OVMF goes by the driver; the image's header tells
    /// where there is no driver to be read.
    pub(super) machine: Machine,
    /// How it is signed, or why firmware cannot load it though all of the headers may
    /// be right.
    pub(super) signature: Result<Signature, String>,
}

/// What a driver's signature is worth, as far as can be said without the guest's keys.
pub(super) enum Signature {
    Missing,
    /// It cannot be read, or has a digest of another kind.
    Unknown {
        why: String,
    },
    Broken {
        signers: String,
    },
    Whole {
        signers: String,
    },
}

impl Unpacked {
    /// Reads the driver in `image` of `file`.
    pub(super) fn read(image: &Image, file: &[u8]) -> Self {
        let told = image.efi.map_or(Machine(0), |header| header.machine);
        let damaged = |damage| Self {
            machine: told,
            signature: Err(damage),
        };
        let driver = match driver(image.bytes(file)) {
            Ok(driver) => driver,
            Err(error) => return damaged(error.to_string()),
        };
        match Executable::read(&driver) {
            Ok(executable) => Self {
                machine: executable.machine,
                signature: Ok(Signature::read(&driver, &executable)),
            },
            Err(error) => damaged(error.to_string()),
        }
    }

    /// Why the firmware cannot load it; `None` where it can.
    pub(super) fn damage(&self) -> Option<&str> {
        self.signature.as_ref().err().map(String::as_str)
    }
}

impl Signature {
    fn read(driver: &[u8], executable: &Executable) -> Self {
        let signatures = match Authenticode::read(driver, executable) {
            Ok(signatures) => signatures,
            Err(error) => {
                let why = error.to_string();
                return Self::Unknown { why };
            }
        };
        let Some(first) = signatures.first() else {
            return Self::Missing;
        };
        let signers = issuers(first);
        match signatures.iter().map(Authenticode::digest_matches).max() {
            Some(Some(true)) => Self::Whole { signers },
            Some(Some(false)) => Self::Broken { signers },
            _ => Self::Unknown {
                why: format!("a {} digest is not compared", first.algorithm),
            },
        }
    }
}

/// Who issued the signers' certificates.
fn issuers(signature: &Authenticode) -> String {
    let names: Vec<&str> = signature
        .signers
        .iter()
        .filter_map(|signer| signer.issuer.as_deref())
        .collect();
    if names.is_empty() {
        "somebody".into()
    } else {
        names.join(" and ")
    }
}
