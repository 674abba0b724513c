//! `syslinux.cfg` and `extlinux.conf`, as SYSLINUX reads them
//! (<https://wiki.syslinux.org/wiki/index.php?title=Config>): of Unraid, and of
//! boards that U-Boot starts.
//!
//! Keywords are case-insensitive. A `LABEL` begins an entry; `APPEND` before the first one is for
//! all labels without one; of two in one label the last takes effect; `APPEND -` is empty.

use host_tree::lines::spans;

use super::entry_options::{EntryOptions, Quoting};

#[derive(Default)]
struct Label {
    title: String,
    is_linux: bool,
    append: Option<EntryOptions>,
    none: bool,
}

/// The place of the options of the labels that boot Linux.
pub(super) fn options(text: &str) -> Vec<EntryOptions> {
    let mut labels = vec![Label {
        is_linux: true,
        ..Label::default()
    }];
    let mut help = false;
    for (number, span, content) in spans(text) {
        let (keyword, value, start) = statement(content);
        let start = span.start + start;
        if help {
            help = !keyword.eq_ignore_ascii_case("endtext");
            continue;
        }
        let entry = labels.len() - 1;
        let Some(label) = labels.last_mut() else {
            break;
        };
        match keyword.to_ascii_lowercase().as_str() {
            "text" => help = value.eq_ignore_ascii_case("help"),
            "label" => labels.push(Label {
                title: value.to_owned(),
                ..Label::default()
            }),
            "menu" if entry > 0 => {
                let (what, title, _) = statement(value);
                if what.eq_ignore_ascii_case("label") {
                    label.title = format!("{} {title}", label.title);
                }
            }
            "kernel" | "linux" => label.is_linux = is_linux(keyword, value),
            "append" if value == "-" => {
                label.append = None;
                label.none = true;
            }
            "append" => {
                label.none = false;
                label.append = Some(EntryOptions {
                    title: String::new(),
                    line: number,
                    span: start..start + value.len(),
                    entry,
                    quoting: Quoting::Bare,
                });
            }
            _ => {}
        }
    }
    let mut labels = labels.into_iter();
    let global = labels.next().and_then(|label| label.append);
    let labels: Vec<Label> = labels.filter(|label| label.is_linux).collect();
    let inherits = |label: &Label| label.append.is_none() && !label.none;
    let global = global.filter(|_| labels.iter().any(inherits));
    let titled = labels.into_iter().filter_map(|label| {
        let title = label.title;
        label.append.map(|append| EntryOptions { title, ..append })
    });
    global.into_iter().chain(titled).collect()
}

/// The content of a line: keyword, value, and the position of the value.
fn statement(content: &str) -> (&str, &str, usize) {
    let blank = |c: char| c.is_ascii_whitespace();
    let inner = content.trim_start_matches(blank);
    let (keyword, rest) = inner.split_once(blank).unwrap_or((inner, ""));
    let value = rest.trim_start_matches(blank);
    let start = content.len() - value.len();
    (keyword, value.trim_end_matches(blank), start)
}

/// Whether the label boots Linux: `LINUX` always does; `KERNEL` by the file's name, which differs
/// for boot sectors, modules and memory tests.
fn is_linux(keyword: &str, file: &str) -> bool {
    let file = file.to_ascii_lowercase();
    let name = file.rsplit('/').next().unwrap_or_default();
    let other = [".c32", ".bin", ".bs", ".bss", ".0", ".com", ".cbt", ".img"];
    let is_other = other.iter().any(|end| name.ends_with(end)) || name.starts_with("memtest");
    keyword.eq_ignore_ascii_case("linux") || !is_other
}
