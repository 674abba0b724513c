//! Contents of a signature: PKCS #7 signed data (RFC 2315) about an executable's digest.

use alloc::string::String;
use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::der::{Value, Values, tag};
use super::rsa::PublicKey;
use super::signer::{DigestAlgorithm, Signer};

/// 1.2.840.113549.1.7.2.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// `SPC_INDIRECT_DATA_OBJID`, 1.3.6.1.4.1.311.2.1.4.
const INDIRECT_DATA: &[u8] = &[0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x01, 0x04];
/// `messageDigest`, 1.2.840.113549.1.9.4.
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
/// `rsaEncryption`, 1.2.840.113549.1.1.1.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// `sha256WithRSAEncryption`, 1.2.840.113549.1.1.11.
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];
/// Common name attribute, 2.5.4.3.
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// BMPString: UTF-16 text (ITU-T X.690, section 8.23.8).
const BMP_STRING: u8 = 0x1e;

pub(super) struct SignedData {
    pub(super) algorithm: DigestAlgorithm,
    pub(super) digest: Vec<u8>,
    pub(super) signers: Vec<Signer>,
}

/// Parses signed data; `None` for other contents. At most `checks` signatures are checked, and
/// deducted from it.
pub(super) fn read(bytes: &[u8], checks: &mut usize) -> Option<SignedData> {
    let mut outer = Values(bytes).value(tag::SEQUENCE)?.values();
    // UEFI allows the data without the outer ContentInfo.
    let mut data = match outer.value_if(tag::OBJECT_IDENTIFIER) {
        Some(name) if name.content == SIGNED_DATA => {
            let inner = outer.value(tag::CONTEXT_0)?;
            inner.values().value(tag::SEQUENCE)?.values()
        }
        Some(_) => return None,
        None => outer,
    };
    data.value(tag::INTEGER)?;
    data.value(tag::SET)?;
    let content = data.value(tag::SEQUENCE)?;
    let (algorithm, digest) = indirect_data(content)?;
    let content = signed_content(content)?;
    let certificates: Vec<Certificate<'_>> = data
        .value_if(tag::CONTEXT_0)
        .map(|set| set.values().filter_map(Certificate::read).collect())
        .unwrap_or_default();
    let infos = data.find(|value| value.tag == tag::SET)?;
    let signers = infos
        .values()
        .take(MAX_SIGNERS)
        .map(|info| signer(info, content, &certificates, checks))
        .collect::<Option<_>>()?;
    Some(SignedData {
        algorithm,
        digest: digest.to_vec(),
        signers,
    })
}

/// Limit of signers: a driver has one.
const MAX_SIGNERS: usize = 16;

/// The digest and its algorithm in `SpcIndirectDataContent`.
fn indirect_data(content: Value<'_>) -> Option<(DigestAlgorithm, &[u8])> {
    let mut content = content.values();
    let name = content.value(tag::OBJECT_IDENTIFIER)?;
    if name.content != INDIRECT_DATA {
        return None;
    }
    let mut indirect = content
        .value(tag::CONTEXT_0)?
        .values()
        .value(tag::SEQUENCE)?
        .values();
    indirect.value(tag::SEQUENCE)?;
    let mut info = indirect.value(tag::SEQUENCE)?.values();
    let algorithm = info.value(tag::SEQUENCE)?;
    let algorithm = algorithm.values().value(tag::OBJECT_IDENTIFIER)?.content;
    let mut identifier = [0; 9];
    for (slot, byte) in identifier.iter_mut().zip(algorithm) {
        *slot = *byte;
    }
    let digest = info.value(tag::OCTET_STRING)?.content;
    (algorithm.len() <= identifier.len()).then_some((DigestAlgorithm(identifier), digest))
}

/// The bytes that are signed: the content without its tag and length (RFC 2315, section 9.3).
fn signed_content(content: Value<'_>) -> Option<&[u8]> {
    let mut content = content.values();
    content.value(tag::OBJECT_IDENTIFIER)?;
    let mut content = content.value(tag::CONTEXT_0)?.values();
    Some(content.value(tag::SEQUENCE)?.content)
}

/// Names and key in a certificate (RFC 5280, section 4.1).
struct Certificate<'a> {
    serial: &'a [u8],
    issuer: &'a [u8],
    subject: Value<'a>,
    /// `None` for another kind of key than RSA.
    key: Option<PublicKey<'a>>,
}

