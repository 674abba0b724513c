//! Lines of the kernel's log.

/// The longest text whose sentences are read, in bytes: a post, and no log of a boot.
pub(crate) const LONGEST_TEXT: usize = 100_000;

/// Whether the line starts with the time of the kernel log, or of a journal: the log's readers read
/// its settings.
pub(crate) fn is_logged(line: &str) -> bool {
    if let Some(rest) = line.strip_prefix('[') {
        let time = rest.trim_start_matches(' ');
        return time.starts_with(|c: char| c.is_ascii_digit()) && time.contains("] ");
    }
    // `Jun 04 07:27:56 host kernel: `.
    let mut words = line.split_ascii_whitespace();
    let (Some(month), Some(day), Some(time)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    let is_time = |time: &str| {
        let bytes = time.as_bytes();
        matches!(bytes, [_, _, b':', _, _, b':', ..])
            && bytes.iter().filter(|b| b.is_ascii_digit()).count() >= 6
    };
    month.len() == 3 && day.len() <= 2 && is_time(time)
}

/// The number of lines of a text that is a log from its first line to its last, blank ones apart.
pub(crate) fn whole_log(text: &str) -> Option<usize> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(is_logged).try_fold(0, |count: usize, is_logged| {
        is_logged.then(|| count.saturating_add(1))
    })
}
