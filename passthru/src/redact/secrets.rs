//! Passwords, tokens and keys in texts of any format.

/// The replacement of a hidden value.
pub(super) const HIDDEN: &str = "HIDDEN";

/// Names of secrets, in any case and as the end of a longer name.
const NAMES: [&str; 12] = [
    "password",
    "passwd",
    "passphrase",
    "token",
    "secret",
    "psk",
    "apikey",
    "api_key",
    "access_key",
    "privatekey",
    "presharedkey",
    "authorization",
];

/// Keywords with a blank before their value: `interfaces(5)`.
const BLANK_AFTER: [&str; 4] = ["wpa-psk", "wpa-passphrase", "wireless-key", "wpa-password"];

/// Starts of values that are secret wherever they are: hashes of GRUB and `crypt(5)`, and public
/// keys of SSH, whose base64 text starts with the name of the algorithm.
const SHAPES: [&str; 11] = [
    "grub.pbkdf2.",
    "$1$",
    "$5$",
    "$6$",
    "$7$",
    "$y$",
    "$2a$",
    "$2b$",
    "$2y$",
    "AAAAB3NzaC1",
    "AAAAC3NzaC1",
];

/// The first bytes of [`SHAPES`], and the separators between a name and its value.
const MARKS: [char; 5] = ['=', ':', '$', 'A', 'g'];

/// The text with the values of secrets, and of names that end in one of `more`, hidden. Each line
/// stays where it was.
pub(super) fn without_secrets(text: &str, more: &[&str]) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut in_key = false;
    for line in text.split_inclusive('\n') {
        let (body, end) = match line.strip_suffix('\n') {
            Some(body) => (body, "\n"),
            None => (line, ""),
        };
        let is_border = body.contains("-----") && body.contains("PRIVATE KEY");
        if is_border {
            in_key = body.contains("BEGIN");
            kept.push_str(body);
        } else if in_key {
            kept.push_str(HIDDEN);
        } else {
            of_line(body, more, &mut kept);
        }
        kept.push_str(end);
    }
    kept
}

fn of_line(line: &str, more: &[&str], kept: &mut String) {
    let words = line.trim_start_matches(|c: char| c.is_whitespace() || c == '#');
    let keyword = BLANK_AFTER.iter().find(|key| {
        let rest = words.strip_prefix(**key);
        rest.is_some_and(|rest| rest.starts_with([' ', '\t']))
    });
    if let Some(keyword) = keyword {
        let before = line.len() - words.len() + keyword.len();
        kept.push_str(line.get(..before).unwrap_or_default());
        kept.push(' ');
        kept.push_str(HIDDEN);
        return;
    }
    let mut copied = 0;
    let mut from = 0;
    while let Some(found) = line.get(from..).and_then(|rest| rest.find(MARKS)) {
        let at = from + found;
        let (before, here) = line.split_at_checked(at).unwrap_or((line, ""));
        from = at + 1;
        let hidden = match here.as_bytes().first() {
            Some(b'=' | b':') if is_name(before, more) => value(before, here),
            Some(b':') => credentials(here),
            Some(b'=') => None,
            _ if before.ends_with(|c: char| c.is_alphanumeric() || c == '/') => None,
            _ => hash_or_key(here),
        };
        let Some((start, end)) = hidden.filter(|(start, end)| start < end) else {
            continue;
        };
        kept.push_str(line.get(copied..at + start).unwrap_or_default());
        kept.push_str(HIDDEN);
        copied = at + end;
        from = copied;
    }
    kept.push_str(line.get(copied..).unwrap_or_default());
}

/// The range of a hash or public key that the text starts with.
fn hash_or_key(text: &str) -> Option<(usize, usize)> {
    SHAPES.iter().find(|shape| text.starts_with(**shape))?;
    let end = text.find(|c: char| c.is_whitespace() || matches!(c, ':' | '"' | '\'' | ','));
    Some((0, end.unwrap_or(text.len())))
}

/// Whether the text ends in the name of a secret, in quotes or not.
fn is_name(before: &str, more: &[&str]) -> bool {
    let name = before.trim_end().trim_end_matches(['"', '\'']);
    NAMES.iter().chain(more).any(|key| {
        let start = name.len().checked_sub(key.len());
        let end = start.and_then(|start| name.get(start..));
        end.is_some_and(|end| end.eq_ignore_ascii_case(key))
    })
}

/// The range of the value in a text that starts with its separator.
fn value(before: &str, text: &str) -> Option<(usize, usize)> {
    let after = text.get(1..)?;
    let start = after.trim_start_matches([' ', '\t']);
    let blanks = after.len() - start.len();
    let first = 1 + blanks;
    let until = |value: &str, is_end: &dyn Fn(char) -> bool| value.find(is_end);
    // XML, JSON and .vmx allow blanks before a quoted value.
    if let Some(quote) = start.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let value = start.get(1..)?;
        let end = until(value, &|c| c == quote).unwrap_or(value.len());
        return Some((first + 1, first + 1 + end));
    }
    if text.starts_with(':') {
        // A plain scalar of YAML, a header of HTTP: to the end of the line.
        return (blanks > 0).then_some((first, text.len()));
    }
    // `key= other` on a kernel command line has no value; `key = value` of a file has one.
    if blanks > 0 && !before.ends_with([' ', '\t']) {
        return None;
    }
    let is_end = |c: char| c.is_whitespace() || matches!(c, ',' | '"' | '\'' | '<' | '>' | ';');
    Some((first, first + until(start, &is_end).unwrap_or(start.len())))
}

/// The range of the password of `://user:password@host`.
fn credentials(text: &str) -> Option<(usize, usize)> {
    let rest = text.strip_prefix("://")?;
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\''));
    let authority = rest.get(..end.unwrap_or(rest.len()))?;
    let (login, _) = authority.rsplit_once('@')?;
    let (user, _) = login.split_once(':')?;
    Some((3 + user.len() + 1, 3 + login.len()))
}

#[cfg(test)]
mod tests;