impl<'a> Certificate<'a> {
    fn read(value: Value<'a>) -> Option<Self> {
        let mut fields = value.values().value(tag::SEQUENCE)?.values();
        fields.value_if(tag::CONTEXT_0);
        let serial = fields.value(tag::INTEGER)?.content;
        fields.value(tag::SEQUENCE)?;
        let issuer = fields.value(tag::SEQUENCE)?.whole;
        fields.value(tag::SEQUENCE)?;
        let subject = fields.value(tag::SEQUENCE)?;
        let key = fields.value(tag::SEQUENCE).and_then(public_key);
        Some(Self {
            serial,
            issuer,
            subject,
            key,
        })
    }
}

/// The RSA key in the field `subjectPublicKeyInfo` (RFC 3279, section 2.3.1).
fn public_key(info: Value<'_>) -> Option<PublicKey<'_>> {
    let mut info = info.values();
    let algorithm = info.value(tag::SEQUENCE)?;
    let algorithm = algorithm.values().value(tag::OBJECT_IDENTIFIER)?;
    let bits = info.value(tag::BIT_STRING)?.content;
    let (0, key) = bits.split_first().map(|(unused, key)| (*unused, key))? else {
        return None;
    };
    let mut key = Values(key).value(tag::SEQUENCE)?.values();
    let (modulus, exponent) = (key.value(tag::INTEGER)?, key.value(tag::INTEGER)?);
    (algorithm.content == RSA).then_some(PublicKey {
        modulus: modulus.content,
        exponent: exponent.content,
    })
}

/// The signer of a `SignerInfo`, whose certificate is found by issuer and serial number.
fn signer(
    info: Value<'_>,
    content: &[u8],
    certificates: &[Certificate<'_>],
    checks: &mut usize,
) -> Option<Signer> {
    let mut info = info.values();
    info.value(tag::INTEGER)?;
    let mut names = info.value(tag::SEQUENCE)?.values();
    let issuer = names.value(tag::SEQUENCE)?;
    let serial = names.value(tag::INTEGER)?.content;
    let own = certificates
        .iter()
        .find(|certificate| certificate.serial == serial && certificate.issuer == issuer.whole);
    let left = checks.checked_sub(1);
    *checks = left.unwrap_or(0);
    let key = own.and_then(|certificate| certificate.key);
    let key = key.filter(|_| left.is_some());
    Some(Signer {
        subject: own.and_then(|certificate| common_name(certificate.subject)),
        issuer: common_name(issuer),
        valid: key.and_then(|key| is_valid(info, content, key)),
    })
}

/// Whether the signature in `info`, the fields of a `SignerInfo` from the digest algorithm on, is that
/// of `content` (RFC 2315, sections 9.3 and 9.4); `None` for other algorithms than RSA with SHA-256.
fn is_valid(mut info: Values<'_>, content: &[u8], key: PublicKey<'_>) -> Option<bool> {
    let mut algorithm = || {
        let algorithm = info.value(tag::SEQUENCE)?;
        Some(algorithm.values().value(tag::OBJECT_IDENTIFIER)?.content)
    };
    if algorithm()? != DigestAlgorithm::SHA256.0 {
        return None;
    }
    let mut signed: [u8; 32] = Sha256::digest(content).into();
    if let Some(attributes) = info.value_if(tag::CONTEXT_0) {
        let digest = attributes.values().find_map(|attribute| {
            let mut attribute = attribute.values();
            let name = attribute.value(tag::OBJECT_IDENTIFIER)?;
            let mut values = attribute.value(tag::SET)?.values();
            (name.content == MESSAGE_DIGEST).then(|| values.value(tag::OCTET_STRING))?
        });
        if digest.is_none_or(|digest| digest.content != signed) {
            return Some(false);
        }
        // Signed are the attributes with the tag of a set.
        let mut hash = Sha256::new();
        hash.update([tag::SET]);
        hash.update(attributes.whole.get(1..)?);
        signed = hash.finalize().into();
    }
    let algorithm = info.value(tag::SEQUENCE)?.values().next()?.content;
    if algorithm != RSA && algorithm != RSA_SHA256 {
        return None;
    }
    key.verifies(info.value(tag::OCTET_STRING)?.content, &signed)
}

/// The common name in a distinguished name.
fn common_name(name: Value<'_>) -> Option<String> {
    let mut attributes = name.values().flat_map(Value::values);
    attributes.find_map(|attribute| {
        let mut parts = attribute.values();
        let kind = parts.value(tag::OBJECT_IDENTIFIER)?;
        let text = parts.next()?;
        (kind.content == COMMON_NAME).then(|| match text.tag {
            BMP_STRING => {
                let units = text.content.chunks_exact(2);
                let units =
                    units.map(|unit| unit.iter().fold(0, |all, byte| all << 8 | u16::from(*byte)));
                char::decode_utf16(units)
                    .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
            _ => String::from_utf8_lossy(text.content).into_owned(),
        })
    })
}
