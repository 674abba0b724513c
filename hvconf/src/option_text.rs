//! Options written as one text of keys and values, as crosvm (`serde_keyvalue`) and Cloud
//! Hypervisor (`option_parser`) parse them.

/// crosvm: `KEY=VALUE,...`, where the first key may be left out, a key alone is a switch, and a
/// value may is in single quotes, in double quotes with `\"` and `\\`, or in brackets. `first` is
/// the key that may be left out, `keys` are all of them; a key twice is refused. Errors say what
/// was expected.
pub(crate) fn of_crosvm(
    text: &str,
    first: &str,
    keys: &[&str],
) -> Result<Vec<(String, String)>, String> {
    let mut options: Vec<(String, String)> = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
            .unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let is_key = !word.is_empty() && !word.starts_with('-');
        let (key, value_at) = match after.strip_prefix('=') {
            Some(value) if is_key => (word, Some(value)),
            // The value of the first key, without it.
            _ if options.is_empty() && !(is_key && keys.contains(&word)) => (first, Some(rest)),
            // A switch.
            _ if is_key && (after.is_empty() || after.starts_with(',')) => (word, None),
            _ => return Err(format!("expected a key and '=', found {rest:?}")),
        };
        let (value, after) = match value_at {
            None => (String::new(), after),
            Some(text) => value_of_crosvm(text)?,
        };
        if !keys.contains(&key) {
            return Err(format!(
                "expected one of {}, found {key:?}",
                keys.join(", ")
            ));
        }
        if options.iter().any(|(other, _)| other == key) {
            return Err(format!("expected {key} once"));
        }
        options.push((key.to_owned(), value));
        rest = match after.strip_prefix(',') {
            Some(next) => next,
            None if after.is_empty() => after,
            None => return Err(format!("expected ',', found {after:?}")),
        };
    }
    Ok(options)
}

/// A value, and what is after it.
fn value_of_crosvm(text: &str) -> Result<(String, &str), String> {
    let ends = |what: &str| format!("expected {what} in {text:?}");
    if let Some(inner) = text.strip_prefix('\'') {
        let (value, after) = inner.split_once('\'').ok_or_else(|| ends("a second '"))?;
        return Ok((value.to_owned(), after));
    }
    if let Some(inner) = text.strip_prefix('"') {
        let mut value = String::new();
        let mut letters = inner.char_indices();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => return Ok((value, inner.get(at + 1..).unwrap_or_default())),
                '\\' => match letters.next() {
                    Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                    _ => return Err(ends("\\\" or \\\\")),
                },
                letter => value.push(letter),
            }
        }
        return Err(ends("a second \""));
    }
    if text.starts_with('[') {
        let mut open = 0u32;
        for (at, letter) in text.char_indices() {
            match letter {
                '[' => open = open.saturating_add(1),
                ']' if open == 1 => {
                    let (value, after) = text.split_at_checked(at + 1).unwrap_or((text, ""));
                    return Ok((value.to_owned(), after));
                }
                ']' => open -= 1,
                _ => {}
            }
        }
        return Err(ends("]"));
    }
    let end = text.find([',', '"', '\'', '[', ']']).unwrap_or(text.len());
    let (value, after) = text.split_at_checked(end).unwrap_or((text, ""));
    if value.is_empty() {
        return Err(ends("a value"));
    }
    Ok((value.to_owned(), after))
}

