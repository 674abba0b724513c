//! Generation of a host's GRUB menu: the program, the file, and whether drop-ins are read. Debian,
//! Fedora, SUSE and Arch differ.

use host_tree::{Evidence, HostTree, Lookup, presence};

/// Generation of GRUB's menu.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrubLayout {
    /// The program and its arguments.
    pub refresh: Vec<String>,
    /// Whether `/etc/default/grub.d/*.cfg` is also read: by Debian's and Ubuntu's `grub-mkconfig`,
    /// not by upstream GRUB's.
    pub drop_ins: bool,
    /// The evidence.
    pub evidence: Vec<Evidence>,
}

/// The program of SUSE's systems with a read-only root (MicroOS, SLE Micro, Leap Micro): it writes the
/// menu and the initramfs into a new snapshot, and with `--continue` into the last one that has not
/// been booted (transactional-update(8)).
pub const TRANSACTIONAL_UPDATE: &str = "/usr/sbin/transactional-update";

/// Commands whose output shows the path of GRUB's menu.
pub(crate) const WOULD_TELL: [&str; 2] = [
    "readlink -f /etc/grub2-efi.cfg",
    "ls /boot/grub /boot/grub2",
];

/// Files that Debian and those that are made from it have, and no others.
const DEBIAN: [&str; 3] = [
    "/etc/debian_version",
    "/var/lib/dpkg/status",
    "/etc/initramfs-tools/modules",
];

/// Fedora's and RHEL's links to the menu, by firmware.
const LINKS: [(&str, bool); 2] = [("/etc/grub2-efi.cfg", true), ("/etc/grub2.cfg", false)];

/// Finds it; `None` when the tree does not show it.
///
/// The programs and menus that are there decide; `/etc/os-release` only where none
/// of them is shown.
///
/// ```
/// use hostconf::boot::grub_layout::find;
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// assert_eq!(find(&tree), None);
/// tree.insert_file("/boot/grub/grub.cfg", "");
/// let layout = find(&tree).unwrap();
/// assert_eq!(layout.refresh, ["grub-mkconfig", "-o", "/boot/grub/grub.cfg"]);
/// ```
#[must_use]
pub fn find(tree: &dyn HostTree) -> Option<GrubLayout> {
    let mut evidence = Vec::new();
    let there = |path: &str| presence(tree, path);
    if let Some(shown) = there(TRANSACTIONAL_UPDATE) {
        return Some(GrubLayout {
            refresh: ["transactional-update", "--continue", "grub.cfg"]
                .map(str::to_owned)
                .to_vec(),
            drop_ins: false,
            evidence: vec![shown],
        });
    }
    if let Some(shown) = there("/usr/sbin/update-grub") {
        evidence.push(shown);
        return Some(debian(evidence));
    }
    for menu in [
        "/boot/grub2/grub.cfg",
        "/usr/sbin/grub2-mkconfig",
        "/usr/bin/grub2-mkconfig",
    ] {
        if let Some(shown) = there(menu) {
            evidence.push(shown);
            return second(tree, evidence);
        }
    }
    if LINKS
        .iter()
        .any(|(link, _)| tree.read_link(link).found().is_some())
    {
        return second(tree, evidence);
    }
    for file in DEBIAN {
        if let Some(shown) = there(file) {
            evidence.push(shown);
            return Some(debian(evidence));
        }
    }
    match by_release(tree, &mut evidence) {
        Some("debian") => return Some(debian(evidence)),
        Some("fedora" | "suse") => return second(tree, evidence),
        Some("arch") => return Some(plain(evidence)),
        _ => {}
    }
    for menu in [
        "/boot/grub/grub.cfg",
        "/usr/bin/grub-mkconfig",
        "/usr/sbin/grub-mkconfig",
    ] {
        if let Some(shown) = there(menu) {
            evidence.push(shown);
            return Some(plain(evidence));
        }
    }
    None
}

fn debian(evidence: Vec<Evidence>) -> GrubLayout {
    GrubLayout {
        refresh: vec!["update-grub".to_owned()],
        drop_ins: true,
        evidence,
    }
}

/// Arch, Gentoo and others: GRUB's upstream names.
fn plain(evidence: Vec<Evidence>) -> GrubLayout {
    GrubLayout {
        refresh: ["grub-mkconfig", "-o", "/boot/grub/grub.cfg"]
            .map(str::to_owned)
            .to_vec(),
        drop_ins: false,
        evidence,
    }
}

