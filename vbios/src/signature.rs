//! Signature of an image.

use core::fmt;

/// The first two bytes of an image, as little-endian number.
///
/// ```
/// use vbios::Signature;
/// assert_eq!(Signature::PCI.to_string(), "55 aa");
/// assert_eq!(Signature::NVIDIA.to_string(), "56 4e");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub u16);

impl Signature {
    /// `55 aa`: an image of the PCI chain (PCI Firmware Specification 3.3, section 5.1.1).
    pub const PCI: Self = Self(0xaa55);
    /// `VN`: an image that only NVIDIA's drivers read (`drivers/gpu/nova-core/vbios.rs` of Linux).
    pub const NVIDIA: Self = Self(0x4e56);
    /// `77 bb`: as `VN` (same source).
    pub const NVIDIA_BB77: Self = Self(0xbb77);

    /// Whether NVIDIA's drivers accept the signature.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(self, Self::PCI | Self::NVIDIA | Self::NVIDIA_BB77)
    }
}

impl fmt::Display for Signature {
    /// The bytes in the order of the file: `55 aa`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [first, second] = self.0.to_le_bytes();
        write!(f, "{first:02x} {second:02x}")
    }
}
