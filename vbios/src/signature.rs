//! How an image starts.

use core::fmt;

/// The two bytes with which an image starts, read as little-endian.
///
/// ```
/// use vbios::Signature;
/// assert_eq!(Signature::PCI.to_string(), "55 aa");
/// assert_eq!(Signature::NVIDIA.to_string(), "56 4e");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Signature(pub u16);

impl Signature {
    /// `55 aa`: an image of PCI's chain (PCI Firmware Specification 3.3, section
    /// 5.1.1).
    pub const PCI: Self = Self(0xaa55);
    /// `VN`: an image that NVIDIA's drivers alone read
    /// (`drivers/gpu/nova-core/vbios.rs` of Linux).
    pub const NVIDIA: Self = Self(0x4e56);
    /// `77 bb`: as the last (the same source).
    pub const NVIDIA_BB77: Self = Self(0xbb77);

    /// Whether NVIDIA's drivers take an image that starts so.
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
