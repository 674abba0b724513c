//! The driver of an EFI image, decompressed once for all checks.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::efi::{Algorithm, Authenticode, EfiMachine, Executable, decompressed_size, driver};
use crate::image::Image;

/// Properties of the driver in an EFI image. The driver itself, which may be much longer than the
/// image, is not kept.
pub(super) struct Unpacked {
    /// Its processor. OVMF uses the driver's; the image's header is used if there is no readable
    /// driver.
    pub(super) machine: EfiMachine,
    pub(super) state: State,
}

/// Whether firmware can load a driver with valid headers.
pub(super) enum State {
    Sound(Signature),
    /// Damaged, with the reason.
    Damaged(String),
    /// Not read: the preceding drivers used up the size limit.
    Unread,
}

/// Status of a driver's signature, without the guest's keys.
pub(super) enum Signature {
    Missing,
    /// Unreadable, or a digest of another kind.
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
    /// Reads the driver in `image` of `file`. The decompressed bytes are deducted from `room`; if
    /// that is too small, it is not read.
    pub(super) fn read(image: &Image, file: &[u8], room: &mut usize) -> Self {
        let reported = image.efi.map_or(EfiMachine(0), |header| header.machine);
        let state = |state| Self {
            machine: reported,
            state,
        };
        let bytes = image.bytes(file);
        let size = decompressed_size(bytes);
        // A size beyond the limit is damage, found without decompression.
        if size <= Algorithm::MAX_SIZE {
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

/// Issuers of the signers' certificates.
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
