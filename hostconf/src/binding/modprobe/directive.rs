//! One line of a `modprobe.d` file.

use core::fmt;
use core::ops::Range;

use nom::Parser;
use nom::bytes::complete::{take_till, take_while};
use nom::sequence::preceded;

/// A directive of a line. Names are as in kmod: with `_` for `-`, except in the dependencies of
/// `softdep`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Directive {
    /// `alias PATTERN MODULE`.
    Alias {
        /// The pattern of the name that is requested.
        pattern: String,
        /// The module to load.
        module: String,
    },
    /// `blacklist MODULE`: the module's own aliases are not used. The name is compared literally,
    /// so a `*` in it matches nothing.
    Blacklist {
        /// The module.
        module: String,
    },
    /// `options MODULE OPTION...`; the name is compared as it is.
    Options {
        /// The module.
        module: String,
        /// The rest of the line, as it is.
        options: String,
    },
    /// `install PATTERN COMMAND`: the command runs instead of loading.
    Install {
        /// The pattern of the module's name.
        pattern: String,
        /// The rest of the line, as it is.
        command: String,
    },
    /// `remove PATTERN COMMAND`.
    Remove {
        /// The pattern of the module's name.
        pattern: String,
        /// The rest of the line, as it is.
        command: String,
    },
    /// `softdep PATTERN pre: MODULE... post: MODULE...`. kmod 30 does not see
    /// the first `pre:` when two blanks are before it.
    Softdep {
        /// The pattern of the module's name.
        pattern: String,
        /// Modules to load before.
        pre: Vec<String>,
        /// Modules to load after.
        post: Vec<String>,
    },
    /// `weakdep PATTERN MODULE...`, which kmod knows from version 33.
    Weakdep {
        /// The pattern of the module's name.
        pattern: String,
        /// The modules that it may load later.
        modules: Vec<String>,
    },
}

/// Why kmod ignores a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadLine {
    /// The first word is not a directive.
    Keyword,
    /// `config` or `include`, which kmod does not read any more.
    Deprecated,
    /// A word or the rest of the line is missing.
    Incomplete,
    /// A `[` without `]`, or the other way round, in a name.
    Bracket,
}

impl fmt::Display for BadLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Keyword => f.write_str(
                "expected alias, blacklist, install, options, remove, softdep or weakdep \
         at the start of the line",
            ),
            Self::Deprecated => f.write_str("config and include are no longer read"),
            Self::Incomplete => f.write_str("expected more words on the line"),
            Self::Bracket => f.write_str("expected '[' and ']' in pairs in the name"),
        }
    }
}

/// A line that is neither empty nor a comment; with its continuations, where it
/// has any.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The number, from 1, of its first line.
    pub line: u32,
    /// Byte range in the text, with the line end.
    pub span: Range<usize>,
    /// The text as kmod sees it: lines joined, lone backslashes gone.
    pub text: String,
    /// The directive.
    pub directive: Result<Directive, BadLine>,
}

/// Reads a line as kmod sees it; `None` for an empty line and a comment.
pub(super) fn directive(line: &str) -> Option<Result<Directive, BadLine>> {
    // kmod reads `#` for a comment only in the first column.
    if line.starts_with('#') {
        return None;
    }
    let (rest, keyword) = word(line);
    if keyword.is_empty() {
        return None;
    }
    let (after, first) = word(rest);
    Some(match keyword {
        "alias" => names(first, word(after).1)
            .map(|(pattern, module)| Directive::Alias { pattern, module }),
        "blacklist" => name(first).map(|module| Directive::Blacklist { module }),
        "options" => {
            with_rest(first, after).map(|(module, options)| Directive::Options { module, options })
        }
        "install" => with_rest(first, after)
            .map(|(pattern, command)| Directive::Install { pattern, command }),
        "remove" => {
            with_rest(first, after).map(|(pattern, command)| Directive::Remove { pattern, command })
        }
        "softdep" => with_rest(first, after).map(|(pattern, rest)| softdep(pattern, &rest)),
        "weakdep" => with_rest(first, after).map(|(pattern, rest)| Directive::Weakdep {
            pattern,
            modules: rest.split_whitespace().map(str::to_owned).collect(),
        }),
        "config" | "include" => Err(BadLine::Deprecated),
        _ => Err(BadLine::Keyword),
    })
}

