//! The Nix language (Nix manual, "Data Types" and "Syntax"), as far as finding an
//! attribute of a NixOS module needs it. Nothing is evaluated.

use core::ops::Range;

use list_order::Order as _;

/// A piece of a Nix text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Token {
    /// A name, a number, a path, an operator's character.
    Word(String),
    /// `{ } [ ] ( ) ; = : , . @`, one each.
    Mark(char),
    /// A string; its text if nothing in it is evaluated.
    Text(Option<String>),
}

/// A token and its place.
pub type Placed = (Token, Range<usize>);

/// The tokens outside of strings; `Err` with the offset of a string or remark that
/// does not end.
pub fn tokens(text: &str) -> Result<Vec<Placed>, usize> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or_default();
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if c == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            at += 2 + rest.get(2..).and_then(|inner| inner.find("*/")).ok_or(at)? + 2;
        } else if c == '"' || rest.starts_with("''") {
            let (end, says) = string(text, at)?;
            tokens.push((Token::Text(says), at..end));
            at = end;
        } else if "{}[]();=:,.@".contains(c) && !rest.starts_with("./") && !rest.starts_with("../")
        {
            tokens.push((Token::Mark(c), at..at + 1));
            at += 1;
        } else {
            let path = rest.starts_with(['.', '/', '~', '<']);
            let word = |c: char| {
                c.is_ascii_alphanumeric() || "_'-".contains(c) || (path && "./~<>+".contains(c))
            };
            let end = rest.find(|c: char| !word(c)).unwrap_or(rest.len());
            let end = end.max(c.len_utf8());
            tokens.push((
                Token::Word(rest.get(..end).unwrap_or_default().to_owned()),
                at..at + end,
            ));
            at += end;
        }
    }
    Ok(tokens)
}

/// The end of the string at `start`, and its text.
fn string(text: &str, start: usize) -> Result<(usize, Option<String>), usize> {
    /// An open string of either kind, or an interpolation with its number of braces.
    enum Open {
        Quoted,
        Indented,
        Code(usize),
    }
    let mut open = Vec::new();
    let mut says = Some(String::new());
    let mut at = start;
    loop {
        let rest = text
            .get(at..)
            .filter(|rest| !rest.is_empty())
            .ok_or(start)?;
        let c = rest.chars().next().ok_or(start)?;
        let mut step = c.len_utf8();
        match open.last_mut() {
            None | Some(Open::Code(_)) if rest.starts_with("''") => {
                open.push(Open::Indented);
                step = 2;
                // The amount of indentation is evaluated.
                says = None;
            }
            None => open.push(Open::Quoted),
            Some(Open::Code(braces)) => match c {
                '"' => open.push(Open::Quoted),
                '{' => *braces += 1,
                '}' if *braces == 0 => {
                    open.pop();
                }
                '}' => *braces -= 1,
                '#' => step = rest.find('\n').unwrap_or(rest.len()),
                _ => {}
            },
            Some(Open::Quoted) if c == '"' => {
                open.pop();
            }
            Some(Open::Quoted) if c == '\\' => {
                let next = rest.chars().nth(1).ok_or(start)?;
                step += next.len_utf8();
                let plain = match next {
                    'n' | 'r' | 't' => None,
                    other => Some(other),
                };
                says = says
                    .zip(plain)
                    .map(|(says, next)| says + next.encode_utf8(&mut [0; 4]));
            }
            Some(Open::Indented) if rest.starts_with("'''") || rest.starts_with("''$") => step = 3,
            Some(Open::Indented) if rest.starts_with("''\\") => {
                step = 3 + rest.chars().nth(3).map_or(0, char::len_utf8);
            }
            Some(Open::Indented) if rest.starts_with("''") => {
                open.pop();
                step = 2;
            }
            Some(_) if rest.starts_with("$$") => {
                step = 2;
                if let Some(says) = says.as_mut() {
                    says.push_str("$$");
                }
            }
            Some(_) if rest.starts_with("${") => {
                open.push(Open::Code(0));
                step = 2;
                says = None;
            }
            Some(_) => {
                if let Some(says) = says.as_mut() {
                    says.push(c);
                }
            }
        }
        at += step;
        if open.is_empty() {
            return Ok((at, says));
        }
        if open.len() > DEEPEST {
            return Err(start);
        }
    }
}

