//! The program that makes the host's initramfs, and the command that regenerates it.
//!
//! Detected from files, never from the distribution's name: Debian 13 may have
//! dracut, and Arch Linux may have booster.

use core::fmt;

use host_tree::{Evidence, HostTree, presence};

/// A program that makes initramfs images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Initramfs {
    /// initramfs-tools, of Debian, Ubuntu and Proxmox VE.
    InitramfsTools,
    /// dracut, of Fedora, RHEL, SUSE and others.
    Dracut,
    /// mkinitcpio, of Arch Linux and derivatives.
    Mkinitcpio,
    /// booster, of Arch Linux and derivatives.
    Booster,
}

impl Initramfs {
    /// The program's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InitramfsTools => "initramfs-tools",
            Self::Dracut => "dracut",
            Self::Mkinitcpio => "mkinitcpio",
            Self::Booster => "booster",
        }
    }

    /// The command that regenerates the images of all installed kernels.
    ///
    /// Sources: update-initramfs(8); dracut(8), `--regenerate-all`; mkinitcpio(8),
    /// `-P`; booster(1), "regenerate_images".
    #[must_use]
    pub const fn refresh(self) -> &'static [&'static str] {
        match self {
            Self::InitramfsTools => &["update-initramfs", "-u", "-k", "all"],
            Self::Dracut => &["dracut", "--force", "--regenerate-all"],
            Self::Mkinitcpio => &["mkinitcpio", "-P"],
            Self::Booster => &["/usr/lib/booster/regenerate_images"],
        }
    }

    /// The command that lists the content of an image; its path must be added.
    #[must_use]
    pub const fn list(self) -> &'static [&'static str] {
        match self {
            Self::InitramfsTools => &["lsinitramfs"],
            Self::Dracut => &["lsinitrd"],
            Self::Mkinitcpio => &["lsinitcpio"],
            Self::Booster => &["booster", "ls"],
        }
    }
}

impl fmt::Display for Initramfs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Signs of a program: the first that exists is used. A program precedes a folder, since
/// configuration outlives the package that read it, and Debian's initramfs-tools and dracut are not
/// installed together (both replace `linux-initramfs-tool`).
const SIGNS: [(&str, Initramfs); 14] = [
    ("/usr/sbin/update-initramfs", Initramfs::InitramfsTools),
    ("/usr/bin/mkinitcpio", Initramfs::Mkinitcpio),
    ("/usr/bin/booster", Initramfs::Booster),
    ("/usr/bin/dracut", Initramfs::Dracut),
    ("/usr/sbin/dracut", Initramfs::Dracut),
    ("/etc/initramfs-tools", Initramfs::InitramfsTools),
    ("/etc/booster.yaml", Initramfs::Booster),
    ("/etc/mkinitcpio.conf", Initramfs::Mkinitcpio),
    ("/etc/mkinitcpio.d", Initramfs::Mkinitcpio),
    ("/etc/dracut.conf.d", Initramfs::Dracut),
    ("/etc/dracut.conf", Initramfs::Dracut),
    ("/usr/lib/dracut", Initramfs::Dracut),
    ("/usr/share/initramfs-tools", Initramfs::InitramfsTools),
    ("/usr/lib/booster", Initramfs::Booster),
];

/// The program that makes the initramfs, with the evidence; `None` when it is not in the tree.
///
/// ```
/// use hostconf::binding::{initramfs::Initramfs, initramfs::find};
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// assert_eq!(find(&tree), None);
/// tree.insert_file("/etc/mkinitcpio.conf", "MODULES=()\n");
/// assert_eq!(find(&tree).unwrap().0, Initramfs::Mkinitcpio);
/// ```
#[must_use]
pub fn find(tree: &dyn HostTree) -> Option<(Initramfs, Evidence)> {
    SIGNS
        .iter()
        .find_map(|(path, initramfs)| Some((*initramfs, presence(tree, path)?)))
}

/// Other programs that make initramfs images, by a folder that each host with one has: Alpine's
/// mkinitfs and Gentoo's genkernel.
const OTHERS: [(&str, &str); 2] = [
    ("/etc/mkinitfs", "mkinitfs"),
    ("/etc/genkernel.conf", "genkernel"),
];

/// The program that makes the initramfs, with the evidence, if it is none of [`Initramfs`].
///
/// ```
/// use hostconf::binding::initramfs::other;
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// assert_eq!(other(&tree), None);
/// tree.insert_file("/etc/mkinitfs/mkinitfs.conf", "features=\"ata base ext4\"\n");
/// assert_eq!(other(&tree).unwrap().0, "mkinitfs");
/// ```
#[must_use]
pub fn other(tree: &dyn HostTree) -> Option<(&'static str, Evidence)> {
    if find(tree).is_some() {
        return None;
    }
    OTHERS
        .iter()
        .find_map(|(path, name)| Some((*name, presence(tree, path)?)))
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;

    #[test]
    fn a_program_counts_before_files_of_another_one() {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/etc/mkinitcpio.conf", "");
        tree.insert_file("/usr/bin/booster", "\x7fELF");
        assert_eq!(find(&tree).unwrap().0, Initramfs::Booster);
        let mut tree = MemoryTree::partial();
        tree.insert_directory("/etc/dracut.conf.d", true);
        let (found, evidence) = find(&tree).unwrap();
        assert_eq!(
            (found, evidence.source.as_str()),
            (Initramfs::Dracut, "/etc/dracut.conf.d")
        );
    }
}
