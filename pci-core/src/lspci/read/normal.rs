//! Normalization of characters changed by web pages, chats and terminals.

use super::source::{Change, Source, SourceWriter};

/// `input` with plain characters in place of HTML entities and tags, full-width and typographic
/// characters, non-ASCII blanks, and terminal colors.
pub(super) fn normal(input: &str) -> Source<'_> {
    if is_plain(input) {
        return Source::same(input);
    }
    let mut writer = SourceWriter::new(input);
    let mut at = 0;
    while let Some(rest) = input.get(at..) {
        let Some(first) = rest.chars().next() else {
            break;
        };
        let change = match first {
            '&' => entity(rest),
            '<' => tag(rest),
            '\u{1b}' => Some((escape(rest), "", Change::Blank)),
            '[' => code(rest).map(|length| (length, "", Change::Blank)),
            '`' => backticks(rest),
            '*' if rest.starts_with("**") => Some((2, "", Change::Blank)),
            _ if first.is_ascii() => None,
            _ => character(first).map(|(plain, kind)| (first.len_utf8(), plain, kind)),
        };
        match change {
            Some((length, plain, kind)) => {
                writer.replace(at..at + length, plain, kind);
                at += length;
            }
            None if first == '`' => at += rest.len() - rest.trim_start_matches('`').len(),
            None => at += first.len_utf8(),
        }
    }
    writer.finish()
}

/// Whether `input` contains nothing of that kind.
pub(super) fn is_plain(input: &str) -> bool {
    let bytes = input.as_bytes();
    input.is_ascii()
        && memchr::memchr3(b'&', 0x1b, b'`', bytes).is_none()
        && memchr::memchr(b'<', bytes).is_none_or(|at| !has_tag(input, at))
        && memchr::memmem::find(bytes, b"**").is_none()
        && memchr::memchr2_iter(b'/', b'K', bytes).all(|at| !follows_bracket(bytes, at))
}

/// Whether the byte at `at` follows a `[`, as in forum tags and terminal colors.
fn follows_bracket(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| bytes.get(before)) == Some(&b'[')
}

fn has_tag(input: &str, first: usize) -> bool {
    memchr::memchr_iter(b'<', input.as_bytes())
        .skip_while(|at| *at < first)
        .any(|at| input.get(at..).is_some_and(|rest| tag(rest).is_some()))
}

