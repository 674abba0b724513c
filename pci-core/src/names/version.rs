//! Versions and age of databases.

use super::lookup::Names;

/// Paths of the system's database, in search order: Debian and derivatives, then Fedora and Arch
/// (package hwdata), then pciutils built from source and Alpine, then FreeBSD ports.
pub const SYSTEM_PATHS: [&str; 5] = [
    "/usr/share/misc/pci.ids",
    "/usr/share/hwdata/pci.ids",
    "/usr/share/pci.ids",
    "/usr/local/share/pci.ids",
    "/usr/local/share/pciids/pci.ids",
];

/// The version in the head of a `pci.ids` text; `None` without one of the form `YYYY.MM.DD`. The
/// first few hundred bytes suffice.
///
/// ```
/// let head = b"#\n#\tVersion: 2026.10.24\n#\tDate:    2026-10-24 03:15:02\n";
/// assert_eq!(pci_core::names::version_of(head), Some("2026.10.24"));
/// ```
#[must_use]
pub fn version_of(head: &[u8]) -> Option<&str> {
    let comments = head
        .split(|byte| *byte == b'\n')
        .take_while(|line| line.is_empty() || line.starts_with(b"#"));
    let mut values = comments.filter_map(|line| {
        let comment = core::str::from_utf8(line.get(1..)?).ok()?;
        Some(comment.trim().strip_prefix("Version:")?.trim())
    });
    values.next().filter(|version| is_version(version))
}

/// `YYYY.MM.DD`, which sorts chronologically.
pub(super) fn is_version(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'.',
            _ => byte.is_ascii_digit(),
        })
}

impl Names<'_> {
    /// Age of the database by its version, in days before `today`, counted from 1970-01-01; `None`
    /// for an invalid or future date.
    ///
    /// ```
    /// use pci_core::names::{Database, Names};
    /// let blob = Database::parse(b"# Version: 1970.02.01\n")?.to_blob()?;
    /// assert_eq!(Names::from_blob(&blob)?.age_in_days(41), Some(10));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn age_in_days(&self, today: u32) -> Option<u32> {
        let version = self.version();
        let mut parts = version.split('.').map(str::parse::<u32>);
        let (year, month, day) = (
            parts.next()?.ok()?,
            parts.next()?.ok()?,
            parts.next()?.ok()?,
        );
        today.checked_sub(days_since_1970(year, month, day)?)
    }
}

/// Days since 1970-01-01 in the Gregorian calendar; `None` for earlier and invalid dates.
fn days_since_1970(year: u32, month: u32, day: u32) -> Option<u32> {
    let is_leap = |year: u32| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let february = if is_leap(year) { 29 } else { 28 };
    let months = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let before = usize::try_from(month.checked_sub(1)?).ok()?;
    if day == 0 || day > *months.get(before)? || year < 1970 {
        return None;
    }
    // Leap days before the year; 477 of them before 1970.
    let past = year - 1;
    let leap_days = past / 4 - past / 100 + past / 400 - 477;
    let days: u32 = months.iter().take(before).sum();
    Some((year - 1970) * 365 + leap_days + days + day - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_calendars_do() {
        let days = [
            ((1970, 1, 1), Some(0)),
            ((1970, 3, 1), Some(59)),
            ((2000, 2, 29), Some(11_016)),
            ((2000, 3, 1), Some(11_017)),
            ((2026, 10, 24), Some(20_750)),
            ((2100, 3, 1), Some(47_541)),
            ((2100, 2, 29), None),
            ((2026, 13, 1), None),
            ((2026, 0, 1), None),
            ((2026, 4, 31), None),
            ((1969, 12, 31), None),
        ];
        for ((year, month, day), wanted) in days {
            assert_eq!(
                days_since_1970(year, month, day),
                wanted,
                "{year}-{month}-{day}"
            );
        }
    }

    #[test]
    fn a_version_is_in_the_head_alone() {
        for (head, version) in [
            (&b"# Version: 2026.10.24"[..], Some("2026.10.24")),
            (b"#\r\n#\tVersion: 2026.10.24\r\n", Some("2026.10.24")),
            (b"10de  NVIDIA\n# Version: 2026.10.24\n", None),
            (b"# Version: 2026-10-24\n", None),
            (b"# \xff\n# Version: 2026.10.24\n", Some("2026.10.24")),
            (b"", None),
        ] {
            assert_eq!(version_of(head), version, "{head:?}");
        }
    }
}
