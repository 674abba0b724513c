//! Limine's configuration (its `CONFIG.md`): `limine.conf` since version 8,
//! `limine.cfg` before.
//!
//! An entry begins with `/` (`:` before 8), one more for each level; options are `name: value`
//! (`NAME=value`), without quotes, with case-insensitive names. Comments are on separate lines.

use host_tree::lines::spans;

use super::entry_options::{EntryOptions, Quoting};

/// Where Limine looks for its file on the partitions of its drive, in this order
/// (`CONFIG.md` of Limine 9).
pub const NAMES: [&str; 5] = [
    "/limine.conf",
    "/limine/limine.conf",
    "/boot/limine.conf",
    "/boot/limine/limine.conf",
    "/EFI/BOOT/limine.conf",
];

/// The same before version 8.
pub(crate) const NAMES_BEFORE_8: [&str; 3] =
    ["/limine.cfg", "/limine/limine.cfg", "/EFI/BOOT/limine.cfg"];

#[derive(Default)]
struct Entry {
    title: String,
    is_linux: bool,
    options: Option<EntryOptions>,
}

/// The place of the options of the entries with `protocol: linux`.
pub(super) fn options(text: &str) -> Vec<EntryOptions> {
    read(text, '/', ':')
}

/// The same for a file of a version before 8.
pub(super) fn options_before_8(text: &str) -> Vec<EntryOptions> {
    read(text, ':', '=')
}

fn read(text: &str, begins: char, separator: char) -> Vec<EntryOptions> {
    let mut entries: Vec<Entry> = Vec::new();
    for (number, span, content) in spans(text) {
        let inner = content.trim_start();
        if inner.starts_with('#') {
            continue;
        }
        if inner.starts_with(begins) {
            entries.push(Entry {
                title: inner.trim_start_matches(begins).trim().to_owned(),
                ..Entry::default()
            });
            continue;
        }
        let at = entries.len();
        let (Some(entry), Some((name, rest))) = (entries.last_mut(), inner.split_once(separator))
        else {
            continue;
        };
        let value = rest.trim_start_matches([' ', '\t']);
        let start = span.start + content.len() - value.len();
        let value = value.trim_end();
        match name.trim().to_ascii_lowercase().as_str() {
            "protocol" => entry.is_linux = value.eq_ignore_ascii_case("linux"),
            "cmdline" | "kernel_cmdline" => {
                entry.options = Some(EntryOptions {
                    title: entry.title.clone(),
                    line: number,
                    span: start..start + value.len(),
                    entry: at,
                    quoting: Quoting::Bare,
                });
            }
            _ => {}
        }
    }
    let linux = entries.into_iter().filter(|entry| entry.is_linux);
    linux.filter_map(|entry| entry.options).collect()
}