type Replaced = (usize, &'static str, Change);

/// An HTML entity at the start of `text`.
fn entity(text: &str) -> Option<Replaced> {
    // The longest known one has eight characters.
    let length = text.bytes().take(10).position(|byte| byte == b';')? + 1;
    let name = text.get(1..length - 1)?;
    let plain = match name {
        "lt" | "#60" | "#x3c" | "#x3C" => "<",
        "gt" | "#62" | "#x3e" | "#x3E" => ">",
        "amp" | "#38" | "#x26" => "&",
        "quot" | "#34" | "#x22" | "ldquo" | "rdquo" => "\"",
        "apos" | "#39" | "#x27" | "#039" | "lsquo" | "rsquo" => "'",
        "ndash" | "mdash" | "#8211" | "#8212" | "minus" => "-",
        "colon" | "#58" | "#x3a" | "#x3A" => ":",
        "lbrack" | "lsqb" | "#91" | "#x5b" | "#x5B" => "[",
        "rbrack" | "rsqb" | "#93" | "#x5d" | "#x5D" => "]",
        "nbsp" | "#160" | "#xa0" | "#xA0" | "emsp" | "ensp" => {
            return Some((length, " ", Change::Blank));
        }
        "Tab" | "#9" | "#x9" => return Some((length, "\t", Change::Blank)),
        _ => return None,
    };
    Some((length, plain, Change::Rewritten))
}

/// Tags that end a line, and others.
const BREAKS: [&str; 8] = ["br", "p", "div", "li", "tr", "pre", "ul", "ol"];
/// The cells of a table.
const CELLS: [&str; 2] = ["td", "th"];
const OTHERS: [&str; 28] = [
    "html",
    "head",
    "body",
    "table",
    "tbody",
    "code",
    "span",
    "b",
    "i",
    "em",
    "strong",
    "font",
    "a",
    "blockquote",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "sub",
    "sup",
    "u",
    "s",
    "small",
    "kbd",
    "samp",
    "tt",
    "mark",
];

/// Length limit of a tag: those of links are long.
const MAX_TAG: usize = 400;

/// An HTML tag at the start of `text`. lspci prints only `<access denied>`.
fn tag(text: &str) -> Option<Replaced> {
    let inner = text.get(1..)?;
    let body = inner.strip_prefix('/').unwrap_or(inner);
    let end = body
        .bytes()
        .take(11)
        .position(|byte| !byte.is_ascii_alphanumeric())?;
    let name = body.get(..end)?;
    let rest = body.get(end..)?;
    if !rest.starts_with(['>', ' ', '/']) {
        return None;
    }
    let breaks = BREAKS.iter().any(|tag| tag.eq_ignore_ascii_case(name));
    let is_cell = CELLS.iter().any(|tag| tag.eq_ignore_ascii_case(name));
    if !breaks && !is_cell && !OTHERS.iter().any(|tag| tag.eq_ignore_ascii_case(name)) {
        return None;
    }
    let close = rest
        .bytes()
        .take(MAX_TAG)
        .take_while(|byte| *byte != b'\n' && *byte != b'<')
        .position(|byte| byte == b'>')?;
    let length = text.len() - rest.len() + close + 1;
    // A closing block tag starts a line only if text follows it.
    let closes = inner.starts_with('/');
    let after = text.get(length..).unwrap_or_default();
    let ended = after.is_empty() || after.starts_with(['\n', '\r']) || is_break(after);
    let breaks = breaks && !(closes && ended);
    let plain = match (breaks, is_cell && closes) {
        (true, _) => "\n",
        (_, true) => " ",
        _ => "",
    };
    Some((length, plain, Change::Rewritten))
}

/// Whether `text` starts with a tag that ends a line.
fn is_break(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('<') else {
        return false;
    };
    let body = inner.strip_prefix('/').unwrap_or(inner);
    BREAKS.iter().any(|tag| {
        let name = body.get(..tag.len());
        let after = body.as_bytes().get(tag.len());
        name.is_some_and(|name| tag.eq_ignore_ascii_case(name))
            && after.is_some_and(|byte| b"> /".contains(byte))
    })
}

/// Length of the terminal control sequence at the start of `text`.
fn escape(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.get(1) {
        Some(b'[') => {
            let end = bytes
                .iter()
                .skip(2)
                .take(32)
                .position(|byte| (0x40..=0x7e).contains(byte));
            end.map_or(2, |end| end + 3)
        }
        Some(b']') => {
            let end = bytes.iter().take(256).position(|byte| *byte == 0x07);
            end.map_or(2, |end| end + 1)
        }
        Some(byte) if byte.is_ascii() => 2,
        _ => 1,
    }
}

/// Forum tags (`[code]`, `[/b]`, `[color=red]`), and terminal colors without their escape character
/// (`[01;31m[K`), at the start of `text`.
fn code(text: &str) -> Option<usize> {
    let length = text.bytes().take(40).position(|byte| byte == b']');
    if let Some(inner) = length.and_then(|length| text.get(1..length)) {
        let name = inner.strip_prefix('/').unwrap_or(inner);
        let name = name.split(['=', ' ']).next().unwrap_or_default();
        let known = [
            "code", "quote", "b", "i", "u", "color", "font", "spoiler", "noparse", "icode",
            "hidden", "url", "list",
        ];
        // `[size=256]` is lspci's.
        if known.iter().any(|tag| tag.eq_ignore_ascii_case(name)) || inner == "/size" {
            return length.map(|length| length + 1);
        }
    }
    let bytes = text.as_bytes();
    let digits = bytes
        .iter()
        .skip(1)
        .take(12)
        .take_while(|byte| byte.is_ascii_digit() || **byte == b';')
        .count();
    (bytes.get(digits + 1) == Some(&b'm') && text.get(digits + 2..)?.starts_with("[K"))
        .then_some(digits + 4)
}

/// Inline code marks; three of them are around a block.
fn backticks(text: &str) -> Option<Replaced> {
    let count = text.len() - text.trim_start_matches('`').len();
    (count < 3).then_some((count, "", Change::Blank))
}

/// The plain form of a non-ASCII character.
fn character(letter: char) -> Option<(&'static str, Change)> {
    const FULL_WIDTH: &str = "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_\
                              `abcdefghijklmnopqrstuvwxyz{|}~";
    let plain = match letter {
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
            return Some((" ", Change::Blank));
        }
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {
            return Some(("", Change::Blank));
        }
        '\u{ff01}'..='\u{ff5e}' => {
            let at = usize::try_from(u32::from(letter) - 0xff01).ok()?;
            let plain = FULL_WIDTH.get(at..=at)?;
            // Comments stand in those of Chinese text.
            let kind = if matches!(plain, "(" | ")" | ",") {
                Change::Blank
            } else {
                Change::Rewritten
            };
            return Some((plain, kind));
        }
        '\u{201c}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => "\"",
        '\u{2018}'..='\u{201b}' => "'",
        '\u{2010}'..='\u{2015}' | '\u{2212}' => "-",
        '\u{3010}' => "[",
        '\u{3011}' => "]",
        _ => return None,
    };
    Some((plain, Change::Rewritten))
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::*;

    fn plain(input: &str) -> String {
        normal(input).text().to_string()
    }

    #[test]
    fn characters_become_plain() {
        for (input, wanted) in [
            ("01\u{ff1a}00.0\u{a0}VGA", "01:00.0 VGA"),
            ("a&lt;b&gt;&amp;&#39;&quot;&nbsp;c", "a<b>&'\" c"),
            ("x<br/>y<p>z</p><code class=\"a\">w</code>", "x\ny\nz\nw"),
            ("\u{1b}[01;31m\u{1b}[KNVIDIA\u{1b}[m\u{1b}[K x", "NVIDIA x"),
            ("[01;31m[KNVIDIA[m[K x", "NVIDIA x"),
            ("[code]01:00.0[/code][color=red]x[/COLOR]", "01:00.0x"),
            ("`lspci`", "lspci"),
            ("\u{201c}VGA\u{201d} \u{2013}ra1", "\"VGA\" -ra1"),
            ("\u{ff08}x\u{ff09}\u{200b}", "(x)"),
        ] {
            assert_eq!(plain(input), wanted, "{input}");
        }
        for same in [
            "```\nx\n```",
            "<TAbort- <MAbort- <4us <access denied> <?> <unassigned> <b",
            "[size=256] [virtual] [10de:2d04] [b",
            "A & B; &; &unknown;",
            "Gr\u{fc}n\u{b2}",
        ] {
            assert_eq!(plain(same), same);
        }
    }
}
