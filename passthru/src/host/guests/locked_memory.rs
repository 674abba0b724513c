//! The limit on the memory that programs may lock: `ulimit -l`, `LimitMEMLOCK=` of systemd,
//! `memlock` of limits.conf(5) and of containers.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;
use crate::prompt::Prompt;

/// The limit; none is unlimited.
type Limit = Option<u64>;

/// Of each line that sets or shows the limit, a part; most texts have none.
const MARKS: [&str; 4] = ["memlock", "MEMLOCK", "max locked memory", "ulimit -l"];

/// Maximum number of lines.
const MOST: usize = 16;

/// Whether the line, without blanks around it, sets or shows the limit.
pub(crate) fn is_line(line: &str) -> bool {
    set(line).is_some()
}

/// The limits, in bytes, that lines of the texts set or show.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<Limit>> {
    let mut found = Vec::new();
    let has_any = |text: &&CommandText| MARKS.iter().any(|mark| text.text.contains(mark));
    for text in texts.iter().filter(has_any) {
        let mut is_asked = false;
        for (number, line) in numbered_lines(&text.text) {
            let bare = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let answer = if std::mem::take(&mut is_asked) {
                kibibytes(bare)
            } else {
                None
            };
            let command = Prompt::read(line).map_or(bare, |prompt| prompt.command.trim());
            is_asked = command == "ulimit -l";
            if let Some(limit) = answer.or_else(|| set(bare))
                && found.len() < MOST
            {
                found.push(Fact::new(
                    limit,
                    Evidence::new(&*text.command, number, bare),
                ));
            }
        }
    }
    found
}

fn set(bare: &str) -> Option<Limit> {
    // bash, `ulimit -a`.
    if let Some(rest) = bare.strip_prefix("max locked memory") {
        return kibibytes(rest.split_ascii_whitespace().next_back()?);
    }
    // systemd.exec(5): bytes, or a number with a letter to the base 1024.
    for key in ["LimitMEMLOCK=", "DefaultLimitMEMLOCK="] {
        if let Some(value) = bare.strip_prefix(key) {
            let hard = value.rsplit(':').next()?.trim();
            return match hard {
                "infinity" => Some(None),
                _ => Some(Some(bytes(hard)?)),
            };
        }
    }
    // limits.conf(5), in KiB: `@kvm hard memlock unlimited`.
    let words: Vec<&str> = bare.split_ascii_whitespace().collect();
    if let [_, "soft" | "hard" | "-", "memlock", value] = words.as_slice() {
        return kibibytes(value);
    }
    // Compose files and docker run, in bytes; -1 is unlimited.
    let value = bare
        .strip_prefix("memlock: ")
        .or_else(|| bare.split_once("--ulimit memlock=").map(|(_, rest)| rest))?;
    match value.split([' ', ':']).next()? {
        "-1" | "unlimited" => Some(None),
        number => Some(Some(number.parse().ok()?)),
    }
}

fn kibibytes(word: &str) -> Option<Limit> {
    match word {
        "unlimited" | "infinity" | "-1" => Some(None),
        number => Some(Some(number.parse::<u64>().ok()?.checked_mul(1024)?)),
    }
}

fn bytes(text: &str) -> Option<u64> {
    let number = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor: u64 = match text.get(number.len()..)? {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        "T" => 1 << 40,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests;
