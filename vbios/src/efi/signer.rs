//! Signer of an executable.

use alloc::string::String;
use core::fmt;

/// Object identifier of a digest algorithm, as encoded bytes.
///
/// ```
/// use vbios::efi::DigestAlgorithm;
/// assert_eq!(DigestAlgorithm::SHA256.to_string(), "SHA-256");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DigestAlgorithm(pub [u8; 9]);

impl DigestAlgorithm {
    /// 2.16.840.1.101.3.4.2.1 (NIST), used for UEFI drivers.
    pub const SHA256: Self = Self([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01]);
    /// 2.16.840.1.101.3.4.2.2.
    pub const SHA384: Self = Self([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x02]);
    /// 2.16.840.1.101.3.4.2.3.
    pub const SHA512: Self = Self([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03]);
    /// 1.3.14.3.2.26, padded with zeros.
    pub const SHA1: Self = Self([0x2b, 0x0e, 0x03, 0x02, 0x1a, 0, 0, 0, 0]);
}

impl fmt::Display for DigestAlgorithm {
    /// The name, or the identifier's bytes in hex.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::SHA256 => f.write_str("SHA-256"),
            Self::SHA384 => f.write_str("SHA-384"),
            Self::SHA512 => f.write_str("SHA-512"),
            Self::SHA1 => f.write_str("SHA-1"),
            Self(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}

/// The signer, by the names in the certificates of the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Signer {
    /// Common name of the signer; `None` if its certificate is missing.
    pub subject: Option<String>,
    /// Common name of the certificate's issuer.
    pub issuer: Option<String>,
    /// Whether the signature is valid: made with the key of the signer's certificate, for the signed
    /// digest. `None` if unknown: for a missing certificate, or another algorithm than RSA with
    /// SHA-256.
    pub valid: Option<bool>,
}
