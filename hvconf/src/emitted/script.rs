//! A shell script that starts a program.

use super::artifacts::EmittedFile;
use super::line::{Line, Versions};

/// Words of a script that is on one line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScriptLine<'a> {
    pub(crate) words: &'a [String],
    pub(crate) purpose: &'a str,
    pub(crate) versions: Option<Versions>,
}

/// Fills `file` with a script for any POSIX shell: `program` replaces it with `arguments` and
/// those of the script, which `note` describes.
pub(crate) fn script(
    file: &mut EmittedFile,
    program: &str,
    note: &str,
    arguments: &[ScriptLine<'_>],
) {
    file.push(Line::new("#!/bin/sh", "any POSIX shell"));
    file.push(Line::new(
        format!("# {note}"),
        "disks and networks are not in this file",
    ));
    for argument in arguments {
        let option = argument.words.first().map_or("", String::as_str);
        file.push(Line::new(format!("# {option}: {}", argument.purpose), ""));
    }
    file.push(Line::new(
        format!("exec {program} \\"),
        "the program replaces the shell",
    ));
    for argument in arguments {
        let words: Vec<String> = argument.words.iter().map(|word| quoted(word)).collect();
        let line = Line::new(format!("    {} \\", words.join(" ")), argument.purpose);
        file.push(match argument.versions {
            Some(versions) => line.in_versions(versions),
            None => line,
        });
    }
    file.push(Line::new("    \"$@\"", "the further arguments"));
}

/// `word` as one word of a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./,=:+%@".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_they_have_to_be() {
        assert_eq!(quoted("a=b,c"), "a=b,c");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a b'c"), "'a b'\\''c'");
        assert_eq!(quoted("{\"a\":1}"), "'{\"a\":1}'");
    }
}
