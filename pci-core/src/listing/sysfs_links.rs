//! Symbolic links listed by `ls -l /sys/bus/pci/devices` or in a driver's directory,
//! `/sys/bus/pci/drivers/NAME`; those of all drivers by `talosctl list -l -r /sys/bus/pci/drivers`.
//!
//! Such a list shows the root bus and the upstream bridges of each function, but no IDs and no
//! classes (Linux, `Documentation/ABI/testing/sysfs-bus-pci`; `sysfs-rules.rst` for the links).
//!
//! ```
//! use pci_core::listing::sysfs_links;
//! let found = sysfs_links::parse(
//!     "$ ls -l /sys/bus/pci/drivers/vfio-pci\ntotal 0\n\
//!      lrwxrwxrwx 1 root root 0 Nov 20 07:00 0000:01:00.0 -> \
//!      ../../../../devices/pci0000:00/0000:00:01.0/0000:01:00.0\n",
//! );
//! assert_eq!(found[0].value.address.to_string(), "0000:01:00.0");
//! assert_eq!(found[0].value.driver.as_deref(), Some("vfio-pci"));
//! ```

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Located;

use super::lines::{has_any, lines};
use crate::Address;

const DEVICES: &str = "/sys/bus/pci/devices";
const DRIVERS: &str = "/sys/bus/pci/drivers/";

/// The other files in a driver's directory.
const FILES: [&str; 6] = ["bind", "module", "new_id", "remove_id", "uevent", "unbind"];

/// A function with a symbolic link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkedFunction {
    /// Address.
    pub address: Address,
    /// Target of the link, which contains the upstream bridges; `None` if `ls` printed only names.
    pub target: Option<String>,
    /// The bound driver, if the link is in a driver's directory that the text names.
    pub driver: Option<String>,
}

/// The listed directory.
#[derive(Clone, Copy)]
enum Folder<'a> {
    Unknown,
    Devices,
    Driver(&'a str),
}

/// Parses the functions of all such lists in `text`. Names without a link's target are accepted
/// only below the command or `ls`'s heading.
#[must_use]
pub fn parse(text: &str) -> Vec<Located<LinkedFunction>> {
    let mut found = Vec::new();
    if !has_any(text, &["/devices/pci", DEVICES, DRIVERS]) {
        return found;
    }
    let mut folder = Folder::Unknown;
    for line in lines(text) {
        let driver = || match folder {
            Folder::Driver(name) => Some(name.to_owned()),
            _ => None,
        };
        if let Some((address, target)) = link(line.text) {
            let relative = relative_driver(line.text).map(str::to_owned);
            found.push(line.located(LinkedFunction {
                address,
                target: Some(target.to_owned()),
                driver: relative.or_else(driver),
            }));
            continue;
        }
        if let Some(named) = named_folder(line.text) {
            folder = named;
            continue;
        }
        let is_of_long_list = line.text.starts_with("total ")
            || line.text.starts_with(['-', 'l', 'd']) && line.text.get(1..4).is_some_and(is_mode);
        if is_of_long_list || line.text.is_empty() || matches!(folder, Folder::Unknown) {
            continue;
        }
        let mut words = line.text.split_ascii_whitespace().peekable();
        let is_name = |word: &str| whole(word).is_some() || FILES.contains(&word);
        if !words.peek().is_some_and(|word| is_name(word)) {
            // The next prompt, or prose.
            folder = Folder::Unknown;
            continue;
        }
        for word in words {
            if let Some(address) = whole(word) {
                found.push(line.part(
                    word,
                    LinkedFunction {
                        address,
                        target: None,
                        driver: driver(),
                    },
                ));
            }
        }
    }
    found
}

/// The driver of `… vfio-pci/0000:01:00.0 -> ../../../../devices/pci0000:00/…`, as `talosctl list -l
/// -r` prints the links below `/sys/bus/pci/drivers`.
fn relative_driver(line: &str) -> Option<&str> {
    let (before, _) = line.split_once(" -> ../../../../devices/pci")?;
    let path = before.rsplit([' ', '\t']).next()?;
    let (driver, name) = path.split_once('/')?;
    (whole(name).is_some() && !driver.is_empty()).then_some(driver)
}

/// The function and the link target of `… 0000:01:00.0 -> ../../../devices/…/0000:01:00.0`.
fn link(line: &str) -> Option<(Address, &str)> {
    let (before, target) = line.rsplit_once(" -> ")?;
    let name = before.rsplit([' ', '\t', '/']).next()?;
    let address = whole(name)?;
    let target = target.trim_end_matches('/');
    let is_own = target.contains("devices/pci") && target.rsplit('/').next() == Some(name);
    is_own.then_some((address, target))
}