/// A number as crosvm reads it: decimal, or after `0x`, `0o` or `0b`.
pub(crate) fn number_of_crosvm(text: &str) -> Option<u64> {
    let (digits, radix) = match text.get(..2) {
        Some("0x") => (text.get(2..)?, 16),
        Some("0o") => (text.get(2..)?, 8),
        Some("0b") => (text.get(2..)?, 2),
        _ => (text, 10),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    plain
        .then(|| u64::from_str_radix(digits, radix).ok())
        .flatten()
}

/// Cloud Hypervisor: `KEY=VALUE,...`, where double quotes and brackets keep commas, and of a key
/// that is set twice the last value takes effect. Errors say what was expected.
pub(crate) fn of_cloud_hypervisor(
    text: &str,
    keys: &[&str],
) -> Result<Vec<(String, String)>, String> {
    let mut options: Vec<(String, String)> = Vec::new();
    if text.trim().is_empty() {
        return Ok(options);
    }
    for part in parts_of_cloud_hypervisor(text.trim())? {
        let (key, value) = part
            .split_once('=')
            .ok_or_else(|| format!("expected a key and '=', found {part:?}"))?;
        if !keys.contains(&key) {
            return Err(format!(
                "expected one of {}, found {key:?}",
                keys.join(", ")
            ));
        }
        let value = without_quotes(value.trim());
        match options.iter_mut().find(|(other, _)| other == key) {
            Some((_, old)) => *old = value,
            None => options.push((key.to_owned(), value)),
        }
    }
    Ok(options)
}

fn parts_of_cloud_hypervisor(text: &str) -> Result<Vec<&str>, String> {
    let (mut parts, mut start, mut open, mut quoted) = (Vec::new(), 0, 0u32, false);
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => open = open.saturating_add(1),
            ']' => {
                open = open
                    .checked_sub(1)
                    .ok_or_else(|| format!("expected [ before ] in {text:?}"))?;
            }
            ',' if open == 0 => {
                parts.push(text.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            _ => {}
        }
    }
    if quoted || open > 0 {
        return Err(format!("expected \" and [ to be closed in {text:?}"));
    }
    parts.push(text.get(start..).unwrap_or_default());
    Ok(parts)
}

/// A value without its quotes; two quotes within quotes are one.
fn without_quotes(text: &str) -> String {
    let (mut value, mut quoted, mut before) = (String::new(), false, '\0');
    for letter in text.chars() {
        if letter == '"' {
            if before == '"' && !quoted {
                value.push('"');
            }
            quoted = !quoted;
        } else {
            value.push(letter);
        }
        before = letter;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crosvms_first_key_may_be_left_out() {
        let of = |text| of_crosvm(text, "path", &["path", "iommu", "ro"]);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(of("/a"), Ok(vec![pair("path", "/a")]));
        assert_eq!(
            of("'/a,b',iommu=\"x\\\"\",ro"),
            Ok(vec![
                pair("path", "/a,b"),
                pair("iommu", "x\""),
                pair("ro", "")
            ])
        );
        assert_eq!(
            of("path=[a,[b]],ro"),
            Ok(vec![pair("path", "[a,[b]]"), pair("ro", "")])
        );
        for text in [
            "path",
            "/a,/b",
            "/a,path=/b",
            "/a,foo=1",
            "'/a",
            "\"/a\\n\"",
            "/a]",
            "path=[",
            "path=,",
            "'a'b",
        ] {
            assert!(
                of(text).is_err() || of(text) == Ok(vec![pair("path", "")]),
                "{text}"
            );
        }
        assert_eq!(number_of_crosvm("0x10"), Some(16));
        assert_eq!(number_of_crosvm("+1"), None);
    }

    #[test]
    fn cloud_hypervisors_last_value_counts() {
        let of = |text| of_cloud_hypervisor(text, &["path", "bars"]);
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(of("path=/a,path=\"/b,c\""), Ok(vec![pair("path", "/b,c")]));
        assert_eq!(
            of("bars=[1,2],path=\"a\"\"b\"").unwrap()[1],
            pair("path", "a\"b")
        );
        assert_eq!(of(" "), Ok(Vec::new()));
        for text in [
            "path",
            "x=1",
            "path=\"",
            "bars=[",
            "bars=]",
            "path=/a,,path=/b",
            "path =/a",
        ] {
            assert!(of(text).is_err(), "{text}");
        }
    }
}
