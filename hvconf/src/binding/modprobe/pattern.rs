//! Shell patterns in module names (fnmatch(3) without flags).

/// Names and patterns longer than this match nothing: the kernel's names have
/// at most 55 bytes (`MODULE_NAME_LEN`, include/linux/module.h).
const LONGEST: usize = 256;

/// Whether `name` matches `pattern`: `*`, `?`, `[a-z]`, `[!a-z]`, `\x`.
pub(in crate::binding) fn matches(pattern: &str, name: &str) -> bool {
    if pattern.len() > LONGEST || name.len() > LONGEST {
        return false;
    }
    let mut rest = (pattern, name);
    // Where to go on when what follows the last `*` did not match.
    let mut star: Option<(&str, &str)> = None;
    loop {
        let (pattern, name) = rest;
        if let Some(after) = pattern.strip_prefix('*') {
            star = Some((after, name));
            rest = (after, name);
            continue;
        }
        if pattern.is_empty() && name.is_empty() {
            return true;
        }
        let mut left = name.chars();
        let next = left.next().and_then(|c| one(pattern, c));
        if let Some(after) = next {
            rest = (after, left.as_str());
            continue;
        }
        let Some((after, from)) = star else {
            return false;
        };
        let mut shorter = from.chars();
        if shorter.next().is_none() {
            return false;
        }
        star = Some((after, shorter.as_str()));
        rest = (after, shorter.as_str());
    }
}

/// The pattern after its first element, when that matches `c`.
fn one(pattern: &str, c: char) -> Option<&str> {
    let mut chars = pattern.chars();
    match chars.next()? {
        '?' => Some(chars.as_str()),
        '[' => match set(chars.as_str(), c) {
            Some((after, inside)) => inside.then_some(after),
            // Without an end it is no set.
            None => (c == '[').then_some(chars.as_str()),
        },
        '\\' => {
            let escaped = chars.next();
            (escaped.unwrap_or('\\') == c).then_some(chars.as_str())
        }
        literal => (literal == c).then_some(chars.as_str()),
    }
}

/// What follows the set, and whether `c` is in it; `None` without a `]`.
fn set(set: &str, c: char) -> Option<(&str, bool)> {
    let (body, negated) = match set.strip_prefix(['!', '^']) {
        Some(body) => (body, true),
        None => (set, false),
    };
    let mut inside = false;
    let mut chars = body.chars();
    let mut first = true;
    loop {
        let from = chars.next()?;
        if from == ']' && !first {
            return Some((chars.as_str(), inside != negated));
        }
        first = false;
        let mut ahead = chars.clone();
        let to = match (ahead.next(), ahead.next()) {
            (Some('-'), Some(to)) if to != ']' => {
                chars = ahead;
                to
            }
            _ => from,
        };
        inside |= (from..=to).contains(&c);
    }
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn patterns_match_as_the_shells_do() {
        for (pattern, name, expected) in [
            ("nvidia*", "nvidia_drm", true),
            ("nvidia*", "nvidia", true),
            ("nvidia*", "nouveau", false),
            ("*a*b", "xaxbxb", true),
            ("*a*b", "xaxbx", false),
            ("snd_?da", "snd_hda", true),
            ("i[0-9]15", "i915", true),
            ("i[!0-9]15", "i915", false),
            ("[]]", "]", true),
            ("[a", "[a", true),
            ("\\*", "*", true),
            ("", "", true),
            ("a", "", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
        let hostile = "*a".repeat(100);
        assert!(!matches(&hostile, &"a".repeat(99)));
    }
}
