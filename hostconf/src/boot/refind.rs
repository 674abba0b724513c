//! rEFInd's options for Linux kernels: `refind_linux.conf` next to the kernels, and entries in
//! `refind.conf` ("The rEFInd Boot Manager: Methods of Booting Linux" and "Configuring the Boot
//! Manager").
//!
//! Words are separated by blanks; a word in double quotes may contain blanks, and two quotes in it
//! are one. `#` begins a comment.

use core::ops::Range;

use host_tree::lines::spans;

use super::entry_options::{EntryOptions, Quoting};

/// The file next to the kernels, in their directory.
pub(crate) const LINUX_CONF: &str = "/boot/refind_linux.conf";

struct Word {
    quoted: bool,
    span: Range<usize>,
}

/// The words of the line that begins at `start`.
fn words(content: &str, start: usize) -> Vec<Word> {
    let mut words = Vec::new();
    let mut chars = content.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_ascii_whitespace() {
            continue;
        }
        if c == '#' {
            break;
        }
        let quoted = c == '"';
        let from = at + usize::from(quoted);
        let mut end = content.len();
        let mut closed = !quoted;
        while let Some((at, c)) = chars.next() {
            let doubled = c == '"' && chars.peek().is_some_and(|(_, next)| *next == '"');
            if quoted && doubled {
                chars.next();
            } else if (quoted && c == '"') || (!quoted && c.is_ascii_whitespace()) {
                end = at;
                closed = true;
                break;
            }
        }
        if closed {
            let span = start + from..start + end;
            words.push(Word { quoted, span });
        }
    }
    words
}

/// Where the options is in `refind_linux.conf`: the second word of each line. One without quotes
/// is left out: rEFInd would read its first option only.
pub(super) fn linux_options(text: &str) -> Vec<EntryOptions> {
    spans(text)
        .enumerate()
        .filter_map(|(entry, (line, span, content))| {
            let words = words(content, span.start);
            let (title, options) = (words.first()?, words.get(1)?);
            options.quoted.then(|| EntryOptions {
                title: text.get(title.span.clone()).unwrap_or_default().to_owned(),
                line,
                span: options.span.clone(),
                entry,
                quoting: Quoting::Doubled,
            })
        })
        .collect()
}

/// Where the options is in `refind.conf`: those of entries that are not `disabled`.
pub(super) fn options(text: &str) -> Vec<EntryOptions> {
    let mut found: Vec<EntryOptions> = Vec::new();
    // For each open brace: the number of options before it, and whether its content is disabled.
    let mut open: Vec<(usize, bool)> = Vec::new();
    let (mut title, mut entry) = (String::new(), 0);
    for (line, span, content) in spans(text) {
        let words = words(content, span.start);
        let word = |word: &Word| text.get(word.span.clone()).unwrap_or_default();
        let Some(first) = words.first().map(word) else {
            continue;
        };
        match first {
            "menuentry" | "submenuentry" => {
                title = words.get(1).map(word).unwrap_or_default().to_owned();
                entry += 1;
            }
            "}" => {
                if let Some((before, true)) = open.pop() {
                    found.truncate(before);
                }
            }
            "disabled" => {
                if let Some((_, disabled)) = open.last_mut() {
                    *disabled = true;
                }
            }
            // `add_options` joins those of the entry around it.
            "options" if !open.is_empty() => {
                if let Some(options) = words.get(1).filter(|word| word.quoted) {
                    found.push(EntryOptions {
                        title: title.clone(),
                        line,
                        span: options.span.clone(),
                        entry,
                        quoting: Quoting::Doubled,
                    });
                }
            }
            _ => {}
        }
        let opens = words
            .last()
            .is_some_and(|last| !last.quoted && word(last) == "{");
        if opens && open.len() < MOST_BRACES {
            open.push((found.len(), false));
        }
    }
    found
}

/// Maximum depth of braces: entries are nested once.
const MOST_BRACES: usize = 64;
