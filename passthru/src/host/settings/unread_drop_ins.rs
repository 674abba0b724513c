//! Files in folders of configuration whose names the folder's reader passes over.

use host_tree::{Evidence, HostTree};
use hostconf::binding::modprobe::Document;

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

/// A folder with files of drivers.
struct Folder {
    path: &'static str,
    /// The end of the names that are read there.
    ending: &'static str,
    /// The program that reads it.
    reader: &'static str,
    /// Whether a line has an effect in a file that is read.
    is_effective: fn(&str) -> bool,
}

/// The folders (modprobe.d(5), dracut.conf(5), modules-load.d(5), mkinitcpio(8), udev(7)).
const FOLDERS: [Folder; 5] = [
    Folder {
        path: "/etc/modprobe.d",
        ending: ".conf",
        reader: "modprobe",
        is_effective: |line| {
            let document = Document::parse(line);
            let mut entries = document.entries().iter();
            entries.any(|entry| entry.directive.is_ok())
        },
    },
    Folder {
        path: "/etc/dracut.conf.d",
        ending: ".conf",
        reader: "dracut",
        is_effective: |line| line.contains("drivers+="),
    },
    Folder {
        path: "/etc/modules-load.d",
        ending: ".conf",
        reader: "systemd-modules-load",
        is_effective: |line| line.starts_with("vfio") && !line.contains(' '),
    },
    Folder {
        path: "/etc/mkinitcpio.conf.d",
        ending: ".conf",
        reader: "mkinitcpio",
        is_effective: |line| line.starts_with("MODULES") || line.starts_with("HOOKS"),
    },
    Folder {
        path: "/etc/udev/rules.d",
        ending: ".rules",
        reader: "udev",
        is_effective: |line| line.contains("=="),
    },
];

/// Ends of names that people write for the one that is read. Other ends, such as `.bak`, `.pacnew`
/// and `.disabled`, are of copies, of package managers, and of files that are switched off.
const NEAR_MISSES: [&str; 8] = [
    "config", "cfg", "cnf", "confg", "conff", "con", "rule", "txt",
];

/// The files, each with its first line that has an effect in a file that is read.
pub(super) fn read(tree: &dyn HostTree) -> Vec<Fact<UnreadDropIn>> {
    let mut unread = Vec::new();
    for folder in &FOLDERS {
        let names = tree.list(folder.path).found().unwrap_or_default().names;
        for name in names.iter().filter(|name| is_meant(name, folder.ending)) {
            let path = format!("{}/{name}", folder.path);
            let text = tree.read_text(&path).found().unwrap_or_default();
            let mut lines = (1..).zip(text.lines());
            let first = lines.find(|(_, line)| {
                let line = line.trim();
                !line.starts_with('#') && (folder.is_effective)(line)
            });
            unread.extend(first.map(|(number, _)| {
                let evidence = Evidence::at(&*path, &text, number);
                let stem = name.split_once('.').map_or(&**name, |(stem, _)| stem);
                let file = UnreadDropIn {
                    read_path: free_path(folder, stem, &names),
                    path,
                    ending: folder.ending,
                    reader: folder.reader,
                };
                Fact::new(file, evidence)
            }));
        }
    }
    unread
}

/// The path for a file of this stem that replaces no other file.
fn free_path(folder: &Folder, stem: &str, names: &[String]) -> String {
    let mut name = format!("{stem}{}", folder.ending);
    let mut number = 1;
    while names.contains(&name) {
        number += 1;
        name = format!("{stem}-{number}{}", folder.ending);
    }
    format!("{}/{name}", folder.path)
}

/// Whether the reader passes over the name, and the file was meant for it. The name is in a command
/// of the step.
fn is_meant(name: &str, ending: &str) -> bool {
    let is_meant = match name.split_once('.') {
        None => true,
        Some((stem, end)) => !stem.is_empty() && NEAR_MISSES.contains(&end),
    };
    is_meant && !name.ends_with(ending) && name.bytes().all(is_plain)
}

/// Whether a shell reads the byte of a name as itself.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}
