//! A line as runs of letters and of digits, so that spellings of one name are the same: `RX 5700 XT`,
//! `rx5700xt`, `RX-5700XT`.

/// The signs of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Script {
    Letters,
    Digits,
    /// Signs of a script that writes no blanks between words.
    Wide,
}

/// What is between a run and the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    Joined,
    Dash,
    Blank,
    Dot,
    Break,
}

/// The word between blanks that a run is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Text,
    /// A path, or the name of a file.
    File,
    /// An address on the network.
    Link,
}

/// A run of letters or of digits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Atom<'a> {
    /// In lower case.
    pub(super) text: &'a str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) gap: Gap,
    pub(super) script: Script,
    pub(super) place: Place,
}

/// A line whose names are looked for.
pub(super) struct Line<'a> {
    /// As written.
    pub(super) text: &'a str,
    pub(super) atoms: &'a [Atom<'a>],
}

/// Ends of the names of files.
const FILES: [&str; 22] = [
    ".iso", ".img", ".qcow2", ".raw", ".vmdk", ".vhd", ".vhdx", ".rom", ".bin", ".md", ".txt",
    ".html", ".php", ".png", ".jpg", ".conf", ".sh", ".efi", ".zip", ".gz", ".xml", ".log",
];

fn script(c: char) -> Option<Script> {
    if c.is_numeric() && c.is_ascii() {
        Some(Script::Digits)
    } else if c as u32 >= 0x2e80 && c.is_alphanumeric() {
        Some(Script::Wide)
    } else {
        c.is_alphabetic().then_some(Script::Letters)
    }
}

fn gap(between: &str, before: Option<Script>, script: Script) -> Gap {
    let has_blank = between.contains([' ', '\t', '\u{a0}']);
    let is_of = |marks: &str| between.chars().all(|c| marks.contains(c));
    let is_number = before == Some(Script::Digits) && script == Script::Digits;
    match between {
        _ if before.is_none() => Gap::Break,
        "" => Gap::Joined,
        "." => Gap::Dot,
        "," if is_number => Gap::Dash,
        "!_" | "=" => Gap::Dash,
        _ if has_blank && is_of(" \t\u{a0}*`\"®™_[]:") => Gap::Blank,
        _ if is_of("-_®™") => Gap::Dash,
        _ => Gap::Break,
    }
}

/// The runs of a line in lower case.
pub(super) fn atoms(lower: &str) -> Vec<Atom<'_>> {
    let mut found: Vec<Atom<'_>> = Vec::new();
    let mut word = 0..0;
    let mut place = Place::Text;
    let mut open: Option<(usize, Script)> = None;
    let mut last: Option<(usize, Script)> = None;
    let ends = lower.char_indices().map(|(at, c)| (at, Some(c)));
    for (at, c) in ends.chain([(lower.len(), None)]) {
        let next = c.and_then(script);
        if let Some((start, kind)) = open
            && next != Some(kind)
        {
            let between = lower.get(last.map_or(0, |(end, _)| end)..start);
            found.push(Atom {
                text: lower.get(start..at).unwrap_or_default(),
                start,
                end: at,
                gap: gap(
                    between.unwrap_or_default(),
                    last.map(|(_, kind)| kind),
                    kind,
                ),
                script: kind,
                place,
            });
            last = Some((at, kind));
            open = None;
        }
        let is_apart = |c: char| c.is_whitespace() || c as u32 >= 0x2e80;
        if at >= word.end && c.is_some_and(|c| !is_apart(c)) {
            let rest = lower.get(at..).unwrap_or_default();
            let length = rest.find(is_apart).unwrap_or(rest.len());
            word = at..at + length;
            place = place_of(rest.get(..length).unwrap_or_default());
        }
        if c.is_some_and(is_apart) {
            place = Place::Text;
        }
        if let (None, Some(kind)) = (open, next) {
            open = Some((at, kind));
        }
    }
    found
}

fn place_of(word: &str) -> Place {
    if word.contains("://") || word.contains("www.") || word.contains("](") {
        return Place::Link;
    }
    let bare = word.trim_matches(|c: char| "()[]{}`\"'<>,;:*".contains(c));
    let is_path = bare.starts_with(['/', '~']) || bare.starts_with("./") || bare.contains('\\');
    let is_site = bare.contains('/') && bare.contains('.');
    if is_path || is_site || bare.contains('@') || FILES.iter().any(|end| bare.contains(end)) {
        Place::File
    } else {
        Place::Text
    }
}