/// Maximum depth of nested strings and code.
const DEEPEST: usize = 64;

/// The tokens between the braces of the attribute set that a module is: after the
/// heads of functions, before the closing brace. `None` for a module of another
/// form (`let`, `with`, a function that is called).
pub(super) fn body(tokens: &[Placed]) -> Option<Range<usize>> {
    let mark = |at: usize, c: char| {
        tokens
            .get(at)
            .is_some_and(|(token, _)| *token == Token::Mark(c))
    };
    let word = |at: usize| matches!(tokens.get(at), Some((Token::Word(_), _)));
    let mut at = 0;
    loop {
        if word(at) && mark(at + 1, ':') {
            at += 2;
            continue;
        }
        if word(at) && mark(at + 1, '@') && mark(at + 2, '{') {
            at += 2;
        }
        if !mark(at, '{') {
            return None;
        }
        let end = closing(tokens, at)?;
        if mark(end + 1, ':') {
            at = end + 2;
        } else if mark(end + 1, '@') && word(end + 2) && mark(end + 3, ':') {
            at = end + 4;
        } else if end + 1 == tokens.len() {
            return Some(at + 1..end);
        } else {
            return None;
        }
    }
}

/// The bracket that closes the one at `at`.
pub(super) fn closing(tokens: &[Placed], at: usize) -> Option<usize> {
    let mut open = Vec::new();
    for (index, (token, _)) in tokens.iter().enumerate().skip(at) {
        let Token::Mark(c) = token else { continue };
        match c {
            '{' => open.push('}'),
            '[' => open.push(']'),
            '(' => open.push(')'),
            '}' | ']' | ')' => {
                if open.pop() != Some(*c) {
                    return None;
                }
                if open.is_empty() {
                    return Some(index);
                }
            }
            _ => {}
        }
    }
    None
}

/// The values of the attribute `path` in the set whose tokens are `set`: written
/// with dots, or sets within sets. Each is the tokens between `=` and `;`.
pub(super) fn attribute(tokens: &[Placed], set: Range<usize>, path: &[&str]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut pending = vec![(set, 0)];
    while let Some((set, from)) = pending.pop() {
        let mut at = set.start;
        while at < set.end {
            // A name, then `.` and a name, and so on, up to `=`.
            let mut names: Vec<String> = Vec::new();
            let mut here = at;
            while let Some((Token::Word(name), _) | (Token::Text(Some(name)), _)) = tokens.get(here)
            {
                names.push(name.clone());
                here += 1;
                match tokens.get(here) {
                    Some((Token::Mark('.'), _)) => here += 1,
                    _ => break,
                }
            }
            let is_assigned = matches!(tokens.get(here), Some((Token::Mark('='), _)));
            let mut end = here;
            while end < set.end {
                match tokens.get(end) {
                    Some((Token::Mark(';'), _)) => break,
                    Some((Token::Mark('{' | '[' | '('), _)) => match closing(tokens, end) {
                        Some(close) => end = close + 1,
                        None => return found,
                    },
                    _ => end += 1,
                }
            }
            let wanted = path.get(from..).unwrap_or_default();
            let starts = is_assigned
                && names.len() <= wanted.len()
                && names
                    .iter()
                    .zip(wanted)
                    .all(|(name, wanted)| name == wanted);
            if starts && names.len() == wanted.len() {
                found.push(here + 1..end);
            } else if starts
                && matches!(tokens.get(here + 1), Some((Token::Mark('{'), _)))
                && closing(tokens, here + 1).is_some_and(|close| close + 1 == end)
            {
                pending.push((here + 2..end - 1, from + names.len()));
            }
            at = end.max(at) + 1;
        }
    }
    found.order_by_key(|range| range.start);
    found
}
