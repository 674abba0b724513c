//! Detection of the pciutils release of a text.

use core::fmt;

/// Wordings of specific releases.
const TABLE: &str = include_str!("versions.tsv");

/// A release of pciutils, without its patch level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Release {
    /// Major version.
    pub major: u8,
    /// Minor version.
    pub minor: u8,
}

impl fmt::Display for Release {
    /// `3.9`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

/// The releases that may have printed a text, by its wording.
///
/// Only `-v` and the machine-readable forms changed since 3.1: other texts yield no bound.
///
/// ```
/// use pci_core::lspci::Releases;
/// let releases = Releases::of("\tCapabilities: [40] Express (v2) Endpoint, MSI 00\n");
/// assert_eq!(releases.until.map(|release| release.to_string()).as_deref(), Some("3.10"));
/// assert_eq!(releases.from, None);
/// assert_eq!(Releases::of("00:00.0 Host bridge: x\n"), Releases::default());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Releases {
    /// The first release that prints all of the text.
    pub from: Option<Release>,
    /// The last release that does. Before `from` if the text is of several releases.
    pub until: Option<Release>,
}

impl Releases {
    /// The releases that may have printed `text`, in several passes.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut releases = Self::default();
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(marker), Some(from), Some(until)) =
                (columns.next(), columns.next(), columns.next())
            else {
                continue;
            };
            if !holds(text, marker) {
                continue;
            }
            if let Some(from) = release(from) {
                releases.from = releases.from.max(Some(from));
            }
            if let Some(until) = release(until) {
                releases.until = Some(releases.until.map_or(until, |last| last.min(until)));
            }
        }
        releases
    }

    /// Whether `release` may have printed the text.
    #[must_use]
    pub fn contains(&self, release: Release) -> bool {
        self.from.is_none_or(|from| from <= release)
            && self.until.is_none_or(|until| release <= until)
    }
}

/// Whether `text` contains the marker; `~` in it matches the end of a line.
fn holds(text: &str, marker: &str) -> bool {
    let (marker, at_end) = match marker.strip_suffix('~') {
        Some(marker) => (marker, true),
        None => (marker, false),
    };
    memchr::memmem::find_iter(text.as_bytes(), marker).any(|at| {
        let after = text.as_bytes().get(at + marker.len());
        !at_end || matches!(after, None | Some(b'\n' | b'\r'))
    })
}

fn release(text: &str) -> Option<Release> {
    let (major, minor) = text.split_once('.')?;
    Some(Release {
        major: major.parse().ok()?,
        minor: minor.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_reads() {
        for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
            let columns: alloc::vec::Vec<_> = line.split('\t').collect();
            assert_eq!(columns.len(), 3, "{line}");
            let known = [columns[1], columns[2]].map(|text| release(text).is_some());
            assert!(known[0] || known[1], "{line}");
        }
    }

    #[test]
    fn several_markers_make_an_interval() {
        let text = "\tBridgeCtl: VGA16+\n\t\tRCB 64 bytes Disabled-\n";
        let releases = Releases::of(text);
        assert_eq!(releases.from, Some(Release { major: 3, minor: 6 }));
        assert_eq!(releases.until, Some(Release { major: 3, minor: 6 }));
        assert!(releases.contains(Release { major: 3, minor: 6 }));
        assert!(!releases.contains(Release {
            major: 3,
            minor: 10
        }));
    }
}
