//! The driver of an EFI image, decompressed once for all checks.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use list_order::Order as _;

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
    /// Made for another driver.
    Broken {
        signers: String,
    },
    /// Not made with the key of its certificate.
    Invalid {
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
        // One valid signature suffices.
        let mut all: Vec<Self> = signatures.iter().map(Self::of).collect();
        all.order_by_key(Self::rank);
        all.into_iter().next().unwrap_or(Self::Missing)
    }

    fn of(signature: &Authenticode) -> Self {
        let signers = issuers(signature);
        match (signature.digest_matches(), signature.is_valid()) {
            (Some(false), _) => Self::Broken { signers },
            (_, Some(false)) => Self::Invalid { signers },
            (Some(true), Some(true)) => Self::Whole { signers },
            (None, _) => Self::Unknown {
                why: format!("a {} digest is not compared", signature.algorithm),
            },
            (_, None) => Self::Unknown {
                why: format!("the digest is that of {signers}, the kind of key is not supported"),
            },
        }
    }

    /// Order by use for firmware: the best first.
    const fn rank(&self) -> u8 {
        match self {
            Self::Whole { .. } => 0,
            Self::Unknown { .. } => 1,
            Self::Invalid { .. } => 2,
            Self::Broken { .. } => 3,
            Self::Missing => 4,
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
        "an unknown issuer".into()
    } else {
        names.join(" and ")
    }
}
