//! Shared memory for Looking Glass, which shows an assigned card's picture in a window of the
//! host.

/// Size of a pixel of the guest's screen, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColorRange {
    /// Standard dynamic range: 4 bytes.
    Sdr,
    /// High dynamic range: 8 bytes.
    Hdr,
}

/// The size of the shared memory, in MiB: a power of two from 1 to 1024.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookingGlassSize(u16);

impl LookingGlassSize {
    /// So many MiB; `None` when that is not a power of two from 1 to 1024.
    #[must_use]
    pub const fn from_mebibytes(mebibytes: u16) -> Option<Self> {
        if mebibytes.is_power_of_two() && mebibytes <= 1024 {
            Some(Self(mebibytes))
        } else {
            None
        }
    }

    /// The size for a screen of `width` by `height` pixels: two frames and 10 MiB,
    /// rounded up to a power of two
    /// (<https://looking-glass.io/docs/B7/ivshmem_kvmfr/>, "Determining memory").
    /// `None` when more than 1024 MiB are needed.
    ///
    /// ```
    /// use hvconf::description::{ColorRange, LookingGlassSize};
    /// let size = |width, height, range| {
    ///     LookingGlassSize::for_screen(width, height, range).map(LookingGlassSize::mebibytes)
    /// };
    /// assert_eq!(size(1920, 1080, ColorRange::Sdr), Some(32));
    /// assert_eq!(size(2560, 1440, ColorRange::Sdr), Some(64));
    /// assert_eq!(size(3840, 2160, ColorRange::Sdr), Some(128));
    /// assert_eq!(size(3840, 2160, ColorRange::Hdr), Some(256));
    /// ```
    #[must_use]
    pub fn for_screen(width: u16, height: u16, range: ColorRange) -> Option<Self> {
        let pixel = match range {
            ColorRange::Sdr => 4,
            ColorRange::Hdr => 8,
        };
        let frames = u64::from(width) * u64::from(height) * pixel * 2;
        let mebibytes = frames.div_ceil(1 << 20) + 10;
        let mebibytes = u16::try_from(mebibytes.next_power_of_two()).ok()?;
        Self::from_mebibytes(mebibytes)
    }

    /// In MiB.
    #[must_use]
    pub const fn mebibytes(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_powers_of_two() {
        for mebibytes in [0, 3, 2048] {
            assert_eq!(LookingGlassSize::from_mebibytes(mebibytes), None);
        }
        let huge = LookingGlassSize::for_screen(u16::MAX, u16::MAX, ColorRange::Hdr);
        assert_eq!(huge, None);
        let none = LookingGlassSize::for_screen(0, 0, ColorRange::Sdr).unwrap();
        assert_eq!(none.mebibytes(), 16);
    }
}