/// Fedora, RHEL and SUSE: `grub2-`. With UEFI the menu of CentOS 7 and RHEL 8 is on the EFI system
/// partition; since Fedora 34 and RHEL 9 a stub is there that must remain, and the menu is in
/// `/boot/grub2` as with BIOS (Fedora, "Unify the Grub Config"; Red Hat, RHEL 7 System
/// Administrator's Guide, 26.7).
fn second(tree: &dyn HostTree, mut evidence: Vec<Evidence>) -> Option<GrubLayout> {
    let usual = "/boot/grub2/grub.cfg".to_owned();
    let bios = tree.list("/sys/firmware/efi").is_absent();
    let mut output = None;
    for (link, efi) in LINKS {
        let Lookup::Found((target, shown)) = tree.read_link(link).shown(link, |_| "") else {
            continue;
        };
        if efi && bios {
            continue;
        }
        let target = target.strip_prefix("..").unwrap_or(&target).to_owned();
        evidence.push(shown.saying(&*target));
        output = Some(target);
        break;
    }
    if output.is_none() && !bios {
        output = on_partition(tree, &mut evidence);
    }
    let output = match output {
        Some(output) => output,
        // No evidence of a menu elsewhere.
        None if bios
            || tree
                .list("/boot/efi/EFI")
                .found()
                .is_none_or(|l| l.complete) =>
        {
            usual
        }
        None => return None,
    };
    Some(GrubLayout {
        refresh: vec!["grub2-mkconfig".to_owned(), "-o".to_owned(), output],
        drop_ins: false,
        evidence,
    })
}

/// A menu on the EFI system partition that is not a stub.
fn on_partition(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<String> {
    let names = tree.list("/boot/efi/EFI").found()?.names;
    names.into_iter().find_map(|name| {
        let path = format!("/boot/efi/EFI/{name}/grub.cfg");
        let text = tree.read_text(&path).shown(&path, |_| "a menu, not a stub");
        let (text, shown) = text.found()?;
        let menu = text.contains("menuentry") || text.contains("blscfg");
        menu.then(|| {
            evidence.push(shown);
            path
        })
    })
}

/// The family that `/etc/os-release` names: the last resort.
fn by_release(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<&'static str> {
    let (path, text) = ["/etc/os-release", "/usr/lib/os-release"]
        .into_iter()
        .find_map(|path| Some((path, tree.read_text(path).found()?)))?;
    let families: [(&str, &[&str]); 4] = [
        ("debian", &["debian", "ubuntu", "proxmox"]),
        ("fedora", &["fedora", "rhel", "centos"]),
        ("suse", &["suse", "opensuse"]),
        ("arch", &["arch", "gentoo", "void"]),
    ];
    let mut found = None;
    for (number, line) in host_tree::numbered_lines(&text) {
        let Some(value) = line
            .strip_prefix("ID=")
            .or_else(|| line.strip_prefix("ID_LIKE="))
        else {
            continue;
        };
        let value = value.trim_matches(['"', '\'']);
        for (family, words) in families {
            let named = |word: &str| words.contains(&word);
            if found.is_none() && value.split(' ').any(named) {
                found = Some(family);
                evidence.push(Evidence::new(path, number, line));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;

    fn refresh(files: &[(&str, &str)], efi: bool) -> Vec<String> {
        let mut tree = MemoryTree::partial();
        for (path, text) in files {
            tree.insert_file(path, *text);
        }
        if efi {
            tree.insert_directory("/sys/firmware/efi", false);
        } else {
            tree.insert_absent("/sys/firmware/efi");
        }
        find(&tree).unwrap().refresh
    }

    #[test]
    fn each_family_has_its_own_command() {
        let mkconfig = |output: &str| ["grub2-mkconfig", "-o", output].map(str::to_owned).to_vec();
        assert_eq!(
            refresh(&[("/etc/os-release", "ID=ubuntu\n")], true),
            ["update-grub"]
        );
        let suse = (
            "/etc/os-release",
            "ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n",
        );
        assert_eq!(refresh(&[suse], true), mkconfig("/boot/grub2/grub.cfg"));
        let centos = (
            "/etc/os-release",
            "ID=\"centos\"\nID_LIKE=\"rhel fedora\"\n",
        );
        assert_eq!(refresh(&[centos], false), mkconfig("/boot/grub2/grub.cfg"));
        let menu = ("/boot/efi/EFI/centos/grub.cfg", "menuentry 'CentOS' {\n}\n");
        assert_eq!(refresh(&[centos, menu], true), mkconfig(menu.0));
        let stub = (
            "/boot/efi/EFI/centos/grub.cfg",
            "configfile $prefix/grub.cfg\n",
        );
        assert_eq!(
            refresh(&[centos, stub], false),
            mkconfig("/boot/grub2/grub.cfg")
        );
    }

    #[test]
    fn a_link_shows_the_menu() {
        let mut tree = MemoryTree::partial();
        tree.insert_link("/etc/grub2-efi.cfg", "../boot/efi/EFI/centos/grub.cfg");
        tree.insert_link("/etc/grub2.cfg", "../boot/grub2/grub.cfg");
        assert_eq!(
            find(&tree).unwrap().refresh[2],
            "/boot/efi/EFI/centos/grub.cfg"
        );
        tree.insert_absent("/sys/firmware/efi");
        assert_eq!(find(&tree).unwrap().refresh[2], "/boot/grub2/grub.cfg");
    }
}
