//! Checksum of x86 images.

/// Whether all bytes add up to 0 modulo 256, as PCI Firmware Specification 3.3, section 5.2.1.1,
/// requires for the initialization size of an x86 image.
pub(crate) fn is_balanced(bytes: &[u8]) -> bool {
    bytes.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)) == 0
}
