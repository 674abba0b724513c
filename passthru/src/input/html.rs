//! Saved web pages, and text with their line breaks: the text without tags.

/// Elements that separate words; those of the second list do not. Elements that libvirt's XML has
/// too, such as `source`, `video` and `address`, are in neither.
const BLOCKS: [&str; 33] = [
    "!doctype",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "button",
    "dd",
    "div",
    "dl",
    "dt",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "tr",
    "ul",
];
const INLINE: [&str; 17] = [
    "a", "b", "code", "del", "em", "font", "i", "img", "kbd", "meta", "s", "samp", "small", "span",
    "strong", "tt", "u",
];

/// The text of a page without its tags, with the same line numbers; `None` for any other text.
pub(super) fn without_tags(text: &str) -> Option<String> {
    is_page(text).then(|| {
        // Their text is not the page's.
        let text = without(&without(text, "script"), "style");
        let mut out = Plain::default();
        let mut rest = &*text;
        while let Some(at) = rest.find('<') {
            let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
            out.push(before);
            rest = match tag(from) {
                Some((removed, after, separates)) => {
                    out.is_separated |= separates;
                    out.push_lines(removed);
                    after
                }
                None => {
                    out.push("<");
                    from.get(1..).unwrap_or_default()
                }
            };
        }
        out.push(rest);
        out.text
    })
}

/// Whether the text begins as a page, or has lines that end in a line break of one.
fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(14).collect();
    let start = start.to_ascii_lowercase();
    let is_broken = |line: &str| {
        let line = line.trim_end();
        line.ends_with("<br>") || line.ends_with("<br />") || line.ends_with("<br/>")
    };
    start.starts_with("<!doctype html")
        || start.starts_with("<html")
        || text.contains("<br") && text.lines().any(is_broken)
}

/// The tag at the start, the text after it, and whether it separates words.
fn tag(from: &str) -> Option<(&str, &str, bool)> {
    let inner = from.strip_prefix('<')?;
    let name = inner.strip_prefix('/').unwrap_or(inner);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '!');
    let name = name.get(..end?.min(16))?.to_ascii_lowercase();
    let is_of = |names: &[&str]| names.contains(&name.as_str());
    if !is_of(&BLOCKS) && !is_of(&INLINE) {
        return None;
    }
    let end = inner.find(['<', '>'])?;
    let (removed, after) = from.split_at_checked(end + 2)?;
    removed
        .ends_with('>')
        .then_some((removed, after, !is_of(&INLINE)))
}

/// The text without the elements of this name, but for their line feeds.
fn without(text: &str, name: &str) -> String {
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once(&*open) {
        let Some((hidden, after)) = from.split_once(&*close) else {
            break;
        };
        out.push_str(before);
        out.extend(hidden.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The text so far.
#[derive(Default)]
struct Plain {
    text: String,
    /// Whether the next text is another word.
    is_separated: bool,
}

impl Plain {
    fn push(&mut self, text: &str) {
        let Some(first) = text.chars().next() else {
            return;
        };
        let is_word = |c: char| !c.is_whitespace();
        if self.is_separated && is_word(first) && self.text.ends_with(is_word) {
            self.text.push(' ');
        }
        self.is_separated = false;
        self.text.push_str(text);
    }

    /// The line feeds of a removed text.
    fn push_lines(&mut self, removed: &str) {
        self.text.extend(removed.chars().filter(|c| *c == '\n'));
    }
}

#[cfg(test)]
mod tests;
