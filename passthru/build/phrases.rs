//! Lists of phrases, as one text and as Rust: a module for each file of `data/phrases`.
//!
//! A list begins with `NAME: its description`. Its phrases follow on indented lines, with commas
//! between them. `(a|b)` stands for each of the alternatives, of which one may be empty, `<NAME>` for
//! each phrase of an earlier list of the same file, `<file.NAME>` for those of an earlier file; a phrase
//! between quotation marks is literal.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io;

/// The phrases of each list, by file and name.
type Lists = HashMap<String, Vec<String>>;

/// The files, by name and text: all phrases as one text, and the lists by their places in it, as modules
/// of Rust.
pub(crate) fn modules(files: &[(String, String)]) -> io::Result<(String, String)> {
    let mut known = Lists::new();
    let (mut all, mut rust) = (String::new(), String::new());
    for (file, file_text) in files {
        let _ = writeln!(rust, "pub(in crate::host) mod {file} {{");
        for list in lists(file_text) {
            let (name, description, body) = list
                .map_err(|line| refused(file, line, "a line `NAME: description` was expected"))?;
            let phrases = phrases(&known, file, &body)
                .map_err(|part| refused(file, name, &format!("{part} was not understood")))?;
            let text = phrases.join("\n");
            all.push_str(&text);
            let _ = writeln!(
                rust,
                "    /// {description}\n    pub(in crate::host) static {name}: super::Phrases = \
                 super::Phrases::at({start}..{end});",
                start = all.len() - text.len(),
                end = all.len(),
            );
            if known.insert(format!("{file}.{name}"), phrases).is_some() {
                return Err(refused(file, name, "the name is already in use"));
            }
        }
        rust.push_str("}\n");
    }
    Ok((all, rust))
}

fn refused(file: &str, place: &str, why: &str) -> io::Error {
    io::Error::other(format!("data/phrases/{file}.txt, {place}: {why}"))
}

/// The lists of a file: name, description and the text of the phrases, or the line that is none.
fn lists(text: &str) -> Vec<Result<(&str, &str, String), &str>> {
    let mut found = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with(' ') {
            if let Some(Ok((_, _, body))) = found.last_mut() {
                let body: &mut String = body;
                body.push_str(line);
                body.push(' ');
            }
            continue;
        }
        let head = line.split_once(": ");
        let head =
            head.filter(|(name, _)| name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_'));
        found.push(head.map_or(Err(line), |(name, description)| {
            Ok((name, description, String::new()))
        }));
    }
    found
}

/// The phrases of a list, each once, or the part that is none.
fn phrases(known: &Lists, file: &str, body: &str) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    let mut rest = body.trim();
    while !rest.is_empty() {
        let found = if let Some(quoted) = rest.strip_prefix('"') {
            let (literal, behind) = quoted.split_once('"').ok_or_else(|| rest.to_owned())?;
            rest = behind.trim_start().trim_start_matches(',');
            vec![literal.to_owned()]
        } else {
            let (pattern, behind) = rest.split_once(',').unwrap_or((rest, ""));
            rest = behind;
            expanded(known, file, pattern.trim())?
        };
        for phrase in found {
            if !all.contains(&phrase) {
                all.push(phrase);
            }
        }
        rest = rest.trim_start();
    }
    Ok(all)
}

/// The phrases that a pattern stands for.
fn expanded(known: &Lists, file: &str, pattern: &str) -> Result<Vec<String>, String> {
    let missing = || pattern.to_owned();
    let Some(at) = pattern.find(['(', '<']) else {
        let phrase = pattern.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_plain = !phrase.is_empty() && !phrase.contains([')', '>', '|', '"']);
        return is_plain.then(|| vec![phrase]).ok_or_else(missing);
    };
    let (before, rest) = pattern.split_at(at);
    let (alternatives, behind) = if let Some(rest) = rest.strip_prefix('(') {
        let (inside, behind) = rest.split_once(')').ok_or_else(missing)?;
        (
            inside
                .split('|')
                .map(|part| part.trim().to_owned())
                .collect(),
            behind,
        )
    } else {
        let (name, behind) = rest.split_at(1).1.split_once('>').ok_or_else(missing)?;
        let full = if name.contains('.') {
            name.to_owned()
        } else {
            format!("{file}.{name}")
        };
        (known.get(&full).cloned().ok_or_else(missing)?, behind)
    };
    let mut all = Vec::new();
    for alternative in alternatives {
        all.extend(expanded(
            known,
            file,
            &format!("{before}{alternative}{behind}"),
        )?);
    }
    Ok(all)
}
