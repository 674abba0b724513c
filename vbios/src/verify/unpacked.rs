//! The driver of an EFI image, read once for all who ask.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::efi::{Algorithm, Authenticode, EfiMachine, Executable, decompressed_size, driver};
use crate::image::Image;

/// What is known of the driver in an EFI image. The driver itself, which may be much
/// longer than the image, is not kept.
pub(super) struct Unpacked {
    /// The processor that it is for. OVMF goes by the driver; the image's header tells
    /// where there is no driver to be read.
    pub(super) machine: EfiMachine,
    pub(super) state: State,
}

/// Whether firmware can load a driver, all of whose headers are right.
pub(super) enum State {
    Sound(Signature),
    /// It cannot, and why.
    Damaged(String),
    /// It was not looked at: the drivers before it are as large as no ROM's are.
    Unread,
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
    /// Reads the driver in `image` of `file`. What it takes to decompress it is taken
    /// off `room`, a number of bytes; it is not read where that is too little.
    pub(super) fn read(image: &Image, file: &[u8], room: &mut usize) -> Self {
        let told = image.efi.map_or(EfiMachine(0), |header| header.machine);
        let state = |state| Self {
            machine: told,
            state,
        };
        let bytes = image.bytes(file);
        let size = decompressed_size(bytes);
        // A size that no driver has is damage, which is found without decompressing.
        if size <= Algorithm::LARGEST {
            match room.checked_sub(size) {
                Some(left) => *room = left,
                None => return state(State::Unread),
            }
        }
        let driver = match driver(bytes) {
            Ok(driver) => driver,
            Err(error) => return state(State::Damaged(error.to_string())),
        };
        match Executable::read(&driver) {
            Ok(executable) => Self {
                machine: executable.machine,
                state: State::Sound(Signature::read(&driver, &executable)),
            },
            Err(error) => state(State::Damaged(error.to_string())),
        }
    }

    pub(super) const fn is_unread(&self) -> bool {
        matches!(self.state, State::Unread)
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
