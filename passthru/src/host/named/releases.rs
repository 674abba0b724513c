//! Releases behind names: `8.2`, `18.04.2`, `13.2-RELEASE`, `7.1 RC2`.

/// Words between a name and its release.
const BETWEEN: [&str; 14] = [
    "version",
    "versions",
    "release",
    "is",
    "v",
    "r",
    "os",
    "to",
    "now",
    "build",
    "gnu",
    "linux",
    "版本",
    "版本为",
];

/// Letters right behind a number that make it no release.
const UNITS: [&str; 11] = [
    "x", "s", "ms", "gb", "mb", "tb", "ghz", "mhz", "gib", "w", "k",
];

/// Ends of a release.
const ENDS: [&str; 8] = [
    "release",
    "current",
    "stable",
    "beta",
    "rc",
    "alpha",
    "p",
    "prerelease",
];

/// Words of an update behind a release.
const UPDATES: [&str; 5] = ["rc", "u", "update ", "sp", "beta"];

fn skip<'a>(after: &'a str, marks: &str) -> &'a str {
    let mut rest = after;
    loop {
        rest = rest.trim_start_matches(|c: char| c == ' ' || marks.contains(c));
        let end = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let (word, behind) = rest.split_at_checked(end).unwrap_or_default();
        let is_before_number = behind.trim_start_matches([' ', ':', '.', '-']);
        let is_letter = word.len() == 1;
        let is_next = behind.starts_with(|c: char| c.is_ascii_digit());
        if word.is_empty()
            || !BETWEEN.contains(&word.to_ascii_lowercase().as_str())
            || is_letter && !is_next
            || is_before_number.is_empty()
        {
            return rest;
        }
        rest = behind;
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// The release at the start of `after`, and the length of the text up to its end; one number alone
/// where `is_short`.
pub(super) fn release(after: &str, is_short: bool) -> Option<(String, usize)> {
    let rest = skip(after, "\t:：=-_*`\"(/");
    let major = digits(rest);
    if !(1..=2).contains(&major) {
        return None;
    }
    let mut end = major;
    let mut points = 0;
    loop {
        let behind = rest.get(end..)?;
        let part = behind.strip_prefix('.').map_or(0, digits);
        if part == 0 || part > 3 || points == 3 {
            break;
        }
        points += 1;
        end += 1 + part;
    }
    let behind = rest.get(end..)?;
    let letters = behind.find(|c: char| !c.is_ascii_alphabetic());
    let letters = behind.get(..letters.unwrap_or(behind.len()))?;
    let letters = letters.to_ascii_lowercase();
    let is_series = [".x", ".X", "%"].iter().any(|end| behind.starts_with(end));
    let is_more = behind
        .strip_prefix('.')
        .is_some_and(|rest| digits(rest) > 0);
    if is_series || is_more || UNITS.contains(&letters.as_str()) {
        return None;
    }
    if points == 0 {
        let number: u32 = rest.get(..end)?.parse().ok()?;
        let is_open = behind.starts_with(|c: char| c.is_ascii_alphanumeric() || "-_:".contains(c));
        if !is_short || number < 7 || is_open {
            return None;
        }
    }
    end += suffix(behind).unwrap_or(0);
    let text = rest.get(..end)?.to_owned();
    Some((text, after.len() - rest.len() + end))
}

/// The length of the end of a release: `-RELEASE`, `-rc1`, `-3`, `u3c`, ` U3`.
pub(in crate::host) fn suffix(behind: &str) -> Option<usize> {
    let lower = behind.to_ascii_lowercase();
    let is_end = |at: usize| {
        let next = lower.get(at..)?.chars().next();
        Some(next.is_none_or(|c| !c.is_ascii_alphanumeric() && !"-+~".contains(c)))
    };
    if let Some(rest) = lower.strip_prefix('-') {
        let word = ENDS.iter().find(|end| rest.starts_with(**end));
        let length = 1 + word.map_or(0, |word| word.len());
        let number = digits(lower.get(length..)?);
        let length = length + if number > 3 { 0 } else { number };
        return (length > 1 && length < 16 && is_end(length)?).then_some(length);
    }
    let (blank, rest) = lower
        .strip_prefix(' ')
        .map_or((0, &*lower), |rest| (1, rest));
    let word = UPDATES.iter().find(|word| rest.starts_with(**word))?;
    let number = digits(rest.get(word.len()..)?);
    let length = blank + word.len() + number;
    // `7.0u3c`
    let letter = usize::from(blank == 0 && lower.get(length..)?.starts_with(['a', 'b', 'c']));
    let length = length + letter;
    (number > 0 && is_end(length)?).then_some(length)
}

/// The release of a kernel at the start of `after`, and the length of the text up to its end.
pub(super) fn kernel(after: &str) -> Option<(String, usize)> {
    let rest = skip(after, "\t:：=-_*`\"(/>]");
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._+~-".contains(c);
    let end = rest.find(|c: char| !is_part(c)).unwrap_or(rest.len());
    let word = rest.get(..end)?.trim_end_matches(['.', '-', '_', '+', '~']);
    let minor = word.get(1..)?.strip_prefix('.')?;
    let numbers = word.split(['-', '+', '_', '~']).next()?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let is_release = word.starts_with(|c: char| ('2'..='9').contains(&c))
        && (1..=3).contains(&digits(minor))
        && numbers.split('.').take(2).all(is_number)
        && word.len() <= 48
        && !numbers.contains(".x");
    let bare = [".x86_64", "-x86_64", ".aarch64"];
    let bare = bare.iter().find_map(|end| word.strip_suffix(end));
    let text = bare.unwrap_or(word).to_owned();
    is_release.then(|| (text, after.len() - rest.len() + word.len()))
}

/// Marks of distributions in the releases of their kernels.
const MARKS: [&str; 18] = [
    "-generic",
    "-lowlatency",
    "-amd64",
    "-pve",
    "-arch",
    "-zen",
    "-lts",
    "-talos",
    "-default",
    "-unraid",
    "-manjaro",
    "-cachyos",
    "+truenas",
    ".qubes",
    ".fc",
    ".el",
    "-gentoo",
    "-xanmod",
];

/// Whether the release has the mark of a distribution.
pub(super) fn is_marked(release: &str) -> bool {
    let lower = release.to_ascii_lowercase();
    // `corosync: 3.1.7-pve3`: a package of Proxmox VE.
    let is_package = lower
        .split_once("-pve")
        .is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()));
    !is_package && MARKS.iter().any(|mark| lower.contains(mark))
}

/// The release of Ubuntu at the start of `text`: the year and the month of April or October.
pub(super) fn ubuntu(text: &str) -> Option<(String, usize)> {
    let year: u32 = text.get(..2)?.parse().ok()?;
    let month = text.get(2..5)?;
    if !(6..=40).contains(&year) || !matches!(month, ".04" | ".10") {
        return None;
    }
    let point = text.get(5..).and_then(|rest| rest.strip_prefix('.'));
    let number = point.map_or(0, digits);
    let end = if number == 1 { 7 } else { 5 };
    let behind = text.get(end..)?;
    let is_open = behind.starts_with(|c: char| c.is_ascii_alphanumeric() || "-_%".contains(c))
        || behind
            .strip_prefix('.')
            .is_some_and(|rest| digits(rest) > 0);
    (!is_open).then(|| Some((text.get(..end)?.to_owned(), end)))?
}

#[cfg(test)]
mod tests;