/// The directory that a command, or a heading of `ls`, names.
fn named_folder(line: &str) -> Option<Folder<'_>> {
    if let Some((_, rest)) = line.split_once(DRIVERS) {
        let end = rest.find(|byte: char| byte.is_ascii_whitespace() || "/:|".contains(byte));
        let (name, after) = rest.split_at(end.unwrap_or(rest.len()));
        // Files in the directory are not listings: `echo … > …/vfio-pci/bind`.
        let after = after.strip_prefix('/').unwrap_or(after);
        let is_folder = after.is_empty() || after.starts_with([' ', ':', '|']);
        return Some(if is_folder && !name.is_empty() && name != "*" {
            Folder::Driver(name)
        } else {
            Folder::Unknown
        });
    }
    let (_, rest) = line.split_once(DEVICES)?;
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let is_folder = rest.is_empty() || rest.starts_with([' ', ':', '|', '*']);
    Some(if is_folder {
        Folder::Devices
    } else {
        Folder::Unknown
    })
}

/// Whether these are three letters of a file's mode.
fn is_mode(letters: &str) -> bool {
    letters
        .bytes()
        .zip(b"rwx")
        .all(|(letter, of)| letter == b'-' || letter == *of)
}

/// An address with its domain.
fn whole(text: &str) -> Option<Address> {
    (text.len() >= 12).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn rows(text: &str) -> Vec<(String, Option<String>, Option<String>)> {
        let found = parse(text).into_iter().map(|row| {
            assert_eq!(text.get(row.span.clone()), Some(&*row.text));
            let LinkedFunction {
                address,
                target,
                driver,
            } = row.value;
            (address.to_string(), target, driver)
        });
        found.collect()
    }

    fn row(address: &str, target: &str, driver: &str) -> (String, Option<String>, Option<String>) {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        (address.to_string(), some(target), some(driver))
    }

    const VMD: &str =
        "../../../devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0";

    #[test]
    fn links_show_where_functions_are() {
        let text = alloc::format!(
            "total 0\nlrwxrwxrwx 1 root root 0 Nov 20 07:00 10000:e1:00.0 -> {VMD}\n\
             lrwxrwxrwx. 1 root root 0 Nov 20 07:00 0000:00:00.0 -> \
             ../../../devices/pci0000:00/0000:00:00.0\n\
             lrwxrwxrwx 1 root root 0 Nov 20 07:00 module -> ../../../../module/igb\n"
        );
        let host_bridge = "../../../devices/pci0000:00/0000:00:00.0";
        assert_eq!(
            rows(&text),
            [
                row("10000:e1:00.0", VMD, ""),
                row("0000:00:00.0", host_bridge, "")
            ]
        );
        // With the path, as `ls -l` prints files.
        let text = text.replace(" 10000:e1", " /sys/bus/pci/devices/10000:e1");
        assert_eq!(rows(&text).len(), 2);
    }

    #[test]
    fn names_alone_need_their_command() {
        let names = "0000:00:00.0  0000:01:00.0\n0000:01:00.1\n";
        assert_eq!(rows(names), []);
        let all = ["0000:00:00.0", "0000:01:00.0", "0000:01:00.1"];
        let devices = all.map(|name| row(name, "", ""));
        for command in [
            "$ ls /sys/bus/pci/devices",
            "# ls /sys/bus/pci/devices/",
            "/sys/bus/pci/devices:",
            "ls /sys/bus/pci/devices | cat",
        ] {
            assert_eq!(rows(&alloc::format!("{command}\n{names}")), devices);
        }
        let drivers = alloc::format!(
            "$ ls /sys/bus/pci/drivers/vfio-pci/\n{names}bind  new_id\n$ x\n0000:02:00.0\n"
        );
        assert_eq!(rows(&drivers), all.map(|name| row(name, "", "vfio-pci")));
    }

    #[test]
    fn other_texts_have_none() {
        for text in [
            "echo 0000:01:00.0 > /sys/bus/pci/drivers/vfio-pci/bind\n0000:01:00.0\n",
            "cat /sys/bus/pci/devices/0000:01:00.0/vendor\n0000:01:00.0\n",
            "0000:01:00.0 -> ../../../devices/pci0000:00/0000:01:00.1\n",
            "x -> ../../../devices/pci0000:00/x\n",
            "0000:01:00.0 -> ",
            "ls /sys/bus/pci/devices\nfind: 0000:01:00.0\n",
        ] {
            assert_eq!(rows(text), [], "{text}");
        }
    }
}
