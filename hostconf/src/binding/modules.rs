//! Lists of modules that are loaded at boot: `/etc/modules`, `modules-load.d`,
//! `/etc/initramfs-tools/modules`.

use core::fmt;
use core::ops::Range;

use host_tree::lines::{line_cut, spans, with_line, without};
use pci_core::modules::ModuleName;

use super::modprobe::same_module;

/// `/etc/modules`, which systemd reads too, by a link from
/// `/etc/modules-load.d/modules.conf`.
pub const ETC_MODULES: &str = "/etc/modules";

/// The modules that initramfs-tools loads in the initramfs (initramfs-tools(7)).
pub const INITRAMFS_MODULES: &str = "/etc/initramfs-tools/modules";

/// The program whose rules a list follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ListKind {
    /// One name per line; `#` and `;` begin comments (modules-load.d(5)). systemd reads words after
    /// the name as part of it, other programs as options.
    ModulesLoad,
    /// A name and options in a line; `#` begins a comment (initramfs-tools
    /// 0.142, `hook-functions` `add_modules_from_file`).
    InitramfsTools,
}

/// A module in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListEntry {
    /// The line, from 1.
    pub line: u32,
    /// Byte range of the line, with the line end.
    pub span: Range<usize>,
    /// The module, as it is written.
    pub name: String,
    /// The text after the name on the line; mostly empty.
    pub options: String,
}

/// A list of modules.
///
/// ```
/// use hostconf::binding::{modules::ListKind, modules::ModuleList};
/// let mut list = ModuleList::parse("# loaded at boot\nvfio_virqfd\n", ListKind::ModulesLoad);
/// list.remove("vfio_virqfd");
/// list.add(&"vfio-pci".parse()?);
/// assert_eq!(list.to_string(), "# loaded at boot\nvfio-pci\n");
/// assert!(list.contains("vfio_pci"));
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleList {
    text: String,
    kind: ListKind,
    entries: Vec<ListEntry>,
}

impl ModuleList {
    /// Reads a list; any text is one.
    #[must_use]
    pub fn parse(text: &str, kind: ListKind) -> Self {
        let entries = spans(text).filter_map(|(line, span, content)| {
            let content = content.trim_matches([' ', '\t', '\r', '\u{b}', '\u{c}']);
            let comment = content.starts_with('#')
                || (kind == ListKind::ModulesLoad && content.starts_with(';'));
            if content.is_empty() || comment {
                return None;
            }
            let (name, options) = content.split_once([' ', '\t']).unwrap_or((content, ""));
            Some(ListEntry {
                line,
                span,
                name: name.to_owned(),
                options: options.trim_start_matches([' ', '\t']).to_owned(),
            })
        });
        Self {
            entries: entries.collect(),
            text: text.to_owned(),
            kind,
        }
    }

    /// The modules, in order.
    #[must_use]
    pub fn entries(&self) -> &[ListEntry] {
        &self.entries
    }

    /// The first entry of `module`; `-` and `_` are the same.
    #[must_use]
    pub fn entry(&self, module: &str) -> Option<&ListEntry> {
        self.entries
            .iter()
            .find(|entry| same_module(&entry.name, module))
    }

    /// Whether `module` is in the list.
    #[must_use]
    pub fn contains(&self, module: &str) -> bool {
        self.entry(module).is_some()
    }

    /// Adds `module` at the end, unless it is in the list.
    pub fn add(&mut self, module: &ModuleName) {
        if !self.contains(module.as_str()) {
            let text = with_line(&self.text, module.as_str());
            *self = Self::parse(&text, self.kind);
        }
    }

    /// Removes all lines of `module`.
    pub fn remove(&mut self, module: &str) {
        let cuts = (self.entries.iter())
            .filter(|entry| same_module(&entry.name, module))
            .map(|entry| line_cut(&self.text, entry.span.clone()));
        *self = Self::parse(&without(&self.text, cuts), self.kind);
    }
}

impl fmt::Display for ModuleList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_have_their_lines_and_options() {
        let text = "# x\n\n  vfio-pci ids=10de:2d04\n; y\nvfio\r\n";
        let list = ModuleList::parse(text, ListKind::InitramfsTools);
        let seen: Vec<_> = list
            .entries()
            .iter()
            .map(|e| (e.line, e.name.as_str()))
            .collect();
        assert_eq!(seen, [(3, "vfio-pci"), (4, ";"), (5, "vfio")]);
        assert_eq!(list.entry("vfio_pci").unwrap().options, "ids=10de:2d04");
        assert_eq!(
            ModuleList::parse(text, ListKind::ModulesLoad)
                .entries()
                .len(),
            2
        );
    }

    #[test]
    fn adding_and_removing_leaves_the_bytes() {
        let name: ModuleName = "vfio_pci".parse().unwrap();
        for text in ["", "a\n", "a", "\r\n", "# only\n", "a\r\nb", "\u{e4}\n\n"] {
            let mut list = ModuleList::parse(text, ListKind::ModulesLoad);
            assert_eq!(list.to_string(), text);
            list.add(&name);
            assert!(list.contains("vfio-pci"), "{text:?}");
            let once = list.to_string();
            list.add(&name);
            assert_eq!(list.to_string(), once);
            list.remove("vfio-pci");
            assert_eq!(list.to_string(), text);
        }
        let mut twice = ModuleList::parse("x\na\nx\nx", ListKind::ModulesLoad);
        twice.remove("x");
        assert_eq!(twice.to_string(), "a\n");
    }
}