/// The next word, and the text after it.
pub(super) fn word(input: &str) -> (&str, &str) {
    let blank = |c: char| c == ' ' || c == '\t';
    let word = preceded(take_while(blank), take_till(blank));
    let answer: nom::IResult<&str, &str> = { word }.parse(input);
    answer.unwrap_or(("", ""))
}

/// The rest of the line after the one blank that ends the name.
fn with_rest(module: &str, rest: &str) -> Result<(String, String), BadLine> {
    let name = name(module)?;
    let mut rest = rest.chars();
    rest.next();
    if rest.as_str().is_empty() {
        return Err(BadLine::Incomplete);
    }
    Ok((name, rest.as_str().to_owned()))
}

fn names(first: &str, second: &str) -> Result<(String, String), BadLine> {
    Ok((name(first)?, name(second)?))
}

/// A name with `_` for `-`, but not within brackets.
fn name(text: &str) -> Result<String, BadLine> {
    if text.is_empty() {
        return Err(BadLine::Incomplete);
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '-' => out.push('_'),
            ']' => return Err(BadLine::Bracket),
            '[' => {
                out.push('[');
                loop {
                    let inner = chars.next().ok_or(BadLine::Bracket)?;
                    out.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            c => out.push(c),
        }
    }
    Ok(out)
}

fn softdep(pattern: String, rest: &str) -> Directive {
    let (mut pre, mut post) = (Vec::new(), Vec::new());
    let mut list = None;
    let space = |c: char| matches!(c, ' ' | '\t'..='\r');
    // kmod 30 reads a lone blank before the first word as a part of it: with two blanks after the
    // name it misses the first `pre:`, with three it does not.
    let blanks = rest.len() - rest.trim_start_matches(space).len();
    let words = rest.split(space).filter(|word| !word.is_empty());
    for word in words.skip(usize::from(blanks == 1)) {
        match word {
            "pre:" => list = Some(&mut pre),
            "post:" => list = Some(&mut post),
            module => {
                if let Some(list) = &mut list {
                    list.push(module.to_owned());
                }
            }
        }
    }
    Directive::Softdep { pattern, pre, post }
}

/// The words of a softdep line that begin a list and lack the blank after it, as in
/// `softdep nouveau pre:vfio-pci`: kmod reads such a word as a module, or not at all.
///
/// ```
/// use hostconf::binding::modprobe::glued_lists;
/// let words: Vec<_> = glued_lists("softdep nouveau pre:vfio-pci post: x").collect();
/// assert_eq!(words, [("pre:", "vfio-pci")]);
/// ```
pub fn glued_lists(line: &str) -> impl Iterator<Item = (&'static str, &str)> {
    let mut words = line.split_ascii_whitespace();
    let is_softdep = words.next() == Some("softdep");
    words.filter(move |_| is_softdep).filter_map(|word| {
        let mut lists = ["pre:", "post:"].into_iter();
        lists.find_map(|list| {
            Some((
                list,
                word.strip_prefix(list).filter(|rest| !rest.is_empty())?,
            ))
        })
    })
}

/// Whether two names are one module's: `-` and `_` are the same.
#[must_use]
pub fn same_module(a: &str, b: &str) -> bool {
    crate::boot::command_line::same_name(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_blanks_before_pre_make_kmod_miss_it() {
        for (line, seen) in [
            ("softdep nouveau pre: vfio-pci", 1),
            ("softdep nouveau  pre: vfio-pci", 0),
            ("softdep nouveau   pre: vfio-pci", 1),
            ("softdep nouveau\tpre:  vfio-pci  x", 2),
        ] {
            let Some(Ok(Directive::Softdep { pre, .. })) = directive(line) else {
                panic!("{line}")
            };
            assert_eq!(pre.len(), seen, "{line}");
        }
    }
}
