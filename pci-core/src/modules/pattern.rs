//! Shell patterns (fnmatch(3) without flags), and kmod's variant.

/// Length limit of names and patterns, to bound the time; longer ones match nothing. The modalias
/// of a PCI function has 56 bytes (`drivers/pci/pci-sysfs.c`, `modalias_show`), a module name at
/// most 55 (`MODULE_NAME_LEN`, `include/linux/module.h`).
const MAX_LEN: usize = 256;

/// Whether `name` matches the shell pattern `pattern`: `*`, `?`, `[a-z]`, `[!a-z]`,
/// `\x`, byte by byte as in the C locale.
///
/// ```
/// use pci_core::modules::matches;
/// assert!(matches("nvidia*", "nvidia_drm"));
/// assert!(!matches("i[!0-9]15", "i915"));
/// ```
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    pattern.len() <= MAX_LEN
        && name.len() <= MAX_LEN
        && bytes_match(pattern.as_bytes(), name.as_bytes())
}

/// Whether the alias `pattern` matches `modalias` in kmod: outside brackets `-` and `_` are equal;
/// the text before the first `*`, `?` or `[` is literal, including `\`; an unclosed bracket matches
/// nothing.
///
/// ```
/// use pci_core::modules::alias_matches;
/// let gpu = "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00";
/// assert!(alias_matches("pci:v000010DEd*sv*sd*bc03sc*i*", gpu));
/// assert!(!alias_matches("pci:v00001002d*sv*sd*bc03sc*i*", gpu));
/// assert!(alias_matches("of:N*T*Cvendor,a-b", "of:NpcieTpciCvendor,a_b"));
/// ```
#[must_use]
pub fn alias_matches(pattern: &str, modalias: &str) -> bool {
    let (mut pattern_bytes, mut modalias_bytes) = ([0; MAX_LEN], [0; MAX_LEN]);
    let (Some(pattern), Some(modalias)) = (
        normal(pattern, &mut pattern_bytes),
        normal(modalias, &mut modalias_bytes),
    ) else {
        return false;
    };
    let literal = pattern
        .iter()
        .position(|byte| matches!(byte, b'*' | b'?' | b'['))
        .unwrap_or(pattern.len());
    let Some((literal, pattern)) = pattern.split_at_checked(literal) else {
        return false;
    };
    modalias
        .strip_prefix(literal)
        .is_some_and(|rest| bytes_match(pattern, rest))
}

/// `text` with `_` for each `-` outside brackets; `None` if it is too long or a bracket is
/// unbalanced.
fn normal<'a>(text: &str, into: &'a mut [u8; MAX_LEN]) -> Option<&'a [u8]> {
    let mut in_brackets = false;
    let into = into.get_mut(..text.len())?;
    for (byte, into) in text.bytes().zip(into.iter_mut()) {
        *into = match (byte, in_brackets) {
            (b'[', false) => {
                in_brackets = true;
                byte
            }
            (b']', true) => {
                in_brackets = false;
                byte
            }
            (b']', false) => return None,
            (b'-', false) => b'_',
            _ => byte,
        };
    }
    (!in_brackets).then_some(into)
}

fn bytes_match(pattern: &[u8], name: &[u8]) -> bool {
    let mut rest = (pattern, name);
    // Where to continue if the text after the last `*` did not match.
    let mut star: Option<(&[u8], &[u8])> = None;
    loop {
        let (pattern, name) = rest;
        if let Some((b'*', after)) = pattern.split_first() {
            star = Some((after, name));
            rest = (after, name);
            continue;
        }
        if pattern.is_empty() && name.is_empty() {
            return true;
        }
        let next = name
            .split_first()
            .and_then(|(byte, left)| Some((one(pattern, *byte)?, left)));
        if let Some(next) = next {
            rest = next;
            continue;
        }
        let Some((after, [_, shorter @ ..])) = star else {
            return false;
        };
        star = Some((after, shorter));
        rest = (after, shorter);
    }
}

/// The pattern after its first element, if that matches `byte`.
fn one(pattern: &[u8], byte: u8) -> Option<&[u8]> {
    let (first, after) = pattern.split_first()?;
    match first {
        b'?' => Some(after),
        b'[' => match set(after, byte) {
            Some((after, inside)) => inside.then_some(after),
            // Without an end it is not a set.
            None => (byte == b'[').then_some(after),
        },
        b'\\' => {
            let (escaped, after) = after.split_first()?;
            (*escaped == byte).then_some(after)
        }
        literal => (*literal == byte).then_some(after),
    }
}

/// The text after the set, and whether `byte` is in it; `None` without a `]`.
fn set(set: &[u8], byte: u8) -> Option<(&[u8], bool)> {
    let (mut rest, negated) = match set {
        [b'!' | b'^', body @ ..] => (body, true),
        _ => (set, false),
    };
    let mut inside = false;
    let mut first = true;
    loop {
        let (from, after) = match rest {
            [b']', after @ ..] if !first => return Some((after, inside != negated)),
            [b'\\', from, after @ ..] | [from, after @ ..] => (*from, after),
            [] => return None,
        };
        first = false;
        let (to, after) = match after {
            [b'-', b'\\', to, after @ ..] => (*to, after),
            [b'-', to, after @ ..] if *to != b']' => (*to, after),
            _ => (from, after),
        };
        inside |= (from..=to).contains(&byte);
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            ("i[^0-9]15", "ix15", true),
            ("[]]", "]", true),
            ("[a", "[a", true),
            ("[a\\]x", "ax", false),
            ("[a\\]]x", "]x", true),
            ("[!-x]", "-", false),
            ("[a-]", "-", true),
            ("[z-a]", "m", false),
            ("\\*", "*", true),
            ("*\\", "\\", false),
            ("", "", true),
            ("a", "", false),
            ("*", "", true),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
        let hostile = "*a".repeat(100);
        assert!(!matches(&hostile, &"a".repeat(99)));
        assert!(!matches("*", &"a".repeat(300)));
    }

    #[test]
    fn kmod_reads_an_alias_in_its_own_way() {
        for (pattern, name, expected) in [
            ("a-b*", "a_b", true),
            ("a_b*", "a-b", true),
            ("a*[-]x", "a-x", false),
            ("a\\b*", "a\\bc", true),
            ("a\\b*", "abc", false),
            ("a*\\b", "ab", true),
            ("a[b", "a[b", false),
            ("a]b", "a]b", false),
            ("a*", "a]", false),
            ("a", "ab", false),
        ] {
            assert_eq!(alias_matches(pattern, name), expected, "{pattern} {name}");
        }
    }
}
