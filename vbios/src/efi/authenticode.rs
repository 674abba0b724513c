//! Authenticode signature of an EFI driver.

use alloc::vec::Vec;

use super::executable::Executable;
use super::signed_data::{self, SignedData};
use super::signer::{DigestAlgorithm, Signer};
use crate::error::{Cause, Result};
use crate::field::{offset, u16_at, u32_at};

/// A signature of an EFI driver: the signed digest, and the signers (Windows Authenticode Portable
/// Executable Signature Format 1.0; UEFI Specification 2.10, section 32.2.4).
///
/// The signed digest is compared with the driver's digest, and the signature is checked with the key
/// of the signer's certificate. The trust in that certificate is not checked, which firmware does
/// against its database: signer names are unverified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Authenticode {
    /// Signed digest.
    pub signed_digest: Vec<u8>,
    /// Digest algorithm.
    pub algorithm: DigestAlgorithm,
    /// The driver's digest; `None` if the algorithm is not [`DigestAlgorithm::SHA256`].
    pub digest: Option<[u8; 32]>,
    /// Signers.
    pub signers: Vec<Signer>,
}

impl Authenticode {
    /// The signatures of the driver `bytes`, which `executable` describes; empty for an unsigned
    /// driver.
    ///
    /// # Errors
    ///
    /// If the certificate table is malformed.
    pub fn read(bytes: &[u8], executable: &Executable) -> Result<Vec<Self>> {
        let mut signatures = Vec::new();
        let Some(table) = &executable.certificates else {
            return Ok(signatures);
        };
        let table_bytes = bytes.get(table.clone()).unwrap_or_default();
        // One digest is compared with all signatures.
        let sha256 = executable.digest(bytes);
        let mut at = 0;
        // An RSA operation is much slower than parsing.
        let mut checks = MAX_CHECKS;
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
            let data = signed_data::read(content, &mut checks).ok_or(malformed)?;
            signatures.push(Self::of(data, sha256));
            // Entries are aligned to eight bytes.
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

    /// Whether the signature of each signer is valid; `None` if unknown.
    #[must_use]
    pub fn is_valid(&self) -> Option<bool> {
        let mut all = self.signers.iter().map(|signer| signer.valid);
        if all.clone().any(|valid| valid == Some(false)) {
            return Some(false);
        }
        let known = !self.signers.is_empty() && all.all(|valid| valid.is_some());
        known.then_some(true)
    }

    /// Whether the driver is unchanged since it was signed; `None` if unknown.
    #[must_use]
    pub fn digest_matches(&self) -> Option<bool> {
        self.digest.map(|digest| digest[..] == self.signed_digest)
    }
}

/// Limit of checked signatures of a driver, which has one or two; others remain unknown.
const MAX_CHECKS: usize = 4;
/// Length of an entry's header: length, revision and type.
const ENTRY: usize = 8;
/// `WIN_CERT_TYPE_PKCS_SIGNED_DATA` of the UEFI Specification.
const PKCS_SIGNED_DATA: u16 = 2;
