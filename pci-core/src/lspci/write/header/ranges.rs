//! Addresses and sizes.

use core::fmt;

/// Prints ` [size=16M]`, and nothing for 0.
pub(super) struct Size(pub(super) u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 == 0 {
            return Ok(());
        }
        let mut size = self.0;
        let mut unit = "";
        for larger in ["K", "M", "G", "T"] {
            if size % 1024 != 0 {
                break;
            }
            size /= 1024;
            unit = larger;
        }
        // lspci prints the number in 32 bits.
        write!(f, " [size={}{unit}]", size & 0xffff_ffff)
    }
}
