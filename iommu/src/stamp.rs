//! Time stamps of kernel log lines.

/// Length limit of a stamp, including the ID of the CPU or task after it.
const MAX_LEN: usize = 64;

/// A bracketed stamp in a line: its first byte, and the byte after it.
#[derive(Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The bracketed stamps in `line`, in order: `[    0.392770]` (also followed by `[    T0]` of
/// `CONFIG_PRINTK_CALLER`) and `dmesg -T`'s `[Fri Nov 20 07:00:00 2026]`. A line with lost line
/// breaks has several.
pub(crate) fn stamps(line: &str) -> impl Iterator<Item = Stamp> {
    line.match_indices('[').filter_map(|(start, _)| {
        let bytes = line.as_bytes().get(start..)?;
        let bytes = bytes.get(..MAX_LEN).unwrap_or(bytes);
        let length = seconds(bytes).or_else(|| clock(bytes))?;
        Some(Stamp {
            start,
            end: start + length,
        })
    })
}

/// The length of `[ seconds.microseconds]` at the start of `bytes`.
fn seconds(bytes: &[u8]) -> Option<usize> {
    let mut at = 1;
    at += run(bytes, at, |byte| byte == b' ');
    // The time since the previous line (`dmesg -e`).
    at += usize::from(bytes.get(at) == Some(&b'+'));
    let whole = run(bytes, at, |byte| byte.is_ascii_digit());
    at += whole;
    let dot = bytes.get(at) == Some(&b'.');
    let fraction = run(bytes, at + 1, |byte| byte.is_ascii_digit());
    at += 1 + fraction;
    // The kernel prints microseconds (`print_time`, kernel/printk/printk.c).
    if whole == 0 || !dot || fraction != 6 || bytes.get(at) != Some(&b']') {
        return None;
    }
    at += 1;
    Some(at + caller(bytes.get(at..).unwrap_or_default()))
}

/// The length of `[   T123]` or `[   C1]` at the start of `bytes`, or 0.
fn caller(bytes: &[u8]) -> usize {
    let spaces = run(bytes, 1, |byte| byte == b' ');
    let digits = run(bytes, 2 + spaces, |byte| byte.is_ascii_digit());
    let letter = bytes.get(1 + spaces);
    let end = 2 + spaces + digits;
    let is_caller = bytes.first() == Some(&b'[')
        && matches!(letter, Some(b'T' | b'C'))
        && digits > 0
        && bytes.get(end) == Some(&b']');
    if is_caller { end + 1 } else { 0 }
}

/// The length of `[Fri Nov 20 07:00:00 2026]` at the start of `bytes`.
fn clock(bytes: &[u8]) -> Option<usize> {
    let length = 26;
    let text = bytes.get(..length)?;
    let shape = b"[Aaa Aaa  0 00:00:00 0000]";
    text.iter()
        .zip(shape)
        .all(|(byte, wanted)| match wanted {
            b'A' | b'a' => byte.is_ascii_alphabetic(),
            b'0' => byte.is_ascii_digit(),
            b' ' => *byte == b' ' || byte.is_ascii_digit(),
            other => byte == other,
        })
        .then_some(length)
}

fn run(bytes: &[u8], from: usize, is: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    rest.iter().take_while(|byte| is(**byte)).count()
}

/// The text after the stamp of a line without brackets: `Nov 20 07:00:00 host kernel: ` of the
/// journal and of syslog, `2026-11-20T07:00:00,123456+00:00 ` of `dmesg --time-format iso`,
/// `10.0.0.2: kern:    info: [2026-11-20T07:00:00.123456789Z]: ` of `talosctl dmesg`. `None` if the
/// line has none of them.
pub(crate) fn after_journal_prefix(line: &str) -> Option<&str> {
    // Date, host and program: a prefix is never longer.
    let head = line.as_bytes().get(..160).unwrap_or(line.as_bytes());
    if let Some(at) = head.windows(8).position(|bytes| bytes == b"kernel: ") {
        let before = line.get(..at)?;
        let with_time = before.split(' ').any(has_time) || before.is_empty();
        return with_time.then(|| line.get(at + 8..)).flatten();
    }
    if let Some(message) = after_talos_prefix(line) {
        return Some(message);
    }
    let (first, rest) = line.split_once(' ')?;
    (first.contains('T') && has_time(first)).then_some(rest)
}

/// The text after facility, level and time of `talosctl dmesg`, of the kernel's own lines (Talos
/// documentation, Logging).
fn after_talos_prefix(line: &str) -> Option<&str> {
    let (head, message) = line.split_once("Z]: ")?;
    let (before, time) = head.rsplit_once('[')?;
    let mut words = before.split_ascii_whitespace().rev();
    let level = words.next()?.strip_suffix(':')?;
    let is_kernel =
        words.next() == Some("kern:") && words.next().is_none_or(|node| node.ends_with(':'));
    let is_stamp = level.bytes().all(|byte| byte.is_ascii_lowercase()) && has_time(time);
    (is_kernel && is_stamp && words.next().is_none()).then_some(message)
}

/// Whether `word` contains a time such as `07:00:00`.
fn has_time(word: &str) -> bool {
    word.len() < 48
        && word.as_bytes().windows(8).any(|bytes| {
            bytes.iter().enumerate().all(|(at, byte)| match at {
                2 | 5 => *byte == b':',
                _ => byte.is_ascii_digit(),
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stamps_of_every_form() {
        let found = |line: &str| {
            let all: Vec<String> = stamps(line)
                .map(|s| line.get(s.start..s.end).unwrap().into())
                .collect();
            all
        };
        assert_eq!(found("[    0.392770] a"), ["[    0.392770]"]);
        assert_eq!(
            found("x[0.536462] a[0.536491] b"),
            ["[0.536462]", "[0.536491]"]
        );
        assert_eq!(
            found("[    0.000000][    T0] a"),
            ["[    0.000000][    T0]"]
        );
        assert_eq!(
            found("[Fri Nov 20 07:00:00 2026] a"),
            ["[Fri Nov 20 07:00:00 2026]"]
        );
        assert_eq!(
            found("[Fri Nov  2 07:00:00 2026] a"),
            ["[Fri Nov  2 07:00:00 2026]"]
        );
        for line in [
            "[10de:22eb]",
            "[0.5]",
            "[.123456]",
            "[1.123456",
            "[",
            "[[[",
            "[Event",
        ] {
            assert!(found(line).is_empty(), "{line}");
        }
    }

    #[test]
    fn prefixes_of_journal_and_syslog() {
        for line in [
            "Nov 20 07:00:00 host kernel: AMD-Vi: x",
            "2026-11-20T07:00:00+0100 host kernel: AMD-Vi: x",
            "2026-11-20T07:00:00,123456+00:00 AMD-Vi: x",
            "kernel: AMD-Vi: x",
        ] {
            assert_eq!(after_journal_prefix(line), Some("AMD-Vi: x"), "{line}");
        }
        for line in ["the kernel: AMD-Vi: x", "AMD-Vi: x", "", "T kernel"] {
            assert_eq!(after_journal_prefix(line), None, "{line}");
        }
    }
}
