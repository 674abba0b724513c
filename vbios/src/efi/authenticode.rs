//! The signature of an EFI driver.

use alloc::vec::Vec;

use super::executable::Executable;
use super::signed_data::{self, SignedData};
use super::signer::{DigestAlgorithm, Signer};
use crate::error::{Cause, Result};
use crate::field::{offset, u16_at, u32_at};

/// One signature of an EFI driver: what was signed, and who signed it (Windows
/// Authenticode Portable Executable Signature Format 1.0; UEFI Specification 2.10,
/// section 32.2.4).
///
/// Whether the signed digest is the driver's own is checked here. Whether the
/// signature is genuine, and its signer trusted, is for the firmware to check
/// against its database: what is said of signers is what the signature says of
/// them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authenticode {
    /// The digest that was signed.
    pub signed_digest: Vec<u8>,
    /// Which digest it is.
    pub algorithm: DigestAlgorithm,
    /// The driver's own digest of this kind; `None` where the algorithm is not
    /// [`DigestAlgorithm::SHA256`].
    pub digest: Option<[u8; 32]>,
    /// Who signed.
    pub signers: Vec<Signer>,
}

impl Authenticode {
    /// The signatures of the driver `bytes`, which `executable` describes: none for
    /// an unsigned driver.
    ///
    /// # Errors
    ///
    /// When the certificate table cannot be read.
    pub fn read(bytes: &[u8], executable: &Executable) -> Result<Vec<Self>> {
        let mut signatures = Vec::new();
        let Some(table) = &executable.certificates else {
            return Ok(signatures);
        };
        let table_bytes = bytes.get(table.clone()).unwrap_or_default();
        // One digest serves all signatures.
        let sha256 = executable.digest(bytes);
        let mut at = 0;
        while let Some(entry) = table_bytes.get(at..).filter(|rest| rest.len() >= ENTRY) {
            let offset_ = table.start + at;
            let cut_off = || Cause::CertificateCutOff { offset: offset_ };
            let length = offset(u32_at(entry, 0).ok_or_else(cut_off)?);
            let kind = u16_at(entry, 6).ok_or_else(cut_off)?;
            let content = entry.get(ENTRY..length).ok_or_else(cut_off)?;
            if kind != PKCS_SIGNED_DATA {
                let offset = offset_;
                return Err(Cause::CertificateType { offset, kind }.into());
            }
            let malformed = Cause::CertificateMalformed { offset: offset_ };
            let data = signed_data::read(content).ok_or(malformed)?;
            signatures.push(Self::of(data, sha256));
            // Entries start at multiples of eight.
            at += length.next_multiple_of(8);
        }
        Ok(signatures)
    }

    fn of(data: SignedData, sha256: Option<[u8; 32]>) -> Self {
        Self {
            digest: sha256.filter(|_| data.algorithm == DigestAlgorithm::SHA256),
            signed_digest: data.digest,
            algorithm: data.algorithm,
            signers: data.signers,
        }
    }

    /// Whether the driver is the one that was signed: `false` when it was changed
    /// after that; `None` where that cannot be said.
    #[must_use]
    pub fn digest_matches(&self) -> Option<bool> {
        self.digest.map(|digest| digest[..] == self.signed_digest)
    }
}

/// The length, the revision and the type of an entry.
const ENTRY: usize = 8;
/// `WIN_CERT_TYPE_PKCS_SIGNED_DATA` of the UEFI Specification.
const PKCS_SIGNED_DATA: u16 = 2;
