//! Entries of the Boot Loader Specification, type 1
//! (<https://uapi-group.org/specifications/specs/boot_loader_specification/>):
//! `loader/entries/*.conf`, as systemd-boot and Fedora's GRUB read them.
//!
//! Each line is a key, blanks and a value. `options` may be there more than once: the kernel gets
//! all of them, in order.

use host_tree::lines::spans;

use super::entry_options::{EntryOptions, Quoting};

/// One line of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field<'a> {
    /// The line, from 1.
    pub line: u32,
    /// The key, `linux` or `options`.
    pub key: &'a str,
    /// The value without the blanks around it.
    pub value: &'a str,
    /// Byte range of the value.
    pub start: usize,
}

/// The fields of an entry, in order; comments and lines without a value are left
/// out.
///
/// ```
/// let entry = "# by hand\ntitle  Fedora\noptions root=/dev/sda2 ro\n";
/// let fields: Vec<_> = hostconf::boot::bls::fields(entry).collect();
/// assert_eq!((fields[0].key, fields[0].value), ("title", "Fedora"));
/// assert_eq!((fields[1].key, fields[1].line), ("options", 3));
/// ```
pub fn fields(text: &str) -> impl Iterator<Item = Field<'_>> {
    spans(text).filter_map(|(line, span, content)| {
        let blank = [' ', '\t'];
        let inner = content.trim_start_matches(blank);
        if inner.starts_with('#') {
            return None;
        }
        let (key, rest) = inner.split_once(blank)?;
        let value = rest.trim_start_matches(blank);
        let start = span.start + content.len() - value.len();
        let value = value.trim_end_matches([' ', '\t', '\r']);
        Some(Field {
            line,
            key,
            value,
            start,
        })
    })
}

/// The value of the first field `key`.
#[must_use]
pub fn field<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    fields(text)
        .find(|field| field.key == key)
        .map(|field| field.value)
}

/// The place of the options of an entry that boots Linux (`linux`, not `efi`).
pub(super) fn options(text: &str) -> Vec<EntryOptions> {
    if field(text, "linux").is_none() {
        return Vec::new();
    }
    let title = field(text, "title").unwrap_or_default();
    fields(text)
        .filter(|field| field.key == "options")
        .map(|field| EntryOptions {
            title: title.to_owned(),
            line: field.line,
            span: field.start..field.start + field.value.len(),
            entry: 0,
            quoting: Quoting::Bare,
        })
        .collect()
}

/// Whether `kernel-install` wrote the entry, and would regenerate it: the kernel is then at
/// `/TOKEN/VERSION/linux` (systemd 252 to 257, `90-loaderentry.install`).
#[must_use]
pub fn is_by_kernel_install(text: &str) -> bool {
    let (Some(version), Some(linux)) = (field(text, "version"), field(text, "linux")) else {
        return false;
    };
    let mut parts = linux.rsplit('/');
    parts.next() == Some("linux") && parts.next() == Some(version)
}
