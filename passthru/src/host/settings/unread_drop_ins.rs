//! Files in folders of configuration whose names the folder's reader passes over.

use host_tree::{Evidence, HostTree};

use crate::host::fact::Fact;

/// A file with a name that its reader passes over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UnreadDropIn {
    /// The file's path.
    pub(crate) path: String,
    /// The path that its reader would read.
    pub(crate) read_path: String,
    /// The end of the names that are read.
    pub(crate) ending: &'static str,
    /// The program that reads the folder.
    pub(crate) reader: &'static str,
}

/// The folders with files of drivers, the end of the names that are read there, and the reader
/// (modprobe.d(5), dracut.conf(5), modules-load.d(5), mkinitcpio(8), udev(7)).
const FOLDERS: [(&str, &str, &str); 5] = [
    ("/etc/modprobe.d", ".conf", "modprobe"),
    ("/etc/dracut.conf.d", ".conf", "dracut"),
    ("/etc/modules-load.d", ".conf", "systemd-modules-load"),
    ("/etc/mkinitcpio.conf.d", ".conf", "mkinitcpio"),
    ("/etc/udev/rules.d", ".rules", "udev"),
];

/// Ends of the names of copies, and of files that were switched off on purpose.
const ASIDE: [&str; 12] = [
    "bak", "old", "orig", "save", "disabled", "disable", "off", "unused", "tmp", "swp", "dpkg-old",
    "rpmsave",
];

/// Words of which a file about drivers has one.
const WORDS: [&str; 8] = [
    "vfio",
    "options ",
    "blacklist ",
    "softdep ",
    "install ",
    "drivers",
    "MODULES",
    "driver_override",
];

/// The files, each with its first line that has an effect elsewhere.
pub(super) fn read(tree: &dyn HostTree) -> Vec<Fact<UnreadDropIn>> {
    let mut unread = Vec::new();
    for (folder, ending, reader) in FOLDERS {
        for name in tree.list(folder).found().unwrap_or_default().names {
            if name.ends_with(ending) || is_aside(&name) || !name.bytes().all(is_plain) {
                continue;
            }
            let path = format!("{folder}/{name}");
            let text = tree.read_text(&path).found().unwrap_or_default();
            let mut lines = (1..).zip(text.lines());
            let first = lines.find(|(_, line)| {
                let line = line.trim_start();
                !line.starts_with('#') && WORDS.iter().any(|word| line.contains(word))
            });
            unread.extend(first.map(|(number, _)| {
                let evidence = Evidence::at(&*path, &text, number);
                let stem = name.rsplit_once('.').map_or(&*name, |(stem, _)| stem);
                let file = UnreadDropIn {
                    read_path: format!("{folder}/{stem}{ending}"),
                    path: path.clone(),
                    ending,
                    reader,
                };
                Fact::new(file, evidence)
            }));
        }
    }
    unread
}

/// Whether a shell reads the byte of a name as itself.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

/// Whether the name is of a copy, of a hidden file, or of one that was switched off.
fn is_aside(name: &str) -> bool {
    let is_end = |end: &str| ASIDE.contains(&end) || end.bytes().all(|byte| byte.is_ascii_digit());
    name.starts_with('.')
        || name.ends_with('~')
        || name == "README"
        || name
            .rsplit_once(['.', '-', '_'])
            .is_some_and(|(_, end)| is_end(end))
}
