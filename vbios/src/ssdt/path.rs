//! Path of an ACPI device.

use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use crate::error::{Cause, Error, Result};

/// Full path of an ACPI device: `\` and segments of up to four capital letters, digits and
/// underscores, not starting with a digit (ACPI Specification 6.5, section 19.2.2). QEMU's path for
/// function 8.0 of its root bus is `\_SB.PCI0.S40`, where `40` is slot and function in hex; below a
/// root port there, `\_SB.PCI0.S40.S00`.
///
/// ```
/// use vbios::ssdt::AcpiPath;
/// let path: AcpiPath = r"\_SB.PCI0.S08".parse()?;
/// assert_eq!(path.to_string(), r"\_SB.PCI0.S08");
/// assert!(r"\_SB.pci0".parse::<AcpiPath>().is_err());
/// # Ok::<(), vbios::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AcpiPath(Vec<Segment>);

/// Four characters, padded with `_`.
pub(super) type Segment = [u8; 4];

impl FromStr for AcpiPath {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let names = text.strip_prefix('\\').ok_or(Cause::AcpiPath)?;
        let segments: Vec<_> = names
            .split('.')
            .map(segment)
            .collect::<Option<_>>()
            .ok_or(Cause::AcpiPath)?;
        // The number of segments is encoded in one byte.
        if segments.len() > usize::from(u8::MAX) {
            return Err(Cause::AcpiPath.into());
        }
        Ok(Self(segments))
    }
}

fn segment(name: &str) -> Option<Segment> {
    let is_name = |byte: &u8| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_');
    let starts_well = name
        .as_bytes()
        .first()
        .is_some_and(|first| !first.is_ascii_digit());
    let mut segment = [b'_'; 4];
    segment
        .get_mut(..name.len())?
        .copy_from_slice(name.as_bytes());
    (starts_well && segment.iter().all(is_name)).then_some(segment)
}

impl AcpiPath {
    /// The segments, from the root.
    pub(super) fn segments(&self) -> &[Segment] {
        &self.0
    }
}

impl fmt::Display for AcpiPath {
    /// As typed, without padding.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = '\\';
        for segment in &self.0 {
            write!(f, "{separator}")?;
            separator = '.';
            let end = segment.iter().rposition(|byte| *byte != b'_');
            let shown = segment.iter().take(end.map_or(1, |end| end + 1));
            for byte in shown {
                write!(f, "{}", char::from(*byte))?;
            }
        }
        Ok(())
    }
}
