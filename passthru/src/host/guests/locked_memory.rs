//! The limit on the memory that programs may lock: `ulimit -l`, `LimitMEMLOCK=` of systemd,
//! `memlock` of limits.conf(5) and of containers.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;
use crate::prompt::Prompt;

/// The limit; none is unlimited.
type Limit = Option<u64>;

/// The processes that a limit is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LimitOf {
    /// Those of a user's shell, by name where it is known.
    User(Option<String>),
    /// Those of a user or a group (`@kvm`) of limits.conf(5).
    Owner(String),
    /// Those of each user but root, as `*` of limits.conf(5).
    Everyone,
    /// Those of a service of systemd.
    Service,
    /// Those of a container.
    Container,
    /// Not shown.
    Unknown,
}

/// A limit, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LockedMemory {
    /// The limit in bytes; none is unlimited.
    pub limit: Limit,
    /// Whose it is.
    pub of: LimitOf,
}

/// Of each line that sets or shows the limit, a part; most texts have none.
const MARKS: [&str; 4] = ["memlock", "MEMLOCK", "max locked memory", "ulimit -l"];

/// Maximum number of lines.
const MOST: usize = 16;

/// Whether the line, without blanks around it, sets or shows the limit.
pub(crate) fn is_line(line: &str) -> bool {
    set(line, &LimitOf::Unknown).is_some()
}

/// The limits, in bytes, that lines of the texts set or show.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<LockedMemory>> {
    let mut found = Vec::new();
    let has_any = |text: &&CommandText| MARKS.iter().any(|mark| text.text.contains(mark));
    for text in texts.iter().filter(has_any) {
        // Whose shell it is, and whether it was asked for the limit.
        let mut shell = LimitOf::Unknown;
        let mut is_asked = false;
        for (number, line) in numbered_lines(&text.text) {
            let bare = line.trim_start_matches(['>', ' ', '\t']).trim_end();
            let answer = if std::mem::take(&mut is_asked) {
                kibibytes(bare)
            } else {
                None
            };
            let prompt = Prompt::read(line);
            if prompt.is_some() {
                shell = user(bare);
            }
            let command = prompt.map_or(bare, |prompt| prompt.command.trim());
            is_asked = command == "ulimit -l";
            let of = |limit| (limit, shell.clone());
            if let Some((limit, of)) = answer.map(of).or_else(|| set(bare, &shell))
                && found.len() < MOST
            {
                found.push(Fact::new(
                    LockedMemory { limit, of },
                    Evidence::new(&*text.command, number, bare),
                ));
            }
        }
    }
    found
}

/// The user of a prompt `[user@host dir]$`; root has no limit of its own.
fn user(line: &str) -> LimitOf {
    let name = line.trim_start_matches('[').split('@').next();
    let name = name.filter(|name| line.contains('@') && !name.contains([' ', '$', '#']));
    let is_user = line.split(['$', '#']).next().is_some_and(|head| {
        head.len() < line.len() && line.get(head.len()..).unwrap_or_default().starts_with('$')
    });
    match name {
        Some("root") => LimitOf::Unknown,
        _ if is_user => LimitOf::User(name.map(str::to_owned)),
        _ => LimitOf::Unknown,
    }
}

fn set(bare: &str, shell: &LimitOf) -> Option<(Limit, LimitOf)> {
    // bash, `ulimit -a`.
    if let Some(rest) = bare.strip_prefix("max locked memory") {
        let limit = kibibytes(rest.split_ascii_whitespace().next_back()?)?;
        return Some((limit, shell.clone()));
    }
    // systemd.exec(5): bytes, or a number with a letter to the base 1024.
    for key in ["LimitMEMLOCK=", "DefaultLimitMEMLOCK="] {
        if let Some(value) = bare.strip_prefix(key) {
            let hard = value.rsplit(':').next()?.trim();
            let limit = match hard {
                "infinity" => None,
                _ => Some(bytes(hard)?),
            };
            return Some((limit, LimitOf::Service));
        }
    }
    // limits.conf(5), in KiB: `@kvm hard memlock unlimited`.
    let words: Vec<&str> = bare.split_ascii_whitespace().collect();
    if let [owner, "soft" | "hard" | "-", "memlock", value] = words.as_slice() {
        let of = match *owner {
            "*" => LimitOf::Everyone,
            // A remark sets nothing, and a group after a percent sign counts logins alone.
            owner if owner.starts_with(['#', '%']) => return None,
            owner if is_name(owner) => LimitOf::Owner(owner.to_owned()),
            _ => LimitOf::Unknown,
        };
        return Some((kibibytes(value)?, of));
    }
    // Compose files and docker run, in bytes; -1 is unlimited.
    let value = bare
        .strip_prefix("memlock: ")
        .or_else(|| bare.split_once("--ulimit memlock=").map(|(_, rest)| rest))?;
    let limit = match value.split([' ', ':']).next()? {
        "-1" | "unlimited" => None,
        number => Some(number.parse().ok()?),
    };
    Some((limit, LimitOf::Container))
}

/// Whether a word is the name of a user, or of a group behind `@` (useradd(8)): remedies repeat it.
fn is_name(word: &str) -> bool {
    let name = word.strip_prefix('@').unwrap_or(word);
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    (1..=32).contains(&name.len()) && name.bytes().all(is_part)
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
