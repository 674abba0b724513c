//! The parts of a line, and its kind.

use pci_core::Address;

/// A line without leading blanks and quotation marks.
pub(super) fn unquoted(line: &str) -> &str {
    line.trim_start_matches([' ', '\t', '>'])
}

/// A line without such marks, a list number or a leading time.
pub(super) fn undecorated(line: &str) -> &str {
    let content = line.trim_end().trim_start_matches(DECORATION);
    let content = match content
        .strip_prefix('[')
        .and_then(|rest| rest.split_once(']'))
    {
        // A time; IDs have one colon and no blank.
        Some((inner, rest)) if is_time(inner) => rest,
        _ => content,
    };
    let word = content.split([' ', '\t']).next().unwrap_or_default();
    let rest = content.get(word.len()..).unwrap_or_default();
    let number = word.trim_end_matches(['.', ')', ':']);
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let content = if !rest.is_empty() && (is_number || is_time(word)) {
        rest
    } else {
        content
    };
    content.trim_start_matches(DECORATION)
}

/// Whether a word contains only the characters of a date or a time, such as `2026-11-20T07:00:00Z`
/// or `12.345678`, and is not an address.
fn is_time(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4
        && word.parse::<Address>().is_err()
        && (word.contains('-') || word.matches(':').count() == 2 || word.contains('.'))
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-:.,TZ+ ".contains(&byte))
}

/// Marks of quotations, lists, headings and emphasis.
const DECORATION: [char; 12] = [' ', '\t', '>', '*', '#', '-', '=', '|', '`', '+', '•', '_'];

/// The text after a group's number, without marks.
pub(super) fn after(line: &str, end: usize) -> &str {
    let rest = line.get(end..).unwrap_or_default();
    rest.trim_matches([
        ' ', '\t', ':', '*', '#', '-', '=', '|', '`', '_', ')', ']', '.', ',',
    ])
}

/// The address at the start of `text`, optionally after marks, IDs and `[R]`.
pub(super) fn leading(text: &str) -> Option<&str> {
    let first = addresses(text).next()?;
    let at = first.as_ptr().addr() - text.as_ptr().addr();
    let before = text.get(..at)?;
    let words = before.split(|c: char| !c.is_alphanumeric() && c != ':' && c != '.');
    let mut words = words.filter(|word| !word.trim_matches(':').is_empty());
    let is_id = |word: &str| word.len() == 9 && word.parse::<pci_core::PciId>().is_ok();
    words
        .all(|word| word == "R" || is_id(word))
        .then_some(first)
}

/// The addresses in `text` that are not within paths.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let is_part = |c: char| c.is_ascii_hexdigit() || c == ':' || c == '.';
    let words = text.split(move |c: char| !is_part(c));
    words.filter_map(move |word| {
        let word = word.trim_matches([':', '.']);
        let at = word.as_ptr().addr() - text.as_ptr().addr();
        let before = text.get(..at).unwrap_or_default();
        let after = text.get(at + word.len()..).unwrap_or_default();
        let apart = !before.ends_with(|last: char| last.is_alphanumeric() || last == '/')
            && !after.starts_with(|first: char| first.is_alphanumeric() || first == '/');
        // With a domain of four digits, or of five (VMD).
        let is_long = matches!(word.len(), 7 | 12 | 13);
        (apart && is_long && word.parse::<Address>().is_ok()).then_some(word)
    })
}

/// Whether the text has addresses and nothing else.
pub(super) fn is_bare(text: &str) -> bool {
    let text = text.trim_start_matches(|sign: char| !sign.is_alphanumeric());
    let mut words = text.split_ascii_whitespace();
    !text.is_empty() && words.all(|word| word.parse::<Address>().is_ok())
}

/// Whether the line is a shell prompt with a command.
pub(super) fn is_prompt(line: &str) -> bool {
    let line = unquoted(line);
    let is_user = |word: &str| word.contains('@') && word.contains(':');
    let mut words = line.split_ascii_whitespace();
    // `[user@host ~]$ ls`
    let is_bracketed = line.starts_with('[') && line.contains('@') && {
        let mut parts = line.splitn(2, ']');
        let before = parts.next().unwrap_or_default();
        before.len() < 80
            && parts
                .next()
                .is_some_and(|rest| rest.starts_with(['$', '#']))
    };
    is_bracketed
        || words.next().is_some_and(|word| {
            matches!(word, "$" | "#" | "%") || is_user(word) && word.ends_with(['$', '#'])
        })
}

/// Whether lines were omitted: a command with a filter, or grep's separator between lines.
pub(super) fn is_filter(line: &str) -> bool {
    let pipes = ["grep", "head", "tail", "awk", "sed"];
    line.trim() == "--"
        || line.split('|').skip(1).any(|stage| {
            pipes
                .iter()
                .any(|name| stage.trim_start().starts_with(name))
        })
}

/// Whether the line is a detail that lspci and scripts print below a function.
pub(super) fn is_detail(content: &str) -> bool {
    const LABELS: [&str; 17] = [
        "Subsystem:",
        "Kernel driver in use:",
        "Kernel modules:",
        "DeviceName:",
        "Flags:",
        "Control:",
        "Status:",
        "Latency:",
        "Interrupt:",
        "Capabilities:",
        "Memory at ",
        "Region ",
        "I/O ports at ",
        "Expansion ROM at ",
        "Bus:",
        "USB:",
        "Driver:",
    ];
    LABELS.iter().any(|label| content.starts_with(label))
}

/// Whether the line is one of those that `lspci -vv` prints between a function's first line and its
/// group (`show_verbose`, lspci.c, pciutils 3.7 to 3.14).
pub(super) fn is_field_above_group(content: &str) -> bool {
    const FIELDS: [&str; 11] = [
        "Subsystem: ",
        "Physical Slot: ",
        "Device tree ",
        "DeviceName: ",
        "Control: ",
        "Status: ",
        "Latency: ",
        "BIST ",
        "Interrupt: ",
        "NUMA node: ",
        "!!! ",
    ];
    FIELDS.iter().any(|field| content.starts_with(field))
}

/// The class in `00:1f.3 SMBus [0c05]: …`: the words between the address and the colon.
pub(super) fn class(segment: &str) -> Option<&str> {
    let rest = segment.trim_start().split_once(' ')?.1;
    let class = rest.split([':', '[']).next()?.trim();
    (!class.is_empty()).then_some(class)
}
