//! Chronological order of log lines: `journalctl -r` prints the newest line first.

use crate::log_line::LogLine;

/// Pairs of lines that prove a reversed log.
const MIN_PAIRS: usize = 2;

/// Restores the chronological order of runs of lines that one command printed newest first.
pub(crate) fn restore_order(lines: &mut [LogLine<'_>]) {
    for run in lines.chunk_by_mut(|one, next| one.command == next.command) {
        if is_reversed(run) {
            run.reverse();
        }
    }
}

/// Whether nearly all differing stamps of adjacent lines go back in time (in a log of several
/// boots, that happens once per boot), or no stamp goes forth and the first message of a boot is the
/// last line: a journal can stamp a whole boot with one second.
fn is_reversed(lines: &[LogLine<'_>]) -> bool {
    let times: Vec<u64> = lines.iter().filter_map(|line| time(line.text)).collect();
    let pairs = || times.windows(2);
    let back = pairs().filter(|pair| pair.first() > pair.last()).count();
    let forth = pairs().filter(|pair| pair.first() < pair.last()).count();
    let ends_with_start = lines.last().is_some_and(LogLine::starts_boot);
    (back >= MIN_PAIRS && forth.saturating_mul(5) < back)
        || (forth == 0 && ends_with_start && times.len() > MIN_PAIRS)
}

/// A number that increases with the time of a line: `[   12.345678]`, `[Fri Nov 20 07:00:00 2026]`,
/// `Nov 20 07:00:00 host kernel:` or `2026-11-20T07:00:00+0100 host kernel:`.
fn time(line: &str) -> Option<u64> {
    if let Some((inner, _)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        if let Some((seconds, fraction)) = inner.trim().split_once('.') {
            let seconds: u64 = seconds.parse().ok()?;
            let fraction: u64 = fraction.get(..6)?.parse().ok()?;
            return seconds.checked_mul(1_000_000)?.checked_add(fraction);
        }
        return dated(inner.split_ascii_whitespace().skip(1));
    }
    let first = line.split_ascii_whitespace().next()?;
    let iso = first.get(..19).filter(|word| word.contains('T'));
    if let Some(iso) = iso {
        let digits: String = iso.chars().filter(char::is_ascii_digit).collect();
        return digits.parse().ok().filter(|_| digits.len() == 14);
    }
    dated(line.split_ascii_whitespace())
}

/// `Nov 20 07:00:00`.
fn dated<'a>(mut words: impl Iterator<Item = &'a str>) -> Option<u64> {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)?;
    let day: u64 = words.next()?.parse().ok().filter(|day| *day < 32)?;
    let clock = words.next()?.get(..8)?;
    let mut seconds = 0;
    for part in clock.split(':') {
        let part: u64 = part.parse().ok().filter(|part| *part < 61)?;
        seconds = seconds * 60 + part;
    }
    let days = u64::try_from(month).ok()? * 31 + day;
    Some(days * 86_400 + seconds)
}

#[cfg(test)]
mod tests {
    use crate::{Groups, KernelLog, Membership};

    #[test]
    fn a_reversed_journal_equals_the_forward_one() {
        let messages = [
            "Linux version 6.8.12-9-pve",
            "pci 0000:01:00.0: Adding to iommu group 17",
            "pci 0000:01:00.1: Adding to iommu group 17",
            "vfio-pci 0000:01:00.0: enabling device (0002 -> 0003)",
            "Run /init as init process",
        ];
        let stamps: [fn(usize) -> String; 5] = [
            |_| "Nov 20 07:00:00 host kernel:".to_owned(),
            |at| format!("[    {at}.392770]"),
            |at| format!("[Fri Nov 20 07:00:0{at} 2026]"),
            |at| format!("Nov 20 07:00:0{at} host kernel:"),
            |at| format!("2026-11-20T07:00:0{at}+0100 host kernel:"),
        ];
        for stamp in stamps {
            let lines = messages.iter().enumerate();
            let mut lines: Vec<String> = lines
                .map(|(at, message)| format!("{} {message}\n", stamp(at)))
                .collect();
            for _ in 0..2 {
                let text = lines.concat();
                let log = KernelLog::parse("journalctl -k -r", &text);
                let found: Vec<&str> = log.lines.iter().map(|line| line.message).collect();
                assert_eq!(found, messages, "{text}");
                let mut groups = Groups::default();
                groups.add_log(&log);
                let card = "01:00.0".parse().unwrap();
                assert_eq!(groups.group_of(card), Membership::In(17));
                lines.reverse();
            }
        }
    }

    #[test]
    fn the_order_of_several_boots_stays() {
        let boot =
            "[    0.000000] Linux version 6\n[    0.500000] AMD-Vi: a\n[    1.500000] AMD-Vi: b\n";
        let text = boot.repeat(3);
        let log = KernelLog::parse("dmesg", &text);
        assert!(log.lines.iter().map(|line| line.number).is_sorted());
    }
}
